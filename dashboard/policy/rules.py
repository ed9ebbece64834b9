"""The rules of a scenario, as the worker reads them: plain rows for the page Policy."""

import csv
from dataclasses import dataclass
from functools import cache

from sim.core.errors import InputError
from sim.core.months import Month
from sim.evidence.known_figures import DATA
from sim.policy_rows import BindingRow, RuleRow, asked_month, binding_rows, rule_rows
from sim.scenario import Scenario, load_scenario

TIMELINE = "policy_timeline.csv"


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules of a scenario, and what they come to in a month.

    lpr : the loan prime rate of the month, a fraction
    """

    name: str
    title: str
    title_zh: str
    first: Month
    last: Month
    month: Month
    lpr: float
    rules: tuple[RuleRow, ...]
    binding: tuple[BindingRow, ...]


def rules_of(name: str, text: str, month: str) -> Rules:
    """The rules of a scenario; raises InputError.

    text : of the scenario, as a run's manifest keeps it; "" for one of the library
    month : "2027-12"; "" or one outside the run for the first
    """
    scenario = Scenario.from_text(text, name) if text else load_scenario(name)
    first = asked_month(None, scenario)
    last = Month(first + 83)
    try:
        chosen = asked_month(month or None, scenario)
    except InputError:  # whatever the address says: the first month
        chosen = first
    return Rules(
        name,
        scenario.title,
        scenario.title_zh,
        first,
        last,
        chosen,
        scenario.macro.at(chosen, scenario.start).lpr,
        tuple(rule_rows(scenario, chosen)),
        tuple(binding_rows(scenario, chosen)),
    )


@cache
def timeline() -> tuple[dict[str, str], ...]:
    """Rows of the policy timeline, by date."""
    with open(DATA / TIMELINE, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return tuple(sorted(rows, key=lambda row: row["date"]))
