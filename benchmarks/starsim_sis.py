"""Starsim's SIS model beside ours, in a throw-away environment: agent-steps a second.

Starsim is no dependency of this project: it is installed into a temporary folder and removed. It
simulates something else, so this says only what another fast agent-based framework does here.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

INSTALL_SECONDS = 300

PROGRAM = """
import json, sys, time
import starsim as ss
count, steps = int(sys.argv[1]), int(sys.argv[2])
def world(steps):
    return ss.Sim(n_agents=count, diseases="sis", networks="random", verbose=0,
                  start=2000, stop=2000 + steps, dt=1.0)
world(2).run()  # whatever is compiled or read on first use is there now
sim = world(steps)
sim.init()
began = time.perf_counter()
sim.run()
seconds = time.perf_counter() - began
print(json.dumps({"version": ss.__version__, "rate": count * len(sim.t.timevec) / seconds}))
"""


def sis_rate(count: int, steps: int) -> dict[str, object] | str:
    """Version and agent-steps a second; or in words why there is none."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        try:
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
            subprocess.run(
                [python, "-m", "pip", "install", "--quiet", "starsim"],
                check=True,
                capture_output=True,
                timeout=INSTALL_SECONDS,
            )
            found = subprocess.run(
                [python, "-c", PROGRAM, str(count), str(steps)],
                check=True,
                capture_output=True,
                text=True,
                timeout=INSTALL_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return f"took longer than {INSTALL_SECONDS} s to install or to run"
        except subprocess.CalledProcessError as error:
            said = error.stderr if isinstance(error.stderr, str) else error.stderr.decode()
            return f"could not be installed or run: {said.strip().splitlines()[-1]}"
        result: dict[str, object] = json.loads(found.stdout.strip().splitlines()[-1])
        return result
