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

from tests.processes import family

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
        return family(self.process.pid)

    def maps(self) -> str:
        """The files that the web process has mapped into memory."""
        return Path(f"/proc/{self.process.pid}/maps").read_text(encoding="utf-8")


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
            process.wait(timeout=60)
        reader.join(timeout=120)
        assert not reader.is_alive(), "a process that the dashboard started lives on"
        assert process.stdout is not None
        process.stdout.close()


def _read(process: "subprocess.Popen[str]", lines: "queue.Queue[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        lines.put(line)
    lines.put("")
