"""Factors and levels as people read them: `all-in cap from 2026: 24%`, not `cap 0.24`."""

from collections.abc import Mapping
from dataclasses import dataclass

from sim.core.wording import percent
from sim.sweeps.factors import Factor
from sim.sweeps.plan import BASE, Sweep


@dataclass(frozen=True, slots=True)
class FactorWords:
    """What the factors of a sweep, and its bases, are called.

    labels : factor -> its label, or its name where the plan gives none
    percents : factors that stand for shares or rates, whose levels are read in per cent
    """

    labels: Mapping[str, str]
    percents: frozenset[str]

    def label(self, name: str) -> str:
        """A factor in words; the name itself where it is none."""
        return self.labels.get(name, name)

    def level(self, name: str, level: object) -> str:
        """A level in a few characters: `24%`, `2.15`, `medium`."""
        if isinstance(level, bool):
            return "true" if level else "false"
        if isinstance(level, int | float) and name in self.percents:
            return percent(level)
        return f"{level:.4g}" if isinstance(level, float) else str(level)

    def at(self, levels: Mapping[str, object], *, labels: bool = False) -> str:
        """Levels in one line: `cap 24%, competition medium`, or with labels for names."""
        return ", ".join(
            f"{self.label(name) if labels else name} {self.level(name, level)}"
            for name, level in levels.items()
        )

    def term(self, text: str, squared: str = " squared") -> str:
        """A term of a surface or a pair of factors, each factor by its label: `cap x depth^2`."""
        return " x ".join(self._part(part, squared) for part in text.split(" x "))

    def _part(self, text: str, squared: str) -> str:
        name, sign, level = text.partition("=")
        if sign:
            return f"{self.label(name)} {level}"
        name, power, _ = text.partition("^2")
        return f"{self.label(name)}{squared if power else ''}"


def words_of(sweep: Sweep) -> FactorWords:
    """The words of a sweep's factors."""
    factors = sweep.plan.factors
    labels = {name: factor.label or name.replace("_", " ") for name, factor in factors.items()}
    shares = frozenset(name for name, factor in factors.items() if _is_percent(factor))
    return FactorWords({BASE: "base scenario", **labels}, shares)


def _is_percent(factor: Factor) -> bool:
    """Whether the plan writes a level in per cent, or the path leads to a share or rate."""
    from sim.scenario import Scenario
    from sim.validation import takes_percent

    listed = () if factor.list is None or isinstance(factor.list, Mapping) else factor.list
    if any(isinstance(level, str) and level.endswith("%") for level in listed):
        return True
    return bool(factor.path) and takes_percent(tuple(factor.path.split(".")), Scenario)
