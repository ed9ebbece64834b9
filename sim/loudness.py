"""How much a command says: the folder alone (`--quiet`), the usual, or all of it (`--verbose`)."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from sim.core.errors import InputError

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print the folder only.")]


def check_loudness(quiet: bool, verbose: bool) -> None:
    """Raises InputError where both are asked for."""
    if quiet and verbose:
        raise InputError("--quiet and --verbose do not go together; give one of them")


def made_lines(manifest: Mapping[str, Any]) -> Iterator[str]:
    """How results were made, from their manifest: time by phase, versions, machine, scenario."""
    for name in ("scenario", "base", "other", "validated"):
        if name in manifest:
            yield f"{name} {manifest[name]['name']}, hash {manifest[name]['hash'][:16]}"
    if timings := manifest.get("timings"):
        parts = ", ".join(f"{name} {seconds:.2f}" for name, seconds in timings.items())
        yield f"seconds: {parts}"
    if "elapsed_seconds" in manifest:
        yield f"seconds: total {manifest['elapsed_seconds']:.1f}"
    if "state_bytes_per_borrower" in manifest:
        size = manifest["state_bytes_per_borrower"] * manifest["borrowers"] / 1e6
        yield f"state of the borrowers: {size:,.0f} MB, on {manifest['threads']} threads"
    versions = ", ".join(f"{name} {number}" for name, number in manifest["versions"].items())
    yield f"made with {versions}"
    if platform := manifest.get("platform"):
        yield f"on {platform['system']} {platform['machine']}"
