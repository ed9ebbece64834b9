"""The mechanisms that an ablation takes out of `observed`, each by the neutral value of its switch.

One line a mechanism: add yours to `MECHANISMS`. A path may hold `*`, which stands for every name
there is at that place; what has no switch in a scenario is listed in `WITHOUT_SWITCH`.
"""

from collections.abc import Mapping

from agents.technology_parameters import TECHNOLOGIES
from sim.scenario import Scenario

type Changes = Mapping[str, object]

FRINGES = ("fintech_fringe", "consumer_finance", "small_loan_online", "small_loan_offline")

MECHANISMS: dict[str, Changes] = {
    "exploration of refused risks": {"kinds.*.explore": 0.0},
    "joint lending": {
        "kinds.bigtech.routes": {"joint": 0.0, "guaranteed": 0.05, "facilitated": 0.95}
    },
    "guarantees": {
        "kinds.fintech.routes": {"guaranteed": 0.0, "facilitated": 1.0},
        "kinds.fintech_fringe.routes": {"guaranteed": 0.0, "facilitated": 1.0},
        "kinds.bigtech.routes": {"joint": 0.33, "guaranteed": 0.0, "facilitated": 0.67},
    },
    "renewal of bullets in distress": {"kinds.*.renew": 0.0},
    "bullets called for want of room": {"kinds.*.calls": 0.0},
    "walking away": {"behaviour.walk_rate": 0.0},
    "collection from who walked away": {"kinds.*.collection": 0.0},
    "prepayment": {"behaviour.prepay": 0.0},
    "discouragement": {"behaviour.discouraged_months": 0},
    "urgency of the needy": {"behaviour.urgent_premium": 0.0},
    "entry and exit of firms": {
        f"kinds.{name}.{rate}": 0.0 for name in FRINGES for rate in ("closing", "opening")
    },
    "technology adoption": {f"technologies.{name}.speed": 0.0 for name in TECHNOLOGIES},
    "inspections": {"policy.inspections": None},
    "spells without work": {"behaviour.spell_hazard": 0.0},
    "monthly luck of incomes": {"segments.*.transitory": 0.0},
    "lasting moves of income": {"behaviour.persistent": 0.0},
    "new plans": {"behaviour.new_plans": 0.0},
    "turnover of borrowers": {"behaviour.leave": 0.0},
    "comparing lenders": {"search.breadth": 1, "search.shop_around": 0.0},
    "liking beyond price": {"behaviour.taste": 0.0},
    "bureau": {"kinds.*.bureau": 0.0},
    "limits of funding": {"kinds.*.funding_growth": 1.0},
    "price caps": {"policy.standing_caps.*": None},
    "fraud": {"behaviour.fraud": 0.0},
    "errors of stated income": {"kinds.*.income_error": 0.0, "kinds.*.income_bias": 0.0},
    "a second line where one is refused": {"search.next_line": False},
    "walking away only if able to pay": {"behaviour.walk_able": 0.0},
    "a record to lose by walking away": {"behaviour.walk_reported": 0.0},
    "learning of scorecards": {"kinds.*.learns": False},
    "markup adaptation": {"rivalry.markup_speed": 0.0},
    "reach dynamics": {"rivalry.reach_speed": 0.0},
    "entry threat": {"rivalry.entry_threat": 0.0},
    "answers to rivals' prices": {"rivalry.price_response": 0.0},
    "defence of lost shares": {"rivalry.share_defence": 0.0},
    "marketing that answers": {"rivalry.marketing_response": 0.0},
    "attention to segments that earn more": {"kinds.*.allocation": 0.0},
    "distrust of funders": {
        f"funding.{source}.{why}": 0.0
        for source in ("deposits", "wholesale", "abs")
        for why in ("leverage", "losses", "stress")
    },
    "fire sales of loans": {"funding.fire_sales.buyers": 0.0},
    "owners who give up": {"ownership.exit_patience": 0},
    "sale of bad loans": {"kinds.*.sells_bad_loans": 0.0},
    "operational events": {
        f"incidents.{what}.per_year": 0.0 for what in ("outage", "breach", "vendor_loss")
    },
}  # fmt: skip
"""What is taken out: changes by dotted path, on top of `observed`."""

OFF_IN_OBSERVED = {
    "guarantee fund of the state": "policy.guarantee_scheme",
    "owners who rescue a lender": "ownership.rescue",
    "sale of going concerns": "ownership.merger_rate",
    "levelling of reach": "rivalry.levelling",
}
"""Mechanisms that are at their neutral value there, so that there is nothing to take out."""

WITHOUT_SWITCH = {
    "refinancing": "drawing credit for a shortfall is part of wanting credit (agents/borrower.py)",
    "lines that are redrawn and reviewed": "the form of the loan itself",
}
"""Mechanisms that no scenario can take out yet, and why."""


def without(base: Scenario, changes: Changes) -> Scenario:
    """The base scenario with a mechanism taken out."""
    spelt: dict[str, object] = {}
    for path, value in changes.items():
        head, star, tail = path.partition("*")
        names = base.value_at(head.rstrip(".")) if star else [""]
        for name in names:
            spelt[f"{head}{name}{tail}"] = value
    return base.with_changes(spelt)
