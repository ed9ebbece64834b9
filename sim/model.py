"""The market: a Mesa model whose step is one month, in the order in which things happen."""

import copy
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from mesa import Model

from agents.bank import Bank
from agents.funders import Mood, funding_table, no_mood
from agents.lender import Lender, LenderState
from agents.limits import Limits
from agents.messages import (
    Floats,
    Ints,
    Offers,
    Tally,
    Terms,
    World,
    empty_tally,
)
from agents.platform import Platform
from agents.population import behaviour_arrays
from agents.record import RECORD
from agents.regulator import Regulator
from agents.regulator_memory import GuaranteeAccount, RegulatorState, SubsidyAccount
from agents.routes import Route, RouteBook
from sim.allocation import remember_shortage
from sim.bad_loans import recover
from sim.bookkeeping import (
    book_costs,
    close_month,
    learn,
    plan,
    planning_brands,
)
from sim.columns import whole
from sim.compiled import (
    CompiledBorrowers,
    Records,
    live_in_turns,
    needs_compiling,
    populate_in_turns,
    sign_in_turns,
)
from sim.core.errors import InputError
from sim.core.kept_code import load_as_it_is
from sim.core.months import Month
from sim.entry import admit_entrants
from sim.fire_sales import fire_sales
from sim.funding import watch_lenders
from sim.guarantee_scheme import book_guarantees, expected_cover
from sim.incidents import incidents
from sim.ledger import Ledger
from sim.line_routes import move_lines
from sim.macro import Macro
from sim.market import Event, Market
from sim.opening import begin_reach, book_opening, eager, held_back, steer, steered_offers
from sim.ownership import reconsider
from sim.partner_trust import watch_brands
from sim.policy import happenings, months_of_change
from sim.rationing import leverage_limits, ration, room, turned_away
from sim.reactions import adjusted, react
from sim.recapitalisation import recapitalise
from sim.recorder import Figures, Record, Recorder
from sim.reference import ReferenceBorrowers
from sim.rivalry import level_reach, markup_answers, move_marketing, take_down_opening
from sim.sanctions import call_to_order, punish
from sim.scenario import MOST_MONTHS, Scenario
from sim.settlement import add_by_holder, add_by_place, add_provisions, settle_routes
from sim.share_limit import hold_shares
from sim.strategies import take_stances
from sim.structure import enter_and_exit
from sim.subsidy import book_subsidies, subsidies_of_month
from sim.supervision import to_inspect
from sim.technology import book_technology, switch_off
from sim.terms import (
    funding_rates,
    guarantees_to_give,
    mix_routes,
    partner_yields_bp,
    publish_terms,
    source_rates,
)

for each_kernel in (
    populate_in_turns,
    live_in_turns,
    sign_in_turns,
    settle_routes,
    add_by_place,
    add_by_holder,
    add_provisions,
    move_lines,
    mix_routes,
):
    load_as_it_is(each_kernel)


@dataclass
class State:
    """Everything that a market is at a month-end: copy it, and another run goes on from there.

    lived : months so far, burn-in included ; opened : whether the burn-in is over
    """

    lived: int
    opened: bool
    records: Records
    lenders: list[LenderState]
    routes: list[Route]
    ledger: Ledger
    stock: Ints
    flow: Ints
    record: Record
    regulator: RegulatorState
    mood: Mood


