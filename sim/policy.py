"""Policy: the instruments, and the limits that follow from them in a given month.

Several rules on one subject add up: the tightest binds, so a scenario's own cap need not know the
standing ones.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Self

from pydantic import model_validator

from agents.limits import LICENCES, NO_CAP, Cap, Licence, Limits, Repair
from agents.technology_parameters import TECHNOLOGIES
from sim.core.months import Month
from sim.core.parameters import FieldError, Parameters, parameter
from sim.core.quantities import Count, Name, NonNegativeFloat, Share
from sim.dated_rules import (
    UNLIMITED,
    AprCap,
    DatedRule,
    FirmsRule,
    GuaranteeRule,
    MarketMonthsRule,
    MarketMultipleRule,
    MarketShareRule,
    MultipleRule,
    RepairRule,
    Rule,
    SegmentRule,
    ShareRule,
    SubsidyRule,
    SupportRule,
    YuanRule,
)
from sim.reaction_rules import Reaction
from sim.rule_conflicts import (
    refuse_contradictions,
    refuse_floors_above_ceilings,
    refuse_opposite_reactions,
)
from sim.rules_together import Tightest, strictest_multiple, tightest_level, tightest_plan

BASES = {"all_in": "all-in", "contract": "contract"}

RULES = {
    "leverage": "leverage limit",
    "guarantees": "guarantee limit",
    "joint_floor": "joint-lending floor",
    "borrower_limit": "single-borrower limit",
    "minimum_capital": "minimum capital",
    "openness": "licence openness",
    "bureau": "bureau coverage",
    "bureau_floor": "least bureau coverage",
    "bureau_lag": "months of bureau lag",
    "credit_repair": "credit repair",
    "disclosure": "disclosure",
    "collection": "limit on collection",
    "data_noise": "data rule",
    "funding_freeze": "funding freeze",
    "share_limit": "market-share limit",
    "licence_quota": "licence quota",
    "subsidy": "interest subsidy",
    "guarantee_scheme": "state loan guarantee",
    "technology_support": "technology support",
    "abs_limit": "limit on securities",
    "p2p": "P2P permission",
    "provisioning": "provisioning rule",
    "countercyclical_buffer": "countercyclical buffer",
    "partner_concentration": "one brand at a partner",
    "partner_share": "brands at a partner",
    "inspections": "inspections a month",
}
"""Every map of rules and what it is called; price caps come before."""

WITHOUT_FLOOR = ("leverage", "guarantees", "borrower_limit", "abs_limit", "licence_quota")
"""Rules before which there is no limit, so that a first step has nothing to be phased in from."""

type Level = Callable[[Sequence[DatedRule], float, Tightest], float]
"""What several rules come to in a month, given what holds without them and which is tighter."""


MOST_REACTIONS = 50
"""Reaction rules a scenario can have."""

MOST_RULES, MOST_STEPS = 100, 500
"""Dated rules a scenario can have, price caps included, and steps that all of them can have."""


class PolicySection(Parameters):
    """All instruments. Each map holds rules by name; a scenario's own cap is `apr_cap`."""

    apr_cap: AprCap | None = parameter(None, unit="", description="the scenario's own price cap")
    standing_caps: dict[Name, AprCap] = parameter(
        {}, unit="", description="price caps in the books"
    )
    leverage: dict[Name, MultipleRule] = parameter(
        {}, unit="", description="most loans held, times equity"
    )
    guarantees: dict[Name, MultipleRule] = parameter(
        {}, unit="", description="most loans guaranteed, times equity"
    )
    joint_floor: dict[Name, ShareRule] = parameter(
        {}, unit="", description="least own part in joint lending"
    )
    borrower_limit: dict[Name, YuanRule] = parameter(
        {}, unit="", description="most credit to one borrower from one lender"
    )
    minimum_capital: dict[Name, YuanRule] = parameter({}, unit="", description="equity per firm")
    openness: dict[Name, ShareRule] = parameter(
        {}, unit="", description="part of would-be entrants that get a licence"
    )
    bureau: dict[Name, MarketShareRule] = parameter(
        {}, unit="", description="part of lending that reaches the credit bureau"
    )
    bureau_floor: dict[Name, MarketShareRule] = parameter(
        {}, unit="", description="least part of debts elsewhere that every lender sees"
    )
    bureau_lag: dict[Name, MarketMonthsRule] = parameter(
        {}, unit="", description="months until a debt or default elsewhere is seen"
    )
    credit_repair: dict[Name, RepairRule] = parameter(
        {}, unit="", description="small defaults, paid back, that files do not show"
    )
    disclosure: dict[Name, MarketShareRule] = parameter(
        {}, unit="", description="part of borrowers who see the all-in price; without a rule all"
    )
    collection: dict[Name, ShareRule] = parameter(
        {}, unit="", description="part of their usual success that collectors keep"
    )
    data_noise: dict[Name, MarketMultipleRule] = parameter(
        {}, unit="", description="data rules: error of lenders' signals, times the usual"
    )
    funding_freeze: dict[Name, MarketShareRule] = parameter(
        {}, unit="", description="part of wholesale funding that is shut"
    )
    share_limit: dict[Name, MarketShareRule] = parameter(
        {},
        unit="",
        description="largest share of all balances for one firm's brand; above, it takes no new "
        "customers",
    )
    licence_quota: dict[Name, FirmsRule] = parameter(
        {}, unit="", description="most firms with a licence; none is closed, none more opens"
    )
    subsidy: dict[Name, SubsidyRule] = parameter(
        {}, unit="", description="points of the price that the state pays for borrowers"
    )
    guarantee_scheme: dict[Name, GuaranteeRule] = parameter(
        {}, unit="", description="part of lenders' losses that a state guarantee fund bears"
    )
    technology_support: dict[Name, SupportRule] = parameter(
        {}, unit="", description="part of what technology costs lenders that the state pays"
    )
    abs_limit: dict[Name, MultipleRule] = parameter(
        {}, unit="", description="most asset-backed securities outstanding, times equity"
    )
    p2p: dict[Name, MarketShareRule] = parameter(
        {}, unit="", description="part of P2P funding that is permitted; without a rule none"
    )
    provisioning: dict[Name, MultipleRule] = parameter(
        {}, unit="", description="least allowances for losses, times the standard"
    )
    countercyclical_buffer: dict[Name, ShareRule] = parameter(
        {}, unit="", description="equity to loans on top of what the leverage limit asks for"
    )
    partner_concentration: dict[Name, ShareRule] = parameter(
        {}, unit="", description="most that one brand's loans may be of a funder's loans"
    )
    partner_share: dict[Name, ShareRule] = parameter(
        {}, unit="", description="most that all other brands' loans may be of a funder's loans"
    )
    reactions: dict[Name, Reaction] = parameter(
        {}, unit="", description="instruments that move with what the regulator observes"
    )
    anticipation: bool = parameter(
        False, unit="", description="lenders act on rules from their announcement on"
    )
    inspections: dict[Name, ShareRule] = parameter(
        {}, unit="", description="chance that a lender is inspected in a month"
    )
    fine: Share = parameter(
        0.02, unit="fraction of equity", description="fine for a breach that inspectors find"
    )
    gains_multiple: NonNegativeFloat = parameter(
        2.0,
        unit="times",
        high=6,
        provenance="sourced",
        source="Commercial Bank Law (2015), article 74: unlawful gains are confiscated, and a fine "
        "of one to five times them is added; here the least of these",
        description="what a breach has earned beyond price caps, charged on top of that fine",
    )
    correction_months: Count = parameter(
        3,
        unit="months",
        high=60,
        description="months that a single firm gets to correct what was found, after which it "
        "follows the rules of the day and is visited for certain; 0: nobody orders it",
    )
    suspension_months: Count = parameter(
        3,
        unit="months",
        high=60,
        description="months without new customers after a breach that inspectors found",
    )
    revocation_after: Count = parameter(
        3,
        unit="findings",
        description="findings within `repeat_months` that cost the licence; 0: none ever does",
    )
    repeat_months: Count = parameter(
        24, unit="months", low=1, high=240, description="how long a finding counts"
    )

    @model_validator(mode="after")
    def _not_too_many(self) -> Self:
        """Rules are laid against each other: a small file could ask for minutes of checking."""
        if len(self.reactions) > MOST_REACTIONS:
            raise FieldError(
                "reactions", f"has {len(self.reactions)} rules; write {MOST_REACTIONS} or fewer"
            )
        rules = [rule for _, _, rule in self.rules()]
        if len(rules) > MOST_RULES:
            raise FieldError((), f"has {len(rules)} rules; write {MOST_RULES} or fewer")
        if (steps := sum(len(rule.steps) for rule in rules)) > MOST_STEPS:
            raise FieldError((), f"has {steps} steps in all its rules; write {MOST_STEPS} or fewer")
        return self

    @model_validator(mode="after")
    def _levels_to_come_from(self) -> Self:
        for field in WITHOUT_FLOOR:
            for name, rule in getattr(self, field).items():
                month, step = next(iter(rule.steps.items()))
                if step.phase_in_months > 0:
                    raise FieldError(
                        f"{field}.{name}.steps.{month}.phase_in_months",
                        f"is {step.phase_in_months}, but the rule has no earlier level to move "
                        "from; write an earlier step with the level to start from, or 0",
                    )
        return self

    @model_validator(mode="after")
    def _one_subsidy_and_guarantee_for_one_loan(self) -> Self:
        for field in ("subsidy", "guarantee_scheme"):
            known: list[tuple[str, SegmentRule]] = []
            for name, rule in getattr(self, field).items():
                for other, earlier in known:
                    if licence := _shared(rule, earlier):
                        raise FieldError(
                            f"{field}.{name}",
                            f"pays for the same loans as {field}.{other} ({licence}); give them "
                            "different licences or segments",
                        )
                known.append((name, rule))
        return self

    @model_validator(mode="after")
    def _without_contradictions(self) -> Self:
        caps: list[tuple[str, DatedRule]] = list(self.caps())
        if self.apr_cap is not None:  # the scenario's own comes last: it is the one to give way
            caps = [*caps[1:], caps[0]]
        refuse_contradictions(caps)
        for field in RULES:
            rules = getattr(self, field)
            refuse_contradictions((f"{field}.{name}", rule) for name, rule in rules.items())
        refuse_floors_above_ceilings(self.bureau_floor, self.bureau)
        refuse_opposite_reactions(self.reactions)
        return self

    def caps(self) -> Iterator[tuple[str, AprCap]]:
        """All price caps with their paths."""
        if self.apr_cap is not None:
            yield "apr_cap", self.apr_cap
        for name, cap in self.standing_caps.items():
            yield f"standing_caps.{name}", cap

    def rules(self) -> Iterator[tuple[str, str, DatedRule]]:
        """All rules: path below this section, name in words, rule."""
        for path, cap in self.caps():
            yield path, f"{BASES[cap.base]} price cap, {_words(path.split('.')[-1])}", cap
        for field, label in RULES.items():
            for name, rule in getattr(self, field).items():
                yield f"{field}.{name}", f"{label}, {_words(name)}", rule

    def at(self, month: Month, lpr: float) -> Limits:
        """The limits of a month, given the one-year LPR then (fraction per year).

        With `anticipation` they say what lenders plan with as well.
        """

        def in_force(rules: Sequence[DatedRule], default: float, tightest: Tightest) -> float:
            return tightest_level(rules, month, lpr, default, tightest)

        def planned(rules: Sequence[DatedRule], default: float, tightest: Tightest) -> float:
            return tightest_plan(rules, month, lpr, default, tightest)

        limits = replace(self._limits(in_force), repairs=self._repairs(month, lpr))
        return replace(limits, ahead=self._limits(planned)) if self.anticipation else limits

    def _repairs(self, month: Month, lpr: float) -> tuple[Repair, ...]:
        """The credit repairs in force in a month; each is looked at on its own."""
        found = []
        for rule in self.credit_repair.values():
            limit = rule.level_at(month, lpr, 0.0)
            if limit > 0.0:  # paid back by the end of `paid_by`: late until the month before
                found.append(Repair(limit, int(rule.first), int(rule.paid_by) - 1))
        return tuple(found)

    def _limits(self, level: Level) -> Limits:
        """The limits when several rules together have the level that `level` says."""

        def by_licence(
            rules: Mapping[Name, Rule], default: float, tightest: Tightest
        ) -> dict[Licence, float]:
            return _by_licence(rules, level, default, tightest)

        def one(rules: Mapping[Name, DatedRule], default: float, tightest: Tightest) -> float:
            return level(list(rules.values()), default, tightest)

        return Limits(
            cap=self._caps(level),
            leverage=by_licence(self.leverage, UNLIMITED, min),
            guarantee=by_licence(self.guarantees, UNLIMITED, min),
            joint_floor=by_licence(self.joint_floor, 0.0, max),
            borrower_limit=by_licence(self.borrower_limit, UNLIMITED, min),
            minimum_capital=by_licence(self.minimum_capital, 0.0, max),
            openness=by_licence(self.openness, 1.0, min),
            inspections=by_licence(self.inspections, 0.0, max),
            bureau=one(self.bureau, 1.0, min),
            bureau_floor=one(self.bureau_floor, 0.0, max),
            disclosure=one(self.disclosure, 1.0, min),
            bureau_lag=one(self.bureau_lag, 0.0, max),
            collection=by_licence(self.collection, 1.0, min),
            data_noise=one(self.data_noise, 1.0, strictest_multiple),
            funding_freeze=one(self.funding_freeze, 0.0, max),
            technology_support=self._technology_support(level),
            abs_limit=by_licence(self.abs_limit, UNLIMITED, min),
            p2p=one(self.p2p, 0.0, max),
            provisioning=by_licence(self.provisioning, 1.0, max),
            buffer=by_licence(self.countercyclical_buffer, 0.0, max),
            partner_concentration=by_licence(self.partner_concentration, 1.0, min),
            partner_share=by_licence(self.partner_share, 1.0, min),
            share_limit=one(self.share_limit, 1.0, min),
            quota=by_licence(self.licence_quota, UNLIMITED, min) if self.licence_quota else {},
        )

    def _technology_support(self, level: Level) -> dict[Licence, tuple[float, ...]]:
        """Parts of technologies' costs that the state pays; the most of several rules.

        Licences for which it pays nothing have no entry, so that a rule changes nothing before it
        starts.
        """
        rules = self.technology_support.values()
        parts = {
            licence: tuple(
                level([r for r in rules if r.binds(licence) and r.supports(name)], 0.0, max)
                for name in TECHNOLOGIES
            )
            for licence in (LICENCES if rules else ())
        }
        return {licence: shares for licence, shares in parts.items() if any(shares)}

    def caps_at(self, month: Month, lpr: float) -> dict[Licence, Cap]:
        """The price caps of a month by licence."""
        return self._caps(
            lambda rules, default, tightest: tightest_level(rules, month, lpr, default, tightest)
        )

    def _caps(self, level: Level) -> dict[Licence, Cap]:
        """The tightest ceilings on each licence."""
        all_in, contract = (
            _by_licence({n: c for n, c in self.caps() if c.base == base}, level, NO_CAP, min)
            for base in BASES
        )
        return {x: Cap(all_in=all_in[x], contract=min(all_in[x], contract[x])) for x in LICENCES}


