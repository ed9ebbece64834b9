"""Passing a named tuple of many arrays to compiled rules as one address.

Compiled code hands a named tuple over member by member, and an array is some ten numbers: a
`World`, `Terms` and `Tally` together are six hundred arguments of every call of every rule. LLVM
then needs minutes, or everything is inlined into everything. A kernel calls `by_reference` once
on each tuple; its rules then get one address each and read the members through it, with the same
words: `world.month`, `terms.renew[lender]`. Rules need not know. In Python it changes nothing.
"""

import hashlib
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
        return reference.members.types[reference.members.fields.index(name)]


@lower_getattr_generic(Reference)
def read_member(context: Any, builder: Any, reference: Reference, address: Any, name: str) -> Any:
    """Code that loads one member."""
    place = reference.members.fields.index(name)
    value = builder.load(cgutils.gep_inbounds(builder, address, 0, place))
    return impl_ret_borrowed(context, builder, reference.members.types[place], value)
