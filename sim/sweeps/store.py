"""A sweep as a folder.

    manifest.json     plan and bases in full, program, libraries, measures; what the sweep is
    points.parquet    the design: a row a point, its levels and scenario hash
    runs.parquet      a row a run: status, seconds, error, and a column per factor
    data/             a file a run, HASH-SEED.parquet: a row a month
    journal.jsonl     what became of every run, with the hash of its file
    lock              held while a sweep runs

Every file is written whole or not at all. `runs.parquet` and `data/` join on scenario_hash and
seed; any reader of Parquet takes `data/*.parquet` as one table.
"""

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.experiment import made_with
from sim.store import MANIFEST, check_out, file_hash, near_folder, whole_or_nothing
from sim.sweeps.factor_words import words_of
from sim.sweeps.factors import Level
from sim.sweeps.journal import Entry, Journal, read_entries
from sim.sweeps.plan import BASE, Sweep, sweep_from_texts
from sim.sweeps.points import Point, kept_measures, points_of
from sim.sweeps.program import fingerprint, libraries
from sim.sweeps.tasks import Order, Outcome, first_reported

if TYPE_CHECKING:
    import pandas
    import pyarrow

POINTS = "points.parquet"
RUNS = "runs.parquet"
DATA = "data"
FORMAT = 1
PART = ".part"
"""Ending of a file that is being written."""

NEEDED = {
    **dict.fromkeys(("name", "title", "question", "plan", "hash", "fingerprint"), str),
    **dict.fromkeys(("points_sha256", "first_month", "last_month"), str),
    **dict.fromkeys(("borrowers", "seeds", "months", "points", "runs"), int),
    **dict.fromkeys(("bases", "libraries"), dict),
}
"""What a manifest says, and how: a file that lacks any of it is not what was written."""

HASH_IN_NAME = 16
"""Characters of a scenario hash in a file's name; creation refuses a design that needs more."""


@dataclass(frozen=True)
class Tally:
    """How many runs there are, by what became of them; equal scenarios count once."""

    runs: int
    done: int
    failed: int

    @property
    def waiting(self) -> int:
        """Runs that have not been tried."""
        return self.runs - self.done - self.failed


