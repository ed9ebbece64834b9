"""Tables of a comparison, from the measures of every seed in both worlds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.core.months import Month
from sim.core.tables import MONTH, SEED, Column, Table
from sim.horizons import Horizon
from sim.measures import Measure, Measured
from sim.paired_statistics import effects_over

if TYPE_CHECKING:
    import pandas


@dataclass(frozen=True)
class Pair[T]:
    """What was taken from each of two runs with the same seed."""

    base: T
    other: T


# One column a paragraph, set by hand.
# fmt: off
_OPTIONAL = "empty where there is none"
_MEASURE = Column("measure", "Measure", "指标", "", "key", "str", "Name of what is compared.")

EFFECTS = Table(
    "effects",
    "one measure at one horizon",
    (
        _MEASURE,
        Column(
            "horizon", "Horizon", "时间窗口", "", "key", "str",
            "month_N: the N-th reported month; year_YYYY: a calendar year; after_N: year N after "
            "the first effect; since: all months from it on. Of several months, their mean "
            "(prices weighted by new lending, approval rates by applications).",
        ),
        Column("first_month", "First month", "起始月", "month", "text", "date", "Of the horizon."),
        Column("last_month", "Last month", "结束月", "month", "text", "date", "Of the horizon."),
        Column("unit", "Unit", "单位", "", "text", "str", "Unit of the figures of this row."),
        Column(
            "statistic", "Statistic", "统计量", "", "text", "str",
            "What stands for the seeds: mean, or median for concentration.",
        ),
        Column(
            "seeds", "Seeds", "随机种子数", "seeds", "count", "int64",
            "Seeds with the figure in both scenarios.",
        ),
        Column(
            "base", "Base", "基准", "as `unit` says", "index", "float64",
            f"The statistic over seeds under the base scenario; {_OPTIONAL}.", optional=True,
        ),
        Column(
            "other", "Other", "对照", "as `unit` says", "index", "float64",
            f"The same under the other scenario; {_OPTIONAL}.", optional=True,
        ),
        Column(
            "effect", "Effect", "影响", "as `unit` says", "index", "float64",
            f"The statistic of the paired differences, other less base; {_OPTIONAL}.",
            optional=True,
        ),
        Column(
            "low", "Low", "下限", "as `unit` says", "index", "float64",
            "Lower end of the interval of the effect: t interval of a mean, order-statistic "
            "interval of a median; empty with one seed.", optional=True,
        ),
        Column(
            "high", "High", "上限", "as `unit` says", "index", "float64",
            "Upper end of it.", optional=True,
        ),
        Column(
            "coverage", "Coverage", "置信水平", "fraction", "index", "float64",
            "Nominal coverage of low to high: 0.95 for means; for medians what the number of seeds "
            "allows, at least 0.95 from six seeds on.", optional=True,
        ),
        Column(
            "unpaired_low", "Low, unpaired", "非配对下限", "as `unit` says", "index", "float64",
            "Lower end of the interval if both scenarios had been run with different seeds.",
            optional=True,
        ),
        Column(
            "unpaired_high", "High, unpaired", "非配对上限", "as `unit` says", "index", "float64",
            "Upper end of it.", optional=True,
        ),
        Column(
            "variance_ratio", "Variance ratio", "方差比", "times", "index", "float64",
            "(Variance over seeds under base + under other) / variance of the differences: how "
            "many times as many seeds one would need without pairing; empty with one seed or "
            "where the differences do not vary.", optional=True,
        ),
    ),
)

DIFFERENCES = Table(
    "differences",
    "one measure in one month of one seed",
    (
        SEED,
        MONTH,
        _MEASURE,
        Column(
            "base", "Base", "基准", "that of the measure", "index", "float64",
            f"Under the base scenario; {_OPTIONAL}.", optional=True,
        ),
        Column(
            "other", "Other", "对照", "that of the measure", "index", "float64",
            f"Under the other scenario; {_OPTIONAL}.", optional=True,
        ),
        Column(
            "difference", "Difference", "差异", "that of the measure", "index", "float64",
            f"Other less base; {_OPTIONAL}.", optional=True,
        ),
    ),
)
# fmt: on


def first_effect_in(differences: "pandas.DataFrame") -> Month | None:
    """The first month in which any measure of any seed differs; None if none ever does."""
    months = differences.loc[_differs(differences), "month"]
    if months.empty:
        return None
    return Month.of(months.min().year, months.min().month)


def _differs(differences: "pandas.DataFrame") -> "pandas.Series[bool]":
    """Rows whose figure is not the same in both worlds, or is there in one of them only."""
    base, other = differences["base"], differences["other"]
    return (base != other) & ~(base.isna() & other.isna())


def effects_of(
    pairs: Sequence[Pair[Measured]],
    measures: Sequence[Measure],
    horizons: Sequence[Horizon],
    start: Month,
) -> "pandas.DataFrame":
    """Table EFFECTS, from what each seed brought in both worlds.

    start : month in which values begin
    """
    import numpy as np

    rows = []
    medians = np.array([measure.centre == "median" for measure in measures])
    for horizon in horizons:
        first, last = horizon.first - start, horizon.last - start
        base = np.stack([pair.base.over(first, last) for pair in pairs], axis=1)
        other = np.stack([pair.other.over(first, last) for pair in pairs], axis=1)
        effects = effects_over(base, other, medians)
        for measure, effect in zip(measures, effects, strict=True):
            rows.append(
                {
                    "measure": measure.name,
                    "horizon": horizon.name,
                    "first_month": horizon.first.first_day(),
                    "last_month": horizon.last.first_day(),
                    "unit": measure.column.unit,
                    "statistic": measure.centre,
                    "seeds": effect.seeds,
                    "base": effect.base,
                    "other": effect.other,
                    "effect": effect.effect,
                    "low": effect.paired.low,
                    "high": effect.paired.high,
                    "coverage": effect.coverage,
                    "unpaired_low": effect.unpaired.low,
                    "unpaired_high": effect.unpaired.high,
                    "variance_ratio": effect.variance_ratio,
                }
            )
    return EFFECTS.frame(rows)


def differences_of(
    pairs: Sequence[Pair[Measured]],
    measures: Sequence[Measure],
    start: Month,
    seeds: Sequence[int],
) -> "pandas.DataFrame":
    """Table DIFFERENCES, in the order seed, measure, month.

    pairs, seeds : in the same order ; start : month in which values begin
    """
    import numpy as np

    months = pairs[0].base.values.shape[1]
    days = np.array([(start + month).first_day() for month in range(months)], dtype="datetime64[s]")
    base = np.concatenate([pair.base.values.ravel() for pair in pairs])
    other = np.concatenate([pair.other.values.ravel() for pair in pairs])
    rows = len(measures) * months
    return DIFFERENCES.frame(
        {
            "seed": np.repeat(np.array(seeds, dtype=np.int64), rows),
            "month": np.tile(days, len(measures) * len(pairs)),
            "measure": np.tile(np.repeat([m.name for m in measures], months), len(pairs)),
            "base": base,
            "other": other,
            "difference": other - base,
        }
    )
