"""Scenario files that readers upload: checked in a worker, kept in the results folder by hash.

An upload may extend a scenario that comes with the program, by name, and nothing else: no path in
it is ever followed. The web process decodes it and measures its size; a worker process reads it as
YAML and judges it, and is ended if that takes long. What is kept survives a restart, and so does a
link to it; the folder is bounded, and what was unused for longest goes first.
"""

import base64
import binascii
import re
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.scenario import Scenario
from sim.workers import Started, Tell, TookTooLongError, WorkerDiedError, Workers

UPLOAD = "upload:"
"""Before the hash of an uploaded scenario, where a source is named."""

LARGEST_UPLOAD = 200_000
"""Largest file that is taken, bytes."""

LARGEST_BODY = 2 * LARGEST_UPLOAD
"""Largest request that is taken, bytes: an upload as letters (4 for 3 bytes), and what names it."""

UPLOADS_KEPT = 32
"""Uploads in memory."""

FOLDER = ".loansim-uploads"
"""In the results folder: uploads as files. Names that begin with a dot are no runs."""

MOST_FILES, MOST_BYTES = 256, 20_000_000
"""Of that folder."""

SECONDS = 10.0
"""That judging a file may take, or reading a kept one again."""

MOST_AT_A_TIME = 2
"""Uploads that are judged at a time: requests wait for them, and others must not have to."""

_OUTSIDE_NAME = re.compile(r"[^a-z0-9_]+")
_SOURCE = re.compile(rf"{UPLOAD}([0-9a-f]{{24}})")
_KEPT_NAME = re.compile(r"# ([a-z0-9_]{1,40})\n")


