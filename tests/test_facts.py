"""Stylised facts of small-loan markets, as tests over ensembles with common random numbers.

Every test states hypothesis, statistic, threshold and power. Power is that of the test as it is
run here, from the deviation seen across seeds or the error of the estimate; where it is an
assertion, a test that could not see the least effect that matters fails instead of passing.

Worlds that differ by something without a date share the past of `observed` until the books open:
what is compared is then the change, not the burn-in that each world found by itself.

Two worlds of one seed have the same luck. HHI is compared by medians of paired differences.
"""

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pandas
import pytest

from sim.core.months import Month
from sim.evidence.fact_statistics import (
    Estimate,
    exposure,
    hazard,
    income_cells,
    log_ratio,
    logit_slope,
    paired,
    score_cells,
)
from tests.borrower_bootstrap import bootstrap_by_borrower
from tests.ensembles import Lived, differences, lived, together, world

pytestmark = pytest.mark.facts

LOOK = Month.parse("2025-12")
"""Month-end at which people are written down before a shock."""

SMALL = range(1, 7)
MANY = range(1, 13)


def size(few: Sequence[int], borrowers: int = 20_000) -> pytest.MarkDecorator:
    """The ensemble of `make test`, and one with five times the borrowers for `make test-all`."""
    return pytest.mark.parametrize(
        ("seeds", "borrowers"),
        [
            pytest.param(few, borrowers, id="short"),
            pytest.param(few, 5 * borrowers, id="long", marks=pytest.mark.slow),
        ],
    )


# --- the panel -----------------------------------------------------------------------------------


class Panel(NamedTuple):
    """Four seeds: loans, people at LOOK, the last month, and the market's table of each seed."""

    loans: pandas.DataFrame
    people: pandas.DataFrame
    last: int
    markets: dict[int, pandas.DataFrame]


@cache
def panel(borrowers: int) -> Panel:
    """Four whole runs, watched, which changes nothing in them (tests/test_loan_panel.py)."""
    loans, people, markets, last = [], [], {}, 0
    for seed in range(1, 5):
        run = lived(world(), seed, borrowers=borrowers, months=84, looks=[LOOK])
        loans.append(run.loans())
        people.append(run.people(LOOK).assign(seed=seed))
        markets[seed] = run.market
        last = int(run.model.now)
    loans_of_all = pandas.concat(loans, ignore_index=True)
    return Panel(loans_of_all, pandas.concat(people, ignore_index=True), last, markets)


def borrower_of(frame: pandas.DataFrame) -> np.ndarray:
    """[rows] a number for each person of each seed."""
    ids = frame.groupby(["seed", "place", "generation"]).ngroup()
    return ids.to_numpy(dtype=np.int64)


def test_seasoning() -> None:
    """The risk of a new loan rises, peaks early, and falls towards its end.

    Hypothesis : of loans of twelve months, the 90+ hazard by age peaks at 4 to 10 months and is at
        most 0.8 of the peak in the last two.
    Statistic : first 90+ over loans at risk in the month, loans as first drawn: until paid off,
        redrawn or at the end of their tenor; 400 bootstrap samples of borrowers.
    Threshold : peak within 4 to 10 in 95% of samples, upper end of the ratio at most 0.8; at least
        2,000 defaults.
    Power : with this bootstrap's deviation of the ratio, 80% at least to see a true ratio of 0.65
        or less (asserted).

    Four is the first month in which a loan can be 90 days late, and the model's peak is there: the
    fact holds as stated, but nothing in it says that risk rises before.
    """
    loans, last = panel(100_000).loans, panel(100_000).last
    loans = loans[loans["tenor"] == 12]
    bad_at, until = exposure(loans, last, 12)
    assert (bad_at <= until).sum() >= 2_000

    def peak(weight: np.ndarray | None) -> int:
        return int(np.argmax(hazard(bad_at, until, 12, weight))) + 1

    def ratio(weight: np.ndarray | None) -> float:
        curve = hazard(bad_at, until, 12, weight)
        return float(curve[10:].mean() / curve.max())

    whose = borrower_of(loans)
    peaks = bootstrap_by_borrower(whose, peak, draws=200, seed=1)
    ratios = bootstrap_by_borrower(whose, ratio, draws=200, seed=1)
    print("peak", peak(None), "last two months over peak", ratio(None), ratios.std())
    assert np.mean((peaks >= 4) & (peaks <= 10)) >= 0.95
    assert np.quantile(ratios, 0.975) <= 0.8
    assert Estimate(0.0, float(ratios.std())).power(0.8 - 0.65) >= 0.8


