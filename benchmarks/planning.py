"""Measure the planner beside its peers on the same instances in the same run, each with deviation and contiguity.

Instances are seeded, or JSON files of a folder named by ``GRIDGIS_DISTRICTING`` (``n``, ``k``, ``L``, ``U``, ``pop``,
``x_km``, ``y_km``, ``edges``, and the best known ``cut_best`` and ``moi_pub``). Peers run where they are
installed: METIS through ``pymetis``, GerryChain's short bursts through ``gerrychain``.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from gridgis.planning import NoPlanFound, Objective, rebalance_arrays
from gridgis.planning.graph import UnitGraph
from gridgis.planning.measures import measure
from gridgis.planning.problem import Problem

PEERS = ("metis", "gerrychain")
FOLDER = "GRIDGIS_DISTRICTING"
Labels = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Instance:
    """Units, limits, and the best values known."""

    name: str
    load: NDArray[np.float64]
    edges: NDArray[np.int64]
    xy: NDArray[np.float64]
    cells: int
    least: float
    most: float
    seconds: float
    best: dict[str, float]

    def judged(self, labels: Labels) -> dict[str, Any]:
        """What a plan is worth, whoever made it."""
        problem = Problem(
            load=self.load,
            graph=UnitGraph.of_edges(len(self.load), self.edges),
            xy=self.xy,
            cells=self.cells,
            least=self.least,
            most=self.most,
            objective=Objective.named("cut_edges"),
        )
        about = measure(problem, labels)
        return {
            "cut_edges": about.cut_edges,
            "moment": round(about.moment, 2),
            "deviation": round(about.most_deviation, 4),
            "pieces_apart": about.pieces_apart,
            "cells_outside": int(((about.cell_load > self.most) | (about.cell_load < self.least)).sum()),
        }


def run(peers: list[str] | None = None, *, quick: bool = False) -> dict[str, Any]:
    """Figures of every instance."""
    wanted = PEERS if peers is None else tuple(peers)
    figures: dict[str, Any] = {}
    for instance in instances(quick=quick):
        rows: dict[str, Any] = {"units": len(instance.load), "cells": instance.cells, "best_known": instance.best}
        for objective in ("cut_edges", "moment"):
            rows[f"gridgis {objective}"] = timed(instance, partial(ours, objective=objective))
        if "metis" in wanted:
            rows["metis"] = timed(instance, metis)
        if "gerrychain" in wanted and not quick and len(instance.load) < 1_000:
            rows["gerrychain"] = timed(instance, gerrychain)
        figures[instance.name] = rows
    figures["memory_gb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2)
    return figures


def timed(instance: Instance, solver: Callable[[Instance], Labels]) -> dict[str, Any]:
    """What a solver's plan is worth and how long it took; why there is none otherwise."""
    began = time.perf_counter()
    try:
        labels = solver(instance)
    except ImportError as error:
        return {"missing": error.name}
    except (NoPlanFound, RuntimeError) as error:
        return {"none": str(error)[:120], "seconds": round(time.perf_counter() - began, 2)}
    seconds = round(time.perf_counter() - began, 2)
    return {"seconds": seconds, **instance.judged(labels)}


def ours(instance: Instance, objective: str) -> Labels:
    """This project's plan."""
    return rebalance_arrays(
        workload=instance.load,
        edges=instance.edges,
        xy=instance.xy,
        cells=instance.cells,
        least=instance.least,
        most=instance.most,
        objective=objective,
        seconds=instance.seconds,
    )[0].labels


def metis(instance: Instance) -> Labels:
    """METIS by recursive bisection, contiguous where it can."""
    import pymetis

    graph = UnitGraph.of_edges(len(instance.load), instance.edges)
    near = [graph.other[a:b].tolist() for a, b in zip(graph.start, graph.start[1:], strict=False)]
    weights = np.maximum(np.round(instance.load / instance.load.mean() * 1_000), 1).astype(int).tolist()
    options = pymetis.Options(
        contig=1, ufactor=max(1, round((instance.most * instance.cells / instance.load.sum() - 1) * 1e3))
    )
    _, labels = pymetis.part_graph(instance.cells, adjacency=near, vweights=weights, options=options, recursive=False)
    return np.asarray(labels, dtype=np.int32)