class SweepFolder:
    """A folder that holds a sweep: what it is, and what is done of it.

    Made by `created` or `opened`. `saving` opens it for results; without it nothing is written.
    """

    def __init__(self, path: Path, sweep: Sweep, points: list[Point], manifest: dict[str, Any]):
        self.path = path
        self.sweep = sweep
        self.points = points
        self.manifest = manifest
        self.entries = read_entries(path)
        self._different = len({point.scenario_hash for point in points})
        self._journal: Journal | None = None

    @property
    def seeds(self) -> range:
        """Seeds of every point."""
        return range(1, self.sweep.plan.seeds + 1)

    @property
    def order(self) -> Order:
        """What workers have to know."""
        bases = tuple(self.manifest["bases"].items())
        return Order(self.sweep.name, self.manifest["plan"], bases, self.manifest["fingerprint"])

    def tally(self) -> Tally:
        """How far the sweep is."""
        known = [entry.is_done for entry in self.entries.values()]
        return Tally(self._different * len(self.seeds), sum(known), len(known) - sum(known))

    def data_file(self, scenario_hash: str, seed: int) -> Path:
        """Where the file of a run lies."""
        return self.path / DATA / f"{scenario_hash[:HASH_IN_NAME]}-{seed}.parquet"

    def done_files(self) -> Iterator[tuple[Entry, Path]]:
        """All runs that are done, in the order of the design."""
        seen = set()
        for point in self.points:
            for seed in self.seeds:
                key = point.scenario_hash, seed
                entry = self.entries.get(key)
                if entry is not None and entry.is_done and key not in seen:
                    seen.add(key)
                    yield entry, self.data_file(*key)

    def refuse_other_program(self) -> None:
        """Raises InputError if this program is not the one that began the sweep."""
        if self.manifest["fingerprint"] == fingerprint():
            return
        then, now = self.manifest["libraries"], libraries()
        changed = [f"{n} {then.get(n, '?')}, now {v}" for n, v in now.items() if then.get(n) != v]
        what = "; ".join(changed) or "its sources changed"
        raise InputError(
            f"{self.path} was begun by another version of loansim ({what}); results of two must "
            "not mix: go on with that version, or run the plan into a new folder"
        )

    def verify(self) -> int:
        """Forget every run whose file is not what was written; returns how many."""
        lost = [
            (entry.scenario_hash, entry.seed)
            for entry, path in self.done_files()
            if not path.is_file() or file_hash(path) != entry.sha256
        ]
        for key in lost:
            del self.entries[key]
        return len(lost)

    # --- results come in -------------------------------------------------------------------------

    def start_saving(self) -> None:
        """Open the journal, and clear away what a crash left half-written."""
        for left in (*self.path.glob(f".*{PART}"), *(self.path / DATA).glob(f".*{PART}")):
            left.unlink()
        self._journal = Journal(self.path)

    def save(self, outcome: Outcome) -> None:
        """Write a run's file and note it; OSError if the disk refuses."""
        import hashlib

        assert self._journal is not None
        scenario_hash = self.points[outcome.point].scenario_hash
        digest = ""
        if not outcome.error:
            write_whole(self.data_file(scenario_hash, outcome.seed), outcome.content)
            digest = hashlib.sha256(outcome.content).hexdigest()
        seconds = round(outcome.seconds, 3)
        entry = Entry(scenario_hash, outcome.seed, digest, outcome.error, seconds)
        self._journal.add(entry)
        self.entries[scenario_hash, outcome.seed] = entry

    def stop_saving(self) -> None:
        """Close the journal and bring runs.parquet up to date."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None
        self.write_runs()

    def write_runs(self) -> None:
        """Write runs.parquet anew."""
        write_whole(self.path / RUNS, _parquet(self.runs_table()))

    def runs_table(self) -> "pyarrow.Table":
        """A row a run, in the order of the design; `waiting` where it has not been tried."""
        import pyarrow

        rows = [
            (point, seed, self.entries.get((point.scenario_hash, seed)))
            for point in self.points
            for seed in self.seeds
        ]
        done = ["waiting" if e is None else "done" if e.is_done else "failed" for _, _, e in rows]
        columns: dict[str, Any] = {
            "run": pyarrow.array(range(len(rows)), "int64"),
            "scenario_hash": [point.scenario_hash for point, _, _ in rows],
            "seed": pyarrow.array([seed for _, seed, _ in rows], "int64"),
            "status": done,
            "seconds": pyarrow.array([e and e.seconds for _, _, e in rows], "float64"),
            "error": [e.error if e else "" for _, _, e in rows],
            "point": pyarrow.array([point.number for point, _, _ in rows], "int64"),
        }
        return pyarrow.table(columns | _levels([point for point, _, _ in rows], self.sweep))


def created(path: Path, sweep: Sweep) -> SweepFolder:
    """A new folder for a sweep, nothing run yet; InputError unless `path` is absent or empty."""
    if (path / MANIFEST).exists():
        raise InputError(_occupied(path, sweep))
    check_out(path)
    points = points_of(sweep)
    names = {point.scenario_hash[:HASH_IN_NAME]: point.scenario_hash for point in points}
    if any(names[p.scenario_hash[:HASH_IN_NAME]] != p.scenario_hash for p in points):
        raise InputError("two scenarios of the plan have hashes that begin alike; change one level")
    try:
        with whole_or_nothing(path) as growing:
            (growing / DATA).mkdir()
            (growing / POINTS).write_bytes(_parquet(_points_table(points, sweep)))
            manifest = _manifest(sweep, points) | {"points_sha256": file_hash(growing / POINTS)}
            text = json.dumps(manifest, indent=2, ensure_ascii=False, allow_nan=False)
            (growing / MANIFEST).write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        if not holds_sweep(path):
            raise
        raise InputError(_occupied(path, sweep)) from error  # another was quicker
    return SweepFolder(path, sweep, points, manifest)


def opened(path: Path) -> SweepFolder:
    """A folder that holds a sweep; InputError if it does not, or is not what was written."""
    manifest = _read_manifest(path)
    sweep = sweep_from_texts(manifest["name"], manifest["plan"], manifest["bases"])
    if sweep.hash != manifest["hash"]:
        raise InputError(
            f"{path / MANIFEST}: plan or bases were changed, or mean something else to this "
            "version of loansim; run the plan into a new folder"
        )
    if not (path / POINTS).is_file() or file_hash(path / POINTS) != manifest["points_sha256"]:
        raise InputError(f"{path / POINTS} is not what was written; run the plan into a new folder")
    return SweepFolder(path, sweep, _read_points(path / POINTS, sweep), manifest)


def run_table(path: Path, columns: Sequence[str] | None = None) -> "pyarrow.Table":
    """A run's file, or some of its columns; InputError where it cannot be read."""
    import pyarrow
    import pyarrow.parquet

    try:
        whole = pyarrow.BufferReader(path.read_bytes())  # at once: columns are a few bytes each
        file = pyarrow.parquet.ParquetFile(whole, pre_buffer=False)
        return file.read(columns=columns, use_threads=False)
    except (OSError, pyarrow.ArrowException) as error:
        why = error if path.is_file() else "it is gone"
        raise InputError(f"{path} cannot be read ({why}); loansim sweep resume mends it") from error


