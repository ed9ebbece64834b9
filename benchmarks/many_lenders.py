"""The scenario `observed` with as many lenders as asked for: a load test, no market that exists."""

from itertools import count

from agents.lender_parameters import LenderSetup
from sim.scenario import Scenario


def with_lenders(scenario: Scenario, many: int) -> Scenario:
    """A scenario whose brands are split into copies, until there are `many` lenders.

    Each copy has its part of balance, equity and firms. Who funds others' loans stays one lender,
    so that a brand has as many routes as before.
    """
    lenders = scenario.lenders
    brands = [name for name, setup in lenders.items() if setup.is_brand]
    missing = many - len(lenders)
    if missing < 0:
        raise SystemExit(f"there are {len(lenders)} lenders already; ask for as many or more")
    ids = count(max(setup.id for setup in lenders.values()) + 1)
    found: dict[str, LenderSetup] = dict(lenders)
    for place, name in enumerate(brands):
        more = missing // len(brands) + (place < missing % len(brands))
        found[name] = part_of(lenders[name], more + 1)
        for number in range(more):
            copied = {"id": next(ids), "partner_weight": 0.0, "strategy": None}
            found[f"{name}_copy_{number}"] = found[name].model_copy(update=copied)
    return scenario.model_copy(update={"lenders": found})


def part_of(setup: LenderSetup, parts: int) -> LenderSetup:
    """A lender of which there are several now."""
    return setup.model_copy(
        update={
            "balance": setup.balance / parts,
            "equity": setup.equity / parts,
            "firms": max(1, setup.firms // parts),
        }
    )
