"""The scorecard: what checks are made of, how they are judged, and that nothing failed is lost."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas
import pytest

from agents.record import RECORD
from sim.cli import main
from sim.core.errors import InputError
from sim.evidence.check import Check, UnitOf, judged
from sim.evidence.command import outcome_lines
from sim.evidence.core_checks import core_checks
from sim.evidence.files import (
    CHECKS,
    CONTENT,
    SHIPPED,
    find_validations,
    read_validation,
    write_validation,
)
from sim.evidence.known_figures import fact
from sim.evidence.page import validation_html
from sim.evidence.provenance import value_rows
from sim.evidence.run_statistics import peak_after_shock
from sim.evidence.validating import Row, Validation, checks_of, figure_of, validate
from sim.evidence.wide_checks import wide_checks
from sim.evidence.wording import GROUPS, USES, accepted
from sim.evidence.worlds import CALM, SHOCK, SHOCK_START, WORLDS, Lived, entry_into_30
from sim.scenario import load_scenario


def check(**other: object) -> Check:
    """A check of a share: data 10%, accepted 9 to 11%, near 8 to 12%."""
    one = Check(
        name="share",
        group="facts",
        title_en="A share",
        title_zh="占比",
        about_en="Made up",
        about_zh="虚构",
        unit=UnitOf.SHARE,
        data=0.10,
        low=0.09,
        high=0.11,
        margin=0.01,
        source="nowhere",
        tolerance="none",
        use="never",
        worlds=("base",),
        figure=lambda worlds: 0.1,
    )
    return replace(one, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([0.10, 0.10], "pass"),
        ([0.05, 0.14], "pass"),  # the mean counts, however far the seeds lie apart
        ([0.115, 0.115], "near"),
        ([0.081], "near"),
        ([0.13, 0.13], "fail"),
        ([math.nan, 0.10], "pass"),
        ([math.nan, math.nan], "none"),
        ([], "none"),
    ],
)
def test_a_mean_is_judged_by_what_is_accepted(values: list[float], verdict: str) -> None:
    assert judged(check(), values).verdict == verdict


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ([0.05, 0.06, 0.07], "pass"),
        ([-0.20, 0.50, 0.10], "near"),  # above zero, but nobody knows
        ([0.05], "near"),  # one seed proves nothing
        ([-0.05, -0.06, -0.07], "fail"),
    ],
)
def test_a_sign_needs_the_whole_interval(values: list[float], verdict: str) -> None:
    sign = check(low=0.0, high=math.inf, margin=0.0, rule="interval")
    assert judged(sign, values).verdict == verdict


@pytest.mark.parametrize("checks", [core_checks(), wide_checks()], ids=["core", "wide"])
def test_checks_are_whole(checks: list[Check]) -> None:
    names = [one.name for one in checks]
    assert len(set(names)) == len(names)
    for one in checks:
        assert one.low <= one.high, one.name
        assert one.margin >= 0, one.name
        assert math.isnan(one.data) or one.low <= one.data <= one.high, one.name
        assert one.source, one.name
        assert one.tolerance, one.name
        assert one.group in GROUPS, one.name
        assert one.use in USES, one.name
        assert set(one.worlds) <= set(WORLDS), one.name
        assert one.title_zh != one.title_en, one.name
        assert one.about_zh != one.about_en, one.name


def test_what_is_recollected_is_called_an_assumption() -> None:
    published = [one for one in core_checks() if one.group == "published"]
    read = [one.name for one in published if "assumption" not in one.source]
    assert read == ["published_pandemic"]
    assert all(one.use == "never" for one in published)


def test_the_scope_decides_which_checks() -> None:
    assert {one.group for one in checks_of(load_scenario("report_outlook"))} == {"outlook"}
    assert "opening" in {one.group for one in checks_of(load_scenario("observed"))}


def test_figures_come_from_the_tables() -> None:
    assert fact("2024-12-31", "microloan companies: number", "PBoC", 1.0).value == 5257
    assert fact("2024-12-31", "loans / NPL", "MYbank", 0.01, 1).value == pytest.approx(0.023)
    with pytest.raises(InputError, match="0 rows"):
        fact("2031-12-31", "microloan companies: number", "PBoC", 1.0)


def test_entry_into_arrears_counts_who_was_not_late_before() -> None:
    before = np.zeros(4, dtype=RECORD)
    before["principal_fen"][:, 0] = 100
    before["first_month"][:, 0] = 5
    before["missed"][:, 0] = [1, 2, 1, 1]
    after = before.copy()
    after["missed"][:, 0] = [2, 3, 1, 2]
    after["generation"][3] = 1  # another person by now
    assert entry_into_30(before, after) == pytest.approx(100 / 400)


def test_what_cannot_be_taken_is_no_figure() -> None:
    assert math.isnan(figure_of(check(figure=lambda worlds: math.inf), {}))
    assert math.isnan(figure_of(check(figure=lambda worlds: 1 / 0), {}))


# --- files ---------------------------------------------------------------------------------------


def kept_rows() -> Validation:
    """Four checks, one for each verdict."""
    samples = {"good": 0.10, "close": 0.115, "bad": 0.5, "mute": math.nan}
    rows = []
    for name, value in samples.items():
        one = check(name=name, title_en=f"A <{name}> share")
        values = [value, value]
        rows.append(Row(one, values, judged(one, values)))
    manifest = {
        "format": 1,
        "kind": "validation",
        "validated": {"name": "observed", "title": "History", "hash": "0" * 64},
        "borrowers": 1000,
        "seed": 1,
        "seeds": 2,
        "versions": {"loansim": "0"},
        "finished": "2026-01-01",
    }
    return Validation(rows, manifest)


def test_a_validation_comes_back_as_it_was_written(tmp_path: Path) -> None:
    folder = write_validation(kept_rows(), tmp_path / "v")
    kept = read_validation(folder)
    assert [one.judged.verdict for one in kept.checks] == ["pass", "near", "fail", "none"]
    assert kept.checks[1].values == (0.115, 0.115)
    assert kept.checks[1].data == 0.10
    assert math.isnan(kept.checks[3].judged.mean)
    assert (folder / CHECKS).is_file()
    assert list(find_validations(tmp_path)) == [folder]
    with pytest.raises(InputError, match="not empty"):
        write_validation(kept_rows(), folder)


def test_failed_checks_stay_on_the_page(tmp_path: Path) -> None:
    kept = read_validation(write_validation(kept_rows(), tmp_path / "v"))
    page = validation_html(kept)
    assert "4 checks: 1 pass, 1 near, 1 fail, 1 no figure." in page
    for name in ("good", "close", "bad", "mute"):
        assert page.count(f"A &lt;{name}&gt; share") >= 2  # table and chart
    assert "<bad>" not in page


def test_open_ends_come_back(tmp_path: Path) -> None:
    sign = check(low=0.0, high=math.inf, rule="interval", data=math.nan)
    values = [0.01, 0.02]
    found = Validation([Row(sign, values, judged(sign, values))], kept_rows().manifest)
    kept = read_validation(write_validation(found, tmp_path / "v"))
    assert math.isinf(kept.checks[0].high)
    assert accepted(kept.checks[0]) == "at least 0%"
    assert accepted(kept.checks[0], "zh") == "不低于 0%"


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"kind": "validation", "format": 9}', "null", '{"kind": 3}']
)
def test_what_is_no_validation_is_refused_in_one_line(tmp_path: Path, content: str) -> None:
    (tmp_path / CONTENT).write_text(content)
    with pytest.raises(InputError) as refused:
        read_validation(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_damaged_check_is_refused(tmp_path: Path) -> None:
    folder = write_validation(kept_rows(), tmp_path / "v")
    content = json.loads((folder / CONTENT).read_text())
    content["checks"][0]["verdict"] = "splendid"
    (folder / CONTENT).write_text(json.dumps(content))
    with pytest.raises(InputError, match="another version"):
        read_validation(folder)


def test_what_is_shipped_can_be_read_and_is_judged_by_todays_rules() -> None:
    shipped = sorted(SHIPPED.glob("*.json"))
    assert "observed" in [path.stem for path in shipped]
    for path in shipped:
        kept = read_validation(path)
        known = {one.name: one for one in checks_of(load_scenario(kept.scenario))}
        assert [one.name for one in kept.checks] == list(known)
        for one in kept.checks:
            assert judged(known[one.name], one.values).verdict == one.judged.verdict, one.name
            assert known[one.name].data == one.data or math.isnan(one.data), one.name


# --- runs ----------------------------------------------------------------------------------------


def test_validating_lives_what_its_checks_need() -> None:
    scenario = load_scenario("report_outlook").with_changes({"burn_in_months": 3})
    found = validate(scenario, seeds=2, borrowers=300, workers=1)
    assert len(found.rows) == len(wide_checks())
    assert all(len(row.values) == 2 for row in found.rows)
    index = next(row for row in found.rows if row.check.name == "outlook_index_2030")
    assert all(math.isfinite(value) for value in index.values)
    again = validate(scenario, seeds=1, seed=2, borrowers=300, workers=1)
    assert [row.values[0] for row in again.rows] == [row.values[1] for row in found.rows]


@pytest.mark.parametrize("settings", [{"seeds": 0}, {"borrowers": 1}, {"workers": 0}])
def test_settings_out_of_bounds_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(InputError, match="allowed"):
        validate(load_scenario("observed"), **({"seeds": 1, "borrowers": 300} | settings))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["obsrved"], "no scenario 'obsrved'"),
        (["observed", "--seeds", "0"], "seeds is 0; allowed: 1 to"),
        (["observed", "--workers", "0"], "workers is 0; allowed: 1 or more"),
    ],
)
def test_the_command_refuses_in_one_line(
    options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", *options]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert len(error.strip().splitlines()) == 1


def test_the_command_prints_checks_as_they_are_wanted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sim.evidence.validating.validate", lambda *_, **__: kept_rows())
    monkeypatch.chdir(tmp_path)
    told = {}
    for name, options in {"usual": [], "verbose": ["-v"], "json": ["--format", "json"]}.items():
        assert main(["validate", "observed", "--out", name, *options]) == 0
        told[name] = capsys.readouterr().out
        assert (tmp_path / name / CHECKS).is_file()
    assert "by seed: " in told["verbose"]
    assert "made with loansim 0" in told["verbose"]
    assert "by seed: " not in told["usual"]
    rows = json.loads(told["json"])
    assert [row["verdict"] for row in rows] == ["pass", "near", "fail", "none"]
    assert rows[3]["mean"] is None
    assert main(["validate", "observed", "--format", "xls"]) == 2


def arrears_with_a_peak_after(months: int) -> dict[str, Lived]:
    """Worlds as long as checks live them; the shock's rise is greatest some months after it."""
    scenario = load_scenario("observed")
    worlds = {}
    for name in (CALM, SHOCK):
        month = np.arange(1, WORLDS[name].months + 1) - (SHOCK_START - scenario.start)
        rise = np.maximum(0.0, 1.0 - abs(month - months) / 100) * (month > 0) * (name == SHOCK)
        market = pandas.DataFrame({"dpd30_ratio": 0.02 + 0.01 * rise})
        worlds[name] = Lived(scenario, None, {"market": market}, scenario.start, ())
    return worlds


