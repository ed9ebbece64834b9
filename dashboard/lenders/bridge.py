"""From income to profit: what a lender earned in a year, line by line."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dashboard.catalogue import Catalogue
from dashboard.lender_months import YEAR
from dashboard.lenders.texts import LendersText

if TYPE_CHECKING:
    import pandas

LINES: dict[Catalogue, dict[str, int]] = {
    LendersText.INCOME: {"interest_income": 1},
    LendersText.FUNDING_LINE: {"funding_expense": -1},
    LendersText.LOSSES_LINE: {
        "charge_offs": -1,
        "recoveries": 1,
        "provisions": -1,
        "guarantee_income": 1,
        "sale_result": 1,
    },
    LendersText.OPERATING_LINE: {"operating_cost": -1},
    LendersText.TECHNOLOGY_LINE: {"technology_cost": -1, "technology_support": 1},
    LendersText.MARKETING_LINE: {"marketing_cost": -1},
    LendersText.FINES_LINE: {"fines": -1},
    LendersText.TAX_LINE: {"tax": -1},
}
"""Lines of the bridge: columns of the lenders' table and the sign with which they count."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A year's profit.

    lines : amount by line, yuan a year, costs negative; they add up to `profit`
    basis : mean loans, yuan: under its brand or on its book, whichever are more
    first, last : months, "2030-01"
    """

    lines: dict[Catalogue, float]
    profit: float
    basis: float
    first: str
    last: str

    def share(self, amount: float) -> float:
        """An amount as a fraction of the basis; 0 of nothing."""
        return amount / self.basis if self.basis > 0 else 0.0


def bridge(months: "pandas.DataFrame") -> Bridge:
    """The bridge of a lender's last twelve months (fewer where there are fewer), mean over seeds.

    months : rows of one lender, with `seed` where there are several
    """
    known = sorted(months["month"].unique())[-YEAR:]
    year = months[months["month"].isin(known)]
    seeds = int(year["seed"].nunique()) if "seed" in year.columns else 1
    sums = year.sum(numeric_only=True) * (YEAR / (seeds * len(known)))
    # A brand's partners hold loans, and it may hold those of other brands: it earns on either.
    basis = max(float(sums["balance"]), float(sums["held"]))
    return Bridge(
        {
            name: float(sum(sign * sums[column] for column, sign in columns.items()))
            for name, columns in LINES.items()
        },
        profit=float(sums["profit"]),
        basis=basis / YEAR,
        first=f"{known[0]:%Y-%m}",
        last=f"{known[-1]:%Y-%m}",
    )
