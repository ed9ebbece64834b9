"""Packages of others that are imported in parts: their front page only when it is asked for.

`from mesa import Agent` runs the front page of Mesa, which imports grids, networks and a batch
runner, and with them SciPy, NetworkX and tqdm: half of a run's start-up for what no agent here
stands on. A deferred package is there, submodules and all, but its front page runs with the first
name that is not to be had otherwise. Nothing is out of reach; it only comes later.
"""

import importlib
import importlib.util
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType


def defer(package: str, parts: Mapping[str, str], *, seldom: str = "") -> None:
    """Put off the front page of a package; does nothing where it is imported already, or absent.

    package : dotted name; of its parents, only those already there are imported
    parts : names that a submodule defines, taken from there without the front page
    seldom : a package that these submodules import and hardly use; it comes when they do
    """
    if package in sys.modules or (spec := importlib.util.find_spec(package)) is None:
        return
    module = importlib.util.module_from_spec(spec)
    module.__getattr__ = Arrival(module, parts, seldom)  # type: ignore[method-assign]
    sys.modules[package] = module
    parent, _, name = package.rpartition(".")
    if parent:
        setattr(sys.modules[parent], name, module)


class Arrival:
    """What a deferred package does when a name is asked for that it does not hold yet."""

    def __init__(self, module: ModuleType, parts: Mapping[str, str], seldom: str) -> None:
        self.module = module
        self.parts = parts
        self.seldom = seldom
        self.arrived = False
        self.one_at_a_time = threading.RLock()

    def __call__(self, name: str) -> object:
        """The value of a name: from its submodule, or from the front page."""
        with self.one_at_a_time:
            if name in self.parts:
                with standing_in(self.seldom):
                    part = importlib.import_module(self.parts[name])
                value: object = getattr(part, name)
                return value
            if not self.arrived:
                self._run_front_page()
        if name not in vars(self.module):
            raise AttributeError(f"module {self.module.__name__!r} has no attribute {name!r}")
        return vars(self.module)[name]

    def _run_front_page(self) -> None:
        self.arrived = True  # before it runs: what it imports may ask for names of its own
        spec = self.module.__spec__
        try:
            if spec is not None and spec.loader is not None:
                spec.loader.exec_module(self.module)
        except BaseException:
            self.arrived = False
            raise


@contextmanager
def standing_in(package: str) -> Iterator[None]:
    """Whoever imports the package meanwhile gets a stand-in, which imports it when it is used.

    Does nothing without a name, or where the package is imported already.
    """
    if not package or package in sys.modules:
        yield
        return

    def real(name: str) -> object:
        if sys.modules.get(package) is stand_in:  # used at once: no standing in after all
            del sys.modules[package]
        value: object = getattr(importlib.import_module(package), name)
        return value

    stand_in = ModuleType(package)
    stand_in.__file__ = None
    stand_in.__getattr__ = real  # type: ignore[method-assign]
    sys.modules[package] = stand_in
    try:
        yield
    finally:
        if sys.modules.get(package) is stand_in:
            del sys.modules[package]