@pytest.mark.parametrize("months", [1, 5, 18, 24])
def test_the_peak_after_a_shock_is_found_wherever_it_is(months: int) -> None:
    assert peak_after_shock(arrears_with_a_peak_after(months)) == months


def test_a_late_peak_fails_its_check_and_no_peak_has_no_figure() -> None:
    (delay,) = (one for one in core_checks() if one.name.endswith("downturn_delay"))
    late = figure_of(delay, arrears_with_a_peak_after(22))
    assert judged(delay, [late, late]).verdict == "fail"
    assert math.isnan(figure_of(delay, arrears_with_a_peak_after(60)))


# --- what values were fitted to ------------------------------------------------------------------


def test_a_figure_that_values_were_fitted_to_is_no_validation() -> None:
    fitted = {"targets": ["y2024_balance_bigtech"], "plan": "mine 0123"}
    calibrated = load_scenario("observed").with_changes({"fitted": fitted})
    before = {one.name: one.use for one in checks_of(load_scenario("observed"))}
    after = {one.name: one.use for one in checks_of(calibrated)}
    assert before["y2024_balance_bigtech"] == "never"
    assert after == before | {"y2024_balance_bigtech": "fitted"}
    assert calibrated.hash == load_scenario("observed").hash  # it changes no result
    later = calibrated.with_changes({"behaviour.saving": 0.2})
    assert {one.use for one in checks_of(later) if one.name == "y2024_balance_bigtech"} == {
        "fitted"
    }


