"""The dashboard as a user starts it: a process of its own."""

import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 120.0


@dataclass(frozen=True)
class Served:
    """A dashboard that answers at `address`."""

    address: str
    process: "subprocess.Popen[str]"

    @property
    def family(self) -> list[int]:
        """Its process and all that it started, directly or not."""
        found = [self.process.pid]
        for parent in found:
            found += [child for child in children(parent) if child not in found]
        return found

    def maps(self) -> str:
        """The files that the web process has mapped into memory."""
        return Path(f"/proc/{self.process.pid}/maps").read_text(encoding="utf-8")


def children(parent: int) -> list[int]:
    """Processes that a process started and that live."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        except OSError:
            continue  # ended meanwhile
        if int(fields[1]) == parent and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def lives(process: int) -> bool:
    """Whether a process is there and is not just waiting to be buried."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


@contextmanager
def served(folder: Path, *options: str, **environment: str) -> Iterator[Served]:
    """A dashboard started in a folder with options, on a free port; ended on the way out."""
    paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    process = subprocess.Popen(
        [sys.executable, "-m", "sim.cli", "dashboard", "--port", "0", *options],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": paths} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process, lines), daemon=True)
    reader.start()
    try:
        said = lines.get(timeout=SECONDS_TO_START)
        address = re.search(r"http://\S+", said)
        assert address, said
        yield Served(address[0], process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join()
        assert process.stdout is not None
        process.stdout.close()


def _read(process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put("")
