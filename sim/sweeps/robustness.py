"""Which lever does well whatever the future brings: regret and satisficing.

A future is one combination of uncertainties, a policy one of levers. Regret is how much worse a
policy does in a future than the best policy does there (Savage, Journal of the American Statistical
Association 46, 1951); satisficing counts the futures in which a policy meets all thresholds
(Simon, Psychological Review 63, 1956).
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.core.errors import InputError
from sim.core.wording import counted
from sim.horizons import Horizon
from sim.paired_statistics import mean_interval
from sim.sweeps.aims import aims_of
from sim.sweeps.leave_one_out import error_over_seeds, interval_over_seeds
from sim.sweeps.plan import BASE
from sim.sweeps.study import Study, study_of
from sim.sweeps.thresholds import Threshold, condition_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas

    type Floats = npt.NDArray[np.float64]

HIGH_REGRET = 0.9
"""The quantile of regret over futures that stands for bad luck short of the worst."""


def robustness(
    study: Study | str | Path,
    *,
    aims: Sequence[str] | None = None,
    thresholds: Sequence[str] = (),
    levers: Sequence[str] | None = None,
    horizon: str | None = None,
) -> "pandas.DataFrame":
    """One row a policy and aim: what it comes to over all futures.

    aims : `MEASURE:min` or `MEASURE:max`; access, default and concentration if None, those of them
        that the plan keeps
    thresholds : conditions such as `default_rate_12m<=7%`, all of which have to hold
    levers : factors that make up a policy; those that the plan calls levers if None. All others,
        the base too, make up the future

    Columns: the levers, aim, horizon, unit, futures, seeds, mean, worst, regret_mean with its
    interval regret_mean_low and regret_mean_high, regret_90 (90th percentile) and regret_max, each
    with its interval likewise (regret_90_low, ...),
    satisficing (share of futures in which all thresholds hold, mean over seeds) with its interval
    satisficing_low and satisficing_high, all three empty without thresholds, and thresholds.

    Futures count in which every policy has a figure with all seeds. Intervals are t intervals over
    these `seeds`, those of regret_90 and regret_max by leaving out a seed at a time: they say what
    other luck would have brought in the same futures. A plan's futures are chosen, not drawn, so
    that nothing is said of others. Empty with one seed.

    What luck is left in means over few seeds makes the worst of many futures look worse: regret_90
    and regret_max come out too high where policies hardly differ, and so do their intervals.

    Raises InputError where policies were not tried in the same futures (a full grid does that), a
    lever or uncertainty is missing, or a run has no figure for a threshold.
    """
    import numpy as np
    import pandas

    study = study_of(study)
    chosen = aims_of(study, aims)
    limits = [condition_of(study, text) for text in dict.fromkeys(thresholds)]
    span = study.horizon(horizon)
    policy, future = _split(study, levers)
    names = dict.fromkeys([aim.name for aim in chosen] + [limit.measure for limit in limits])
    measures = [study.measure(name) for name in names]
    points = _by_future(study, policy, future)
    found = study.figures(measures, [span])[:, :, 0, :][points.to_numpy()]
    figures = {name: found[..., place] for place, name in enumerate(names)}
    rows = []
    for aim in chosen:
        kept = ~np.isnan(figures[aim.name]).any(axis=(0, 2))
        if not kept.any():
            raise InputError(
                f"{aim.name}: there is no future in which every policy has a figure with all "
                f"seeds; run the rest with: loansim sweep resume {study.path}"
            )
        here = {name: figure[:, kept] for name, figure in figures.items()}
        values = here[aim.name]
        means, regrets = values.mean(axis=2), _regrets(aim.cost(values))
        high = _high_regrets(aim.cost(values))
        satisfied = _satisfied(here, limits, span, values.shape)
        for place, levels in enumerate(points.index):
            named = levels if isinstance(levels, tuple) else (levels,)
            off = mean_interval(regrets[place].mean(axis=0))
            shares = mean_interval(satisfied[place].mean(axis=0))
            rows.append(
                {
                    **dict(zip(policy, named, strict=True)),
                    "aim": f"{aim.name}:{aim.direction}",
                    "horizon": span.name,
                    "unit": aim.measure.column.unit,
                    "futures": int(kept.sum()),
                    "seeds": values.shape[2],
                    "mean": float(means[place].mean()),
                    "worst": float(means[place][int(np.argmax(aim.cost(means[place])))]),
                    "regret_mean": float(regrets[place].mean()),
                    "regret_mean_low": float(np.maximum(off.low, 0.0)),
                    "regret_mean_high": off.high,
                    **{name: its[place] for name, its in high.items()},
                    "satisficing": float(satisfied[place].mean()),
                    "satisficing_low": float(np.maximum(shares.low, 0.0)),
                    "satisficing_high": float(np.minimum(shares.high, 1.0)),
                    "thresholds": ", ".join(map(str, limits)),
                }
            )
    return pandas.DataFrame(rows)


def _regrets(costs: "Floats") -> "Floats":
    """[policies, futures, seeds] how much more a policy costs than the future's best on average.

    The best is the same for all seeds: one that is chosen seed by seed would be better by luck.
    """
    import numpy as np

    best = np.argmin(costs.mean(axis=2), axis=0)
    regrets: Floats = costs - costs[best, np.arange(costs.shape[1])]
    return regrets


def _high_regrets(costs: "Floats") -> dict[str, list[float]]:
    """regret_90 and regret_max of every policy with their intervals; costs as of `_regrets`.

    The best of a future is chosen anew where a seed is left out, as it was with all of them.
    """
    import numpy as np

    def figure(some: "Floats") -> "Floats":
        by_future = _regrets(some).mean(axis=2)
        return np.stack([np.quantile(by_future, share, axis=1) for share in (HIGH_REGRET, 1.0)])

    seeds = costs.shape[2]
    found: dict[str, list[float]] = {}
    for name, values, errors in zip(
        ("regret_90", "regret_max"), figure(costs), error_over_seeds(figure, costs), strict=True
    ):
        pairs = zip(values.tolist(), errors.tolist(), strict=True)
        ends = [interval_over_seeds(value, error, seeds) for value, error in pairs]
        found[name] = values.tolist()
        found[f"{name}_low"] = [float(np.maximum(end.low, 0.0)) for end in ends]
        found[f"{name}_high"] = [end.high for end in ends]
    return found


def _satisfied(
    figures: Mapping[str, "Floats"],
    limits: Sequence[Threshold],
    span: Horizon,
    shape: tuple[int, ...],
) -> "Floats":
    """[policies, futures, seeds] one where all thresholds hold, else zero; NaN without thresholds.

    Raises InputError where a run has no figure for a threshold.
    """
    import numpy as np

    satisfied = np.full(shape, 1.0 if limits else np.nan)
    for limit in limits:
        figure = figures[limit.measure]
        if missing := int(np.isnan(figure).sum()):
            raise InputError(
                f"{limit}: {counted(missing, 'run')} without a figure for {limit.measure} in "
                f"{span.words}, so that nobody can say whether it holds; take another horizon or "
                "leave the threshold out"
            )
        satisfied *= limit.holds(figure)
    return satisfied


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


def _by_future(study: Study, policy: list[str], future: list[str]) -> "pandas.DataFrame":
    """Numbers of points: a row a policy, a column a future."""
    import pandas

    points = pandas.DataFrame([dict(point.levels) for point in study.folder.points])
    policies, futures = (len(points[names].drop_duplicates()) for names in (policy, future))
    if policies * futures != len(points):
        raise InputError(
            f"{policies} policies and {futures} futures make {len(points)} points: not "
            "every policy was tried in every future; use a full grid"
        )
    points = points.assign(_point=range(len(points)))
    return points.pivot(index=policy, columns=future, values="_point")