def test_default_rises_with_price() -> None:
    """Of borrowers whom a lender scores alike, those who pay more default more.

    Hypothesis : the log-odds of 90+ within twelve months rise with the all-in price, given lender
        and decile of its score.
    Statistic : slope of a logit on price in points, an effect for every lender and decile, errors
        clustered by borrower; at least 100,000 loans.
    Threshold : lower end of the 95% interval above zero.
    Power : 80% at least for a slope of 0.02, which is 10% more defaults for five points more
        (asserted).
    """
    loans, last = panel(100_000).loans, panel(100_000).last
    loans = loans[loans["first_month"] <= last - 12]
    assert len(loans) >= 100_000
    bad = ((loans["first_90"] > 0) & (loans["first_90"] - loans["first_month"] <= 12)).to_numpy()
    slope = logit_slope(
        bad.astype(np.float64),
        100.0 * loans["apr"].to_numpy(),
        score_cells(loans),
        borrower_of(loans),
    )
    print("log-odds per point", slope)
    assert slope.power(0.02) >= 0.8
    assert slope.low > 0


def test_three_or_more_lenders_default_more() -> None:
    """Who owes to three or more brands defaults more than who owes to one.

    Hypothesis : the ratio of their 12-month default rates is above one, within segments and fifths
        of income.
    Statistic : Mantel and Haenszel's ratio; obligors who perform at LOOK; 1,400 at least an arm.
    Threshold : lower end of the 95% interval above one.
    Power : 80% at least for a ratio of 1.25 (asserted).
    """
    people = panel(100_000).people
    people = people[people["performing"] & people["lenders"].isin([1, 3, 4])]
    many = (people["lenders"] >= 3).to_numpy()
    assert min(many.sum(), (~many).sum()) >= 1_400
    bad = (people["months_to_90"] <= 12).to_numpy(dtype=np.float64)
    ratio = log_ratio(bad, many, income_cells(people))
    print("ratio", math.exp(ratio.value), math.exp(ratio.low), math.exp(ratio.high))
    assert ratio.power(math.log(1.25)) >= 0.8
    assert ratio.low > 0


def test_many_owe_to_three_or_more_lenders_two_years_on() -> None:
    """Multi-platform borrowing lasts.

    Hypothesis : at LOOK too, 2 to 15% of active borrowers owe to three or more brands.
    Statistic : share over four seeds of 100,000.
    Threshold : as stated.
    Power : the standard error is 0.03 points.
    """
    people = panel(100_000).people
    active = people[people["balance"] > 0]
    share = float((active["lenders"] >= 3).mean())
    print("three or more", share)
    assert 0.02 <= share <= 0.15


# --- shocks --------------------------------------------------------------------------------------


SHOCKS = ("income_shock_2026", "recession_2027")
FOLLOWED = 30
"""Months from the start of a shock."""


@cache
def arrears(seeds: Sequence[int], borrowers: int) -> dict[str, list[np.ndarray]]:
    """By scenario, for each seed, the 30+ ratio of every month."""
    names = ("observed", *SHOCKS)
    worlds = [world(name) for name in names]
    months = max(starts_in(name) for name in SHOCKS) + FOLLOWED
    found: dict[str, list[np.ndarray]] = {name: [] for name in names}
    for seed in seeds:
        for name, run in zip(names, together(worlds, seed, borrowers, months), strict=True):
            found[name].append(run.market["dpd30_ratio"].to_numpy())
    return found


def starts_in(shock: str) -> int:
    """The reported month in which a shock starts, from 0 on."""
    scenario = world(shock)
    (event,) = scenario.macro.shocks.values()
    return event.start - scenario.start


