"""A lender: what it knows, asks, offers, risks and becomes.

`Bank` and `Platform` share everything here; they differ in how they fund loans. What a lender
decides, it decides from its own books, its own scorecard and the limits of the month.
Everything that lasts is in `LenderState`, so that a market can be copied and branched.
"""

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import numpy as np
from mesa import Agent, Model

from agents.lender_parameters import LenderKind, LenderSetup, route_licence
from agents.limits import Licence, Limits, leverage_limit
from agents.messages import Floats
from agents.pricing import SCORE_HORIZON, target_markup
from agents.routes import Route, RouteBook
from agents.scorecard import Scorecard
from agents.strategy import NEUTRAL, Stance
from agents.technology import Effects, left
from agents.technology_parameters import TECHNOLOGIES, Technologies

Status = Literal["outside", "open", "run_off", "closed"]


RELATION_YEARS = 2.5
"""Years over which the cost of winning a customer is spread (assumption)."""

EXPOSURE = 0.8
"""Share of a draw still outstanding when it defaults (assumption, early default)."""

BAD_TO_LOSS = 0.6
"""Part of the loans bad at six months that end in charge-off; the rest cure (assumption)."""

LGD = 0.95
"""Loss given default that lenders price (assumption: bad books sell at about 4% of face)."""

CALIBRATION_RANGE = (0.8, 1.25)
"""How far realised against expected loss may move a lender's view of its grades (assumption)."""

MEMORY = 1.0 / 12.0
"""Weight of the newest month in a lender's running means."""

ANSWER_SPEED = 0.2
"""Part of the distance to the wanted answer to rivals closed in a month (assumption): who loses
requests to a price that he can see need not wait, as for what a share of contests tells."""

MARKUP_RANGE = (-0.02, 0.30)
"""Loss-leading at most two points; nobody asks more than thirty over cost (assumption)."""

REACH_FROM_USERS = 0.7
REACH_GAMMA = 0.25
REACH_RANGE = (0.1, 6.0)
"""Law of motion of reach, relative to its opening value: the part of a month's decay that customers
and marketing make good. Returns diminish, so a deviation from the opening shrinks unless customers
keep it up (assumptions)."""


@dataclass
class Norms:
    """What a lender's answers to its rivals are measured from: how it stood at the opening.

    price : [S] what it posted, fraction per year; 0 before the opening
    share : of all balances ; earning : markup on a new yuan, fraction per year
    profit : recent month's, fen ; excess : return on equity above a normal one
    openness : of its licence ; loss : losses of its loans, fraction of balance per year
    """

    price: Floats
    share: float = 0.0
    earning: float = 0.0
    profit: float = 0.0
    excess: float = 0.0
    openness: float = 0.0
    loss: float = 0.0


@dataclass
class LenderState:
    """Everything about a lender that lasts from month to month.

    markup, conduct : [S] over break-even, fraction per year; see `target_markup`
    price_recent : running all-in price of its draws, fraction per year
    realised, expected : running loss rates, fraction of balance per year
    contested, won : [S] running counts of contests
    contests : [S, 4] of these lately, by month: lost; by how much the winners' prices had risen
        since the opening, bp, in sum; offers of others met; what those lenders ask, bp, in sum
    answer : [S] part of the markup that answers those to whom it loses, fraction per year
    answer_shown : mean answer over the segments as far as the running price shows it
    growth, balance_before : in the burn-in, recent monthly growth of the balance, and last month's
    technology : how much of each technology it has adopted, in the order of TECHNOLOGIES
    blur : added to the error of what it knows, fraction, by data that it has lost
    users_norm, marketing_norm : opening levels against which reach moves
    norms : the opening, against which it sees its rivals
    marketing : budget as a share of revenue, times the opening one
    short : recent part of requests for which it had no room
    poor_months : in a row, with a return that its owners do not bear
    share_held : above the limit on market shares
    refused : its owners have been asked for money and did not put it in
    partners_trust : part of the loans asked of partners that they still fund
    usual_balance : running mean of a year's balances, fen; 0 before any
    paid_in : capital with which it entered, fen; its owners may not take that out
    stance : what its strategy makes of this month's decisions
    corrected : an order of the regulator has made it follow the rules of the day
    debts : what applicants owe, months of income, mean of recent statistics of all lenders
    """

    firms: int
    status: Status
    reach: float
    reach_start: float
    markup: Floats
    conduct: Floats
    scorecard: Scorecard
    technology: list[float]
    price_recent: float
    realised: float
    expected: float
    contested: Floats
    won: Floats
    norms: Norms
    contests: Floats
    answer: Floats
    answer_shown: float = 0.0
    line_scale: float = 1.0
    blur: float = 0.0
    growth: float = 0.0
    balance_before: float = 0.0
    users_norm: float = 0.0
    marketing_norm: float = 0.0
    short_of_capital: int = 0
    idle_months: int = 0
    revoked: bool = False
    suspended_months: int = 0
    profit_year: list[int] = field(default_factory=list)
    stance: Stance = NEUTRAL
    marketing: float = 1.0
    short: float = 0.0
    poor_months: int = 0
    share_held: bool = False
    refused: bool = False
    partners_trust: float = 1.0
    usual_balance: float = 0.0
    paid_in: int = 0
    corrected: bool = False
    debts: float = 0.0


