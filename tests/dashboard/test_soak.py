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
THINKS = 20.0
"""Seconds between two pages of one reader: he reads."""

MOST_P95 = 0.5
"""Seconds, on a quiet machine; on a busy one answers are not timed."""

MOST_PROCESSOR = 0.2
"""Processor seconds of the web process for a callback, on any machine."""

BUSY = 1.5
"""How much longer than its processor time a loop takes from which a machine counts as busy."""

MORE_MEMORY, MORE_MB = 1.25, 40.0
"""How much larger the server may be at the end than after a third of the time, when caches have
filled. A leak of a page's tables would show in seconds."""

TICKERS = ("ticker", "lenders-ticker", "borrowers-ticker", "borrowers-life-ticker")
"""What makes a page ask while something is simulated."""

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
        page = first.open(path)
        asks = [page[name]["disabled"] is False for name in TICKERS if name in page]
        assert not any(asks), path  # nothing runs, so nothing is asked again and again
    assert first.errors == []
    assert len(first.seconds) > 3 * len(PAGES)
    clients = [DashClient(site.address.rstrip("/")) for _ in range(READERS)]
    until = time.monotonic() + SECONDS
    threads = [
        threading.Thread(target=read_on, args=(client, place, until))
        for place, client in enumerate(clients)
    ]
    busy = slowness()
    used, _ = load(site)
    for thread in threads:
        thread.start()
    time.sleep(SECONDS / 3)
    _, early = load(site)
    for thread in threads:
        thread.join(timeout=SECONDS + 120)
    spent, late = load(site)
    busy = max(busy, slowness())
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
    assert each < MOST_PROCESSOR
    assert busy > BUSY or p95 < MOST_P95
    assert late < MORE_MEMORY * early + MORE_MB


def slowness() -> float:
    """How much longer a loop takes than its processor time: 1 on a quiet machine."""
    wall, own = time.perf_counter(), time.process_time()
    while time.process_time() - own < 0.3:
        pass
    return (time.perf_counter() - wall) / (time.process_time() - own)
