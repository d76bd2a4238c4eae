"""Say what a closed road would cost: who comes how much later, and which closure would cost most."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gridgis.errors import InvalidValue
from gridgis.roads.network import EdgeName, RoadNetwork
from gridgis.roads.router import Router

_S_PER_MINUTE = 60


@dataclass(frozen=True, eq=False)
class ClosureCost:
    """What it costs when some edges are closed together.

    Attributes:
        edges: The edges.
        name: Name of the road, its number where it has no name, '' where it has neither.
        later_s: float64 (p), seconds by which the first comes later to each place, the walk from the end of the road
            among them; infinity where none comes any more, 0 where none came before.
        risk_minutes: Sum over places of their risk and the minutes by which the first comes later, places that are cut
            off left out.
        cut_off_risk: Sum of the risks of places to which none comes any more.
    """

    edges: tuple[EdgeName, ...]
    name: str
    later_s: NDArray[np.float64]
    risk_minutes: float
    cut_off_risk: float


def detours_s(
    router: Router,
    profile_code: str,
    origins_xy: ArrayLike,
    place_xy: ArrayLike,
    closed: Collection[EdgeName | tuple[int, int, int]],
    **asked: Any,
) -> NDArray[np.float64]:
    """Seconds by which each origin (k) comes later to a place when edges are closed, beside what is closed already.

    The walk at the end counts. Infinity where it comes no more, 0 where it could not come before. Arguments as for
    `Router.arrivals`.

    Raises:
        NotKnown: As for `Router.arrivals` and `Router.without`.
        InvalidValue: As for `Router.arrivals`.
    """
    now, then = (one.arrivals(profile_code, origins_xy, place_xy, **asked) for one in (router, router.without(closed)))
    return later_than(now.travel_s + now.walk_s, then.travel_s + then.walk_s)


def closure_costs(
    router: Router,
    profile_code: str,
    origins_xy: ArrayLike,
    places_xy: ArrayLike,
    closures: Sequence[Collection[EdgeName | tuple[int, int, int]]] | None = None,
    *,
    risk: ArrayLike | None = None,
    **asked: Any,
) -> tuple[ClosureCost, ...]:
    """What each closure costs those whom the first comer reaches; the worst first, those that cost nothing last.

    A closure is worse that cuts off more risk, and of those that cut off equally much one that costs more risk-weighted
    minutes; equal ones keep their order. Only closures on the ways of first comers are searched, for the places behind
    them (`Router.places_behind`); the others cost nothing.

    Args:
        router: The roads; what is closed there is closed all the time.
        profile_code: As for `Router.first_comers`, and so the next two and ``asked``.
        origins_xy: See there.
        places_xy: See there.
        closures: Edges that are closed together, one closure after the other; every bridge by default.
        risk: How much each place counts, 0 or more, float64 (p); all count 1 by default.
        asked: ``start_s``, ``limits``, ``hour``, ``percentile``.

    Raises:
        NotKnown: As for `Router.first_comers` and `Router.without`.
        InvalidValue: As for `Router.first_comers`; ``roads.risk`` for risks that are not a figure of 0 or more a place.
    """
    now = router.first_comers(profile_code, origins_xy, places_xy, **asked)
    now_s = now.arrival_s + now.walk_s
    weight = np.ones(len(now_s)) if risk is None else np.asarray(risk, dtype=np.float64)
    if weight.shape != now_s.shape or not (np.isfinite(weight) & (weight >= 0)).all():
        raise InvalidValue("roads.risk", places=len(now_s))
    places, listed = np.asarray(places_xy, dtype=np.float64), bridges(router.network) if closures is None else closures
    behind = router.places_behind(profile_code, origins_xy, places_xy, listed, **asked)
    made = []
    for closed, concerned in zip(listed, behind, strict=True):
        later_s = np.zeros(len(now_s))
        if len(concerned):
            then = router.without(closed).first_comers(profile_code, origins_xy, places[concerned], **asked)
            later_s[concerned] = later_than(now_s[concerned], then.arrival_s + then.walk_s)
        cut_off = np.isinf(later_s)
        minutes = np.where(cut_off, 0, later_s) / _S_PER_MINUTE
        names = tuple(EdgeName(*name) for name in closed)
        made.append(
            ClosureCost(
                names,
                road_of(router.network, names),
                later_s,
                float((weight * minutes).sum()),
                float(weight[cut_off].sum()),
            )
        )
    return tuple(sorted(made, key=lambda one: (-one.cut_off_risk, -one.risk_minutes)))


def bridges(network: RoadNetwork) -> list[tuple[EdgeName, ...]]:
    """The edges of each bridge: those with a bridge's tag that meet, in both directions, in the order of edges."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    edges = np.flatnonzero(network.bridge)
    ends = (network.tail[edges], network.head[edges])
    links = csr_array((np.ones(len(edges), dtype=np.int8), ends), shape=(network.nodes, network.nodes))
    _, label = connected_components(links, directed=False)
    found: dict[int, list[EdgeName]] = {}
    for edge, part in zip(edges.tolist(), label[ends[0]].tolist(), strict=True):
        found.setdefault(part, []).append(network.edge_name(edge))
    return [tuple(names) for names in found.values()]


def later_than(now_s: NDArray[np.float64], then_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Seconds by which each arrival is later, 0 for no later: infinity for never again, 0 where nobody came before."""
    came = np.isfinite(now_s)
    later = np.zeros(len(now_s))
    later[came] = np.where(np.isinf(then_s[came]), inf, np.maximum(then_s[came] - now_s[came], 0.0))
    return later


def road_of(network: RoadNetwork, names: Iterable[EdgeName | tuple[int, int, int]]) -> str:
    """Name of the road of some edges, its number where it has no name, '' where it has neither."""
    edges = [network.edge_index(name) for name in names]
    return next((str(text) for column in (network.name, network.ref) for text in column[edges] if text), "")
