"""Choose where bases and teams go by road time on risk: p-median, maximal cover, p-centre, proven best.

Whole-number problems for HiGHS through scipy: Hakimi 1964 (p-median, p-centre), Church and ReVelle 1974 (cover).
Existing sites are kept by naming them; a team that is out is left out of the candidates, a bridge that is out changes
the times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from gridgis.errors import InvalidValue

Floats = NDArray[np.float64]

_TAKEN = 0.5
_GAP = 1e-6
_FARTHER = 1e6


class SitingAim(StrEnum):
    """What a choice of sites makes good."""

    MEDIAN = "median"  # least risk-weighted time to the nearest site
    COVER = "cover"  # most risk within a time
    CENTRE = "centre"  # least time to the worst place


@dataclass(frozen=True, eq=False)
class Siting:
    """Sites chosen for places (n).

    Attributes:
        sites: Candidates chosen, in order.
        site_of: int64 (n), the chosen candidate that reaches each place first, -1 where none can.
        travel_s: float64 (n), its time; infinite where none can.
        mean_s: Risk-weighted mean time of places that are reached.
        worst_s: Time of the worst place that is reached.
        covered: Share of the risk within the cover time, of all risk without one.
        bound: Best value that any choice can have: mean seconds, share covered, worst seconds.
        proven: Whether the choice is proven best.
    """

    sites: tuple[int, ...]
    site_of: NDArray[np.int64]
    travel_s: Floats
    mean_s: float
    worst_s: float
    covered: float
    bound: float
    proven: bool


def choose_sites(
    travel_s: Floats,
    risk: Floats,
    *,
    count: int,
    aim: SitingAim = SitingAim.MEDIAN,
    kept: Sequence[int] = (),
    cover_s: float | None = None,
    time_limit_s: float = 60.0,
) -> Siting:
    """The best sites among candidates.

    Args:
        travel_s: float64 (n, c), seconds by road from candidate to place; infinite where there is no way.
        risk: float64 (n), what a place weighs.
        count: How many sites in all, those kept included.
        aim: What to make good.
        kept: Candidates that are sites already.
        cover_s: Time within which a place counts as covered; needed for cover.
        time_limit_s: When to stop with the best found.

    Raises:
        InvalidValue: ``siting.count`` where there are not so many candidates, or more are kept; ``siting.cover``
            without a cover time; ``siting.none`` where none was found in time.
    """
    candidates = travel_s.shape[1]
    if not max(len(set(kept)), 1) <= count <= candidates:
        raise InvalidValue("siting.count", value=count, candidates=candidates, kept=len(set(kept)))
    if aim is SitingAim.COVER and cover_s is None:
        raise InvalidValue("siting.cover", value="cover_s")
    if aim is SitingAim.COVER:
        chosen, value, proven = _cover(travel_s <= float(cover_s or 0), risk, count, kept, time_limit_s)
        bound = value / max(float(risk.sum()), 1e-300)
    elif aim is SitingAim.CENTRE:
        chosen, bound, proven = _centre(travel_s, count, kept, time_limit_s)
    else:
        chosen, value, proven = _median(travel_s, risk, count, kept, time_limit_s)
        bound = value / max(float(risk.sum()), 1e-300)
    return judge_sites(travel_s, risk, chosen, cover_s=cover_s, bound=bound, proven=proven)


def judge_sites(
    travel_s: Floats,
    risk: Floats,
    sites: Sequence[int],
    *,
    cover_s: float | None = None,
    bound: float = float("nan"),
    proven: bool = False,
) -> Siting:
    """What some sites are worth, such as those left when a team is out."""
    times = travel_s[:, list(sites)]
    first = np.argmin(times, axis=1)
    best_s = times[np.arange(len(times)), first]
    reached = np.isfinite(best_s)
    weight = risk * reached
    near = reached if cover_s is None else best_s <= cover_s
    return Siting(
        sites=tuple(sites),
        site_of=np.where(reached, np.asarray(sites, dtype=np.int64)[first], -1),
        travel_s=best_s,
        mean_s=float((weight * np.where(reached, best_s, 0)).sum() / max(float(weight.sum()), 1e-300)),
        worst_s=float(best_s[reached].max(initial=0.0)),
        covered=float((risk * near).sum() / max(float(risk.sum()), 1e-300)),
        bound=bound,
        proven=proven,
    )


def _solve(
    cost: Floats, rows: Any, limits: tuple[Floats, Floats], *, whole: NDArray[np.int64], floor: Floats, limit_s: float
) -> tuple[Floats, float, bool]:
    from scipy.optimize import Bounds, LinearConstraint, milp

    options: Any = {"time_limit": limit_s, "mip_rel_gap": _GAP}
    answer = milp(
        cost, constraints=LinearConstraint(rows, *limits), integrality=whole, bounds=Bounds(floor, 1), options=options
    )
    if answer.x is None:
        raise InvalidValue("siting.none", value=limit_s)
    return np.asarray(answer.x), float(answer.mip_dual_bound), answer.status == 0


def _floor(candidates: int, more: int, kept: Sequence[int]) -> Floats:
    floor = np.zeros(candidates + more)
    floor[list(kept)] = 1.0
    return floor


def _median(
    travel_s: Floats, risk: Floats, count: int, kept: Sequence[int], limit_s: float
) -> tuple[list[int], float, bool]:
    """Least risk-weighted time; a place out of reach of its site costs as much as the worst way ten times over."""
    places, candidates = travel_s.shape
    finite = travel_s[np.isfinite(travel_s)]
    far = min(10.0 * float(finite.max(initial=1.0)), _FARTHER)
    times = np.where(np.isfinite(travel_s), travel_s, far)
    place, candidate = np.divmod(np.arange(places * candidates), candidates)
    size = candidates + places * candidates
    served = sparse.csr_array((np.ones(len(place)), (place, candidates + np.arange(len(place)))), shape=(places, size))
    opened = sparse.csr_array(
        (
            np.concatenate([np.ones(len(place)), -np.ones(len(place))]),
            (np.tile(np.arange(len(place)), 2), np.concatenate([candidates + np.arange(len(place)), candidate])),
        ),
        shape=(len(place), size),
    )
    many = sparse.csr_array((np.ones(candidates), (np.zeros(candidates, int), np.arange(candidates))), shape=(1, size))
    scale = max(float((risk[:, None] * times).mean()), 1e-300)
    cost = np.concatenate([np.zeros(candidates), (risk[:, None] * times).ravel() / scale])
    low = np.concatenate([np.ones(places), np.full(len(place), -np.inf), [count]])
    high = np.concatenate([np.ones(places), np.zeros(len(place)), [count]])
    whole = np.zeros(size, dtype=np.int64)
    whole[:candidates] = 1
    answer, bound, proven = _solve(
        cost,
        sparse.vstack([served, opened, many], format="csc"),
        (low, high),
        whole=whole,
        floor=_floor(candidates, len(place), kept),
        limit_s=limit_s,
    )
    return np.flatnonzero(answer[:candidates] > _TAKEN).tolist(), bound * scale, proven


def _cover(
    near: NDArray[np.bool_], risk: Floats, count: int, kept: Sequence[int], limit_s: float
) -> tuple[list[int], float, bool]:
    places, candidates = near.shape
    rows = sparse.vstack(
        [
            sparse.hstack([sparse.csr_array(near.astype(float)), -sparse.eye_array(places)]),
            sparse.csr_array(np.concatenate([np.ones(candidates), np.zeros(places)])[None, :]),
        ],
        format="csc",
    )
    low = np.concatenate([np.zeros(places), [count]])
    high = np.concatenate([np.full(places, np.inf), [count]])
    whole = np.concatenate([np.ones(candidates, dtype=np.int64), np.zeros(places, dtype=np.int64)])
    scale = max(float(risk.mean()), 1e-300)
    cost = np.concatenate([np.zeros(candidates), -risk / scale])
    floor = _floor(candidates, places, kept)
    answer, bound, proven = _solve(cost, rows, (low, high), whole=whole, floor=floor, limit_s=limit_s)
    return np.flatnonzero(answer[:candidates] > _TAKEN).tolist(), -bound * scale, proven


def _centre(travel_s: Floats, count: int, kept: Sequence[int], limit_s: float) -> tuple[list[int], float, bool]:
    """Least worst time: the smallest time in which so many sites cover every place that any can reach."""
    reachable = np.isfinite(travel_s).any(axis=1)
    times = np.unique(travel_s[np.isfinite(travel_s)])
    best: list[int] = []
    lowest, highest = 0, len(times) - 1
    proven = True
    while lowest <= highest:
        middle = (lowest + highest) // 2
        near = travel_s[reachable] <= times[middle]
        chosen, covered, sure = _cover(near, np.ones(int(reachable.sum())), count, kept, limit_s)
        proven &= sure
        if near[:, chosen].any(axis=1).all():
            best, highest = chosen, middle - 1
        elif covered < reachable.sum() - 0.5 or sure:
            lowest = middle + 1
    if not best:
        raise InvalidValue("siting.none", value=limit_s)
    return best, float(times[min(lowest, len(times) - 1)]), proven
