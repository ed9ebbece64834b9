"""Passing a named tuple of many arrays to compiled rules as one address.

Compiled code hands a named tuple over member by member, and an array is some ten numbers: a
`World`, `Terms` and `Tally` together are six hundred arguments of every call of every rule. LLVM
then needs minutes, or everything is inlined into everything. A kernel calls `by_reference` once
on each tuple; its rules then get one address each and read the members through it, with the same
words: `world.month`, `terms.renew[lender]`. Rules need not know. In Python it changes nothing.

Arrays read through a reference take no index from their end: rules use none, and a check of every
index for a minus sign was a tenth of a borrower's month.
"""

import hashlib
import operator
from typing import Any

from numba.core import cgutils, types
from numba.core.datamodel import models
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    lower_builtin,
    lower_getattr_generic,
    register_model,
    type_callable,
)
from numba.np.arrayobj import populate_array


def by_reference[T: tuple[Any, ...]](members: T) -> T:
    """The same named tuple, for compiled rules as an address; for use in a kernel only.

    It can be read and its arrays written; the address is good until the kernel returns.
    """
    return members


class Reference(types.Type):
    """Numba's type of a named tuple that stands in the memory of the kernel."""

    def __init__(self, members: types.NamedTuple | types.NamedUniTuple) -> None:
        self.members = members
        # Every symbol carries the names of its argument types: a digest instead of pages of text.
        digest = hashlib.sha256(str(members).encode()).hexdigest()[:16]
        super().__init__(name=f"reference({members.instance_class.__name__}:{digest})")


@register_model(Reference)
class ReferenceModel(models.PrimitiveModel):
    """A reference is kept as the address of its members."""

    def __init__(self, manager: Any, reference: Reference) -> None:
        members = manager.lookup(reference.members).get_value_type()
        super().__init__(manager, reference, members.as_pointer())


@type_callable(by_reference)
def type_by_reference(context: Any) -> Any:
    """The type of `by_reference(members)` in compiled code."""
    named = (types.NamedTuple, types.NamedUniTuple)
    return lambda members: Reference(members) if isinstance(members, named) else None


@lower_builtin(by_reference, types.NamedTuple)
@lower_builtin(by_reference, types.NamedUniTuple)
def store_members(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Code that stores the members in the memory of the calling function; their address."""
    return cgutils.alloca_once_value(builder, arguments[0])


@infer_getattr
class MemberTypes(AttributeTemplate):
    """The type of a member read through a reference."""

    key = Reference

    def generic_resolve(self, reference: Any, name: str) -> Any:  # type: ignore[override]
        """The type of the member of that name; None if there is none."""
        if name not in reference.members.fields:
            return None
        member = reference.members.types[reference.members.fields.index(name)]
        if type(member) is types.Array and member.layout == "C" and member.aligned:
            return Table(member)
        return member


@lower_getattr_generic(Reference)
def read_member(context: Any, builder: Any, reference: Reference, address: Any, name: str) -> Any:
    """Code that loads one member."""
    place = reference.members.fields.index(name)
    value = builder.load(cgutils.gep_inbounds(builder, address, 0, place))
    return impl_ret_borrowed(context, builder, reference.members.types[place], value)


class Table(types.Array):
    """Numba's type of an array that is read through a reference: no index counts from its end."""

    def __init__(self, array: types.Array) -> None:
        name = f"table({array.dtype}, {array.ndim}, {array.mutable})"
        super().__init__(array.dtype, array.ndim, "C", readonly=not array.mutable, name=name)


register_model(Table)(models.ArrayModel)


@lower_builtin(operator.getitem, Table, types.Integer)
@lower_builtin(operator.getitem, Table, types.BaseTuple)
def read_item(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Code that loads one number, or makes a view of a row from an index with fewer places."""
    table, index = signature.args
    address = item_address(context, builder, signature, arguments)
    if index_places(index) == table.ndim:
        return builder.load(address)
    return row_at(context, builder, signature, arguments, address)


@lower_builtin(operator.setitem, Table, types.Integer, types.Number)
@lower_builtin(operator.setitem, Table, types.BaseTuple, types.Number)
def write_item(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Code that stores one number."""
    table, _, value = signature.args
    number = context.cast(builder, arguments[2], value, table.dtype)
    builder.store(number, item_address(context, builder, signature, arguments))


def index_places(index: types.Type) -> int:
    """How many integers an index has."""
    return len(index) if isinstance(index, types.BaseTuple) else 1


def item_address(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    """Code for the address of one item: the strides of the array times the index."""
    table, index = signature.args[:2]
    array = context.make_array(table)(context, builder, arguments[0])
    places, kinds = [arguments[1]], (index,)
    if isinstance(index, types.BaseTuple):
        places, kinds = cgutils.unpack_tuple(builder, arguments[1]), tuple(signature.args[1])
    places = [context.cast(builder, i, t, types.intp) for i, t in zip(places, kinds, strict=True)]
    strides = cgutils.unpack_tuple(builder, array.strides)
    row = builder.ptrtoint(array.data, places[0].type)
    for place, stride in zip(places[: table.ndim - 1], strides, strict=False):
        row = builder.add(row, builder.mul(place, stride))
    item = builder.inttoptr(row, array.data.type)
    return builder.gep(item, [places[-1]]) if len(places) == table.ndim else item


def row_at(context: Any, builder: Any, signature: Any, arguments: Any, address: Any) -> Any:
    """Code for the view of what an index with fewer places cuts out, which stands at `address`."""
    table, index = signature.args
    whole = context.make_array(table)(context, builder, arguments[0])
    row = context.make_array(signature.return_type)(context, builder)
    cut = index_places(index)
    populate_array(
        row,
        data=address,
        shape=cgutils.unpack_tuple(builder, whole.shape)[cut:],
        strides=cgutils.unpack_tuple(builder, whole.strides)[cut:],
        itemsize=whole.itemsize,
        meminfo=whole.meminfo,
        parent=whole.parent,
    )
    return row._getvalue()
