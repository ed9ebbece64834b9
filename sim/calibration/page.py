"""A calibration as an HTML page: what was met, what was found, what the data leave open."""

from collections.abc import Mapping
from typing import Any

from sim.calibration.calibrating import REFINING, Outcome
from sim.core.wording import counted
from sim.display import quantity
from sim.evidence.check import column_of
from sim.report_page import chart_card, chart_grid, html_table, note, report_page, section

READING_TARGETS = (
    "Means and 95% intervals over seeds that the search did not know. Inside: the mean lies within "
    "the tolerance of the data. A target that is missed stays here: the model cannot meet it with "
    "these parameters, or another target pulls the other way."
)

READING_PARAMETERS = (
    "Interval: 95%, from the slopes of the targets around the chosen point, cut at the bounds. "
    "Left: the part of the uncertainty before the data that the data leave; a parameter with more "
    "than 80% left is not identified, and its value says little."
)


def calibration_html(outcome: Outcome, content: Mapping[str, Any]) -> str:
    """The page of a calibration."""
    sections = [
        section("targets", "Targets", note(READING_TARGETS) + _targets(content), "scroll whole"),
        section(
            "parameters",
            "Parameters",
            note(READING_PARAMETERS) + _parameters(content),
            "scroll whole",
        ),
    ]
    figures = {"course": _course_figure(outcome)}
    cards = [
        chart_card(
            "course",
            "Course of the search",
            f"{content['loss']:.2f}",
            "Smallest loss so far in each start; at 1 the targets are missed by one tolerance "
            "on the quadratic mean.",
            _course_table(outcome),
        )
    ]
    for number, row in enumerate(content["parameters"]):
        identity = f"profile_{number}"
        figures[identity] = _profile_figure(row)
        cells = [[f"{value:.4g}", f"{rise:.2f}"] for value, rise in row["profile"]]
        cards.append(
            chart_card(
                identity,
                row["parameter"],
                f"{row['value']:.4g}",
                f"{row['path']}: rise of the expected squared distance, all others at their best. "
                "3.84: end of a 95% interval.",
                html_table(["value", "rise"], cells),
            )
        )
    sections.append(chart_grid("Search and profiles", "One card a parameter.", cards))
    return report_page(
        outcome.calibration.plan.title,
        _summary(content),
        {
            "Scenario": str(content["calibrated"]["title"]),
            "Trials": f"{content['trials']:,}",
            "Runs": f"{content['runs']:,}",
            "Loss before, after": f"{content['loss_before']:.2f}, {content['loss']:.2f}",
            "Version": str(content["versions"]["loansim"]),
            "Finished": str(content["finished"]),
            "Plan": str(content["plan_hash"])[:12],
        },
        sections,
        figures,
    )


def _summary(content: Mapping[str, Any]) -> str:
    """How much was met and found, in a sentence."""
    inside = sum(row["inside"] for row in content["targets"])
    open_ones = [row["parameter"] for row in content["parameters"] if not row["identified"]]
    rest = (
        f"the data do not identify {', '.join(open_ones)}"
        if open_ones
        else "the data identify every parameter"
    )
    targets = counted(len(content["targets"]), "target")
    return f"{inside} of {targets} within tolerance; {rest}."


def _targets(content: Mapping[str, Any]) -> str:
    heads = ["target", "data", "tolerance", "before", "model, mean", "95% interval", "inside"]
    rows = []
    for row in content["targets"]:
        column = column_of(row["target"], "", "", row["unit"])

        def text(value: float | None, column: Any = column) -> str:
            return "–" if value is None else quantity(column, value, "en")

        rows.append(
            [
                row["title"],
                text(row["data"]),
                text(row["tolerance"]),
                text(row["before"]),
                text(row["mean"]),
                f"{text(row['low'])} to {text(row['high'])}",
                "yes" if row["inside"] else "no",
            ]
        )
    return html_table(heads, rows, text=True)


def _parameters(content: Mapping[str, Any]) -> str:
    heads = ["parameter", "path", "before", "value", "95% interval", "left", "identified"]
    rows = [
        [
            row["parameter"],
            row["path"],
            f"{row['before']:.6g}",
            f"{row['value']:.6g}",
            f"{row['low']:.4g} to {row['high']:.4g}",
            f"{row['left']:.0%}",
            "yes" if row["identified"] else "no",
        ]
        for row in content["parameters"]
    ]
    return html_table(heads, rows, text=True)


def _lowest_so_far(outcome: Outcome) -> dict[str, list[float]]:
    """Smallest loss after each trial, by start."""
    lines: dict[str, list[float]] = {}
    for found in outcome.trials:
        line = lines.setdefault(f"start {found.start + 1}", [])
        line.append(min(found.loss, line[-1]) if line else found.loss)
    return lines


def _course_figure(outcome: Outcome) -> dict[str, Any]:
    lines = _lowest_so_far(outcome)
    refined = [found.loss for found in outcome.refined if found.start == REFINING]
    data = [
        {"type": "scatter", "mode": "lines", "name": name, "y": line, "x0": 1, "dx": 1}
        for name, line in lines.items()
    ]
    if refined:
        last = max(len(line) for line in lines.values())
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": "refined",
                "x": [last + 1 + step for step in range(len(refined))],
                "y": refined,
            }
        )
    return {
        "data": data,
        "layout": {
            "xaxis": {"title": {"text": "trial"}},
            "yaxis": {"title": {"text": "loss"}, "type": "log"},
            "margin": {"l": 55, "r": 15, "t": 10, "b": 45},
        },
    }


def _course_table(outcome: Outcome) -> str:
    rows = [
        [name, str(len(line)), f"{line[0]:.3f}", f"{line[-1]:.3f}"]
        for name, line in _lowest_so_far(outcome).items()
    ]
    return html_table(["start", "trials", "first loss", "smallest loss"], rows)


def _profile_figure(row: Mapping[str, Any]) -> dict[str, Any]:
    values = [value for value, _ in row["profile"]]
    rises = [rise for _, rise in row["profile"]]

    def line(at: float, dash: str) -> dict[str, Any]:
        return {
            "type": "line",
            "x0": at,
            "x1": at,
            "yref": "paper",
            "y0": 0,
            "y1": 1,
            "line": {"dash": dash, "width": 1},
        }

    return {
        "data": [{"type": "scatter", "mode": "lines", "x": values, "y": rises}],
        "layout": {
            "showlegend": False,
            "shapes": [
                line(row["value"], "solid"),
                line(row["low"], "dot"),
                line(row["high"], "dot"),
            ],
            "xaxis": {"title": {"text": row["path"]}},
            "yaxis": {"title": {"text": "rise"}, "range": [0, max(8.0, min(40.0, max(rises)))]},
            "margin": {"l": 55, "r": 15, "t": 10, "b": 45},
        },
    }
