"""A scenario: everything that may differ between two worlds, checked and complete.

`load_scenario` reads one by name or path. The same dotted paths reach its values in files, in
`with_changes`, in sweeps and in links.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import PrivateAttr, field_validator, model_validator

from agents.borrower_parameters import Behaviour, Product, Region, Search, Segment
from agents.funding_parameters import Alarm, FundingSection
from agents.incident_parameters import Incidents
from agents.lender_parameters import LenderKind, LenderSetup
from agents.limits import Limits
from agents.ownership_parameters import Ownership
from agents.rivalry_parameters import Rivalry
from agents.strategy_names import NONE, leader_of, niche_of, strategies_by_path
from agents.technology_parameters import Technologies
from sim.competition import CompetitionLevel, CompetitionSection, Contest, check, under
from sim.core.months import Month
from sim.core.parameters import FieldError, Parameters, as_plain, parameter
from sim.core.quantities import Count, Name
from sim.core.wording import did_you_mean, percent, shown
from sim.dated_rules import SubsidyRule
from sim.dates_reached import refuse_unreached
from sim.fitted import Fitted
from sim.macro import MacroSection
from sim.overlay import changed, value_at
from sim.policy import PolicySection
from sim.reaction_rules import MOVED_WORDS, levels
from sim.scenario_files import ScenarioFile, find_scenarios, named_file, resolved, resolved_text
from sim.scenario_subjects import Subject
from sim.validation import CHANGES, validated
from sim.yaml_reader import Document, read_yaml_text
from sim.yaml_writer import yaml_text

__all__ = [
    "Scenario",
    "ScenarioFile",
    "ScenarioRoot",
    "find_scenarios",
    "load_scenario",
    "scenario_schema",
]

LATEST_START = Month.of(2100, 12)

LONGEST_BURN_IN = 240
"""Months of burn-in that a scenario can ask for."""

MOST_MONTHS = 84
"""Reported months a run can have: January 2024 to December 2030."""


class ScenarioRoot(Parameters):
    """The top level of a file that can extend another and be changed by dotted paths.

    It cannot be changed itself; `with_changes` makes another.
    """

    words: ClassVar[frozenset[str]] = Parameters.words | {
        "title", "question", "title_zh", "question_zh", "subject"
    }  # fmt: skip

    title: str = parameter("", unit="", description="what the scenario is, in one line")
    title_zh: str = parameter("", unit="", description="the title in Chinese")
    question: str = parameter("", unit="", description="the question that it answers")
    question_zh: str = parameter("", unit="", description="the question in Chinese")
    subject: Subject = parameter("other", unit="", description="where lists of scenarios put it")

    _name: str = PrivateAttr(default="unnamed")
    _document: Document | None = PrivateAttr(default=None)

    @classmethod
    def load(cls, name_or_path: str | Path) -> Self:
        """Read and check a file; raises InputError."""
        file = named_file(os.fspath(name_or_path))
        return cls._made(resolved(file), file.path.stem)

    @classmethod
    def from_text(cls, text: str, name: str) -> Self:
        """The scenario of a text that extends no other, such as `text` gives; raises InputError."""
        return cls._made(read_yaml_text(text, name), name)

    @classmethod
    def from_outside(cls, text: str, name: str) -> Self:
        """The scenario of a text that nobody vouches for.

        It may extend a scenario that comes with the program, by name; a path is refused. Raises
        InputError.
        """
        return cls._made(resolved_text(read_yaml_text(text, f"{name}.yaml")), name)

    @property
    def name(self) -> str:
        """Short name: that of the file, without its ending."""
        return self._name

    @cached_property
    def text(self) -> str:
        """The scenario as one YAML file that extends no other and sets what its files set.

        Equal for files that say the same with other words for it or in another order of sections.
        """
        return yaml_text(as_plain(self, only_set=True))

    @cached_property
    def hash(self) -> str:
        """SHA-256 of all values, defaults included, in hexadecimal.

        Titles, questions, sources and notes do not count, nor does the way in which a value was
        written (24% or 0.24). Scenarios with equal hashes give equal results.
        """
        # In the order of declaration and of the file; lenders by permanent number (see `lenders`).
        values = json.dumps(as_plain(self, words=False), separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(values.encode()).hexdigest()

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with other values, as Pydantic makes it; text and hash are worked out anew."""
        copy = super().model_copy(update=update, deep=deep)
        for name in ("text", "hash"):
            vars(copy).pop(name, None)
        return copy

    def value_at(self, path: str) -> Any:
        """The value, plain, that a dotted path reaches; InputError if it reaches none."""
        return value_at(as_plain(self), path, self.name)

    def with_changes(self, changes: Mapping[str, object], *, name: str | None = None) -> Self:
        """This scenario with other values.

        changes : value by dotted path, as a file would have it: `{"population": 1_000_000}`. A
            mapping is merged, None removes, anything else replaces
        name : of the new scenario

        Raises InputError as a file with these values would.
        """
        plain = {path: as_plain(value) for path, value in changes.items()}
        written = self._document or Document(self.name, as_plain(self, only_set=True), {})
        document = changed(written, plain, as_plain(self), CHANGES)
        changed_name = self.name if self.name.endswith("_changed") else f"{self.name}_changed"
        return self._made(document, name or changed_name)

    @classmethod
    def _made(cls, document: Document, name: str) -> Self:
        scenario = validated(cls, document)
        scenario._name = name
        scenario._document = document
        return scenario


