"""Tables of analyses as people read them: labels, levels as plans write them, units of screens.

The CSV files keep names and plain numbers; these stand in reports and in the terminal.
"""

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.core.tables import Column
from sim.display import (
    difference,
    interval_text,
    number,
    quantity,
    signed_number,
    unit_of_difference,
)
from sim.sweeps.aims import Aim, aim_of
from sim.sweeps.factor_words import FactorWords
from sim.sweeps.study import Study

if TYPE_CHECKING:
    import pandas

MEASURE, HORIZON = "measure", "horizon"
"""Columns of names, which options take and by which rows are chosen."""

INDICES = ("mu_star", "mu", "sigma", "ST", "S1", "S2")
"""Indices of sensitivity, in the order in which people read them."""

type Row = Mapping[Any, Any]


def effect_name(
    row: Row, words: FactorWords, apart: Sequence[str] = (), *, short: bool = False
) -> str:
    """What an effect is of: `all-in cap from 2026: 24% against 36%`.

    apart : factors whose levels are kept apart, and told too
    short : levels alone, where all effects are of one factor: `24% against 36%, medium`
    """
    name = str(row["factor"])
    level, against = (words.level(name, row[which]) for which in ("level", "against"))
    if short:
        return ", ".join(
            [f"{level} against {against}", *(words.level(other, row[other]) for other in apart)]
        )
    where = words.at({other: row[other] for other in apart}, labels=True)
    return f"{words.label(name)}: {level} against {against}" + (f", {where}" if where else "")


def shown_effects(study: Study, table: "pandas.DataFrame", apart: Sequence[str]) -> list[Row]:
    """Effects, with what makes them up behind them."""

    def shown(row: Row) -> Row:
        column = study.measure(row["measure"]).column
        return {
            "effect of": effect_name(row, study.words, apart),
            MEASURE: row["measure"],
            HORIZON: row["horizon"],
            "effect": _difference(column, row["effect"]),
            "95% (t)": interval_text(column, row["t_low"], row["t_high"]),
            "95% (bootstrap)": interval_text(column, row["bootstrap_low"], row["bootstrap_high"]),
            "seeds": str(row["seeds"]),
            "centre": row["statistic"],
            "before": _quantity(column, row["before"]),
            "after": _quantity(column, row["after"]),
            "variance ratio": _figures(row["variance_ratio"]),
        }

    return [shown(row) for row in table.to_dict("records")]


def shown_indices(study: Study, table: "pandas.DataFrame") -> list[Row]:
    """Indices of sensitivity, those first by which factors are ranked.

    Those of Morris are in units of the measure, shares of variance are as they are.
    """

    def shown(row: Row) -> Row:
        column = study.measure(row["measure"]).column
        is_share = row["unit"] == "share of variance"
        value, low, high = (
            _of_variance(row[n]) if is_share else _signed(column, row[n])
            for n in ("value", "low", "high")
        )
        unit = "" if is_share or not value else f" {unit_of_difference(column)}".rstrip()
        return {
            "factor": study.words.term(row["factor"]),
            "index": row["index"],
            MEASURE: row["measure"],
            HORIZON: row["horizon"],
            "value": f"{value}{unit}",
            "95%": f"{low} to {high}" if low and high else "",
            "luck": _share(row["luck"]),
            "note": row["note"],
        }

    measures = list(table["measure"].unique())
    rows = sorted(  # stable: largest first within each
        table.to_dict("records"),
        key=lambda row: (measures.index(row["measure"]), INDICES.index(row["index"])),
    )
    return [shown(row) for row in rows]


def shown_terms(study: Study, table: "pandas.DataFrame") -> list[Row]:
    """Coefficients of surfaces."""

    def shown(row: Row) -> Row:
        column = study.measure(row["measure"]).column
        constant = row["term"] == "constant"
        value = _quantity(column, row["value"]) if constant else _difference(column, row["value"])
        ends = (row["low"], row["high"])
        return {
            "term": study.words.term(row["term"]),
            MEASURE: row["measure"],
            HORIZON: row["horizon"],
            "value": value,
            "95%": _between(column, *ends) if constant else interval_text(column, *ends),
            "R2": _figures(row["r2"]),
            "Q2": _figures(row["q2"]),
            "points": str(row["points"]),
        }

    return [shown(row) for row in table.to_dict("records")]


def shown_boxes(study: Study, table: "pandas.DataFrame") -> list[Row]:
    """Boxes, the chosen ones first; an end that leaves no point out is not told."""

    def limits(row: Row) -> str:
        name = str(row["factor"])
        if row["levels"]:
            return str(row["levels"])
        if row["low"] is None or math.isnan(row["low"]):
            return "any levels"
        tried = [float(point.levels[name]) for point in study.folder.points]
        low, high = (study.words.level(name, row[end]) for end in ("low", "high"))
        if row["high"] >= max(tried):
            return f"{low} or more"
        return f"{high} or less" if row["low"] <= min(tried) else f"{low} to {high}"

    def shown(row: Row) -> Row:
        return {
            "box": str(row["box"]),
            "chosen": "yes" if row["chosen"] else "",
            "factor": study.words.label(row["factor"]),
            "inside": limits(row),
            "coverage": _share(row["coverage"]),
            "density": _share(row["density"]),
            "mass": _share(row["mass"]),
            "condition": row["condition"],
            HORIZON: row["horizon"],
        }

    ordered = table.sort_values("chosen", ascending=False, kind="stable")
    return [shown(row) for row in ordered.to_dict("records")]


