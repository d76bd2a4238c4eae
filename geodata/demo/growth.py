"""Grow regions over small pieces of land until each has the share it should have; every region is connected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]
_LLOYD_ROUNDS = 8


@dataclass(frozen=True)
class Web:
    """Pieces and what it costs to grow from one to its neighbour.

    Attributes:
        middle: Points (n, 2) of the pieces.
        mass: What is to be shared out (n).
        pair: Neighbours (m, 2).
        cost: Cost (m) of growing across.
    """

    middle: Floats
    mass: Floats
    pair: Numbers
    cost: Floats

    @property
    def links(self) -> csr_array:
        """The costs as a symmetric sparse matrix."""
        size = len(self.middle)
        return csr_array((self.cost, (self.pair[:, 0], self.pair[:, 1])), shape=(size, size))

    def part(self, chosen: Numbers) -> Web:
        """The web of some pieces only, numbered in their order."""
        place = np.full(len(self.middle), -1)
        place[chosen] = np.arange(len(chosen))
        pair = place[self.pair]
        kept = (pair >= 0).all(axis=1)
        return Web(self.middle[chosen], self.mass[chosen], pair[kept], self.cost[kept])

    def parts(self, label: Numbers) -> Iterator[tuple[Numbers, Web]]:
        """The pieces of each label 0, 1, 2 … and their web."""
        order = np.argsort(label, kind="stable")
        start = np.searchsorted(label[order], np.arange(int(label.max()) + 2))
        place = np.empty(len(label), dtype=np.intp)
        place[order] = np.arange(len(label)) - start[label[order]]
        inner = np.flatnonzero(label[self.pair[:, 0]] == label[self.pair[:, 1]])
        owner = label[self.pair[inner, 0]]
        inner = inner[np.argsort(owner, kind="stable")]
        edge = np.searchsorted(np.sort(owner), np.arange(len(start)))
        for number in range(len(start) - 1):
            chosen, joined = order[start[number] : start[number + 1]], inner[edge[number] : edge[number + 1]]
            yield chosen, Web(self.middle[chosen], self.mass[chosen], place[self.pair[joined]], self.cost[joined])


def spread_seeds(chance: np.random.Generator, web: Web, count: int) -> Numbers:
    """Pieces, all different, spread so that each has about the same mass around it."""
    points, weight = web.middle, web.mass / web.mass.sum()
    centre = points[chance.choice(len(points), 1, p=weight)]
    nearest = np.full(len(points), np.inf)
    for _ in range(count - 1):
        nearest = np.minimum(nearest, ((points - centre[-1]) ** 2).sum(axis=1))
        away = nearest * weight
        centre = np.concatenate((centre, points[[chance.choice(len(points), p=away / away.sum())]]))
    for _ in range(_LLOYD_ROUNDS):
        label = _squared(points, centre).argmin(axis=1)
        total = np.bincount(label, weight, count)
        moved = np.column_stack([np.bincount(label, weight * points[:, axis], count) for axis in (0, 1)])
        centre = np.where(total[:, None] > 0, moved / np.maximum(total, 1e-12)[:, None], centre)
    away = _squared(points, centre)
    seeds = np.empty(count, dtype=np.intp)
    for number in range(count):
        seeds[number] = away[:, number].argmin()
        away[seeds[number]] = np.inf
    return seeds


def _squared(points: Floats, centre: Floats) -> Floats:
    """Squared distance (n, k) from points to centres."""
    made: Floats = (points[:, :1] - centre[:, 0]) ** 2 + (points[:, 1:] - centre[:, 1]) ** 2
    return made


def reach(web: Web, seeds: Numbers) -> Floats:
    """Cost (k, n) from each of k seeds to every piece."""
    return np.asarray(dijkstra(web.links, directed=False, indices=seeds))


def reach_from_any(web: Web, seeds: Sequence[Numbers]) -> Floats:
    """Cost (k, n) from the nearest piece of each of k sets of seeds to every piece."""
    links = web.links
    return np.stack([dijkstra(links, directed=False, indices=chosen, min_only=True) for chosen in seeds])


def share_out(cost: Floats, mass: Floats, target: Floats, rounds: int) -> Numbers:
    """The region (n) of each piece, regions drawn so that their masses come near their targets.

    A piece goes to the seed of least cost less that seed's bonus; such regions are connected, since a cheapest way to
    a seed stays in its region. The bonuses are moved until the masses fit, never so far that a seed is lost.
    """
    goal = target / target.sum() * mass.sum()
    bonus = np.zeros(len(target))
    seed = cost.argmin(axis=1)
    between = cost[:, seed]
    reach_m = np.sqrt(mass.sum() / len(target)) * np.median(cost[np.isfinite(cost)]) / np.sqrt(mass.sum())
    best, best_gap = cost.argmin(axis=0), np.inf
    for turn in range(rounds):
        label = (cost - bonus[:, None]).argmin(axis=0)
        held = np.bincount(label, mass, len(target))
        gap = float(np.abs(held / goal - 1).max())
        if gap < best_gap:
            best, best_gap = label, gap
        bonus += 0.6 * 0.97**turn * reach_m * np.clip(goal / np.maximum(held, goal / 9) - 1, -0.6, 0.6)
        for _ in range(3):
            bonus = np.maximum(bonus, (bonus[:, None] - 0.9 * between).max(axis=0))
    return np.asarray(best, dtype=np.intp)


def in_parts(size: int, pair: Numbers, label: Numbers) -> Numbers:
    """A number (n) for each connected part of each region."""
    same = label[pair[:, 0]] == label[pair[:, 1]]
    links = csr_array((np.ones(int(same.sum())), pair[same].T), shape=(size, size))
    return np.asarray(connected_components(links, directed=False)[1], dtype=np.intp)