class Scenario(ScenarioRoot):
    """Everything that a scenario file can set."""

    words: ClassVar[frozenset[str]] = ScenarioRoot.words | {"fitted"}

    fitted: Fitted = parameter(
        Fitted(), unit="", description="what a calibration fitted its values to; changes no result"
    )
    scope: Literal["core", "wide"] = parameter(
        "core",
        unit="",
        description="core: facilitation, consumer finance, small-loan companies, internet banks; "
        "wide: also banks' own small loans",
    )
    population: Count = parameter(
        500_000_000,
        unit="persons",
        low=1,
        description="potential borrowers for whom the simulated ones stand",
    )
    start: Month = parameter(
        Month.of(2024, 1), unit="month", description="first month that is reported"
    )
    burn_in_months: Count = parameter(
        24,
        unit="months",
        high=LONGEST_BURN_IN,
        description="months simulated before the first reported one",
    )

    policy: PolicySection = parameter(PolicySection(), unit="", description="the rules, dated")
    macro: MacroSection = parameter(unit="", description="the economy around the market")
    regions: dict[Name, Region] = parameter(unit="", description="parts of the country")
    products: dict[Name, Product] = parameter(unit="", description="kinds of loans")
    segments: dict[Name, Segment] = parameter(unit="", description="kinds of borrowers")
    behaviour: Behaviour = parameter(unit="", description="how borrowers decide")
    search: Search = parameter(Search(), unit="", description="how hard borrowers search")
    competition: CompetitionSection = parameter(
        CompetitionSection(), unit="", description="how hard lenders compete"
    )
    technologies: Technologies = parameter(
        Technologies(), unit="", description="what lenders can adopt, and what it does"
    )
    incidents: Incidents = parameter(
        Incidents(), unit="", description="operational events that befall lenders"
    )
    funding: FundingSection = parameter(
        FundingSection(), unit="", description="the market for lenders' money"
    )
    rivalry: Rivalry = parameter(
        Rivalry(), unit="", description="how lenders answer entry, rivals' prices and lost shares"
    )
    ownership: Ownership = parameter(
        Ownership(), unit="", description="when owners give up or sell a lender"
    )
    kinds: dict[Name, LenderKind] = parameter(unit="", description="kinds of lenders")
    lenders: dict[Name, LenderSetup] = parameter({}, unit="", description="lenders at the start")

    @field_validator("lenders", mode="after")
    @classmethod
    def _lenders_by_permanent_number(
        cls, lenders: dict[Name, LenderSetup]
    ) -> dict[Name, LenderSetup]:
        """The order in a file decides nothing: sums, ties and routes follow this one."""
        return dict(sorted(lenders.items(), key=lambda named: named[1].id))

    @model_validator(mode="after")
    def _within_the_calendar(self) -> Self:
        # Month 0 stands for "never" in a borrower's record: no month that is lived may be it.
        if not self.burn_in_months < int(self.start) <= int(LATEST_START):
            earliest = Month(self.burn_in_months + 1)
            raise FieldError(
                "start", f"is {self.start}; a run starts between {earliest} and {LATEST_START}"
            )
        return self

    @model_validator(mode="after")
    def _names_that_exist(self) -> Self:
        for part in ("regions", "products", "segments"):
            if not getattr(self, part):
                raise FieldError(part, "is empty; at least one is needed")
        if len(self.segments) > MOST_SEGMENTS:
            raise FieldError("segments", f"has more than {MOST_SEGMENTS} entries")
        for name, segment in self.segments.items():
            _known(segment.places, self.regions, f"segments.{name}.places", "region")
            _known(segment.products, self.products, f"segments.{name}.products", "product")
        for name, kind in self.kinds.items():
            _known(kind.segments, self.segments, f"kinds.{name}.segments", "segment")
        seen: dict[int, str] = {}
        for name, setup in self.lenders.items():
            if setup.kind not in self.kinds:
                guess = did_you_mean(setup.kind, self.kinds)
                raise FieldError(
                    f"lenders.{name}.kind", f"is {shown(setup.kind)}; no such kind.{guess}"
                )
            if setup.id in seen:
                raise FieldError(
                    f"lenders.{name}.id", f"is {setup.id}, which is that of {seen[setup.id]}"
                )
            seen[setup.id] = name
        lived_in = {region for segment in self.segments.values() for region in segment.places}
        for region in self.regions:
            if self.segments and region not in lived_in:
                guess = did_you_mean(region, lived_in)
                raise FieldError(
                    f"regions.{region}",
                    f"is a region where nobody lives; name it in places.{guess}",
                )
        return self

    @model_validator(mode="before")
    @classmethod
    def _strategies_of_lenders_there(cls, values: Any) -> Any:
        lenders = values.get("lenders") if isinstance(values, Mapping) else None
        there = lenders if isinstance(lenders, Mapping) else {}
        for name, setup in there.items():
            if isinstance(setup, Mapping) and "strategy" in setup and "kind" not in setup:
                known = [one for one in there if one != name]
                raise FieldError(
                    f"lenders.{name}",
                    f"names no lender that could have a strategy.{did_you_mean(name, known)}",
                )
        return values

    @model_validator(mode="after")
    def _strategies_that_lenders_can_have(self) -> Self:
        for name, setup in self.lenders.items():
            for place, strategy in strategies_by_path(setup.strategy).items():
                path = f"lenders.{name}.strategy{place}"
                if strategy != NONE and not setup.is_brand:
                    raise FieldError(
                        path, f"is {shown(strategy)}, but {name} only funds other lenders' loans"
                    )
                self._niche_served(path, strategy, setup.kind)
                self._leader_there(path, strategy, name)
            if setup.strategy is not None and not isinstance(setup.strategy, str):
                for month in setup.strategy:
                    self._in_time(f"lenders.{name}.strategy.{month}", month)
        return self

    @model_validator(mode="after")
    def _entrants_that_can_enter(self) -> Self:
        for name, setup in self.lenders.items():
            if setup.enters is None:
                continue
            path = f"lenders.{name}"
            self._in_time(f"{path}.enters", setup.enters)
            if setup.enters <= self.start:
                raise FieldError(
                    f"{path}.enters",
                    f"is {setup.enters}, not after the first reported month ({self.start}); leave "
                    "it out for a lender that is there from the start",
                )
            if setup.balance > 0:
                raise FieldError(
                    f"{path}.balance",
                    f"is {setup.balance:g}, but a lender that enters in {setup.enters} has no "
                    "opening balance; write 0",
                )
            if setup.partner_weight > 0:
                raise FieldError(
                    f"{path}.partner_weight",
                    f"is {setup.partner_weight:g}, but a lender that enters later cannot fund "
                    "other brands' loans from the start; leave it out",
                )
            if not self.kinds[setup.kind].segments:
                raise FieldError(
                    f"{path}.kind", f"is {shown(setup.kind)}, which lends to nobody itself"
                )
        return self

    def _niche_served(self, path: str, strategy: str, kind: str) -> None:
        """Raises FieldError for a niche that is no segment, or one that the kind cannot serve."""
        segment, served = niche_of(strategy), self.kinds[kind].segments
        if segment and segment not in self.segments:
            guess = did_you_mean(segment, self.segments)
            raise FieldError(path, f"is {shown(strategy)}; no such segment.{guess}")
        if segment and served.get(segment, 0.0) == 0.0:
            able = ", ".join(one for one, fit in served.items() if fit > 0.0)
            raise FieldError(
                path, f"is {shown(strategy)}, but {kind} lenders serve only {able}; choose one"
            )

    def _leader_there(self, path: str, strategy: str, follower: str) -> None:
        """Raises FieldError for a leader that is no brand, or the follower itself."""
        leader = leader_of(strategy)
        brands = [name for name, setup in self.lenders.items() if setup.is_brand]
        if leader and leader not in brands:
            guess = did_you_mean(leader, brands)
            raise FieldError(path, f"is {shown(strategy)}; no such lender with prices.{guess}")
        if leader == follower:
            raise FieldError(
                path, f"is {shown(strategy)}, so that it would follow itself; name another lender"
            )

    @model_validator(mode="after")
    def _competition_among_lenders_there(self) -> Self:
        try:
            alarms = self.funding.alarms.items()
            spoken_of = {f"funding.alarms.{name}": alarm.lenders for name, alarm in alarms}
            for name, setup in self.lenders.items():
                strategies = strategies_by_path(setup.strategy).values()
                if leaders := tuple(filter(None, map(leader_of, strategies))):
                    spoken_of[f"lenders.{name}.strategy"] = leaders
            check(self.competition.level, self.lenders, spoken_of)
        except FieldError as error:
            raise FieldError(("competition", *error.path), error.predicate) from None
        return self

    def under_competition(self) -> "Scenario":
        """This scenario with what its level of competition makes of its other sections.

        Nothing is left to be done in the result: asked again, it returns itself.
        """
        if self.competition.level == CompetitionLevel():
            return self
        contest = Contest(self.lenders, self.kinds, self.search, self.policy.openness)
        made = under(self.competition.level, contest)
        policy = self.policy.model_copy(update={"openness": made.openness})
        parts = {"lenders": made.lenders, "kinds": made.kinds, "search": made.search}
        parts |= {"competition": CompetitionSection()}
        return self.model_copy(update={**parts, "policy": policy})

    @model_validator(mode="after")
    def _dates_within_the_run(self) -> Self:
        for path, _, rule in self.policy.rules():
            for month, step in rule.steps.items():
                self._in_time(f"policy.{path}.steps.{month}", month)
                self._in_time(f"policy.{path}.steps.{month}.announced", step.announced)
            self._in_time(f"policy.{path}.until", rule.until)
        for name, alarm in self.funding.alarms.items():
            self._in_time(f"funding.alarms.{name}.start", alarm.start)
            path = f"funding.alarms.{name}.lenders"
            _known_in_list(alarm.lenders, self.lenders, path, "lender")
            self._have_the_source(alarm, path)
        for name, reaction in self.policy.reactions.items():
            self._in_time(f"policy.reactions.{name}.starts", reaction.starts)
        for name, shock in self.macro.shocks.items():
            path = f"macro.shocks.{name}"
            self._in_time(f"{path}.start", shock.start)
            first = self.start - self.burn_in_months
            if shock.start + shock.months <= first:
                raise FieldError(
                    f"{path}.months",
                    f"is {shock.months}, so that the shock of {shock.start} ends before the "
                    f"simulation begins ({Month(first)})",
                )
        return self

    @model_validator(mode="after")
    def _reactions_that_can_move(self) -> Self:
        """No reaction rule moves what nothing limits, or what is past its bound from the start."""
        last = Month(self.start + (MOST_MONTHS - 1))
        turns = {
            turn
            for _, _, rule in self.policy.rules()
            for month, step in rule.steps.items()
            if (turn := int(month) + step.phase_in_months) <= last
        }

        @cache  # what limits a month is the same for all reactions, and takes long to find
        def limits(month: int) -> Limits:
            return self.policy.at(Month(month), self.macro.lpr.at(Month(month)))

        for name, reaction in self.policy.reactions.items():
            path, first = f"policy.reactions.{name}", int(max(self.start, reaction.starts))
            found = {
                level
                for month in {first, *(max(first, turn) for turn in turns)}
                for level in levels(reaction, limits(month)).values()
            }
            if any(map(reaction.can_move, found)):
                continue
            limited = [level for level in found if level < reaction.unlimited]
            if not limited:
                raise FieldError(
                    path,
                    f"moves the {MOVED_WORDS[reaction.moves]}, but no rule sets one for its "
                    "licences; write such a rule, or other licences",
                )
            way, far, needed = (
                ("down", max(limited), "below")
                if reaction.step < 0.0
                else ("up", min(limited), "above")
            )
            raise FieldError(
                f"{path}.bound",
                f"is {reaction.amount(reaction.bound)}, and the {MOVED_WORDS[reaction.moves]} "
                f"stands at {reaction.amount(far)} already, so that steps of "
                f"{reaction.amount(abs(reaction.step))} {way} never move it; write a bound "
                f"{needed} that, or turn the step round",
            )
        return self

    @model_validator(mode="after")
    def _values_that_a_run_comes_to(self) -> Self:
        last = Month(self.start + (MOST_MONTHS - 1))
        earliest = Month(max(0, int(self.start) - LONGEST_BURN_IN))
        for name, values in self.macro.dated():
            # Incomes do not grow before the first reported month, whatever is known of them.
            first = self.start if name == "income_growth" else earliest
            refuse_unreached(f"macro.{name}", values, first, last)
        for name, kind in self.kinds.items():
            if kind.online_path is not None:
                refuse_unreached(f"kinds.{name}.online_path", kind.online_path, earliest, last)
        return self

    def _in_time(self, path: str, month: Month | None) -> None:
        """Raises FieldError for a month that no run of this scenario reaches."""
        last = self.start + (MOST_MONTHS - 1)
        if month is not None and month > last:
            raise FieldError(
                path,
                f"is {month}, outside the run; it reports {self.start} to {last}",
            )

    @model_validator(mode="after")
    def _caps_above_the_price_of_money(self) -> Self:
        """No cap lies below what the cheapest lender pays for its money: a slip, unless it is 0."""
        used = {setup.kind for setup in self.lenders.values()}
        cheapest = min(used, key=lambda name: self.kinds[name].funding_cost, default=None)
        if cheapest is None:
            return self
        cost = self.kinds[cheapest].funding_cost
        for path, cap in self.policy.caps():
            for month, step in cap.steps.items():
                if 0.0 < (level := step.value(self.macro.lpr.at(month))) < cost:
                    raise FieldError(
                        f"policy.{path}.steps.{month}",
                        f"caps prices at {percent(level)}, and the cheapest money costs a lender "
                        f"{percent(cost)} (kinds.{cheapest}.funding_cost), so that nobody could "
                        f"lend; write more than that, or 0% to forbid lending",
                    )
        return self

    def _have_the_source(self, alarm: Alarm, path: str) -> None:
        """Raises FieldError if an alarm is about money that a lender does not have."""
        for place, lender in enumerate(alarm.lenders):
            mix = self.kinds[self.lenders[lender].kind].funding_mix
            if mix.get(alarm.source, 0.0) == 0.0:
                has = ", ".join(name for name, share in mix.items() if share > 0.0)
                raise FieldError(
                    f"{path}.{place}",
                    f"is {lender}, which has no {alarm.source} to lose (it has {has}); name "
                    "another lender or another source",
                )

    @model_validator(mode="after")
    def _rules_for_segments_that_there_are(self) -> Self:
        for field in ("subsidy", "guarantee_scheme"):
            for name, rule in getattr(self.policy, field).items():
                if rule.segments != "all":
                    path = f"policy.{field}.{name}.segments"
                    _known_in_list(rule.segments, self.segments, path, "segment")
        return self

    @model_validator(mode="after")
    def _subsidies_below_prices(self) -> Self:
        for name, rule in self.policy.subsidy.items():
            self._below_opening_prices(name, rule)
            self._below_caps(name, rule)
        return self

    def _below_opening_prices(self, name: str, rule: SubsidyRule) -> None:
        """Raises FieldError if the state would pay more than the cheapest lender asks."""
        for lender, setup in self.lenders.items():
            kind = self.kinds[setup.kind]
            served = any(rule.reaches(segment) for segment in kind.segments)
            if setup.balance == 0 or not served or not any(map(rule.binds, kind.licences)):
                continue
            for month, step in rule.steps.items():
                if step.level > 0 and step.level >= setup.apr:
                    raise FieldError(
                        f"policy.subsidy.{name}.steps.{month}.level",
                        f"is {percent(step.level)}, above the price: lenders.{lender} asks "
                        f"{percent(setup.apr)} at the start; write less, or leave its licence or "
                        "segments out",
                    )

    def _below_caps(self, name: str, rule: SubsidyRule) -> None:
        """Raises FieldError if the state would pay more than a cap lets lenders ask."""
        for month in map(Month, range(self.start, self.start + MOST_MONTHS)):
            lpr = self.macro.lpr.at(month)
            level = rule.level_at(month, lpr, 0.0)
            if level == 0.0:
                continue
            for licence, cap in self.policy.caps_at(month, lpr).items():
                if rule.binds(licence) and level >= cap.all_in:
                    raise FieldError(
                        f"policy.subsidy.{name}",
                        f"pays {percent(level)} in {month}, above the price: {licence} loans are "
                        f"capped at {percent(cap.all_in)} then; write less, or leave the licence "
                        "out",
                    )