class Uploads:
    """The uploaded scenarios, the newest ones of them.

    folder : the results folder; None to keep uploads in memory only
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = None if folder is None else folder / FOLDER
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[Scenario, bytes]] = OrderedDict()
        self._judges = _Judges()

    def take(self, content: str, file_name: str) -> str:
        """The source that stands for a file from now on.

        content : as the browser sends it: `data:...;base64,...` ; file_name : as it is called there

        Raises InputError, in words for the reader, where it is no scenario that can be run.
        """
        sent = content.partition(",")[2]
        _not_too_large(len(sent) // 4 * 3 - 2)  # 4 letters carry 3 bytes; up to 2 only fill up
        try:
            raw = base64.b64decode(sent, validate=True)
        except (ValueError, binascii.Error) as error:
            raise InputError("the file did not arrive whole; upload it again") from error
        _not_too_large(len(raw))
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError("the file is no text in UTF-8; upload a scenario's YAML") from error
        stem = file_name.rpartition("/")[2].rpartition("\\")[2].rpartition(".")[0].lower()
        name = _OUTSIDE_NAME.sub("_", stem).strip("_")[:40] or "uploaded"
        scenario = self._judges.judge(judged, text, name)
        source = source_of(scenario)
        self._remember(source, scenario)
        self._write(source, scenario)
        return source

    def find(self, source: str) -> Scenario | None:
        """The scenario that a source stands for; None if it is not, or no longer, here."""
        with self._lock:
            kept = self._kept.get(source)
        return kept[0] if kept is not None else self._read(source)

    def text(self, source: str) -> bytes:
        """Its text, compressed; empty for a source that is no upload."""
        with self._lock:
            kept = self._kept.get(source)
            return b"" if kept is None else kept[1]

    def close(self) -> None:
        """End the worker, if one was needed."""
        self._judges.close()

    def _remember(self, source: str, scenario: Scenario) -> None:
        """Keep in memory."""
        with self._lock:
            self._kept[source] = scenario, zlib.compress(scenario.text.encode())
            self._kept.move_to_end(source)
            while len(self._kept) > UPLOADS_KEPT:
                self._kept.popitem(last=False)

    def _write(self, source: str, scenario: Scenario) -> None:
        """Keep in the folder, where there is one that takes it."""
        path = self._path(source)
        if path is None:
            return
        with suppress(OSError):  # then a link to it lives as long as the server
            path.parent.mkdir(parents=True, exist_ok=True)
            growing = path.with_suffix(".growing")
            growing.write_text(f"# {scenario.name}\n{scenario.text}", encoding="utf-8")
            growing.replace(path)
            make_room(path.parent)

    def _read(self, source: str) -> Scenario | None:
        """What an earlier server kept; None where it did not, or the file is not what it was."""
        path = self._path(source)
        if path is None:
            return None
        try:
            if path.stat().st_size > 2 * LARGEST_UPLOAD:
                return None
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        named = _KEPT_NAME.match(text)
        if named is None:
            return None
        try:
            scenario = self._judges.judge(judged_again, text, named[1])
        except InputError:
            return None
        if source_of(scenario) != source:
            return None
        with suppress(OSError):
            path.touch()  # used just now
        self._remember(source, scenario)
        return scenario

    def _path(self, source: str) -> Path | None:
        """The file of a source; None where there is no folder, or the source is no upload."""
        known = _SOURCE.fullmatch(source)
        return None if known is None or self._folder is None else self._folder / f"{known[1]}.yaml"


def source_of(scenario: Scenario) -> str:
    """What stands for an uploaded scenario."""
    return f"{UPLOAD}{scenario.hash[:24]}"


class _Judges:
    """A worker process that judges files, started with the first; requests wait for its verdict."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(MOST_AT_A_TIME)
        self._pool: Workers | None = None

    def judge(self, task: Callable[..., Scenario], text: str, name: str) -> Scenario:
        """A worker's verdict on a text; raises InputError, also where it takes too long."""
        if not self._turns.acquire(timeout=SECONDS):
            raise InputError("other files are being checked; upload it again in a moment")
        try:
            return self._wait(self._start(task, text, name))
        finally:
            self._turns.release()

    def close(self) -> None:
        """End the worker."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()

    def _start(self, task: Callable[..., Scenario], text: str, name: str) -> Started[Any]:
        with self._lock:
            if self._pool is None:
                self._pool = Workers(1, 4 * MOST_AT_A_TIME)
            packed = zlib.compress(text.encode())  # what travels with a task has to be small
            return self._pool.start(task, packed, name, seconds=SECONDS)

    def _wait(self, started: Started[Any]) -> Scenario:
        with suppress(Exception):  # `outcome` says what went wrong
            started.future.result(timeout=3 * SECONDS)
        with self._lock:
            if self._pool is None:
                raise InputError("the server is ending; upload it again later")
            try:
                scenario: Scenario = self._pool.outcome(started)
            except (TookTooLongError, FutureTimeoutError) as error:
                raise InputError(
                    "checking the file takes too long; write fewer rules or lenders"
                ) from error
            except WorkerDiedError as error:
                raise InputError("the file could not be checked; upload it again") from error
        return scenario


def judged(packed: bytes, name: str, tell: Tell) -> Scenario:
    """In the worker: the scenario of a file that nobody vouches for; raises InputError."""
    return Scenario.from_outside(zlib.decompress(packed).decode(), name)


def judged_again(packed: bytes, name: str, tell: Tell) -> Scenario:
    """In the worker: the scenario of a file that was kept, which extends no other."""
    return Scenario.from_text(zlib.decompress(packed).decode(), name)


def make_room(folder: Path) -> None:
    """Remove what was unused for longest until the folder is within its bounds."""
    files = sorted(
        (path.stat().st_mtime, path.stat().st_size, path) for path in folder.glob("*.yaml")
    )
    size = sum(length for _, length, _ in files)
    for count, (_, length, path) in zip(range(len(files), 0, -1), files, strict=True):
        if count <= MOST_FILES and size <= MOST_BYTES:
            break
        path.unlink(missing_ok=True)
        size -= length


def _not_too_large(size: int) -> None:
    """Raises InputError for a file of more bytes than are taken."""
    if size > LARGEST_UPLOAD:
        raise InputError(
            f"the file has {size:,} bytes; allowed: {LARGEST_UPLOAD:,}, as scenarios are "
            "small texts"
        )