def test_fitted_checks_are_counted_apart_and_marked(tmp_path: Path) -> None:
    found = kept_rows()
    good, *others = found.rows
    marked = [replace(good, check=replace(good.check, use="fitted")), *others]
    kept = read_validation(write_validation(replace(found, rows=marked), tmp_path / "v"))
    assert kept.count("pass") == 0
    page = validation_html(kept)
    assert (
        "3 checks: 1 near, 1 fail, 1 no figure. Fitted to, so no validation: 1 check, 1 met."
        in (page)
    )
    assert "● pass (fitted)" in page
    assert "a pass is no validation" in page
    assert page.count("not used to set anything") == 2 * len(others)  # table and chart


def test_values_that_a_calibration_found_say_so() -> None:
    found = [{"path": "behaviour.walk_rate", "value": 0.02}]
    fitted = {"values": found, "plan": "mine 0123"}
    changes = {"behaviour.walk_rate": 0.02, "fitted": fitted}
    rows = {row.path: row for row in value_rows(load_scenario("observed").with_changes(changes))}
    assert rows["behaviour.walk_rate"].provenance == "calibrated"
    assert "loansim calibrate: mine 0123" in rows["behaviour.walk_rate"].source
    assert not any(path.startswith("fitted") for path in rows)
    moved = load_scenario("observed").with_changes(changes | {"behaviour.walk_rate": 0.03})
    rows = {row.path: row for row in value_rows(moved)}
    assert rows["behaviour.walk_rate"].provenance == "assumed"


def test_checks_fit_the_terminal() -> None:
    """Beside each other where there is room, figures below titles where there is not."""
    kept = read_validation(SHIPPED / "observed.json")
    whole = list(outcome_lines(kept, verbose=False, width=None))
    assert list(outcome_lines(kept, verbose=False, width=300)) == whole
    narrow = list(outcome_lines(kept, verbose=False, width=80))
    assert max(map(len, narrow)) <= 80
    assert "".join("".join(narrow).split()) == "".join("".join(whole).split())
