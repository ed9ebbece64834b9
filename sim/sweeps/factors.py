"""Factors: what a sweep varies, where it stands in a scenario, and the levels that it takes."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import model_validator

from sim.core.parameters import FieldError, Parameters, as_plain, parameter
from sim.core.quantities import Count, Name, Quantity
from sim.core.wording import shown

type Level = bool | int | float | str
"""What a column of a factor holds: a value, or the name of one that is a mapping."""

Amount = Annotated[float, Quantity("a value", percent=True)]
"""Any number; `24%` is read as 0.24."""

_FRACTION = Quantity("a value", percent=True)

Role = Literal["lever", "uncertainty"]

MOST_LEVELS = 10_000


class Grid(Parameters):
    """Numbers at equal distances, both ends included."""

    low: Amount = parameter(unit="as the path", description="first number")
    high: Amount = parameter(unit="as the path", description="last number")
    points: Count = parameter(unit="", low=2, high=MOST_LEVELS, description="how many there are")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _refuse_disorder(self.low, self.high)
        return self

    def numbers(self) -> list[float]:
        """The numbers, to twelve digits: a tenth is written 0.1."""
        step = (self.high - self.low) / (self.points - 1)
        return [float(f"{self.low + place * step:.12g}") for place in range(self.points)]


class Range(Parameters):
    """All numbers between two, each as likely as any other."""

    low: Amount = parameter(unit="as the path", description="smallest number")
    high: Amount = parameter(unit="as the path", description="largest number")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _refuse_disorder(self.low, self.high)
        return self

    def wholes(self) -> range:
        """All whole numbers between the two."""
        return range(math.ceil(self.low), math.floor(self.high) + 1)


class Distribution(Parameters):
    """How likely each number is.

    log_uniform: uniform in logarithms. triangular: most likely at `mode`. normal: with `mean` and
    `sd`, cut off at `low` and `high`.
    """

    kind: Literal["uniform", "log_uniform", "triangular", "normal"] = parameter(
        unit="", description="its form"
    )
    low: Amount = parameter(unit="as the path", description="smallest number")
    high: Amount = parameter(unit="as the path", description="largest number")
    mode: Amount | None = parameter(
        None, unit="as the path", description="most likely number of a triangular one"
    )
    mean: Amount | None = parameter(None, unit="as the path", description="mean of a normal one")
    sd: Amount | None = parameter(
        None, unit="as the path", description="standard deviation of a normal one"
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        _refuse_disorder(self.low, self.high)
        if self.kind == "log_uniform" and self.low <= 0:
            raise FieldError("low", f"is {shown(self.low)}; a log_uniform one lies above 0")
        needed = {"triangular": ("mode",), "normal": ("mean", "sd")}.get(self.kind, ())
        for name in ("mode", "mean", "sd"):
            if (getattr(self, name) is None) == (name in needed):
                does = "is missing; a" if name in needed else "says nothing for a"
                needs = " one needs it" if name in needed else " distribution; leave it out"
                raise FieldError(name, f"{does} {self.kind}{needs}")
        if self.mode is not None and not self.low <= self.mode <= self.high:
            raise FieldError("mode", f"is {shown(self.mode)}, outside low to high")
        if self.sd is not None and self.sd <= 0:
            raise FieldError("sd", f"is {shown(self.sd)}; write a number above 0")
        return self

    def at(self, chance: float) -> float:
        """The number that a share `chance` of draws stays below (inverse distribution function)."""
        low, high = self.low, self.high
        if self.kind == "uniform":
            return low + chance * (high - low)
        if self.kind == "log_uniform":
            return math.exp(math.log(low) + chance * (math.log(high) - math.log(low)))
        if self.kind == "triangular":
            return _triangular(low, high, float(self.mode or 0.0), chance)
        from scipy.special import ndtr, ndtri

        mean, sd = float(self.mean or 0.0), float(self.sd or 1.0)
        below, above = ndtr((low - mean) / sd), ndtr((high - mean) / sd)
        number = mean + sd * float(ndtri(below + chance * (above - below)))
        return min(high, max(low, number))


class Factor(Parameters):
    """Something that a sweep varies: where it stands, and one of list, grid, range, distribution.

    A path may hold names of other factors in braces, whose level is put there:
    `policy.apr_cap.steps.{month}.level`. A factor without a path only lends its level to others.
    """

    words: ClassVar[frozenset[str]] = Parameters.words | {"label", "role"}

    path: str = parameter("", unit="", description="dotted path into the scenario")
    label: str = parameter("", unit="", description="what it is, in a few words, for charts")
    role: Role = parameter(
        "lever",
        unit="",
        description="lever: somebody decides it; uncertainty: nobody does, and it may turn out "
        "either way",
    )
    list: tuple[Level, ...] | dict[Name, Any] | None = parameter(
        None, unit="", description="its levels, or names of levels with a value or mapping each"
    )
    grid: Grid | None = parameter(None, unit="", description="levels at equal distances")
    range: Range | None = parameter(None, unit="", description="any number between two")
    distribution: Distribution | None = parameter(
        None, unit="", description="any number, some likelier than others"
    )
    whole: bool = parameter(
        False,
        unit="",
        description="whole numbers only, of a range all as likely; of a grid or distribution, "
        "numbers are rounded",
    )

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [
            n for n in ("list", "grid", "range", "distribution") if getattr(self, n) is not None
        ]
        if len(given) != 1:
            found = " and ".join(given) if given else "none"
            raise FieldError((), f"takes one of list, grid, range, distribution; {found} is given")
        if self.range is not None and self.whole and not self.range.wholes():
            raise FieldError("range", "has no whole number in it; widen it, or leave out whole")
        if self.list is not None and not self.list:
            raise FieldError("list", "is empty; write at least one level")
        levels = [str(level) for level in self.levels() or ()]
        twice = [level for level in levels if levels.count(level) > 1]
        if twice:
            raise FieldError(given[0], f"has {shown(twice[0])} twice")
        return self

    def levels(self) -> tuple[Level, ...] | None:
        """The levels of a list or grid, in its order; None where any number between two will do."""
        if self.grid is not None:
            return tuple(self._rounded(number) for number in self.grid.numbers())
        if self.list is None:
            return None
        return tuple(_read(level) for level in self.list)

    def level_at(self, chance: float) -> Level:
        """The level that a number in [0, 1] stands for, each as often as it is likely."""
        levels = self.levels()
        if levels is not None:
            return levels[_bin(chance, len(levels))]
        if self.range is not None:
            if self.whole:
                numbers = self.range.wholes()
                return numbers[_bin(chance, len(numbers))]
            return self._rounded(self.range.low + chance * (self.range.high - self.range.low))
        assert self.distribution is not None
        return self._rounded(self.distribution.at(chance))

    def value_of(self, level: Level) -> object:
        """What stands in the scenario for a level: itself, or what its name stands for."""
        if isinstance(self.list, Mapping):
            return as_plain(self.list[str(level)])
        return level

    @property
    def is_number(self) -> bool:
        """Whether all levels are numbers."""
        levels = self.levels()
        if levels is None:
            return True
        return all(
            isinstance(level, int | float) and not isinstance(level, bool) for level in levels
        )

    def _rounded(self, number: float) -> Level:
        return round(number) if self.whole else float(f"{number:.12g}")


def _bin(chance: float, count: int) -> int:
    """Which of `count` equal parts of [0, 1] a chance lies in, from 0.

    The levels of Morris stand at equal distances and often on a border, give or take a last digit.
    """
    return min(count - 1, int(chance * count + 1e-9))


def _read(level: Level) -> Level:
    """A level as its column holds it: `24%` is a number."""
    if isinstance(level, str) and level.endswith("%"):
        from pydantic_core import PydanticCustomError

        try:
            return _FRACTION.read(level)
        except PydanticCustomError:
            return level
    return level


def _refuse_disorder(low: float, high: float) -> None:
    """Raises FieldError unless `low` is below `high`."""
    if low >= high:
        raise FieldError("high", f"is {shown(high)}, not above low ({shown(low)})")


def _triangular(low: float, high: float, mode: float, chance: float) -> float:
    """Inverse distribution function of the triangular distribution."""
    turn = (mode - low) / (high - low)
    if chance < turn:
        return low + math.sqrt(chance * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - chance) * (high - low) * (high - mode))