@size(range(1, 9))
@pytest.mark.parametrize("shock", SHOCKS)
def test_downturn(shock: str, seeds: Sequence[int], borrowers: int) -> None:
    """Arrears rise after a downturn, with a delay, and come down again.

    Hypothesis : the 30+ ratio peaks 3 to 18 months after a shock begins, above its base.
    Statistic : mean over seeds of the paired difference of the 30+ ratio, by month.
    Threshold : its largest value lies 3 to 18 months after the start, and the lower end of its
        95% interval there is above a tenth of the base.
    Power : the paired deviation of the ratio is a tenth of the rise (seen in eight seeds: it rises
        by 93%); 80% at least for a rise by an eighth of the base (asserted).

    A cross-check, not fitted and not asserted: arrears of about x1.7 in five months at the
    pandemic's size of the income shock (printed).
    """
    followed = slice(starts_in(shock), starts_in(shock) + FOLLOWED)
    ratios = arrears(seeds, borrowers)
    levels = [one[followed] for one in ratios["observed"]]
    rises = [two[followed] - one for one, two in zip(levels, ratios[shock], strict=True)]
    mean, level = np.mean(rises, axis=0), np.mean(levels, axis=0)
    peak = int(mean.argmax()) + 1
    at_peak = paired([rise[peak - 1] for rise in rises])
    ratio = 1 + mean[:5] / level[:5]
    print(shock, "peak in month", peak, "x", 1 + at_peak.value / level[peak - 1], ratio.round(2))
    assert 3 <= peak <= 18
    assert at_peak.power(0.125 * level[peak - 1]) >= 0.8
    assert at_peak.low > 0.1 * level[peak - 1]


FREEZE = {
    "policy.funding_freeze.all": {
        "until": "2026-12",
        "steps": {"2026-01": {"level": 1.0}},
        "source": "test: market funding is shut for a year",
    }
}
NO_BUYERS = {"funding.fire_sales": None}
"""Nobody buys loans. Where banks do, a freeze takes a fifth off lending, without them a third."""


def leverage(licences: list[str], level: float) -> dict[str, object]:
    """A multiple of equity from 2026 on."""
    return {"licences": licences, "steps": {"2026-01": {"level": level}}, "source": "test"}


LESS_LEVERAGE = {
    "policy.leverage.tight_banks": leverage(["bank", "internet_bank"], 8),
    "policy.leverage.tight_small_loan": leverage(["small_loan"], 3),
    "policy.leverage.tight_consumer_finance": leverage(["consumer_finance"], 6),
    "policy.guarantees.tight": leverage(["facilitation", "small_loan"], 6),
}


@cache
def defaults_when_tight(how: str) -> pandas.DataFrame:
    """Paired shares of obligors at LOOK that default within twelve months, by seed.

    how : freeze: market funding is shut for these months, and nobody buys loans in either world
        leverage: from then on all multiples of equity are a third to a half lower
    """

    def figures(run: Lived) -> dict[str, float]:
        people = run.people(LOOK)
        people = people[people["performing"]]
        bad = people["months_to_90"] <= 12
        rolled = people["rolled_over"]
        return {"all": bad.mean(), "rolled": bad[rolled].mean(), "other": bad[~rolled].mean()}

    base = world(changes=NO_BUYERS) if how == "freeze" else world()
    shock = FREEZE if how == "freeze" else LESS_LEVERAGE
    return differences(
        base,
        base.with_changes(shock),
        figures,
        seeds=MANY,
        borrowers=20_000,
        months=36,
        looks=[LOOK],
    )


def test_tightening_after_growth_raises_defaults() -> None:
    """Funding that dries up after growth raises later defaults of those who owe: no paradox.

    Hypothesis : of obligors who perform at LOOK, after two years of growth, more default within
        twelve months when market funding is shut for these months and nobody buys loans.
    Statistic : paired difference of the share 90+ within twelve months; twelve seeds of 20,000.
    Threshold : lower end of the 95% interval above zero.
    Power : 80% at least for a quarter of a point (asserted).

    Seen: +0.30 points, standard error 0.06. It is the net of two: who needs credit falls behind,
    who cannot add to his debts stays out of trouble. Where credit stops at once for all, as when
    all multiples of equity fall, the second prevails: -0.24 points, standard error 0.05.
    """
    effect = paired(defaults_when_tight("freeze")["all_effect"].tolist())
    print("points", 100 * effect.value, effect)
    assert effect.power(0.0025) >= 0.8
    assert effect.low > 0


