"""What people read of a sweep: labels for names, per cent for shares, no figure without a seed."""

import re
from collections.abc import Mapping
from pathlib import Path

import pandas
import pytest

from sim.cli import main
from sim.core.errors import InputError
from sim.sweeps.effects import effects
from sim.sweeps.factor_words import words_of
from sim.sweeps.factors import Level
from sim.sweeps.pareto_front import pareto
from sim.sweeps.plan import load_plan
from sim.sweeps.reports import ANALYSES, finding_html, headline_lines
from sim.sweeps.robustness import robustness
from sim.sweeps.shown_tables import shown_boxes
from sim.sweeps.store import opened
from sim.sweeps.study import Study
from tests.sweeps.small_sweep import PLAN, made_up, plan_file

LABELLED = (
    PLAN.replace("label: cap", "label: all-in cap from 2024")
    .replace("seeds: 2", "seeds: 4")
    .replace("months: 5", "months: 24")
)


def figures(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
    """An effect of the cap on defaults of a point for every 12 points; a little luck."""
    cap, saving = float(levels["cap"]), float(levels["saving"])
    return {
        "hhi": 1000.0 - 100 * saving + seed,
        "default_rate_12m": 0.05 + cap / 12 + 0.001 * seed * saving,
        "apr_new": cap * (1 - 0.01 * seed),
        "borrowers_active": 2e8 * (1 + cap),
    }


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    folder = tmp_path_factory.mktemp("shown")
    return Study(made_up(folder / "out", plan_file(folder, LABELLED), figures).path)


def headings(page: str) -> list[str]:
    return re.findall(r'<th scope="col">(.*?)</th>', page)


def test_levels_are_written_as_plans_write_them() -> None:
    words = words_of(load_plan("global_sensitivity"))
    assert words.level("saving", 0.15) == "15%"
    assert words.level("walk", 0.004) == "0.4%"  # a range, whose text is gone once it is read
    assert words.level("noise", 0.8) == "0.8"
    assert words.level("minimum", 3e8) == "3e+08"
    assert words.level("base", "observed") == "observed"
    assert words_of(load_plan("cap_date_and_speed")).level("start", "2026-01") == "2026-01"
    assert words.term("saving x breadth") == "saving out of surplus x lenders that come to mind"
    assert words.term("saving^2") == "saving out of surplus squared"
    two = words_of(load_plan("cap_and_competition"))
    assert two.term("competition=high x cap") == "level of competition high x all-in cap from 2026"


def test_effects_stand_before_what_makes_them_up(study: Study) -> None:
    finding = ANALYSES["effects"](study, {"factors": ["cap"], "horizons": ["year_2025"]})
    page = finding_html(study, finding)
    heads = headings(page)
    assert heads[:6] == ["effect of", "measure", "horizon", "effect", "95% (t)", "95% (bootstrap)"]
    assert heads.index("before") > heads.index("95% (bootstrap)")
    columns = list(finding.table.columns)
    assert columns.index("effect") < columns.index("t_low") < columns.index("before")
    row = next(row for row in finding.rows if row["measure"] == "default_rate_12m")
    assert row["effect of"] == "all-in cap from 2024: 18% against 36%"
    assert row["effect"] == "−1.5 pp"
    (trace,) = finding.cards[0].figure["data"]
    assert trace["y"] == ["18% against 36%", "12% against 36%"]
    assert "Lines: levels of all-in cap from 2024." in finding.reading
    other = effects(study, factors=["cap"], horizons=["year_2025"], against={"cap": "18%"})
    assert set(other["against"]) == {0.18}
    told = "\n".join(headline_lines(study, finding))
    assert "all-in cap from 2024: 18% against 36%" in told
    assert "0.18" not in told
    assert ">12-month default rate" in page or "default rate" in page.lower()


def test_a_level_that_changes_nothing_is_told_and_stands_last(tmp_path: Path) -> None:
    def capped(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        binding = min(0.18, float(levels["cap"]))  # as where a stricter rule stands already
        return figures(levels | {"cap": binding}, seed, month)

    study = Study(made_up(tmp_path / "out", plan_file(tmp_path, LABELLED), capped).path)
    finding = ANALYSES["effects"](study, {"factors": ["cap"]})
    same = "all-in cap from 2024: 18% against 36%"
    assert finding.warnings == [f"No figure differs in any seed, both are one world: {same}."]
    assert finding.rows[0]["effect of"] == "all-in cap from 2024: 12% against 36%"
    assert finding.rows[-1]["effect of"] == same
    assert headline_lines(study, finding)[-1] == finding.warnings[0]
    one = ANALYSES["effects"](study, {"factors": ["cap"], "measures": ["default_rate_12m"]})
    assert one.rows[0]["centre"] == "mean"


def test_the_centre_of_an_effect_is_told(study: Study) -> None:
    finding = ANALYSES["effects"](study, {"factors": ["cap"], "horizons": ["year_2025"]})
    centres = {row["measure"]: row["centre"] for row in finding.rows}
    assert centres == {measure.name: measure.centre for measure in study.measures}
    assert {"mean", "median"} == set(centres.values())


def test_when_and_under_which_condition_is_told_in_table_and_terminal(study: Study) -> None:
    finding = ANALYSES["pareto"](study, {"horizon": "year_2024"})
    assert set(finding.table["horizon"]) == {"year_2024"}
    assert "horizon year_2024" in headline_lines(study, finding)[0]
    assert "2024" in finding.cards[0].note
    finding = ANALYSES["robust"](study, {"thresholds": ["default_rate_12m<=7%", "hhi<2000"]})
    limits = "default_rate_12m<=7%, hhi<2000"
    assert set(finding.table["thresholds"]) == {limits}
    assert f"thresholds {limits}" in headline_lines(study, finding)[0]
    assert f"share of futures in which {limits} holds" in finding.reading
    assert "Satisficing" not in ANALYSES["robust"](study, {}).reading


def test_what_nobody_decides_can_be_kept_apart_on_a_front(tmp_path: Path) -> None:
    def better(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        cap, saving = float(levels["cap"]), float(levels["saving"])  # more saving: all is better
        return {"borrowers_active": cap + saving, "default_rate_12m": 0.1 * cap - saving}

    study = Study(made_up(tmp_path / "out", plan_file(tmp_path, LABELLED), better).path)
    aims = ["borrowers_active:max", "default_rate_12m:min"]
    front = pareto(study, aims=aims)
    assert set(front.loc[front["front"], "saving"]) == {0.3}
    apart = pareto(study, aims=aims, by=["saving"])
    assert apart["front"].all()
    assert (apart["certainty"] == 1.0).all()
    (warning,) = ANALYSES["pareto"](study, {"aims": aims}).warnings
    assert "--by saving gives a front for each" in warning
    finding = ANALYSES["pareto"](study, {"aims": aims, "by": ["saving"]})
    assert finding.warnings == []
    assert [row["saving"] for row in finding.rows] == ["20%"] * 3 + ["30%"] * 3


def test_the_terminal_shows_the_last_year_first(study: Study) -> None:
    finding = ANALYSES["effects"](study, {"measures": ["apr_new"]})
    told = headline_lines(study, finding)
    assert {"year_2024", "month_12"} <= {row["horizon"] for row in finding.rows}
    assert told[0] == "All: measure apr_new, horizon year_2025, seeds 4, centre mean."
    assert "more rows" in told[-2]
    assert told[-1:] == finding.warnings  # savings say nothing of prices
    assert told[1].split()[:3] == ["effect", "of", "effect"]  # horizon and seeds are no columns
    whole = headline_lines(study, finding, whole=True)
    assert len(whole) == len(finding.rows) + 3
    assert any("month_12" in line for line in whole)


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("surface", {"measures": ["hhi"]}, "all-in cap from 2024 x saving"),
        ("robust", {"thresholds": ["default_rate_12m<=7%"]}, "all-in cap from 2024"),
        ("pareto", {"aims": ["borrowers_active:max", "default_rate_12m:min"]}, "18%"),
    ],
)
def test_every_table_speaks_in_labels(
    name: str, settings: dict[str, object], words: str, study: Study
) -> None:
    finding = ANALYSES[name](study, settings)
    page = finding_html(study, finding)
    assert words in page[page.index('id="table"') : page.index('id="plan"')]
    assert len(finding.rows) == len(finding.table)


def test_an_end_of_a_box_that_leaves_nothing_out_is_not_told(study: Study) -> None:
    rows = [
        {"box": 1, "factor": "cap", "low": low, "high": high, "levels": "", "coverage": 1.0,
         "density": 0.5, "mass": 0.5, "chosen": chosen, "condition": "hhi>5",
         "horizon": "year_2024"}
        for low, high, chosen in ((0.18, 0.36, False), (0.12, 0.2, False), (0.15, 0.2, True))
    ]  # fmt: skip
    told = [row["inside"] for row in shown_boxes(study, pandas.DataFrame(rows))]
    assert told == ["15% to 20%", "18% or more", "20% or less"]


def test_an_axis_of_shares_is_in_per_cent(study: Study) -> None:
    (card,) = ANALYSES["surface"](study, {"measures": ["hhi"]}).cards
    layout = card.figure["layout"]
    assert layout["xaxis"]["title"]["text"] == "all-in cap from 2024"
    assert layout["xaxis"]["tickformat"] == layout["yaxis"]["tickformat"] == ".3~%"


def test_years_stand_in_order_where_an_effect_begins_late(tmp_path: Path) -> None:
    def late(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        cap = float(levels["cap"]) if month >= 12 else 0.36  # nothing differs in the first year
        return {"borrowers_active": cap * seed + float(levels["saving"]) * seed**0.5}

    study = Study(made_up(tmp_path / "out", plan_file(tmp_path, LABELLED), late).path)
    finding = ANALYSES["effects"](study, {"measures": ["borrowers_active"]})
    figure = finding.cards[-1].figure  # the cap, first of the rows, has no ratio in 2024
    assert [trace["x"] for trace in figure["data"]] == [["2024", "2025"]]
    assert figure["layout"]["xaxis"]["categoryarray"] == ["2024", "2025"]
    ratios = [y for trace in figure["data"] for y in trace["y"]]
    marks = figure["layout"]["yaxis"]["tickvals"]
    low, high = 0.5 * min(ratios), 2 * max(ratios)
    assert 2 <= len([mark for mark in marks if low <= mark <= high]) <= 12


def test_a_curve_shows_how_far_it_is_from_the_points(tmp_path: Path) -> None:
    text = LABELLED.replace("[20%, 30%]", "{one: 20%, two: 30%}")

    def kinked(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        return {"hhi": max(0.18, float(levels["cap"]))}

    study = Study(made_up(tmp_path / "out", plan_file(tmp_path, text), kinked).path)
    (card,) = ANALYSES["surface"](study, {"measures": ["hhi"]}).cards
    tried = [trace for trace in card.figure["data"] if trace["mode"] == "markers"]
    assert len(tried) == 2
    for trace in tried:
        places = dict(zip(trace["x"], trace["y"], strict=True))
        assert places == pytest.approx({0.12: 0.18, 0.18: 0.18, 0.36: 0.36})


def test_runs_of_equal_scenarios_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = LABELLED.replace("[20%, 30%]", '{one: 25%, two: "25%"}')

    def alike(levels: Mapping[str, Level], seed: int, month: int) -> dict[str, float]:
        return {"hhi": 1000.0}

    folder = made_up(tmp_path / "out", plan_file(tmp_path, text), alike)
    assert main(["sweep", "status", str(folder.path)]) == 0
    told = capsys.readouterr().out
    assert "12 of 12 runs done" in told
    assert "the plan makes 24 runs; those of equal scenarios are lived once" in told


def test_what_cannot_be_compared_yet_shows_no_figure_and_says_so(tmp_path: Path) -> None:
    folder = made_up(tmp_path / "out", plan_file(tmp_path, LABELLED), figures)
    kept = (folder.path / "journal.jsonl").read_text().splitlines()
    gone = {point.scenario_hash for point in folder.points if point.levels["cap"] == 0.36}
    text = "".join(f"{line}\n" for line in kept if not any(one in line for one in gone))
    (folder.path / "journal.jsonl").write_text(text)
    assert opened(folder.path).tally().done == 16
    part = Study(folder.path)
    table = effects(part, factors=["cap"], horizons=["year_2025"])
    assert (table["seeds"] == 0).all()
    assert table[["before", "after", "effect"]].isna().all(axis=None)
    finding = ANALYSES["effects"](part, {"factors": ["cap"]})
    page = finding_html(part, finding)
    assert "8 runs waiting; loansim sweep resume" in page
    assert "have no seed yet" in page
    assert "give nothing to draw of: HHI" in page
    assert page.count("Plotly.newPlot(") == 0


def test_the_usual_aims_are_those_that_the_plan_keeps(tmp_path: Path) -> None:
    def kept(outputs: str) -> Study:
        every = "hhi, default_rate_12m, apr_new, borrowers_active"
        folder = tmp_path / outputs[:3]
        plan = plan_file(folder, LABELLED.replace(every, outputs))
        return Study(made_up(folder / "out", plan, figures).path)

    two = kept("default_rate_12m, hhi")
    assert set(robustness(two)["aim"]) == {"default_rate_12m:min", "hhi:min"}
    assert list(pareto(two).columns[-4:-2]) == ["default_rate_12m", "hhi"]
    with pytest.raises(InputError, match=r"keeps none of .*--aim"):
        robustness(kept("apr_new"))


def test_bases_kept_apart_are_called_by_name(tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text("extends: short.yaml\ntitle: another\n", encoding="utf-8")
    plan = plan_file(tmp_path, LABELLED.replace("[short.yaml]", "[short.yaml, other.yaml]"))
    both = Study(made_up(tmp_path / "out", plan, figures).path)
    asked = {"factors": ["cap"], "by": ["base"], "horizons": ["year_2025"]}
    table = effects(both, **asked)
    assert set(table["base"]) == {"short", "other"}
    hhi = table[(table["measure"] == "hhi") & (table["level"] == 0.12)]
    assert (hhi["after"] > 900).all()
    rows = ANALYSES["effects"](both, asked).rows
    assert rows[0]["effect of"] == "all-in cap from 2024: 18% against 36%, base scenario short"
