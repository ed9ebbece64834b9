"""People's months: cells of segment, region and place added up, and ratios of the sums."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sim.core.tables import SEGMENTS, Column
from sim.figures import APPROVAL_RATE

if TYPE_CHECKING:
    import pandas

SEGMENT, REGION, PLACE = "segment", "region", "place"
GROUPINGS = (SEGMENT, REGION, PLACE)
TOWN, COUNTRY = "town", "country"

CAUSES = ("unmet_risk", "unmet_cap", "unmet_price", "unmet_funding", "unmet_unreachable")
"""Columns of unmet demand by cause."""

UNMET_SHARE = Column(
    "unmet_share", "Unmet part of demand", "未满足需求占比", "fraction", "ratio", "float64",
    "Unmet demand / (unmet demand + new lending).",
    when_empty=0.0,
)  # fmt: skip
ACTIVE_SHARE = Column(
    "active_share", "People with a loan", "有贷款者占比", "fraction", "ratio", "float64",
    "Active borrowers / potential borrowers.",
    when_empty=0.0,
)  # fmt: skip

DERIVED = {column.name: column for column in (APPROVAL_RATE, UNMET_SHARE, ACTIVE_SHARE)}

WEIGHED = {
    "over_indebted_share": "active",
    "multi3_share": "active",
    "rollover_share": "active",
    "default_rate_12m": "active",
    "apr_new": "originations",
}
"""Ratios of cells -> what they are weighed by when cells are put together. Default is of people who
performed a year ago, whose number the table does not have; active borrowers stand in for them."""

SUMS = ("borrowers", "active", "originations", "applications", "approvals", "unmet_demand", *CAUSES)


def column_of(name: str) -> Column:
    """The declaration of a measure."""
    return DERIVED[name] if name in DERIVED else SEGMENTS.column(name)


def placed(segments: "pandas.DataFrame") -> "pandas.DataFrame":
    """The segments' table with `place`: town or country."""
    return segments.assign(place=segments["rural"].map({True: COUNTRY, False: TOWN}))


def grouped(
    segments: "pandas.DataFrame", by: list[str], only: Mapping[str, str] | None = None
) -> "pandas.DataFrame":
    """Measures of groups of people by month (and seed, where there are several).

    by : of GROUPINGS; [] for everybody ; only : grouping -> the one value that counts
    """
    rows = placed(segments)
    for name, value in (only or {}).items():
        if value:
            rows = rows[rows[name] == value]
    keys = [*(["seed"] if "seed" in rows.columns else []), "month", *by]
    parts = {
        f"{name}*": rows[name].where(rows[weight] > 0, 0.0) * rows[weight]
        for name, weight in WEIGHED.items()
    }
    sums = rows.assign(**parts).groupby(keys)[[*SUMS, *parts]].sum()
    ratios = {
        name: sums[f"{name}*"] / sums[weight].where(sums[weight] > 0)
        for name, weight in WEIGHED.items()
    }
    wanted = sums["unmet_demand"] + sums["originations"]
    ratios |= {
        "approval_rate": sums["approvals"] / sums["applications"].where(sums["applications"] > 0),
        "unmet_share": sums["unmet_demand"] / wanted.where(wanted > 0),
        "active_share": sums["active"] / sums["borrowers"].where(sums["borrowers"] > 0),
    }
    return sums[list(SUMS)].assign(**ratios).reset_index()


def values_of(segments: "pandas.DataFrame") -> dict[str, list[str]]:
    """Grouping -> the values it has, in the order of the table."""
    rows = placed(segments)
    return {name: [str(value) for value in rows[name].unique()] for name in GROUPINGS}