@pytest.mark.parametrize("how", ["freeze", "leverage"])
def test_tightening_hits_roll_over_borrowers_most(how: str) -> None:
    """The rise is largest among those who lived on being lent again before the shock.

    Hypothesis : difference-in-differences above zero; the roll-over flag is fixed at LOOK: within
        twelve months he drew credit for what fell due, or a bullet of his was lent again.
    Statistic : paired difference of the share 90+ within twelve months among roll-over borrowers
        less that among the others; twelve seeds of 20,000.
    Threshold : lower end of the 95% interval above zero.
    Power : 80% at least for a point (asserted).

    Seen: +2.3 points in a freeze, +1.7 when leverage falls, standard errors 0.3 and 0.2. An eighth
    of those who owe are such borrowers, most of them by bullets that are lent again.
    """
    frame = defaults_when_tight(how)
    effect = paired((frame["rolled_effect"] - frame["other_effect"]).tolist())
    everybody = paired(frame["all_effect"].tolist())
    print(how, "points", 100 * effect.value, effect, "all", everybody)
    assert effect.power(0.01) >= 0.8
    assert effect.low > 0


AFTER_CAP = LOOK + 24


@cache
def under_a_cap() -> pandas.DataFrame:
    """Paired figures of people at LOOK, by fifth of the score, two years after a cap at 12%."""

    def figures(run: Lived) -> dict[str, float]:
        before, after = run.people(LOOK), run.people(AFTER_CAP)
        stayed = (before["generation"] == after["generation"]) & before["score"].notna()
        fifth = np.ceil(5 * before["score"][stayed].rank(pct=True)).astype(int)
        after = after[stayed]
        owing = after["balance"] > 0
        found = {"balance": after["balance"].sum(), "price": weighted(after, owing)}
        for one in range(1, 6):
            these = fifth == one
            found[f"has_{one}"] = owing[these].mean()
            found[f"balance_{one}"] = after["balance"][these].mean()
        months = run.market["month"].dt.year == AFTER_CAP.year
        found["lending"] = run.market["originations"][months].sum()
        found["price_new"] = run.market["apr_new"][months].mean()
        return found

    def weighted(people: pandas.DataFrame, owing: pandas.Series) -> float:
        return float(np.average(people["apr"][owing], weights=people["balance"][owing]))

    return differences(
        world(),
        world("cap_12_early"),
        figures,
        seeds=SMALL,
        borrowers=20_000,
        months=48,
        looks=[LOOK, AFTER_CAP],
    )


def test_a_lower_cap_means_fewer_and_cheaper_loans() -> None:
    """A cap on the price makes loans fewer and cheaper.

    Hypothesis : new lending and its price fall under a cap of 12% for all platforms from 2026.
    Statistic : paired relative change of the second year's lending, and difference of its price.
    Threshold : upper ends of both 95% intervals below zero.
    Power : 80% at least for 10% of lending and for a point of the price (asserted).
    """
    frame = under_a_cap()
    loans = paired((frame["lending_effect"] / frame["lending"]).tolist())
    price = paired(frame["price_new_effect"].tolist())
    print("lending", loans, "price", price)
    assert loans.power(0.10) >= 0.8
    assert price.power(0.01) >= 0.8
    assert loans.high < 0
    assert price.high < 0


def test_a_lower_cap_costs_the_riskiest_most() -> None:
    """Of those who had a lender before the cap, the riskiest lose access most.

    Hypothesis : the share who still owe two years later falls by more in the riskiest fifth by the
        lenders' own scores at LOOK than in the safest.
    Statistic : paired difference-in-differences, riskiest less safest fifth, of those who stay.
    Threshold : upper end of the 95% interval below zero.
    Power : 80% at least for eight points (asserted); the standard error is some 1.8 points.

    Seen: -31, -26, -17, -10 and -5 points, riskiest first.
    """
    frame = under_a_cap()
    print([round(float(frame[f"has_{i}_effect"].mean()), 4) for i in range(1, 6)])
    effect = paired((frame["has_1_effect"] - frame["has_5_effect"]).tolist())
    assert effect.power(0.08) >= 0.8
    assert effect.high < 0


