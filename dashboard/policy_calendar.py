"""What a scenario's rules do when: known before anything is simulated, as policy is dated."""

from sim.core.months import Month
from sim.policy import happenings
from sim.scenario import Scenario


def policy_calendar(scenario: Scenario, months: int) -> dict[str, list[str]]:
    """Month ("2025-10") -> what takes effect then, for the months of a run."""
    calendar: dict[str, list[str]] = {}
    for place in range(months):
        month = Month(scenario.start + place)
        lpr = scenario.macro.at(month, scenario.start).lpr
        texts = [h.text for h in happenings(scenario.policy, month, lpr) if h.kind == "policy"]
        if texts:
            calendar[str(month)] = texts
    return calendar