class Lender(Agent[Any]):
    """A lender as a Mesa agent; `Bank` and `Platform` are the two sorts."""

    def __init__(
        self,
        model: Model[Any, Any],
        number: int,
        name: str,
        setup: LenderSetup,
        kind: LenderKind,
        segments: tuple[str, ...],
        technologies: Technologies,
    ) -> None:
        super().__init__(model)
        self.number = number
        self.name = name
        self.setup = setup
        self.kind = kind
        self.segments = segments
        self.effects = Effects.of(technologies)
        self.serves = np.array([kind.segments.get(s, 0.0) for s in segments])
        self.everywhere = np.ones(len(segments))
        self.state = self.at_the_start()

    def at_the_start(self) -> LenderState:
        """State before the first month of the burn-in."""
        kind, many = self.kind, len(self.segments)
        loss = annual_loss(kind.bad_rate, LGD)
        technology = [kind.technology.get(name, 0.0) for name in TECHNOLOGIES]
        return LenderState(
            firms=0 if self.setup.enters is not None else self.setup.firms,
            status="open" if self.setup.enters is None else "outside",
            reach=max(1e-9, self.setup.balance),
            reach_start=1.0,
            markup=np.full(many, 0.04),
            conduct=np.full(many, 1.0),
            scorecard=Scorecard(self.signal_noise(technology), kind.bad_rate),
            technology=technology,
            price_recent=self.setup.apr,
            realised=loss,
            expected=loss,
            contested=np.full(many, 1.0),
            won=np.full(many, 0.5),
            norms=Norms(np.zeros(many)),
            contests=np.zeros((many, 4)),
            answer=np.zeros(many),
        )

    def signal_noise(self, technology: list[float]) -> float:
        """Error of its behavioural signal with so much of each technology, standard deviations."""
        return self.kind.noise * float(left(self.effects.noise, technology))

    def heeds(self, limits: Limits) -> Limits:
        """The limits on its conduct that it follows: those of the month, or older ones if slow."""
        if self.state.corrected:
            return limits
        return limits.late.get(self.setup.complies_after_months, limits)

    # --- what it is ------------------------------------------------------------------------------

    @cached_property
    def is_brand(self) -> bool:
        """Whether it lends under its own name (a bank may only fund others)."""
        return self.setup.is_brand

    @cached_property
    def licence(self) -> Licence:
        """The licence under which most of its loans are made, and under which it enters."""
        facilitated = sum(
            share
            for name, share in self.kind.routes.items()
            if name in ("facilitated", "guaranteed")
        )
        return "facilitation" if facilitated > 0.5 else self.kind.licence

    @cached_property
    def licences(self) -> set[Licence]:
        """Every licence under which it makes loans."""
        return self.kind.licences

    # --- what its strategy decides ---------------------------------------------------------------

    def attention(self) -> Floats:
        """[S] how well each segment fits it, times what it cares for the segment now."""
        focus = self.state.stance.focus
        return self.serves * focus if isinstance(focus, np.ndarray) else self.serves

    def worst_risks(self) -> Floats:
        """[S] chance of going bad in six months beyond which it refuses."""
        found: Floats = self.everywhere * (self.kind.worst_risk * self.state.stance.cut_off)
        return found

    def least_margin(self) -> float:
        """Margin over break-even below which it refuses, fraction per year; may be negative."""
        return self.kind.least_margin + self.state.stance.margin

    def marketing_share(self) -> float:
        """Marketing budget, fraction of revenue."""
        return self.kind.marketing * self.state.marketing * self.state.stance.marketing

    # --- prices ----------------------------------------------------------------------------------

    def most_fees(self) -> float:
        """Most of a price that it can ask outside the contract rate; who asks no fees has none.

        So a cap on the contract rate is a cap on the whole price as well, a looser one.
        """
        return self.kind.most_fees if self.kind.fee_share > 0.0 else 0.0

    def leverage_limit(self, limits: Limits) -> float:
        """Most loans held, times equity: the tightest of the licences it uses."""
        return min(leverage_limit(limits, licence) for licence in self.licences)

    def least_capital(self, limits: Limits) -> float:
        """Equity that each of its firms must have for the licences it uses, yuan."""
        return max(limits.minimum_capital[licence] for licence in self.licences)

    # --- learning and planning -------------------------------------------------------------------

    def share_won(self) -> Floats:
        """[S] running share of contested offers won, shrunk to one half while contests are few."""
        return share_won(self.state.contested, self.state.won)

    def infer_conduct(self) -> None:
        """Backs out conduct from the opening markups, so that they are where it wants them.

        Where the kind's conduct is above 1 it wants more than that, below 1 less; also a lender
        that opens below cost.
        """
        share = self.share_won()
        per_unit = target_markup(np.ones_like(share), self.kind.price_sensitivity, share)
        implied = self.state.markup / per_unit
        self.state.conduct = implied + (self.kind.conduct - 1.0) * np.abs(implied)

    def move_reach(self, users: float, marketing: float, speed: float) -> None:
        """Reach decays and is made good by customers and marketing, with diminishing returns.

        speed : part that decays in a month
        """
        from_users = math.pow(users / max(1e-9, self.state.users_norm), REACH_GAMMA)
        from_marketing = math.sqrt(max(0.0, marketing) / max(1e-9, self.state.marketing_norm))
        renewed = REACH_FROM_USERS * from_users + (1.0 - REACH_FROM_USERS) * from_marketing
        relative = self.state.reach / self.state.reach_start
        relative += speed * (renewed - relative)
        relative = min(REACH_RANGE[1], max(REACH_RANGE[0], relative))
        self.state.reach = relative * self.state.reach_start

    # --- routes ----------------------------------------------------------------------------------

    def usable_routes(
        self, book: RouteBook, partners: list[tuple[int, float]], limits: Limits
    ) -> list[tuple[int, float]]:
        """Its routes as (number, share); a floor adapts the joint share.

        The floor is the one that it plans with, so that a lender that acts on announcements is
        there when a higher one comes.

        partners : numbers and weights of the lenders that fund its loans
        """
        kind, found = self.kind, []
        for route_class, share in kind.routes.items():
            if share <= 0.0:
                continue
            licence = route_licence(route_class, kind.licence)
            if route_class == "own":
                found.append((book.own(self.number, licence), share))
                continue
            part = 0.0
            if route_class == "joint":
                floors = self.heeds(limits).plan.joint_floor
                part = max(kind.joint_share, floors[kind.licence])
            own_ppm = round(1e6 * part)
            for partner, weight in partners:
                route = Route(self.number, partner, route_class, own_ppm, licence)
                found.append((book.number(route), share * weight))
        return found


def share_won(contested: Floats, won: Floats) -> Floats:
    """[..., S] share of contested offers won, shrunk to one half while contests are few."""
    return (won + 0.5) / (contested + 1.0)


def annual_loss[N: (float, Floats)](bad_in_six_months: N, loss_given_default: float) -> N:
    """Loss rate, fraction of balance per year, of loans with this chance of going bad."""
    return bad_in_six_months * BAD_TO_LOSS / SCORE_HORIZON * EXPOSURE * loss_given_default
