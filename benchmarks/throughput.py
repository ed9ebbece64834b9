"""Measures months of a market that has opened: `python -m benchmarks.throughput --help`.

Prints JSON: seconds of every month, milliseconds of its phases, bytes. A process of its own, so
that its memory is that of this market alone.
"""

import argparse
import json
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from agents.record import RECORD
from benchmarks.many_lenders import with_lenders
from sim.model import LoanMarket
from sim.scenario import load_scenario

PHASES = ("borrowers, first half", "borrowers, second half", "terms", "recording")


def main() -> None:
    """Live the burn-in, then time months."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--borrowers", type=int, default=100_000)
    parser.add_argument("--lenders", type=int, default=0, help="0: those of observed")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--burn-in", type=int, default=0, help="months; 0: as in observed")
    options = parser.parse_args()
    scenario = load_scenario("observed")
    if options.lenders:
        scenario = with_lenders(scenario, options.lenders)
    if options.burn_in:
        scenario = scenario.model_copy(update={"burn_in_months": options.burn_in})
    began = time.perf_counter()
    model = LoanMarket(scenario, borrowers=options.borrowers, threads=options.threads)
    model.burn_in()
    opened = time.perf_counter()
    phases: dict[str, float] = defaultdict(float)
    watch(model, phases)
    months, split = [], []
    for _ in range(options.months):
        phases.clear()
        start, used = time.perf_counter(), time.thread_time()
        model.step()
        months.append(time.perf_counter() - start)
        spent = time.thread_time() - used
        lenders = spent - phases[PHASES[0]] - phases[PHASES[1]]
        split.append({**phases, "lenders, all": lenders})
    medians = {name: 1e3 * statistics.median(x[name] for x in split) for name in split[0]}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "months": months,
                "burn_in": opened - began,
                "split_ms": medians,
                "lenders": len(model.market.lenders),
                "routes": len(model.market.book),
                "state_bytes": RECORD.itemsize,
                "memory": peak * (1 if sys.platform == "darwin" else 1024),
            }
        )
    )


def watch(model: LoanMarket, phases: dict[str, float]) -> None:
    """Adds up processor seconds of the calling thread by phase of the month."""

    def timed(name: str, part: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            began = time.thread_time()
            outcome = part(*arguments, **named)
            phases[name] += time.thread_time() - began
            return outcome

        return call

    borrowers: Any = model.borrowers
    market: Any = model
    recorder: Any = model.recorder
    borrowers.live = timed(PHASES[0], borrowers.live)
    borrowers.sign = timed(PHASES[1], borrowers.sign)
    market._publish = timed(PHASES[2], market._publish)
    recorder.observe = timed(PHASES[3], recorder.observe)


if __name__ == "__main__":
    main()
