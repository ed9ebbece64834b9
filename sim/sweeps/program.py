"""Which program makes results: its sources and the libraries that can change them."""

import hashlib
import platform
from functools import cache
from importlib import metadata
from pathlib import Path

from sim.experiment import DISTRIBUTIONS, version

FOLDERS = (Path(__file__).resolve().parents[1], Path(__file__).resolve().parents[2] / "agents")

ALSO = ("scipy", "SALib")
"""Libraries that make designs, beside those that make tables."""


@cache
def fingerprint() -> str:
    """SHA-256 over our sources, Python's minor version and libraries; the same on any machine."""
    digest = hashlib.sha256()
    for name, installed in sorted(libraries().items()):
        digest.update(f"{name} {installed}\n".encode())
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.py")):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder.parent).as_posix()} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def libraries() -> dict[str, str]:
    """Versions of Python, of loansim, and of the libraries that can change a result."""
    python = ".".join(platform.python_version_tuple()[:2])
    names = (*DISTRIBUTIONS, *ALSO)
    return {"python": python, "loansim": version()} | {n: metadata.version(n) for n in names}
