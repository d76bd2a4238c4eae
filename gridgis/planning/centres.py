"""Bound plans by their centres where cells are too many to list.

Every cell has a centre unit; contiguity is left aside and the demand that each unit be in one cell is priced
(Lagrange), so each centre takes the units that suit it best within the limits, the last in part. The best prices are
sought by subgradients (Hess and others, Operations Research 13, 1965; Held and Karp 1971). Whatever the prices, the sum
is a bound.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from gridgis.planning.problem import Problem, moment_costs
from gridgis.planning.stopping import Stop

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

MOST_UNITS = 1_500
_ROUNDS = 600
_LEAST_STEP = 1e-4
_NEAR = 5
_PATIENCE = 12


@njit(cache=True, nogil=True)
def priced_centres(
    far: Floats, near: Ints, load: Floats, price: Floats, low: float, high: float, worth: Floats, share: Floats
) -> None:
    """Fill what each unit is worth as a centre at these prices, and which share of each unit near it it takes.

    Args:
        far: (n, n) cost of one unit of load of i at centre c.
        near: int32 (n, q), the units that centre c may take, itself first.
        load: (n) loads.
        price: (n) what it brings to take a unit.
        low: Least load of a cell.
        high: Most load of a cell.
        worth: (n), filled; infinite where so few units do not make a cell.
        share: (n, q), filled with what the centre takes of each.
    """
    units, reach = near.shape
    ratio = np.empty(reach)
    for centre in range(units):
        share[centre, :] = 0.0
        taken = 0.0
        value = 0.0
        for place in range(reach):
            unit = near[centre, place]
            weight = load[unit]
            own = far[unit, centre] * weight - price[unit]
            if place == 0 or weight <= 0.0:
                ratio[place] = np.inf
                if place == 0 or own < 0.0:
                    share[centre, place] = 1.0
                    value += own
                    taken += weight
            else:
                ratio[place] = own / weight
        for place in np.argsort(ratio):
            if ratio[place] == np.inf or taken >= high or (ratio[place] >= 0.0 and taken >= low):
                break
            weight = load[near[centre, place]]
            part = min(1.0, (high - taken) / weight)
            if ratio[place] >= 0.0:
                part = min(part, (low - taken) / weight)
            share[centre, place] = part
            taken += part * weight
            value += part * weight * ratio[place]
        worth[centre] = value if taken >= low * (1 - 1e-9) else np.inf


def bound_by_centres(problem: Problem, stop: Stop, known: float | None) -> float | None:
    """No plan of a problem is worth less; None where moment and travel do not count, or units are too many.

    Args:
        problem: What is asked; only its moment or travel is bounded, other terms are at least 0.
        stop: When to stop; what is reached by then holds.
        known: The value of a plan, which guides the steps.
    """
    objective = problem.objective
    weight = objective.moment or objective.travel
    if not weight or problem.units > MOST_UNITS:
        return None
    far = problem.travel if objective.travel else moment_costs(problem.xy, whole=bool(problem.whole_distances))
    if far is None:
        return None
    far = np.ascontiguousarray(far)
    units, cells = problem.units, problem.cells
    reach = min(units, max(_NEAR * units // cells, 20))
    every = np.ascontiguousarray(np.argsort(far - np.eye(units), axis=0, kind="stable").T, dtype=np.int32)
    near = np.ascontiguousarray(every[:, :reach])
    load = np.ascontiguousarray(problem.load)
    target = np.inf if known is None else known / weight

    def priced(price: Floats, who: Ints) -> tuple[float, Floats]:
        worth, share = np.empty(units), np.empty(who.shape)
        priced_centres(far, who, load, price, problem.least, problem.most, worth, share)
        chosen = np.argsort(worth, kind="stable")[:cells]
        taken = np.bincount(who[chosen].ravel(), weights=share[chosen].ravel(), minlength=units)
        return float(price.sum() + worth[chosen].sum()), (1.0 - taken).astype(np.float64)

    spread = np.sort(far, axis=1)[:, : max(units // cells, 1)].mean(axis=1)
    price = load * spread
    best, best_price, step, tired = -np.inf, price, 1.0, 0
    goal = target if np.isfinite(target) else 1.5 * float(price.sum())
    for _ in range(_ROUNDS):
        if stop.reached():
            break
        value, slope = priced(price, near)
        if value > best:
            best, best_price, tired = value, price, 0
        else:
            tired += 1
            if tired > _PATIENCE:
                step, tired, price = step / 2, 0, best_price
                continue
        size = float(slope @ slope)
        if size <= 0 or not np.isfinite(value) or step < _LEAST_STEP:
            break
        price = price + step * max(goal - value, 1e-6 * abs(goal)) / size * slope
    bound = priced(best_price, every)[0]
    return max(bound * weight, 0.0) if np.isfinite(bound) else None
