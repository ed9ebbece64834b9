"""How fast this machine copies memory: `python -m benchmarks.memory_bound THREADS`; JSON, bytes/s.

Bytes read and bytes written both count. Arrays are far larger than caches; the best of some turns.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

BYTES = 256 * 1024 * 1024
TURNS = 7


def main() -> None:
    """Copy with as many threads as asked for."""
    threads = int(sys.argv[1])
    source = np.ones(BYTES // 8)
    target = np.empty_like(source)
    parts = np.array_split(np.arange(len(source)), threads)
    pieces = [slice(int(part[0]), int(part[-1]) + 1) for part in parts]
    del parts
    with ThreadPoolExecutor(threads) as pool:
        seconds = []
        for _ in range(TURNS):
            began = time.perf_counter()
            list(pool.map(lambda piece: np.copyto(target[piece], source[piece]), pieces))
            seconds.append(time.perf_counter() - began)
    print(json.dumps(2 * BYTES / min(seconds)))


if __name__ == "__main__":
    main()
