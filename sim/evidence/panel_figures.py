"""Statistics of people and loans, one number a seed, by the statistics of the stylised facts."""

from collections.abc import Mapping

import numpy as np

from sim.core.months import Month
from sim.evidence.check import Figure
from sim.evidence.fact_statistics import (
    exposure,
    hazard,
    income_cells,
    log_ratio,
    logit_slope,
    score_cells,
)
from sim.evidence.worlds import AFTER_CAP, BASE, CUT, LOOK, TIGHT, UNCAPPED, Lived

TENOR = 12
"""Months of the loans whose seasoning is looked at."""


def _hazard(worlds: Mapping[str, Lived]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    lived = worlds[BASE]
    loans = lived.loans()
    bad_at, until = exposure(loans[loans["tenor"] == TENOR], int(lived.last), TENOR)
    return np.asarray(hazard(bad_at, until, TENOR))


def seasoning_peak(worlds: Mapping[str, Lived]) -> float:
    """Age in months at which the hazard of 90+ of loans of twelve months is greatest."""
    return float(_hazard(worlds).argmax()) + 1.0


def seasoning_end(worlds: Mapping[str, Lived]) -> float:
    """That hazard in the last two months over its greatest value."""
    curve = _hazard(worlds)
    greatest = curve.max()
    return float(curve[-2:].mean() / greatest) if greatest > 0 else float("nan")


def price_slope(worlds: Mapping[str, Lived]) -> float:
    """Log-odds of 90+ within twelve months per point of price, in lender and decile of score."""
    lived = worlds[BASE]
    loans = lived.loans()
    loans = loans[loans["first_month"] <= int(lived.last) - 12]
    bad = (loans["first_90"] > 0) & (loans["first_90"] - loans["first_month"] <= 12)
    whose = np.asarray(loans.groupby(["place", "generation"]).ngroup(), dtype=np.int64)
    return logit_slope(
        np.asarray(bad, dtype=np.float64),
        100.0 * loans["apr"].to_numpy(),
        score_cells(loans),
        whose,
    ).value


def many_lenders(worlds: Mapping[str, Lived]) -> float:
    """12-month default of those who owe to three or more brands over that of those who owe to one.

    Within segments and fifths of income (Mantel and Haenszel).
    """
    people = worlds[BASE].people(LOOK)
    people = people[people["performing"] & people["lenders"].isin([1, 3, 4])]
    bad = np.asarray(people["months_to_90"] <= 12, dtype=np.float64)
    many = (people["lenders"] >= 3).to_numpy()
    return float(np.exp(log_ratio(bad, many, income_cells(people)).value))


def online_excess(worlds: Mapping[str, Lived]) -> float:
    """Share of relationships ever 90+ within twelve months: made online less made offline."""
    lived = worlds[BASE]
    loans = lived.loans()
    loans = loans[loans["first_month"] <= int(lived.last) - 12]
    bad = (loans["first_90"] > 0) & (loans["first_90"] - loans["first_month"] <= 12)
    online = loans["online"].to_numpy(dtype=bool)
    return float(bad[online].mean() - bad[~online].mean())


def default_when_tight(worlds: Mapping[str, Lived]) -> float:
    """12-month default of those who perform at LOOK: market funding shut, less as it was."""
    shares = []
    for name in (BASE, TIGHT):
        people = worlds[name].people(LOOK)
        people = people[people["performing"]]
        shares.append(float((people["months_to_90"] <= 12).mean()))
    return shares[1] - shares[0]


def riskiest_lose_most(worlds: Mapping[str, Lived]) -> float:
    """Share who still owe two years on, cap cut less not, riskiest less safest fifth by score."""
    owing = {}
    for name in (UNCAPPED, CUT):
        before, after = worlds[name].people(LOOK), worlds[name].people(AFTER_CAP)
        stayed = (before["generation"] == after["generation"]) & before["score"].notna()
        fifth = np.ceil(5 * before["score"][stayed].rank(pct=True)).astype(int)
        owes = after["balance"][stayed] > 0
        owing[name] = float(owes[fifth == 1].mean()) - float(owes[fifth == 5].mean())
    return owing[CUT] - owing[UNCAPPED]


def owe_to_three(month: Month) -> Figure:
    """Share of people with a balance who owe to three or more brands."""

    def figure(worlds: Mapping[str, Lived]) -> float:
        people = worlds[BASE].people(month)
        active = people[people["balance"] > 0]
        return float((active["lenders"] >= 3).mean())

    return figure