def shown_policies(study: Study, table: "pandas.DataFrame", levers: Sequence[str]) -> list[Row]:
    """Regret and satisficing."""

    def shown(row: Row) -> Row:
        aim = aim_of(study, row["aim"])
        column = aim.measure.column
        regrets = {
            f"{words} regret": _with_interval(
                _size(column, row[name]),
                _size(column, row[f"{name}_low"]),
                _size(column, row[f"{name}_high"]),
            )
            for name, words in (
                ("regret_mean", "mean"),
                ("regret_90", "90th percentile of"),
                ("regret_max", "worst"),
            )
        }
        ends = (row["satisficing_low"], row["satisficing_high"])
        return {
            **_levels(study.words, row, levers),
            "aim": aim_words(aim),
            "satisficing": _with_interval(_share(row["satisficing"]), *map(_share, ends)),
            "thresholds": row["thresholds"],
            "unit of regret": unit_of_difference(column),
            **regrets,
            "mean": _quantity(column, row["mean"]),
            "in the worst future": _quantity(column, row["worst"]),
            "futures": str(row["futures"]),
            "seeds": str(row["seeds"]),
            HORIZON: row["horizon"],
        }

    return [shown(row) for row in table.to_dict("records")]


def shown_front(
    study: Study, table: "pandas.DataFrame", aims: Sequence[Aim], apart: Sequence[str]
) -> list[Row]:
    """Design points, those on the front first, the surest of them at the top.

    apart : factors that have a front for each of their levels, which stand together
    """

    def shown(row: Row) -> Row:
        return {
            **_levels(study.words, row, study.factors),
            **{aim_words(aim): _quantity(aim.measure.column, row[aim.name]) for aim in aims},
            "on the front": "yes" if row["front"] else "",
            "certainty": _share(row["certainty"]),
            HORIZON: row["horizon"],
        }

    ordered = table.sort_values(["front", "certainty"], ascending=False, kind="stable")
    rows = ordered.to_dict("records")
    places = [tuple(row[name] for name in apart) for row in table.to_dict("records")]
    rows.sort(key=lambda row: places.index(tuple(row[name] for name in apart)))
    return [shown(row) for row in rows]


def shown_bands(study: Study, table: "pandas.DataFrame") -> list[Row]:
    """Means with what seeds and what parameters leave open."""
    apart = [name for name in table.columns if name in study.factors]

    def shown(row: Row) -> Row:
        column = study.measure(row["measure"]).column
        bands = {
            words: _between(column, row[f"{name}_low"], row[f"{name}_high"])
            for name, words in (("seeds", "seeds"), ("parameters", "parameters"), ("all", "both"))
        }
        return {
            **_levels(study.words, row, apart),
            MEASURE: row["measure"],
            HORIZON: row["horizon"],
            "mean": _quantity(column, row["mean"]),
            **bands,
            "share of parameters": _share(row["share_parameters"]),
        }

    return [shown(row) for row in table.to_dict("records")]


def aim_words(aim: Aim) -> str:
    """An aim in words: `HHI (less is better)`."""
    better = "less" if aim.direction == "min" else "more"
    return f"{aim.measure.column.label_en} ({better} is better)"


def _levels(words: FactorWords, row: Row, names: Sequence[str]) -> dict[str, str]:
    return {words.label(name): words.level(name, row[name]) for name in names}


def _quantity(column: Column, value: float) -> str:
    return "" if math.isnan(value) else quantity(column, value)


def _difference(column: Column, value: float) -> str:
    return "" if math.isnan(value) else difference(column, value)


def _signed(column: Column, value: float) -> str:
    return "" if math.isnan(value) else signed_number(column, value)


def _size(column: Column, value: float) -> str:
    """A difference that is never negative, without unit."""
    return _signed(column, value).removeprefix("+")


def _between(column: Column, low: float, high: float) -> str:
    if math.isnan(low) or math.isnan(high):
        return ""
    return f"{number(column, low)} to {number(column, high)}"


def _with_interval(value: str, low: str, high: str) -> str:
    return f"{value} ({low} to {high})" if value and low and high else value


def _share(value: float) -> str:
    return "" if math.isnan(value) else f"{value:.0%}"


def _of_variance(value: float) -> str:
    """A share of variance, which may come out below 0 or above 1."""
    return "" if math.isnan(value) else f"{value:.2f}"


def _figures(value: float) -> str:
    """A number without unit, to three digits or whole."""
    if math.isnan(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