MOST_SEGMENTS = 8
"""Bins of a scorecard's feature that holds the segment."""


def _known(used: Iterable[str], names: Iterable[str], path: str, noun: str) -> None:
    """Raises FieldError for the first name that is used without being declared."""
    for name in used:
        if name not in names:
            guess = did_you_mean(name, names)
            raise FieldError(f"{path}.{name}", f"names no {noun}.{guess}")


def _known_in_list(used: tuple[str, ...], names: Iterable[str], path: str, noun: str) -> None:
    """Raises FieldError for the first name of a list that is not declared."""
    for index, name in enumerate(used):
        if name not in names:
            guess = did_you_mean(name, names)
            raise FieldError(f"{path}.{index}", f"is {shown(name)}; no such {noun}.{guess}")


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read and check a scenario.

    name_or_path : the name of a scenario that comes with the program, or the path of a YAML file

    Raises InputError with one line: file, line, key, what was found, what is allowed, nearest
    valid name.
    """
    return Scenario.load(name_or_path)


def scenario_schema(root: type[ScenarioRoot] = Scenario) -> dict[str, Any]:
    """The JSON Schema of a scenario file."""
    schema = root.model_json_schema()
    extends = {
        "type": "string",
        "description": "the scenario that this one changes: a name, or a path ending in .yaml",
    }
    schema["title"] = "loansim scenario"
    schema["properties"] = {"extends": extends} | schema["properties"]
    return schema