class LoanMarket(Model[Any, Any]):
    """Borrowers, banks, platforms and a regulator, month by month.

    settings : the scenario, under its level of competition
    borrowers : simulated ones, each for `weight` people
    executor : "cpu" (compiled) or "reference" (one Mesa agent per borrower)
    threads : of the compiled executor, None for all cores; results do not depend on it
    audit : prove the books every month
    lender_rows : collect the lenders' table; without it a month takes a tenth less of the lenders
    """

    def __init__(
        self,
        settings: Scenario,
        *,
        borrowers: int = 100_000,
        seed: int = 1,
        executor: str = "cpu",
        threads: int | None = None,
        audit: bool = False,
        lender_rows: bool = True,
    ) -> None:
        super().__init__(rng=seed)
        settings = settings.under_competition()
        self.settings = settings
        self.seed = seed
        self.audit = audit
        self.threads = threads or os.cpu_count() or 1
        self.weight = settings.population / borrowers
        self.first_month = settings.start
        self.burn_in_months = settings.burn_in_months
        self.opened = False
        self.behaviour = behaviour_arrays(
            settings.segments,
            settings.regions,
            settings.products,
            settings.behaviour,
            settings.search,
        )
        self.market = self._found_lenders()
        self.regulator = Regulator(self, seed)
        self._lags = {x.complies_after_months for x in settings.lenders.values()} - {0}
        self._known_limits: dict[int, tuple[float, Limits]] = {}
        self._turns = months_of_change(settings.policy)
        self.recorder = Recorder(
            settings, self.market, self.behaviour, self.weight, lender_rows=lender_rows
        )
        self.borrowers: CompiledBorrowers | ReferenceBorrowers
        if executor == "reference":
            self.borrowers = ReferenceBorrowers(borrowers, self)
        elif executor == "cpu":
            self.borrowers = CompiledBorrowers(borrowers, self.threads)
        else:
            raise InputError(f"no executor {executor!r}; there are cpu and reference")
        self._populated = False
        self._ahead = 0  # months lived in a restored state that Mesa's clock knows nothing of

    # --- the month -------------------------------------------------------------------------------

    @property
    def now(self) -> Month:
        """The month that is being lived, or was lived last."""
        return Month(self.first_month - self.burn_in_months + max(0, self.lived - 1))

    @property
    def lived(self) -> int:
        """Months lived, burn-in included, the present one too."""
        return round(float(self.time)) + self._ahead

    @property
    def _burned_in(self) -> float:
        """Part of the burn-in that has passed, the present month included."""
        return self.lived / max(1, self.burn_in_months)

    def step(self) -> None:
        """One month, in the order in which it happens."""
        self._populate_once()
        self._open_when_due()
        market, settings, now = self.market, self.settings, self.now
        macro = settings.macro.at(now, self.first_month)
        reacted = self._react()
        limits = self._limits(now)
        market.ledger.begin_month()
        market.events = self._announce(macro) + reacted
        switch_off(market, settings.technologies, now, told=self.opened)
        self._inspect(limits)
        newcomers = 0
        if self.opened:
            newcomers = admit_entrants(market, limits, now)
            hold_shares(market, limits)
            take_stances(market, settings.ownership, now)
        world, terms = self._world(macro), self._publish(limits, macro)
        asked = source_rates(market, macro)
        money = funding_rates(market, asked)
        yields, paid = partner_yields_bp(market, money), market.route_apr_bp()
        first_half = self.borrowers.live(world, terms, self._blank_tally)
        market.ledger.settle(first_half, market.book, yields, paid)
        offers = self._ration(first_half, limits)
        second_half = self.borrowers.sign(world, terms, offers, self._blank_tally)
        market.ledger.settle(second_half, market.book, yields, paid)
        self._survey(first_half, second_half, macro)
        recover(market)
        book_costs(market, money)
        technologies = settings.technologies
        book_technology(market, technologies, limits, now, adopting=self.opened)
        learn(market, first_half)
        if self.opened:
            refused = turned_away(market, first_half.route, offers.admit)
            entered, left = self._live_on(limits, refused)
        else:
            refused = held_back(market, first_half, second_half)
            entered, left = self._approach_opening(limits, refused)
        watch_lenders(market, limits, settings.funding, now, opened=self.opened)
        if self.opened:
            watch_brands(market, settings.funding)
        if self.audit:
            market.ledger.audit(market.book)
        entered += newcomers
        # Nothing is shown of the burn-in, so that nobody asks what could still be lent then.
        left_to_lend = room(market, limits).lend if self.opened else whole(np.zeros(len(refused)))
        figures = Figures(
            now, first_half, second_half, money, asked, entered, left, left_to_lend,
            leverage_limits(market, limits),
        )  # fmt: skip
        self.recorder.observe(figures, reported=self.opened)

    def burn_in(self, progress: Callable[[int, int], None] | None = None) -> None:
        """Grows the opening state, then books the opening capital as one visible entry."""
        for month in range(self.burn_in_months):
            self.step()
            if progress is not None:
                progress(month + 1, self.burn_in_months)
        self.open_books()

    def open_books(self) -> None:
        """Books the opening capital; from here on months are reported and nothing is steered."""
        entries = book_opening(self.market)
        first = self.first_month
        lpr = self.settings.macro.at(first, first).lpr
        take_down_opening(self.market, self.settings.policy.at(first, lpr))
        self.opened = True
        real = self.market.real_yuan
        for lender, amount in entries:
            self.recorder.note(
                self.first_month,
                Event(
                    "opening",
                    lender.name,
                    f"opening capital booked: {real(amount) / 1e9:+,.2f} billion yuan",
                    real(self.market.ledger.equity(lender.number) - amount),
                    real(self.market.ledger.equity(lender.number)),
                ),
            )
        if self.audit:
            self.market.ledger.audit(self.market.book)

    # --- state -----------------------------------------------------------------------------------

    def snapshot(self) -> State:
        """A copy of the whole state at the last month-end."""
        return State(
            lived=self.lived,
            opened=self.opened,
            records=self.borrowers.snapshot(),
            lenders=self.market.copy_states(),
            routes=list(self.market.book.rows),
            ledger=self.market.ledger.copy(),
            stock=self.market.stock.copy(),
            flow=self.market.flow.copy(),
            record=self.recorder.remembered(),
            regulator=copy.deepcopy(self.regulator.state),
            mood=copy.deepcopy(self.market.mood),
        )

    def restore(self, state: State) -> None:
        """Goes on from a copied state; the state itself stays as it is."""
        self._populated = state.lived > 0
        self.opened = state.opened
        # Mesa's clock is left alone: steps it has scheduled would be repeated or left out.
        self._ahead = state.lived - round(self.time)
        self.borrowers.restore(state.records)
        for lender, remembered in zip(self.market.lenders, state.lenders, strict=True):
            lender.state = copy.deepcopy(remembered)
        self.market.book.reset(state.routes)
        self.market.ledger = state.ledger.copy()
        self.market.stock, self.market.flow = state.stock.copy(), state.flow.copy()
        self.market.mood = copy.deepcopy(state.mood)
        self.recorder.recall(state.record)
        self.regulator.state = copy.deepcopy(state.regulator)
        # The state may come from a scenario with other subsidies, none of which has paid by then.
        accounts = self.regulator.state.subsidies
        self.regulator.state.subsidies = {
            name: accounts.get(name, SubsidyAccount()) for name in self.settings.policy.subsidy
        }
        funds = self.regulator.state.guarantees
        self.regulator.state.guarantees = {
            name: funds.get(name, GuaranteeAccount())
            for name in self.settings.policy.guarantee_scheme
        }

    @property
    def state_bytes_per_borrower(self) -> float:
        """Bytes of state a borrower takes in the compiled executor."""
        return float(RECORD.itemsize)

    @property
    def needs_compiling(self) -> bool:
        """Whether the borrower's month has to be compiled before the first step."""
        return isinstance(self.borrowers, CompiledBorrowers) and needs_compiling()

    def compile(self) -> None:
        """Compiles the borrower's month, or loads what was compiled before."""
        tiny = LoanMarket(self.settings, borrowers=100, seed=self.seed, threads=1)
        tiny.step()

    # --- parts of the month ----------------------------------------------------------------------

    def _populate_once(self) -> None:
        """The first occupants arrive with the first month."""
        if not self._populated:
            self._populated = True
            self.borrowers.populate(self._world(self.settings.macro.at(self.now, self.first_month)))

    def _world(self, macro: Macro) -> World:
        """What borrowers know of themselves and the economy this month."""
        shocks = macro.shocks
        adoption = np.array(
            [[macro.online_town, macro.online_country]] * len(self.settings.segments)
        )
        world = World(
            seed=self.seed,
            month=int(self.now),
            first_month=int(self.first_month) - self.burn_in_months,
            income_index=macro.income_index,
            income_season=macro.income_season,
            spending_season=macro.spending_season,
            unemployment=macro.unemployment,
            shock_share=np.array([s.share for s in shocks], dtype=np.float64),
            shock_depth=np.array([s.depth for s in shocks], dtype=np.float64),
            shock_key=np.array([int(s.start) for s in shocks], dtype=np.int64),
            adoption=adoption,
            **self.behaviour.fields,
        )
        return world if self.opened else eager(world, self._burned_in)

    def _open_when_due(self) -> None:
        """The first month after the burn-in begins with the opening of the books."""
        if not self.opened and self.lived > self.burn_in_months:
            self.open_books()

    def _publish(self, limits: Limits, macro: Macro) -> Terms:
        """What lenders offer this month, and what the state adds."""
        # In the burn-in guarantees do not bind: the opening balance sheet says how much there is.
        guarantees = guarantees_to_give(self.market, limits) if self.opened else None
        accounts = self.regulator.state.subsidies
        segments = tuple(self.settings.segments)
        subsidies, cuts = subsidies_of_month(
            self.market, self.settings.policy.subsidy, accounts, self.now, macro.lpr, segments
        )
        if self.opened:
            self.market.events += cuts
        return publish_terms(
            self.market,
            limits,
            macro,
            len(segments),
            len(self.settings.regions),
            subsidies,
            guarantees,
            expected_cover(
                self.settings.policy.guarantee_scheme,
                self.regulator.state.guarantees,
                self.now,
                macro.lpr,
                segments,
            ),
        )

    def _blank_tally(self) -> Tally:
        """A tally of zeros with a place for everything that can happen this month."""
        return empty_tally(
            len(self.market.lenders),
            len(self.market.book),
            len(self.settings.segments),
            self.recorder.cells,
            self.burn_in_months + MOST_MONTHS,
            len(self.settings.policy.subsidy),
            by_segment=bool(self.settings.policy.guarantee_scheme),
        )

    def _survey(self, first_half: Tally, second_half: Tally, macro: Macro) -> None:
        """Where loans, subsidies and guarantees stand after both halves of the month."""
        stock = first_half.stock + second_half.stock
        self.market.ledger.survey(second_half._replace(stock=stock))
        self.market.flow = first_half.route + second_half.route
        self.market.stock = stock
        book_subsidies(self.regulator.state.subsidies, first_half, second_half)
        cuts = book_guarantees(
            self.market,
            self.settings.policy.guarantee_scheme,
            self.regulator.state.guarantees,
            first_half.segment + second_half.segment,
            self.now,
            macro.lpr,
            tuple(self.settings.segments),
        )
        if self.opened:
            self.market.events += cuts

    def _live_on(self, limits: Limits, refused: Floats) -> tuple[int, int]:
        """The end of a reported month; returns real firms entered and left.

        refused : [L] part of this month's requests that was not admitted
        """
        incidents(self.market, self.settings.incidents, self.seed, int(self.now))
        close_month(self.market, limits, steered=False)
        recapitalise(self.market, self.settings.ownership)
        fire_sales(self.market, limits)
        if planning := planning_brands(self.market):
            rivalry = self.settings.rivalry
            aims = markup_answers(self.market, planning, limits, rivalry)
            plan(self.market, planning, aims.alone, rivalry, aims.rivals)
            move_marketing(planning, rivalry, 1.0 - refused)
            level_reach(planning, rivalry)
            remember_shortage(planning, refused)
        month, ownership = int(self.now), self.settings.ownership
        entered, left = enter_and_exit(self.market, limits, self.seed, month)
        return entered, left + reconsider(self.market, ownership, limits, self.seed, month)

    def _approach_opening(self, limits: Limits, refused: Floats) -> tuple[int, int]:
        """The end of a month of the burn-in: books close, brands are steered, nobody comes or goes.

        refused : [L] part of this month's requests that was held back
        """
        close_month(self.market, limits, steered=True)
        steer(self.market, refused, self._burned_in)
        return 0, 0

    def _announce(self, macro: Macro) -> list[Event]:
        """What the economy and the regulator do this month, as events; nothing in the burn-in."""
        if not self.opened:
            return []
        told = [Event("shock", "economy", text) for text in self.settings.macro.news(self.now)]
        if self.now not in self._turns:
            return told
        said = happenings(self.settings.policy, self.now, macro.lpr)
        return told + [Event(h.kind, "regulator", h.text, h.before, h.after) for h in said]

    def _inspect(self, limits: Limits) -> None:
        """Random inspections on last month-end's figures; a breach costs money and customers."""
        if not self.opened:
            return
        call_to_order(self.market, self.regulator, int(self.now))
        inspected = to_inspect(self.market, limits, self._limits(Month(self.now - 1)))
        found = self.regulator.supervise(inspected, int(self.now))
        punish(self.market, self.regulator, self.settings.policy, found, int(self.now))

    def _limits(self, month: Month) -> Limits:
        """The limits of a month, with the older ones that lenders slow to comply still follow."""
        limits = self._limits_heeded(month)
        if not self._lags:
            return limits
        late = {lag: self._limits_heeded(Month(max(0, month - lag))) for lag in self._lags}
        ahead = limits.ahead
        return replace(limits, late=late, ahead=ahead and replace(ahead, late=late))

    def _react(self) -> list[Event]:
        """Instruments that the regulator moves by rule, on the figures that it knows by now."""
        rules = self.settings.policy.reactions
        if not rules or not self.opened:
            return []
        accounts, published = self.regulator.state.reactions, self.recorder.pages["market"]
        return react(rules, accounts, published, self._policy_at(self.now), self.now)

    def _limits_heeded(self, month: Month) -> Limits:
        """What the rules say in a month, with what reaction rules had made of it."""
        rules, accounts = self.settings.policy.reactions, self.regulator.state.reactions
        return adjusted(self._policy_at(month), rules, accounts, month)

    def _policy_at(self, month: Month) -> Limits:
        """What the rules say in a month; kept, as the month before is asked for too."""
        known = self._known_limits
        if month not in known:
            lpr = self.settings.macro.lpr.at(month)
            before = known.get(month - 1)
            if before is not None and before[0] == lpr and month not in self._turns:
                known[month] = before
            else:
                known[month] = lpr, self.settings.policy.at(month, lpr)
        return known[month][1]

    def _ration(self, first_half: Tally, limits: Limits) -> Offers:
        """Room against demand; in the burn-in, what is missing to the opening balance."""
        if not self.opened:
            return steered_offers(self.market, first_half.route, self._burned_in)
        return ration(self.market, first_half.route, room(self.market, limits))

    # --- founding --------------------------------------------------------------------------------

    def _found_lenders(self) -> Market:
        """The lenders of the scenario, their partners and empty books."""
        sorts = {"bank": Bank, "platform": Platform}
        names = tuple(self.settings.segments)
        agents: list[Lender] = []
        for number, (name, setup) in enumerate(self.settings.lenders.items()):
            kind = self.settings.kinds[setup.kind]
            sort = sorts[kind.role]
            technologies = self.settings.technologies
            agents.append(sort(self, number, name, setup, kind, names, technologies))
        market = Market(
            agents,
            RouteBook(),
            Ledger.blank(len(agents)),
            partners_of(agents),
            self.weight,
            funding_table([lender.kind for lender in agents], self.settings.funding),
            no_mood(len(agents)),
            self.settings.funding.fire_sales,
        )
        begin_reach(market)
        for lender in agents:
            if lender.state.status == "open":
                market.ledger.pay_capital(lender.number, market.sample_fen(lender.setup.equity))
        return market


def partners_of(lenders: list[Lender]) -> list[list[tuple[int, float]]]:
    """For each lender that needs them, those that fund its loans; weights sum to one."""
    funders = [lender for lender in lenders if lender.setup.partner_weight > 0]
    # By permanent id: the order of a scenario's list decides nothing.
    funders.sort(key=lambda lender: lender.setup.id)
    chosen: list[list[tuple[int, float]]] = []
    for lender in lenders:
        needs = any(name != "own" and share > 0 for name, share in lender.kind.routes.items())
        others = [funder for funder in funders if funder is not lender] if needs else []
        total = sum(funder.setup.partner_weight for funder in others)
        chosen.append([(f.number, f.setup.partner_weight / total) for f in others])
    return chosen
