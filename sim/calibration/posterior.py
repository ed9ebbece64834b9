"""What a calibration leaves open: a joint normal of its parameters, cut off at their bounds.

Kept beside the calibrated scenario; sweeps draw from it (`design: {kind: posterior, ...}`), so that
results can be told with what is not known of the parameters.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.calibration.plan import FreeParameter
from sim.core.errors import InputError
from sim.core.parameters import as_plain

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    type Floats = npt.NDArray[np.float64]

POSTERIOR = "posterior.json"
KIND = "posterior"
FORMAT = 1

BURN_IN = 500
"""Rounds of the sampler before the first draw."""

BETWEEN = 50
"""Rounds between two draws, so that they know little of each other."""

FLAT = 1e-6
"""Information of a parameter, in the unit cube, below which all places are as likely."""


@dataclass(frozen=True)
class Posterior:
    """The parameters of a calibration after the data.

    free : parameter by name, with path, bounds and scale ; plan : that found it
    centre : [parameters] chosen places in the unit cube
    information : [parameters, parameters] of the data about them there, bounds apart
    """

    plan: str
    free: Mapping[str, FreeParameter]
    centre: "Floats"
    information: "Floats"

    def places(self, count: int, seed: int) -> "Floats":
        """[count, parameters] draws in the unit cube.

        Gibbs sampling, parameter by parameter given the others, each from its normal between the
        bounds (Geweke, Computing Science and Statistics 23, 1991): it asks for no inverse, so that
        parameters of which the data know nothing are drawn evenly.
        """
        import numpy as np
        from scipy import stats

        shape = (BURN_IN + count * BETWEEN, len(self.centre))
        chances = stats.uniform.rvs(size=shape, random_state=seed)
        place, found = self.centre.copy(), []
        for number, row in enumerate(chances, start=1):
            for k, chance in enumerate(row):
                place[k] = self._given_others(place, k, float(chance))
            if number > BURN_IN and (number - BURN_IN) % BETWEEN == 0:
                found.append(place.copy())
        return np.array(found)

    def draws(self, count: int, seed: int) -> list[dict[str, float]]:
        """Values by name, a mapping a draw."""
        return [
            {
                name: free.value_at(float(u))
                for (name, free), u in zip(self.free.items(), row, strict=True)
            }
            for row in self.places(count, seed)
        ]

    def _given_others(self, place: "Floats", k: int, chance: float) -> float:
        """The place of one parameter below which it lies with some chance, the others given."""
        own = float(self.information[k, k])
        if own < FLAT:
            return chance
        pull = self.information[k] @ (place - self.centre) - own * (place[k] - self.centre[k])
        mean = float(self.centre[k]) - float(pull) / own
        return between_bounds(mean, 1.0 / math.sqrt(own), chance)


def between_bounds(mean: float, deviation: float, chance: float) -> float:
    """The number below which a normal one, cut off at 0 and 1, lies with some chance."""
    from scipy.special import ndtr, ndtri

    low, high = -mean / deviation, (1.0 - mean) / deviation
    if low > 0.0:  # far tails are exact on the lower side only
        return 1.0 - between_bounds(1.0 - mean, deviation, 1.0 - chance)
    below, above = float(ndtr(low)), float(ndtr(high))
    if above <= below:
        return 1.0 if mean > 0.5 else 0.0
    return min(1.0, max(0.0, mean + deviation * float(ndtri(below + chance * (above - below)))))


def posterior_text(posterior: Posterior) -> str:
    """A posterior as its file."""
    content = {
        "format": FORMAT,
        "kind": KIND,
        "plan": posterior.plan,
        "parameters": {name: as_plain(free) for name, free in posterior.free.items()},
        "centre": [float(u) for u in posterior.centre],
        "information": [[float(x) for x in row] for row in posterior.information],
    }
    return f"{json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)}\n"


def read_posterior(path: Path) -> Posterior:
    """A posterior from its file, or the folder of a calibration, or that of its outcome.

    Raises InputError if there is none, or it is damaged.
    """
    inside = [path / "outcome" / POSTERIOR, path / POSTERIOR] if path.is_dir() else [path]
    file = next((one for one in inside if one.is_file()), None)
    if file is None:
        raise InputError(
            f"{path} holds no {POSTERIOR}; give the folder of a finished 'loansim calibrate'"
        )
    try:
        return _posterior(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputError(f"{file} is no posterior of a calibration, or damaged") from error


def _posterior(content: Mapping[str, Any]) -> Posterior:
    import numpy as np

    if content["kind"] != KIND or content["format"] != FORMAT:
        raise ValueError("another kind or format")
    free = {
        str(name): FreeParameter.model_validate(plain)
        for name, plain in content["parameters"].items()
    }
    centre = np.array(content["centre"], dtype=np.float64)
    information = np.array(content["information"], dtype=np.float64)
    if centre.shape != (len(free),) or information.shape != (len(free), len(free)):
        raise ValueError("parameters and numbers do not answer to each other")
    return Posterior(str(content["plan"]), free, centre, information)
