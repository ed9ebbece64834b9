"""What a comparison compares: figures of a market by month, each declared once.

A measure is a column with name, label, unit and kind, like those of the output tables, and two
rules: how several months become one figure, and how several seeds do.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from sim.core.errors import InputError
from sim.core.tables import MARKET, SEGMENTS, Column
from sim.core.wording import did_you_mean, listed, shown
from sim.figures import APPROVAL_RATE
from sim.names import segment_name

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Floats = npt.NDArray[np.float64]

Centre = Literal["mean", "median"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure that is compared.

    column : its name, label, unit, kind and definition
    table : "market", or "segments" for a figure of one segment
    parts : the columns whose quotient it is; with one alone, the value itself
    weight : column that weighs months when several become one figure; empty: months count alike
    centre : what stands for several seeds; concentration has a long tail, so its median
    segment : the segment it is about; empty: the whole market
    """

    column: Column
    table: Literal["market", "segments"]
    parts: tuple[str, ...]
    weight: str = ""
    centre: Centre = "mean"
    segment: str = ""

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name


def _market(name: str, *, weight: str = "", centre: Centre = "mean") -> Measure:
    return Measure(MARKET.column(name), "market", (name,), weight, centre)


# fmt: off
ACCESS = Column(
    "access", "Access", "信贷可得性", "fraction", "ratio", "float64",
    "Borrowers with an open balance / potential borrowers.", when_empty=0.0,
)
# fmt: on

OF_MARKET = (
    _market("hhi", centre="median"),
    _market("hhi_holder", centre="median"),
    _market("hhi_risk", centre="median"),
    _market("cr1"),
    _market("cr3"),
    _market("cr5"),
    _market("cr10"),
    _market("cr5_platform"),
    _market("lenders"),
    _market("balance"),
    _market("originations"),
    _market("apr_new", weight="originations"),
    _market("apr_contract_new", weight="originations"),
    _market("apr_stock", weight="balance"),
    Measure(APPROVAL_RATE, "market", ("approvals", "applications"), weight="applications"),
    _market("applications"),
    _market("unmet_demand"),
    _market("unmet_cap"),
    _market("default_rate_12m"),
    _market("default_rate_1m"),
    _market("dpd30_ratio"),
    _market("dpd90_ratio"),
    _market("npl_ratio"),
    _market("chargeoffs"),
    _market("profit"),
    _market("borrowers_active"),
    _market("multi3_share"),
)
"""Measures of the whole market."""

OF_SEGMENT = (
    Measure(ACCESS, "segments", ("active", "borrowers")),
    Measure(APPROVAL_RATE, "segments", ("approvals", "applications"), weight="applications"),
    Measure(SEGMENTS.column("unmet_demand"), "segments", ("unmet_demand",)),
    Measure(SEGMENTS.column("balance"), "segments", ("balance",)),
)
"""Measures of each segment; their names end with its name."""


def measures_of(segments: Sequence[str]) -> list[Measure]:
    """All measures of a market with these segments of borrowers."""
    return [
        *OF_MARKET,
        *(_of_segment(measure, segment) for measure in OF_SEGMENT for segment in segments),
    ]


def _of_segment(measure: Measure, segment: str) -> Measure:
    column = measure.column
    named = replace(
        column,
        name=f"{column.name}_{segment}",
        label_en=f"{column.label_en}, {segment_name(segment)}",
        label_zh=f"{column.label_zh}（{segment_name(segment, 'zh')}）",
        description=f"{column.description} Segment {segment} alone.",
    )
    return replace(measure, column=named, segment=segment)


def measure_named(name: str, measures: Sequence[Measure]) -> Measure:
    """The measure of a name; InputError, with the nearest name, if there is none."""
    for measure in measures:
        if measure.name == name:
            return measure
    known = [measure.name for measure in measures]
    raise InputError(
        f"no measure {shown(name)}; there are {listed(known)}.{did_you_mean(name, known)}"
    )


@dataclass(frozen=True)
class Measured:
    """All measures of one run, month by month.

    values : [measures, months] ; a price without a loan and a quotient of nothing are NaN
    weights : [measures, months] what weighs a month among several; ones where months count alike
    """

    values: "Floats"
    weights: "Floats"

    def over(self, first: int, last: int) -> "Floats":
        """[measures] weighted mean of months `first` to `last`; NaN where no month has a value."""
        import numpy as np

        values, weights = self.values[:, first : last + 1], self.weights[:, first : last + 1]
        weights = np.where(np.isnan(values), 0.0, weights)
        total = weights.sum(axis=1)
        weighted = (np.nan_to_num(values) * weights).sum(axis=1)
        return np.divide(weighted, total, out=np.full_like(total, np.nan), where=total > 0)


SEGMENT = "segment"
"""Column of the segment table by which its cells are added up."""


def measured(
    market: "pandas.DataFrame", segments: "pandas.DataFrame", measures: Sequence[Measure]
) -> Measured:
    """The measures of one run, from its market and segment tables."""
    import numpy as np

    parts = {name for one in measures if one.segment for name in (*one.parts, one.weight) if name}
    sources: dict[str, pandas.DataFrame] = {"": market}
    if parts:
        sums = segments.groupby([SEGMENT, "month"])[sorted(parts)].sum()
        for name in sums.index.unique(SEGMENT):
            sources[str(name)] = sums.loc[name]
    values, weights = [], []
    for measure in measures:
        source = sources[measure.segment]
        rows = list(_columns(source, measure))
        values.append(rows[0])
        weights.append(rows[1])
    return Measured(np.array(values), np.array(weights))


def _columns(source: "pandas.DataFrame", measure: Measure) -> Iterator["Floats"]:
    """[months] values, then weights, of one measure."""
    import numpy as np

    def column(name: str) -> "Floats":
        return np.asarray(source[name], dtype=np.float64)

    weight = column(measure.weight) if measure.weight else None
    if len(measure.parts) == 2:
        above, below = map(column, measure.parts)
    else:
        above = column(measure.parts[0])
        # A price without a loan, and what months without weight say, is no figure.
        below = np.ones_like(above) if weight is None else (weight > 0).astype(np.float64)
    yield np.divide(above, below, out=np.full_like(above, np.nan), where=below > 0)
    yield np.ones_like(above) if weight is None else weight
