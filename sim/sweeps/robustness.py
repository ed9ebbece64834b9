"""Which lever does well whatever the future brings: regret and satisficing.

A future is one combination of uncertainties, a policy one of levers. Regret is how much worse a
policy does in a future than the best policy does there (Savage, Journal of the American Statistical
Association 46, 1951); satisficing counts the futures in which a policy meets all thresholds
(Simon, Psychological Review 63, 1956).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.paired_statistics import LEVEL
from sim.sweeps.aims import USUAL, Aim, aim_of
from sim.sweeps.plan import BASE
from sim.sweeps.study import Study, study_of
from sim.sweeps.thresholds import Threshold, threshold_of

if TYPE_CHECKING:
    import pandas

HIGH_REGRET = 0.9
"""The quantile of regret over futures that stands for bad luck short of the worst."""


def robustness(
    study: Study | str | Path,
    *,
    aims: Sequence[str] = USUAL,
    thresholds: Sequence[str] = (),
    levers: Sequence[str] | None = None,
    horizon: str | None = None,
) -> "pandas.DataFrame":
    """One row a policy and aim: what it comes to over all futures.

    aims : `MEASURE:min` or `MEASURE:max`
    thresholds : conditions such as `default_rate_12m<=7%`, all of which have to hold
    levers : factors that make up a policy; those that the plan calls levers if None. All others,
        the base too, make up the future

    Columns: the levers, aim, horizon, unit, futures, mean, worst, regret_mean, regret_90 (90th
    percentile), regret_max, satisficing (share of futures in which all thresholds hold) with its
    interval satisficing_low and satisficing_high (Wilson), all empty without thresholds.

    Raises InputError where policies were not tried in the same futures (a full grid does that), or
    a lever or uncertainty is missing.
    """
    import numpy as np
    import pandas

    study = study_of(study)
    chosen = [aim_of(study, text) for text in aims]
    limits = [threshold_of(text) for text in thresholds]
    for limit in limits:
        study.measure(limit.measure)
    span = study.horizon(horizon)
    policy, future = _split(study, levers)
    needed = [aim.measure for aim in chosen]
    needed += [
        study.measure(t.measure) for t in limits if t.measure not in [a.name for a in chosen]
    ]
    means = study.point_means(needed, span)
    means = means.assign(_satisfied=_satisfied(means, limits))
    rows = []
    for aim in chosen:
        table = _by_future(means, policy, future, aim.name)
        costs = aim.cost(table.to_numpy())
        regrets = costs - np.nanmin(costs, axis=0)
        kept = ~np.isnan(costs).any(axis=0)  # futures in which every policy has a figure
        if not kept.any():
            raise InputError(f"{aim.name}: there is no future in which every policy has a figure")
        satisfied = _by_future(means, policy, future, "_satisfied").to_numpy()[:, kept]
        for place, levels in enumerate(table.index):
            regret = regrets[place, kept]
            values = table.to_numpy()[place, kept]
            worst = values[int(np.argmax(costs[place, kept]))]
            share = float(satisfied[place].mean()) if limits else float("nan")
            low, high = wilson(share, int(kept.sum()))
            named = levels if isinstance(levels, tuple) else (levels,)
            rows.append(
                {
                    **dict(zip(policy, named, strict=True)),
                    "aim": f"{aim.name}:{aim.direction}",
                    "horizon": span.name,
                    "unit": aim.measure.column.unit,
                    "futures": int(kept.sum()),
                    "mean": float(values.mean()),
                    "worst": float(worst),
                    "regret_mean": float(regret.mean()),
                    "regret_90": float(np.quantile(regret, HIGH_REGRET)),
                    "regret_max": float(regret.max()),
                    "satisficing": share,
                    "satisficing_low": low,
                    "satisficing_high": high,
                }
            )
    return pandas.DataFrame(rows)


def wilson(share: float, count: int) -> tuple[float, float]:
    """The interval of a share of `count` (Wilson, JASA 22, 1927); NaN for NaN."""
    import math

    from scipy.special import ndtri

    z = float(ndtri(0.5 + LEVEL / 2))
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    spread = share * (1 - share) / count + z * z / (4 * count * count)
    half = z * math.sqrt(spread) / (1 + z * z / count) if spread == spread else float("nan")
    return middle - half, middle + half


def _split(study: Study, levers: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """Names of what makes up a policy, and of what makes up a future."""
    factors = study.sweep.plan.factors
    if levers is None:
        policy = [name for name in study.factors if name != BASE and factors[name].role == "lever"]
    else:
        policy = [study.factor(name) for name in levers]
    future = [name for name in study.factors if name not in policy]
    if not policy or not future:
        missing = "lever" if not policy else "uncertainty, and only one base scenario"
        raise InputError(
            f"the plan has no {missing}; say which factors are levers with --lever, or give a "
            "factor the role that it has"
        )
    return policy, future


def _satisfied(means: "pandas.DataFrame", limits: Sequence[Threshold]) -> "pandas.Series[float]":
    import pandas

    satisfied = pandas.Series(1.0, index=means.index)
    for limit in limits:
        satisfied *= limit.holds(means[limit.measure].to_numpy()).astype(float)
    return satisfied


def _by_future(
    means: "pandas.DataFrame", policy: list[str], future: list[str], column: str
) -> "pandas.DataFrame":
    """A row a policy, a column a future, in the order of the design."""
    for names in (policy, future):
        order = means[names].drop_duplicates()
        if names is policy:
            policies = order
        else:
            futures = order
    if len(policies) * len(futures) != len(means):
        raise InputError(
            f"{len(policies)} policies and {len(futures)} futures make {len(means)} points: not "
            "every policy was tried in every future; use a full grid"
        )
    table = means.pivot(index=policy, columns=future, values=column)
    return table


def aims_in(study: Study) -> list[Aim]:
    """The usual aims whose measures were kept."""
    kept = {measure.name for measure in study.measures}
    return [aim_of(study, text) for text in USUAL if text.partition(":")[0] in kept]