@size(range(1, 4))
def test_a_cap_on_one_licence_moves_balances_to_another(
    seeds: Sequence[int], borrowers: int
) -> None:
    """Rules leak between licences.

    Hypothesis : a cap of 12% on the small-loan licence alone, from 2025, lowers the balance made
        under it and raises that made under the others.
    Statistic : paired differences of balances by licence of the route, trillion yuan, end of 2026.
    Threshold : intervals below and above zero; at least half of what one loses the others gain.
    Power : 80% at least for 0.5 trillion (asserted).
    """
    cap = {
        "policy.standing_caps.only_small_loan": {
            "licences": ["small_loan"],
            "base": "all_in",
            "steps": {"2025-01": {"level": 0.12}},
            "source": "test",
        }
    }

    def figures(run: Lived) -> dict[str, float]:
        model = run.model
        own = np.array([route.licence == "small_loan" for route in model.market.book.rows])
        balance = model.market.real_yuan(model.market.ledger.principal.astype(np.float64)) / 1e12
        return {"own": balance[own].sum(), "others": balance[~own].sum()}

    frame = differences(
        world(), world(changes=cap), figures, seeds=seeds, borrowers=borrowers, months=36
    )
    lost, gained = paired(frame["own_effect"].tolist()), paired(frame["others_effect"].tolist())
    print("small-loan licence", lost, "others", gained)
    assert min(lost.power(0.5), gained.power(0.5)) >= 0.8
    assert lost.high < 0 < gained.low
    assert gained.value >= -0.5 * lost.value


# --- competition ---------------------------------------------------------------------------------


@cache
def by_data(seeds: range) -> pandas.DataFrame:
    """2026 to 2028 where data are shared from the opening on, and where they are exclusive."""

    def figures(run: Lived) -> dict[str, float]:
        later = run.lenders[run.lenders["month"].dt.year == 2027]
        kinds = later.groupby("kind", observed=True)["balance"].sum()
        market = run.market[run.market["month"].dt.year >= 2026]
        return {
            "hhi": market["hhi"].mean(),
            "best": float(kinds[BEST_INFORMED].sum() / kinds.sum()),
        }

    return differences(
        world(changes={"competition.data_portability": 1.0}),
        world(changes={"competition.data_portability": -1.0}),
        figures,
        seeds=seeds,
        borrowers=20_000,
        months=60,
        common=world(),
    )


BEST_INFORMED = ["internet_bank"]
"""The kind of brand whose own signal has the least error."""


def test_exclusive_data_bring_business_to_the_best_informed() -> None:
    """Who sees most by himself gains where nobody else gets to see it.

    Hypothesis : in the fourth year the brands with the best signal of their own hold more of the
        market where from the opening on nobody sees debts at other lenders than where all see all
        debts and have that best signal too.
    Statistic : paired difference of the share of their kind in 2027, six seeds of 20,000. Both
        worlds have one past.
    Threshold : its lower end above zero.
    Power : 80% at least for 1.5 points (asserted).

    Seen: +1.9 points, more in each of 15 seeds.
    """
    kinds = world().kinds
    brands = {setup.kind for setup in world().lenders.values() if setup.balance > 0}
    assert min(brands, key=lambda name: kinds[name].noise) in BEST_INFORMED
    effect = paired(by_data(SMALL)["best_effect"].tolist())
    print("points", 100 * effect.value, effect)
    assert effect.power(0.015) >= 0.8
    assert effect.low > 0