def _by_licence(
    rules: Mapping[str, Rule], level: Level, default: float, tightest: Tightest
) -> dict[Licence, float]:
    """What rules come to for each licence; worked out once for licences bound by the same rules."""
    if not rules:
        return dict.fromkeys(LICENCES, default)
    binding = {x: tuple(n for n, rule in rules.items() if rule.binds(x)) for x in LICENCES}
    levels = {
        names: level([rules[name] for name in names], default, tightest)
        for names in dict.fromkeys(binding.values())
    }
    return {licence: levels[names] for licence, names in binding.items()}


def _shared(one: SegmentRule, other: SegmentRule) -> str:
    """A licence and segment for which both pay, in words; empty if there is none."""
    segments = one.segments if other.segments == "all" else other.segments
    segment = next((s for s in segments if one.reaches(s) and other.reaches(s)), "")
    if segments == "all":
        segment = "all segments"
    licence = next((x for x in LICENCES if one.binds(x) and other.binds(x)), "")
    return f"{licence}, {segment}" if licence and segment else ""


@dataclass(frozen=True)
class Happening:
    """Something that the regulator says or does in a month, for the event table."""

    kind: Literal["announcement", "policy"]
    text: str
    before: float | None
    after: float | None


def months_of_change(policy: PolicySection) -> frozenset[int]:
    """Months whose limits, or whose news, may differ from those of the month before.

    In all others the same rules stand at the same levels, but for those that follow the LPR.
    """
    found: set[int] = set()
    for _, _, rule in policy.rules():
        if rule.until is not None:
            found.add(rule.until + 1)
        for start, step in rule.steps.items():
            rests = start + step.phase_in_months
            found.update(range(start, rests + 1))
            if step.announced is not None:
                planned = rests if policy.anticipation else step.announced
                found.update(range(step.announced, planned + 1))
    return frozenset(found)


def happenings(policy: PolicySection, month: Month, lpr: float) -> Iterator[Happening]:
    """Announcements, starts and ends of rules that fall in a month."""
    for _, label, rule in policy.rules():
        if not rule.is_told_of(month):
            continue
        for start, step, before, after in rule.changes(lpr):
            if step.announced == month and step.announced < start:
                text = f"{label}: {rule.shown(after)} announced for {start}"
                yield Happening("announcement", text, before, after)
            if start == month:
                yield Happening("policy", f"{label}: {rule.shown(after)} in force", before, after)
        if rule.until is not None and rule.until + 1 == month:
            last = rule.level_at(rule.until, lpr, 0.0)
            yield Happening("policy", f"{label}: no longer in force", last, None)


def _words(name: str) -> str:
    """A name as words."""
    return name.replace("_", " ")
