"""A calibration as a folder: the plan, every trial, and at the end the outcome.

`plan.yaml`, `manifest.json` and `trials.jsonl` are there from the start, and a calibration that was
cut off goes on from them. `outcome/` appears whole or not at all when it is over: scenario.yaml,
posterior.json, uncertainty.yaml (a sweep plan that draws from it), calibration.json,
targets.parquet, parameters.parquet, trials.parquet, report.html.
"""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sim.calibration.calibrating import Listen, Outcome, calibrate, check_workers
from sim.calibration.plan import Calibration, CalibrationPlan
from sim.calibration.posterior import POSTERIOR, Posterior, posterior_text
from sim.calibration.search import search_library
from sim.calibration.targets import Target
from sim.core.errors import InputError, SavedInterruptError
from sim.core.parameters import as_plain
from sim.evidence.check import judged
from sim.experiment import described, made_with
from sim.folder_lock import locked
from sim.paired_statistics import mean_interval
from sim.scenario import Scenario, load_scenario
from sim.store import REPORT, check_out, whole_or_nothing
from sim.validation import validated
from sim.yaml_reader import read_yaml_text
from sim.yaml_writer import yaml_text

MANIFEST = "manifest.json"
PLAN = "plan.yaml"
OUTCOME = "outcome"
SCENARIO = "scenario.yaml"
CONTENT = "calibration.json"
UNCERTAINTY = "uncertainty.yaml"
KIND = "calibration"
FORMAT = 1


