"""Seeds over worker processes: each worker runs whole seeds, one after another.

Nothing that a worker does depends on the others, so results are the same for any number of
workers. Whatever ends the calling function, an interrupt included, ends the workers.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, wait
from typing import Any

from sim.workers import Started, Tell, Workers, luggage

LOOK_EVERY = 0.2
"""Seconds between two looks at how far the workers are."""

type Listen = Callable[[Sequence[float]], None]
"""Told what each seed's work has told last."""


def over_seeds[T](
    work: Callable[[int, Tell], T],
    seeds: Sequence[int],
    workers: int,
    listen: Listen = lambda _: None,
    prepare: Callable[[Tell], None] | None = None,
) -> list[T]:
    """work(seed, tell) for every seed, in `workers` processes; results in the order of seeds.

    work : a function of a module, or `functools.partial` of one: it travels to the workers
    listen : told now and then what each seed's `work` has told last, 0 before it began
    prepare : done once before the first seed, by a worker; what it tells counts for that seed

    With one worker everything happens in this process. Raises what `work` raises, and
    WorkerDiedError.
    """
    if workers == 1:
        return list(_one_after_another(work, seeds, listen, prepare))
    pool = Workers(workers, len(seeds), (work, prepare))
    waiting = [0.0] * len(seeds)
    try:
        if prepare is not None:
            _finish(pool, [pool.start(_prepare)], lambda told: listen([*told, *waiting[1:]]))
        started: list[Started[T]] = [pool.start(_one_seed, seed) for seed in seeds]
        return _finish(pool, started, listen)
    finally:
        pool.close()


def _finish[T](pool: Workers, started: Sequence[Started[T]], listen: Listen) -> list[T]:
    """Results of all that was started, as soon as there are all; raises the first failure."""
    running = {one.future for one in started}
    while running:
        finished, running = wait(running, LOOK_EVERY, FIRST_EXCEPTION)
        for one in started:
            if one.future in finished and one.future.exception() is not None:
                pool.outcome(one)
        listen([pool.told(one) for one in started])
    return [pool.outcome(one) for one in started]


def _prepare(tell: Tell) -> None:
    """What comes before the first seed, in a worker."""
    luggage()[1](tell)


def _one_seed(seed: int, tell: Tell) -> Any:
    """One seed, in a worker."""
    return luggage()[0](seed, tell)


def _one_after_another[T](
    work: Callable[[int, Tell], T],
    seeds: Sequence[int],
    listen: Listen,
    prepare: Callable[[Tell], None] | None,
) -> Iterator[T]:
    """The same without processes."""
    done = [0.0] * len(seeds)

    def at(place: int) -> Tell:
        def note(now: float) -> None:
            done[place] = now
            listen(done)

        return note

    if prepare is not None:
        prepare(at(0))
    for place, seed in enumerate(seeds):
        yield work(seed, at(place))
