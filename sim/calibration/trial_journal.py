"""Every trial of a search, line by line: what a resumed search need not run again."""

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.calibration.evaluation import Figures, Trial
from sim.core.errors import InputError
from sim.line_journal import LineJournal, read_lines

JOURNAL = "trials.jsonl"


@dataclass(frozen=True, slots=True)
class Kept:
    """A trial that has been lived, and its figures by seed and target."""

    trial: Trial
    figures: Figures


def read_trials(folder: Path) -> dict[Trial, Figures]:
    """Figures of all trials that a folder knows; InputError for a line that is not of ours."""
    found = {}
    for number, line in enumerate(read_lines(folder / JOURNAL), start=1):
        try:
            kept = _kept(json.loads(line))
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{folder / JOURNAL}, line {number} is not what loansim wrote; restore the file, "
                "or give a new folder"
            ) from error
        found[kept.trial] = kept.figures
    return found


class TrialJournal:
    """The journal of a calibration's folder, open at its end."""

    def __init__(self, folder: Path) -> None:
        self._lines = LineJournal(folder / JOURNAL)

    def add(self, trial: Trial, figures: Figures) -> None:
        """Write a trial and wait until it is on the disk; OSError if it cannot be written."""
        rows = [[None if math.isnan(value) else value for value in row] for row in figures]
        line = {
            "places": trial.places,
            "borrowers": trial.borrowers,
            "seeds": trial.seeds,
            "figures": rows,
        }
        self._lines.add(json.dumps(line, allow_nan=False))

    def close(self) -> None:
        """Let go of the file."""
        self._lines.close()


def _kept(line: dict[str, Any]) -> Kept:
    places = tuple(float(place) for place in line["places"])
    seeds = tuple(int(seed) for seed in line["seeds"])
    figures = [
        [math.nan if value is None else float(value) for value in row] for row in line["figures"]
    ]
    return Kept(Trial(places, int(line["borrowers"]), seeds), figures)
