"""Published and reported effects, each with the pair of scenarios that lays the model beside it.

One entry a claim: add yours to `CLAIMS`. Nothing in the model is fitted to these; a claim is met or
it is not. Scenarios that the library does not hold (yet) are told as such on the page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

NO_CAPS = {"policy.standing_caps.*": None}
"""What a lower cap is laid against where the published one replaced a higher cap."""


def cap(level: float) -> dict[str, object]:
    """A cap on all licences and the whole price from 2025 on, in place of the standing ones."""
    rule = {
        "licences": "all",
        "base": "all_in",
        "steps": {"2025-01": {"level": level}},
        "source": "benchmarks/published.py",
    }
    return {**NO_CAPS, "policy.apr_cap": rule}


@dataclass(frozen=True)
class Claim:
    """What somebody says that something does.

    who, what, says : source, cause, and effect in his words
    base, other : scenarios, by name ; base_changes, other_changes : by dotted path on top of them
    measure : of sim/measures.py ; relative: whether the effect is a share of the base's figure
    months : reported months from 0 over which it is measured, first and last
    """

    who: str
    what: str
    says: str
    measure: str
    other: str = "observed"
    base: str = "observed"
    base_changes: Mapping[str, object] = field(default_factory=dict)
    other_changes: Mapping[str, object] = field(default_factory=dict)
    relative: bool = True
    months: tuple[int, int] = (24, 35)


def cut(who: str, says: str, measure: str) -> Claim:
    """A claim about a cap cut by 20 points, from 36% to 16%."""
    return Claim(
        who,
        "cap on all from 36% to 16%",
        says,
        measure,
        base_changes=cap(0.36),
        other_changes=cap(0.16),
    )


def reported(what: str, says: str, measure: str, other: str, base: str = "observed") -> Claim:
    """A claim of the industry reports about a technology."""
    return Claim("industry reports", what, says, measure, other, base)


def lifted(says: str, measure: str, *, relative: bool = True) -> Claim:
    """A claim about a cap that is lifted."""
    who = "Prosper, higher cap (Rigbi 2013)"
    return Claim(who, "caps removed", says, measure, other_changes=NO_CAPS, relative=relative)


CHILE = "Chile, consumer cap cut by 20 points (Cuesta and Sepúlveda)"

CLAIMS = (
    cut(CHILE, "rates -9%", "apr_new"),
    cut(CHILE, "loans -19%", "originations"),
    cut("Madeira, a cap", "access -8.7%", "borrowers_active"),
    cut("Bolivia, caps on micro-finance", "portfolios -26%", "balance_micro"),
    lifted("more funding", "originations"),
    lifted("no more default", "default_rate_12m", relative=False),
    reported("AI", "approvals +20 to +30%", "approval_rate", "ai_fast", "ai_off"),
    reported("AI", "bad loans -10 to -20%", "npl_ratio", "ai_fast", "ai_off"),
    reported("AI", "the same, as 12-month default", "default_rate_12m", "ai_fast", "ai_off"),
    reported("shared ledger", "operating cost up to -30%; price", "apr_new", "shared_ledger"),
    reported("smart contracts", "operating cost up to -30%; price", "apr_new", "smart_contracts"),
)
"""In the order of the page."""