def holds_sweep(path: Path) -> bool:
    """Whether a folder holds a sweep."""
    return (path / MANIFEST).is_file() and (path / POINTS).is_file()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole, or as it was before; OSError if the disk refuses."""
    growing = path.parent / f".{path.name}.{os.getpid()}{PART}"
    try:
        with open(growing, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(growing, path)
    except BaseException:
        growing.unlink(missing_ok=True)
        raise


def _manifest(sweep: Sweep, points: Sequence[Point]) -> dict[str, Any]:
    plan, first = sweep.plan, first_reported(sweep)
    return {
        "format": FORMAT,
        "kind": "sweep",
        "name": sweep.name,
        "title": plan.title,
        "question": plan.question,
        "hash": sweep.hash,
        "fingerprint": fingerprint(),
        "libraries": libraries(),
        "borrowers": plan.borrowers,
        "seeds": plan.seeds,
        "months": plan.months,
        "points": len(points),
        "runs": len(points) * plan.seeds,
        "first_month": str(first),
        "last_month": str(first + (plan.months - 1)),
        "measures": [
            {
                "name": measure.name,
                "label": measure.column.label_en,
                "unit": measure.column.unit,
                "description": measure.column.description,
            }
            for measure in kept_measures(sweep)
        ],
        "plan": sweep.text,
        "bases": {name: base.text for name, base in sweep.bases.items()},
        **made_with(),
    }


def _read_manifest(path: Path) -> dict[str, Any]:
    if not path.is_dir():
        near = near_folder(path)
        raise InputError(
            f"there is no folder {path}; give one that 'loansim sweep run' wrote.{near}"
        )
    try:
        manifest = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(
            f"{path} is not a sweep: it holds no {MANIFEST}; give the folder that "
            "'loansim sweep run' wrote"
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path} is not a sweep: cannot read {MANIFEST} ({error})") from error
    if not isinstance(manifest, dict) or manifest.get("kind") != "sweep":
        raise InputError(f"{path} is not a sweep; give the folder that 'loansim sweep run' wrote")
    if (found := manifest.get("format")) != FORMAT:
        raise InputError(f"{path} is of format {found}; this version reads {FORMAT}")
    for name, kind in NEEDED.items():
        if not isinstance(manifest.get(name), kind):
            raise InputError(
                f"{path / MANIFEST} is not what loansim wrote ('{name}'); restore the file, or run "
                "the plan into a new folder"
            )
    return manifest


def _occupied(path: Path, sweep: Sweep) -> str:
    """What to say of a folder that is taken."""
    manifest = _read_manifest(path)
    if manifest["hash"] == sweep.hash and manifest["fingerprint"] == fingerprint():
        return f"{path} holds this sweep already; go on with: loansim sweep resume {path}"
    what = "plan" if manifest["hash"] != sweep.hash else "version of loansim"
    return (
        f"{path} holds a sweep of another {what} ({manifest['title']}); results of two must not "
        "mix: give another folder"
    )


def _points_table(points: Sequence[Point], sweep: Sweep) -> "pyarrow.Table":
    import pyarrow

    columns: dict[str, Any] = {
        "point": pyarrow.array([point.number for point in points], "int64"),
        "scenario_hash": [point.scenario_hash for point in points],
    }
    return pyarrow.table(columns | _levels(points, sweep))


def _levels(points: Sequence[Point], sweep: Sweep) -> dict[str, "pyarrow.Array"]:
    """A column of levels per factor, base first; text where not all levels are of one type."""
    import pyarrow

    def column(values: list[Level]) -> "pyarrow.Array":
        kinds = {type(value) for value in values}
        if kinds <= {int, float} and float in kinds:
            return pyarrow.array([float(value) for value in values], "float64")
        if len(kinds) == 1:
            return pyarrow.array(values)
        return pyarrow.array([str(value) for value in values], "string")

    return {n: column([p.levels[n] for p in points]) for n in (BASE, *sweep.plan.factors)}


def _read_points(path: Path, sweep: Sweep) -> list[Point]:
    """The design as it was written, its levels as the plan has them."""
    import pyarrow.parquet

    rows = pyarrow.parquet.read_table(path).to_pylist()
    known = {name: factor.levels() for name, factor in sweep.plan.factors.items()}

    def level(name: str, value: Level) -> Level:
        found = known.get(name)
        if found is None:
            return value
        return next(level for level in found if level == value or str(level) == value)

    return [
        Point(
            row["point"],
            {name: level(name, row[name]) for name in (BASE, *sweep.plan.factors)},
            row["scenario_hash"],
        )
        for row in rows
    ]


def _parquet(table: "pyarrow.Table") -> bytes:
    import io

    import pyarrow.parquet

    sink = io.BytesIO()
    pyarrow.parquet.write_table(table, sink, version="2.6", compression="zstd")
    return sink.getvalue()


def failed_lines(folder: SweepFolder) -> Iterator[str]:
    """What failed and why, a line a run."""
    words = words_of(folder.sweep)
    for point in folder.points:
        for seed in folder.seeds:
            entry = folder.entries.get((point.scenario_hash, seed))
            if entry is not None and not entry.is_done:
                yield f"{words.at(point.levels)}, seed {seed}: {entry.error}"


def runs_frame(folder: SweepFolder) -> "pandas.DataFrame":
    """runs.parquet as it would be written now."""
    return folder.runs_table().to_pandas()