@pytest.mark.slow
def test_exclusive_data_concentrates() -> None:
    """Data that each lender keeps concentrates the market, beside data that all share.

    Hypothesis : HHI is higher where from the opening on nobody sees debts at other lenders than
        where all see all debts and have the best signal of any brand.
    Statistic : mean of paired differences of HHI, the mean of 2026 to 2028, 24 seeds of 20,000.
        Both worlds have one past: with pasts of their own the paired deviation is near 100
        points, which hid the effect. A mean of three years has less luck in it than one, and
        the mean over seeds less than the median, as no seed stands far out.
    Threshold : its lower end above zero.
    Power : 80% at least for 25 points (asserted).

    Seen: +19 points, 4 to 33; the statistic was chosen on the first 17 seeds, the other 7 have +16.
    It was +71 (twelve seeds, median of 2028) while cards learnt from a lender's own bads alone:
    what small lenders lacked then was bads in the sample. Now all start from a score that learns
    from everybody's outcomes, and part of what the best informed gain is lost by large platforms.
    """
    effect = paired(by_data(range(1, 25))["hhi_effect"].tolist())
    print("HHI points", effect)
    assert effect.power(25.0) >= 0.8
    assert effect.low > 0


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "sign"), [("bureau_low", 1), ("full_bureau", -1)])
def test_debts_that_files_hide_are_piled_up_and_lost(scenario: str, sign: int) -> None:
    """Where lenders see less of what others lend, more people owe to many, and more default.

    Hypothesis : in the third year of half a bureau the share with three or more lenders and the
        12-month default rate are higher; in that of a full one default is lower.
    Statistic : paired differences of the means of 2028, six seeds of 20,000.
    Threshold : of default the 95% interval leaves out zero; of three lenders too with half a
        bureau, while a full one changes what 50 to 95% show already by less than luck.
    Power : 80% at least for 0.6 points of default and 0.9 of the share (asserted).

    Without `allows_for_unseen` the share falls with half a bureau: -0.6 points (seed 1).
    """

    def figures(run: Lived) -> dict[str, float]:
        year = run.market[run.market["month"].dt.year == 2028]
        return {"many": year["multi3_share"].mean(), "bad": year["default_rate_12m"].mean()}

    frame = differences(world(), world(scenario), figures, seeds=SMALL, borrowers=20_000, months=60)
    many, bad = (paired((sign * frame[f"{name}_effect"]).tolist()) for name in ("many", "bad"))
    print(scenario, "points", 100 * many.value, many, 100 * bad.value, bad)
    assert bad.power(0.006) >= 0.8
    assert bad.low > 0
    if scenario == "bureau_low":
        assert many.power(0.009) >= 0.8
        assert many.low > 0


def test_entry_lowers_margins() -> None:
    """More firms, thinner margins.

    Hypothesis : markups over break-even are lower where licences are open than where none is given.
    Statistic : paired difference of the balance-weighted markup of 2029, six seeds of 20,000.
    Threshold : upper end of the 95% interval below -0.1 points.
    Power : 80% at least for 0.2 points (asserted).
    """

    def figures(run: Lived) -> dict[str, float]:
        rows = run.lenders[run.lenders["month"].dt.year == 2029]
        rows = rows[rows["balance"] > 0]
        return {"margin": float(np.average(rows["markup"], weights=rows["balance"]))}

    frame = differences(
        world("licence_freeze"),
        world("open_licences"),
        figures,
        seeds=SMALL,
        borrowers=20_000,
        months=72,
    )
    effect = paired(frame["margin_effect"].tolist())
    print("points", 100 * effect.value, effect)
    assert effect.power(0.002) >= 0.8
    assert effect.high < -0.001


def test_search_narrows_offers() -> None:
    """Where borrowers compare more lenders, prices for one risk come closer together.

    Hypothesis : the deviation of prices of new loans within lender grade, segment and month is
        smaller, two years after, where from the opening on people consider six lenders, and all
        shop around, instead of one.
    Statistic : paired log ratio of the pooled deviation in 2026, six seeds of 20,000. Both worlds
        have one past: opening prices are imposed lender by lender, and conduct is inferred such
        that markups stay there, so what held before the opening leaves no trace in prices.
    Threshold : upper end of the 95% interval below zero.
    Power : 80% at least for a tenth (asserted).
    """

    def figures(run: Lived) -> dict[str, float]:
        loans = run.loans()
        loans = loans[loans["first_month"] > int(run.model.now) - 12]
        prices = loans.groupby(["grade", "segment", "first_month"], observed=True)["apr"]
        inside = loans["apr"] - prices.transform("mean")
        free = len(loans) - prices.ngroups
        return {"dispersion": 0.5 * math.log(float((inside**2).sum()) / free)}

    frame = differences(
        world(changes={"search.breadth": 1, "search.shop_around": 0.0}),
        world(changes={"search.breadth": 6, "search.tries": 6, "search.shop_around": 1.0}),
        figures,
        seeds=SMALL,
        borrowers=20_000,
        months=36,
        watched=True,
        common=world(),
    )
    effect = paired(frame["dispersion_effect"].tolist())
    print("log ratio", effect)
    assert effect.power(0.1) >= 0.8
    assert effect.high < 0