def gerrychain(instance: Instance) -> Labels:
    """GerryChain's short bursts of ReCom for as long as ours runs."""
    import networkx as nx
    from gerrychain import GeographicPartition, Graph, constraints, optimization, proposals, tree, updaters

    graph: Any = nx.Graph(instance.edges.tolist())
    for unit, load in enumerate(instance.load):
        graph.nodes[unit]["load"] = float(load)
    ideal = float(instance.load.sum()) / instance.cells
    spread = min(instance.most / ideal - 1, 1 - instance.least / ideal)
    made = Graph.from_networkx(graph)
    start = tree.recursive_tree_part(made, range(instance.cells), ideal, "load", spread, node_repeats=2)
    partition = GeographicPartition(made, start, updaters={"load": updaters.Tally("load")})
    proposal = partial(proposals.recom, pop_col="load", pop_target=ideal, epsilon=spread, node_repeats=2)
    optimizer = optimization.SingleMetricOptimizer(
        proposal, constraints.within_percent_of_ideal_population(partition, spread, "load"), partition,
        lambda one: len(one["cut_edges"]), maximize=False,
    )  # fmt: skip
    ends = time.perf_counter() + instance.seconds
    for _ in optimizer.short_bursts(10, 1_000_000):
        if time.perf_counter() > ends:
            break
    best: Any = optimizer.best_part
    return np.array([best.assignment[unit] for unit in range(len(instance.load))], dtype=np.int32)


def instances(*, quick: bool) -> list[Instance]:
    """Seeded instances, and those of the folder."""
    made = [seeded("seeded 300 in 20", 300, 20, 0.1, 3.0 if quick else 10.0)]
    if not quick:
        made.append(seeded("seeded 4,000 in 1,000", 4_000, 1_000, 0.25, 60.0))
        made.append(seeded("seeded 4,000 in 320", 4_000, 320, 0.1, 60.0))
        made.append(seeded("seeded 50,000 in 5,000", 50_000, 5_000, 0.1, 150.0))
    folder = os.environ.get(FOLDER, "")
    for path in sorted(Path(folder).glob("*.json")) if folder else []:
        told = json.loads(path.read_text("utf-8"))
        load = np.asarray(told["pop"], dtype=np.float64)
        edges = np.asarray(told["edges"], dtype=np.int64)
        xy = np.column_stack((told["x_km"], told["y_km"])).astype(np.float64)
        best = {"cut_edges": float(told["cut_best"]), "moment": float(told["moi_pub"])}
        seconds = 2.0 if quick else 10.0 if len(load) < 200 else 30.0
        made.append(Instance(path.stem, load, edges, xy, told["k"], told["L"], told["U"], seconds, best))
    return made


def seeded(name: str, units: int, cells: int, tolerance: float, seconds: float) -> Instance:
    """Units scattered over a square, neighbours by Delaunay's triangles less the longest sides."""
    from scipy.spatial import Delaunay

    chance = np.random.default_rng(units)
    xy = chance.random((units, 2)) * np.sqrt(units) * 300
    corners = Delaunay(xy).simplices
    edges = np.unique(
        np.sort(np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1), axis=0
    )
    length = np.hypot(*(xy[edges[:, 0]] - xy[edges[:, 1]]).T)
    edges = edges[length < np.quantile(length, 0.99)].astype(np.int64)
    load = chance.lognormal(0, 0.4, units) * 10
    mean = float(load.sum()) / cells
    return Instance(name, load, edges, xy, cells, mean * (1 - tolerance), mean * (1 + tolerance), seconds, {})


if __name__ == "__main__":
    print(json.dumps(run(quick="--quick" in sys.argv), indent=1))
