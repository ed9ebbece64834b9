"""Twenty readers at a time, for a minute or an hour: quick answers, no errors, bounded memory.

Readers are threads that ask the server what a browser asks it (tests/dashboard/dash_client.py),
each another page every few seconds, in both languages, of runs in the folder: nothing is simulated.
LOANSIM_SOAK_SECONDS sets the length; the usual one is short.
"""

import os
import statistics
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sim.experiment import Result
from sim.store import write_run
from tests.dashboard.dash_client import DashClient
from tests.dashboard.serving import Served, served
from tests.synthetic import manifest, run_tables, seed_tables

pytestmark = pytest.mark.slow

READERS = 20
SECONDS = float(os.environ.get("LOANSIM_SOAK_SECONDS", "75"))
THINKS = 5.0
"""Seconds between two pages of one reader."""

MOST_P95 = 0.5
"""Seconds, on a quiet machine."""

MORE_MEMORY, MORE_MB = 1.25, 40.0
"""How much larger the server may be at the end than after a third of the time, when caches have
filled. A leak of a page's tables would show in seconds."""

BOTH = "scenario=run:usual&against=run:higher"
PAGES = (
    f"/?{BOTH}",
    "/lenders?scenario=run:usual",
    f"/borrowers?{BOTH}&by=region",
    "/?scenario=run:higher&view=difference&against=run:usual&shares=kind",
    "/policy?scenario=observed",
    "/sweeps",
    "/evidence",
    "/learn?scenario=run:usual",
    "/?scenario=run:nowhere",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("soak")
    write_run(Result(run_tables(shift=112.0), manifest()), root / "runs" / "higher")
    write_run(Result(seed_tables(3), manifest(3)), root / "runs" / "usual")
    with served(root, "--results", str(root / "runs")) as one:
        yield one


def load(site: Served) -> tuple[float, float]:
    """Processor seconds of the web process so far, and its resident memory, MB."""
    fields = Path(f"/proc/{site.process.pid}/stat").read_text().rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    memory = int(fields[21]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return (int(fields[11]) + int(fields[12])) / ticks, memory


def read_on(client: DashClient, place: int, until: float) -> None:
    """One reader: a page, a pause, another page, each reader from another one on."""
    time.sleep(THINKS * place / READERS)
    turn = place
    while time.monotonic() < until:
        language = "zh" if (turn + place) % 2 else "en"
        path = PAGES[turn % len(PAGES)]
        client.open(f"{path}{'&' if '?' in path else '?'}lang={language}")
        turn += 1
        time.sleep(THINKS)


def test_twenty_readers_are_served(site: Served, capsys: pytest.CaptureFixture[str]) -> None:
    first = DashClient(site.address.rstrip("/"))
    for path in PAGES:  # what is read and compiled once is no matter of callbacks
        first.open(path)
    assert first.errors == []
    assert len(first.seconds) > 3 * len(PAGES)
    clients = [DashClient(site.address.rstrip("/")) for _ in range(READERS)]
    until = time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=read_on, args=(client, place, until))
        for place, client in enumerate(clients)
    ]
    used, _ = load(site)
    for thread in threads:
        thread.start()
    time.sleep(SECONDS / 3)
    _, early = load(site)
    for thread in threads:
        thread.join()
    spent, late = load(site)
    seconds = [taken for client in clients for taken in client.seconds]
    p95 = statistics.quantiles(seconds, n=20)[-1]
    each = (spent - used) / len(seconds)
    with capsys.disabled():
        print(
            f"\n{len(seconds)} callbacks of {READERS} readers in {SECONDS:.0f} s: median "
            f"{1000 * statistics.median(seconds):.0f} ms, p95 {1000 * p95:.0f} ms, processor "
            f"{1000 * each:.1f} ms each; memory {early:.0f} to {late:.0f} MB"
        )
    assert [error for client in clients for error in client.errors] == []
    assert p95 < MOST_P95 * patience()
    assert late < MORE_MEMORY * early + MORE_MB


def patience() -> float:
    """How much slower than a quiet machine this one may be: processes that wait for a core."""
    return max(1.0, 1.5 * os.getloadavg()[0] / (os.cpu_count() or 1))