# --- level and scale -----------------------------------------------------------------------------


@cache
def openings(borrowers: int, seeds: tuple[int, ...]) -> pandas.DataFrame:
    """Means of the first year, by seed."""
    rows = []
    for seed in seeds:
        if borrowers == 100_000:  # lived anyway
            market = panel(borrowers).markets[seed][:24]
        else:
            market = lived(world(), seed, borrowers=borrowers, months=24).market
        first, second = market[:12], market[12:]
        rows.append(
            {
                "balance": first["balance"].iloc[0],
                "multi3": first["multi3_share"].mean(),
                "price": first["apr_new"].mean(),
                "default": second["default_rate_12m"].mean(),
                "active": first["borrowers_active"].mean(),
                "hhi": first["hhi"].mean(),
            }
        )
    return pandas.DataFrame(rows)


def test_intensity_comes_from_behaviour() -> None:
    """The core balance of 5.0 trillion and multi-platform borrowing, with weight population / N.

    Hypothesis : the market opens within 5% of 5.0 trillion yuan, and in its first year 2 to 15% of
        active borrowers owe to three or more lenders.
    Statistic : means over three seeds of 100,000.
    Threshold : as stated.
    Power : deviations across seeds are 1% of the balance and 0.1 points of the share, so what lies
        two deviations outside is found.
    """
    frame = openings(100_000, (1, 2, 3))
    print(frame.mean().to_dict(), frame.std().to_dict())
    assert frame["balance"].mean() == pytest.approx(5.0e12, rel=0.05)
    assert 0.02 <= frame["multi3"].mean() <= 0.15


TOLERANCE = {"balance": 0.03, "multi3": 0.15, "price": 0.02, "default": 0.05, "active": 0.02}
"""Relative differences between sizes of sample that count as none, besides sampling error."""


@pytest.mark.parametrize(
    ("small", "large"),
    [
        pytest.param((20_000, range(1, 11)), (100_000, range(1, 4)), id="20k-100k"),
        pytest.param(
            (100_000, range(1, 5)), (500_000, range(1, 3)), id="100k-500k", marks=pytest.mark.slow
        ),
    ],
)
def test_results_do_not_drift_with_the_sample(
    small: tuple[int, Sequence[int]], large: tuple[int, Sequence[int]]
) -> None:
    """20,000, 100,000 and 500,000 borrowers give one market.

    Hypothesis : means of the first year (second, for default) differ by less than TOLERANCE.
    Statistic : difference of means over seeds, in logs.
    Threshold : TOLERANCE plus 1.96 standard errors, these from the deviation across seeds of the
        smaller sample and its inverse square root for the larger.
    Power : standard errors are below TOLERANCE (asserted), so a drift of three times TOLERANCE is
        found in 80% at least.

    HHI is not among them: the luck of the sample with single lenders adds to it (printed).
    """
    one, two = openings(small[0], tuple(small[1])), openings(large[0], tuple(large[1]))
    print("HHI", one["hhi"].mean(), one["hhi"].std(), two["hhi"].mean())
    for name, tolerance in TOLERANCE.items():
        logs = np.log(one[name])
        deviation = float(logs.std())
        error = deviation * math.sqrt(1 / len(one) + small[0] / large[0] / len(two))
        drift = float(np.log(two[name].mean()) - np.log(one[name].mean()))
        print(name, round(drift, 4), "+-", round(error, 4))
        assert error <= tolerance, name
        assert abs(drift) <= tolerance + 1.96 * error, name
