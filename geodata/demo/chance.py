"""Draw everything that is made up from one seed, each noun from its own stream."""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

_WAVES = 24


def stream(seed: int, noun: str) -> np.random.Generator:
    """The random numbers of one noun; drawing more for one noun leaves the others as they were."""
    return np.random.default_rng([seed, crc32(noun.encode())])


class Swell:
    """A smooth random field over the plane, of mean 0 and deviation 1.

    Args:
        chance: Where its waves are drawn from.
        wavelength_m: Typical distance between two crests.
    """

    def __init__(self, chance: np.random.Generator, wavelength_m: float) -> None:
        angle = chance.uniform(0, 2 * np.pi, _WAVES)
        length_m = wavelength_m * np.exp(chance.normal(0, 0.35, _WAVES))
        self._wave = 2 * np.pi / length_m * np.array([np.cos(angle), np.sin(angle)])
        self._phase = chance.uniform(0, 2 * np.pi, _WAVES)

    def __call__(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values (n) at points (n, 2) in metres."""
        made: NDArray[np.float64] = np.cos(xy @ self._wave + self._phase).sum(axis=1) * np.sqrt(2 / _WAVES)
        return made


def wander(
    chance: np.random.Generator, xy: NDArray[np.float64], *, off_m: float, wavelength_m: float
) -> NDArray[np.float64]:
    """Points (n, 2) moved by a smooth random displacement of about ``off_m`` metres."""
    east, north = Swell(chance, wavelength_m), Swell(chance, wavelength_m)
    return xy + off_m * np.column_stack((east(xy), north(xy)))


def meander(
    chance: np.random.Generator, line: NDArray[np.float64], *, off_m: float, wavelength_m: float
) -> NDArray[np.float64]:
    """A line (n, 2) that wanders between its two ends, which stay where they are."""
    along = np.linspace(0, np.pi, len(line))
    return line + np.sqrt(np.sin(along))[:, None] * (
        wander(chance, line, off_m=off_m, wavelength_m=wavelength_m) - line
    )