def calibrate_into(
    calibration: Calibration,
    folder: Path,
    *,
    workers: int | None = None,
    listen: Listen = lambda _: None,
) -> Outcome:
    """Carry a plan out in a new folder; InputError if the folder holds anything."""
    check_out(folder)
    check_workers(workers)
    search_library()
    with whole_or_nothing(folder) as growing:
        manifest = {
            "format": FORMAT,
            "kind": KIND,
            "name": calibration.name,
            "hash": calibration.hash,
            "plan": calibration.text,
            "scenario_name": calibration.scenario.name,
            "scenario": calibration.scenario.text,
            **made_with(),
        }
        text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
        (growing / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
        (growing / PLAN).write_text(calibration.text, encoding="utf-8")
    return resume_calibration(folder, workers=workers, listen=listen)


def resume_calibration(
    folder: Path, *, workers: int | None = None, listen: Listen = lambda _: None
) -> Outcome:
    """Do what is left of a calibration; InputError if there is none, or it is over or changed."""
    calibration = opened(folder)
    if (folder / OUTCOME).exists():
        raise InputError(f"{folder} is over; its outcome is in {folder / OUTCOME}")
    with locked(folder), _told_where(folder):
        outcome = calibrate(calibration, folder, workers=workers, listen=listen)
        _write_outcome(outcome, folder / OUTCOME)
    return outcome


def opened(folder: Path) -> Calibration:
    """The calibration that a folder holds; InputError if it does not, or has been changed."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"{folder} holds no calibration; give the folder that 'loansim calibrate' wrote"
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(f"{folder / MANIFEST} cannot be read ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("kind") != KIND:
        raise InputError(f"{folder} holds no calibration")
    if manifest["format"] != FORMAT:
        raise InputError(f"{folder} is of format {manifest['format']}; this version reads {FORMAT}")
    plan = validated(CalibrationPlan, read_yaml_text(manifest["plan"], f"plan of {folder}"))
    scenario = Scenario.from_text(manifest["scenario"], manifest["scenario_name"])
    found = Calibration(manifest["name"], plan, scenario)
    if found.hash != manifest["hash"]:
        raise InputError(
            f"{folder / MANIFEST}: plan or scenario were changed, or mean something else to this "
            "version of loansim; calibrate into a new folder"
        )
    return found


@contextmanager
def _told_where(folder: Path) -> Iterator[None]:
    """An interrupt that says how to go on."""
    try:
        yield
    except KeyboardInterrupt as interrupt:
        raise SavedInterruptError(
            f"trials so far are kept; go on with: loansim calibrate --resume {folder}"
        ) from interrupt


def _write_outcome(outcome: Outcome, folder: Path) -> None:
    """Write all of it, whole or not at all."""
    import pandas

    from sim.calibration.page import calibration_html

    with whole_or_nothing(folder) as growing:
        (growing / SCENARIO).write_text(scenario_text(outcome), encoding="utf-8")
        text = posterior_text(posterior_of(outcome))
        (growing / POSTERIOR).write_text(text, encoding="utf-8")
        (growing / UNCERTAINTY).write_text(uncertainty_text(outcome), encoding="utf-8")
        content = _content(outcome)
        text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
        (growing / CONTENT).write_text(f"{text}\n", encoding="utf-8")
        for name in ("targets", "parameters"):
            rows = [{k: v for k, v in row.items() if k != "profile"} for row in content[name]]
            pandas.DataFrame(rows).to_parquet(growing / f"{name}.parquet", index=False)
        pandas.DataFrame(trial_rows(outcome)).to_parquet(growing / "trials.parquet", index=False)
        (growing / REPORT).write_text(calibration_html(outcome, content), encoding="utf-8")


def scenario_text(outcome: Outcome) -> str:
    """The calibrated scenario as a file: what it extends, and the values that were found."""
    calibration = outcome.calibration
    base = calibration.scenario
    changes = calibration.changes(outcome.values)
    pieces = (
        f"{p.name} {p.value:.{6}g} ({p.low:.3g} to {p.high:.3g}"
        + (")" if p.is_identified else ", hardly identified)")
        for p in outcome.parameters
    )
    words: dict[str, Any] = {
        "title": f"{base.title or base.name}, calibrated: {calibration.plan.title}",
        "note": f"Values and 95% intervals by 'loansim calibrate {calibration.name}' "
        f"(plan {calibration.hash[:12]}): {'; '.join(pieces)}",
        "fitted": {
            "targets": fitted_targets(outcome),
            "values": [
                {"path": path, "value": value}
                for path, value in {**base.fitted.by_path, **changes}.items()
            ],
            "plan": f"{calibration.name} {calibration.hash[:12]}",
        },
    }
    if is_of_library(base):
        return yaml_text({"extends": base.name, **words, **_nested(changes)})
    made = base.with_changes(changes, name=base.name)
    return yaml_text(as_plain(made, only_set=True) | words)


def posterior_of(outcome: Outcome) -> Posterior:
    """What the calibration leaves open."""
    import numpy as np

    calibration = outcome.calibration
    return Posterior(
        f"{calibration.name} {calibration.hash[:12]}",
        calibration.plan.parameters,
        np.array(outcome.chosen.trial.places),
        outcome.slopes.information(),
    )


def uncertainty_text(outcome: Outcome) -> str:
    """A sweep plan that lives the calibrated scenario with draws of its parameters."""
    plan = outcome.calibration.plan
    return yaml_text(
        {
            "title": f"{plan.title}: what seeds and what parameters leave open",
            "question": "How much of the uncertainty is luck, and how much lies in parameters?",
            "bases": [SCENARIO],
            "design": {"kind": "posterior", "calibration": POSTERIOR, "points": 20},
            "seeds": 10,
            "borrowers": plan.borrowers,
        }
    )


def fitted_targets(outcome: Outcome) -> list[str]:
    """Checks that the scenario is fitted to by now: those of this plan, and of one before it."""
    weighed = [target.check.name for target in outcome.targets if target.weight > 0]
    return list(dict.fromkeys([*outcome.calibration.scenario.fitted.targets, *weighed]))


def is_of_library(scenario: Scenario) -> bool:
    """Whether a scenario is one that comes with the program, unchanged."""
    try:
        return load_scenario(scenario.name).hash == scenario.hash
    except InputError:
        return False


def target_row(target: Target, before: list[float], after: list[float]) -> dict[str, Any]:
    """Data, model mean, 95% interval and verdict of a target, before and after."""
    verdict = judged(target.check, after)
    interval, earlier = mean_interval(after), mean_interval(before)
    return {
        "target": target.check.name,
        "title": target.check.title_en,
        "unit": target.check.unit,
        "data": target.data,
        "tolerance": target.tolerance,
        "weight": target.weight,
        "before": _plain(sum(before) / len(before)),
        "before_low": _plain(earlier.low),
        "before_high": _plain(earlier.high),
        "mean": _plain(sum(after) / len(after)),
        "low": _plain(interval.low),
        "high": _plain(interval.high),
        "inside": bool(abs(sum(after) / len(after) - target.data) <= target.tolerance),
        "verdict": verdict.verdict,
    }


def trial_rows(outcome: Outcome) -> list[dict[str, Any]]:
    """A row a trial: its start, number, values, loss and the mean of each target."""
    names = [target.check.name for target in outcome.targets]
    return [
        {
            "start": found.start,
            "number": found.number,
            "loss": found.loss,
            **outcome.calibration.values_at(found.trial.places),
            **dict(zip(names, found.means, strict=True)),
        }
        for found in (*outcome.trials, *outcome.refined)
    ]


def _content(outcome: Outcome) -> dict[str, Any]:
    calibration = outcome.calibration
    columns = zip(
        outcome.targets,
        zip(*outcome.before, strict=True),
        zip(*outcome.after, strict=True),
        strict=True,
    )
    return {
        "format": FORMAT,
        "kind": KIND,
        "plan": calibration.text,
        "plan_hash": calibration.hash,
        "calibrated": described(calibration.scenario),
        "loss_before": outcome.trials[0].loss,
        "loss": outcome.chosen.loss,
        "trials": len(outcome.trials),
        "refinements": len(outcome.refined),
        "runs": outcome.runs,
        "elapsed_seconds": round(outcome.seconds, 1),
        "targets": [target_row(t, list(b), list(a)) for t, b, a in columns],
        "parameters": [
            {
                "parameter": p.name,
                "path": p.path,
                "before": p.before,
                "value": p.value,
                "low": p.low,
                "high": p.high,
                "left": p.left,
                "identified": p.is_identified,
                "profile": [list(point) for point in p.profile],
            }
            for p in outcome.parameters
        ],
        "covariance": [[float(x) for x in row] for row in outcome.slopes.covariance()],
        **made_with(),
    }


def _nested(changes: Mapping[str, object]) -> dict[str, Any]:
    """Values by dotted path as a file holds them."""
    found: dict[str, Any] = {}
    for path, value in changes.items():
        *above, last = path.split(".")
        node = found
        for part in above:
            node = node.setdefault(part, {})
        node[last] = value
    return found


def _plain(value: float) -> float | None:
    """A number as JSON has it; none for what is not finite."""
    return value if math.isfinite(value) else None
