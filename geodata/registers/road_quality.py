"""Say how good a road file is: as data kept beside the roads, and as warnings to the person who imports it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

from geodata.osm_roads import RoadQuality
from geodata.registers.batch import ROWS_SHOWN, Batch
from geodata.road_lines import LineReport
from geodata.source import SourceTable
from gridgis.checks.roads import LEAST_SHARE
from gridgis.errors import Fault
from gridgis.roads import DEFAULT_PROFILES, ComponentReport, Mode

MOST_KEPT = 2000


def quality_of_osm(quality: RoadQuality) -> dict[str, Any]:
    """What is to be known of an OpenStreetMap file, as JSON can say it."""
    return {"kind": "osm", **_plain(asdict(quality))}


def quality_of_lines(report: LineReport) -> dict[str, Any]:
    """What is to be known of a layer of lines, as JSON can say it; of very long lists the count and a beginning."""
    told: dict[str, Any] = {"kind": "lines", **_plain(asdict(report))}
    for name in ("joins", "passes", "hanging", "faults"):
        told[f"{name}_count"] = len(told[name])
        told[name] = told[name][:MOST_KEPT]
    return told


def _plain(value: Any) -> Any:
    """A structure without what JSON can't say: infinite numbers become null."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def warn_of_osm(batch: Batch, quality: RoadQuality) -> None:
    """What a person should know of an OpenStreetMap file."""
    if quality.missing_nodes:
        batch.warn("roads.cut", nodes=quality.missing_nodes, ways=quality.cut_ways, lost=quality.lost_ways)
    if quality.bad_tags:
        told = _listed(f"{bad.key}={bad.value} ({bad.count})" for bad in quality.bad_tags)
        batch.warn("roads.bad_tags", count=sum(bad.count for bad in quality.bad_tags), tags=told)
    if quality.untagged_crossings:
        ways = _listed(map(str, quality.untagged_crossings))
        batch.warn("roads.untagged_crossings", count=len(quality.untagged_crossings), ways=ways)
    if quality.restrictions:
        batch.warn("roads.restrictions", count=sum(quality.restrictions.values()))
    if quality.broken_restrictions:
        batch.warn("roads.restrictions_broken", count=quality.broken_restrictions)
    _warn_of_parts(batch, quality.components)


def warn_of_lines(batch: Batch, report: LineReport, table: SourceTable) -> None:
    """What a person should know of a layer of lines."""
    left_out = {reason: count for reason, count in report.left_out.items() if count}
    for reason, count in left_out.items():
        batch.warn(f"roads.left_out_{reason}", count=count)
    kinds = Counter(join.kind.value for join in report.joins)
    if report.joins or report.passes:
        batch.warn(
            "roads.joined",
            met=report.met,
            ends=kinds["ends"],
            end_to_line=kinds["end_to_line"],
            crossings=kinds["crossing"],
            passes=len(report.passes),
        )
    near = [end for end in report.hanging if isfinite(end.gap_m)]
    if near:
        told = _listed(f"{_row(table, end.line)} ({end.gap_m:.1f} m)" for end in near)
        batch.warn("roads.hanging", count=len(near), free=len(report.hanging) - len(near), lines=told)
    _warn_of_values(batch, report, table)
    _warn_of_parts(batch, report.components)


def _warn_of_values(batch: Batch, report: LineReport, table: SourceTable) -> None:
    """Values that were not understood, each once, with how often and where it stands."""
    groups: dict[tuple[str, str, str], list[int]] = {}
    for fault in report.faults:
        groups.setdefault((fault.code, fault.column, fault.value), []).append(_row(table, fault.row))
    for (code, column, value), rows in groups.items():
        told = {"count": len(rows), "rows": _listed(map(str, rows))}
        batch.warnings.append(Fault(code, told, table.sheet, rows[0], column, value))


def _row(table: SourceTable, feature: int) -> int:
    """The number in the file of a feature counted among the rows that were read."""
    return table.rows[feature - 1].number


def _warn_of_parts(batch: Batch, components: Mapping[str, ComponentReport]) -> None:
    """Tell once when the roads do not hang together, for the vehicle for which it is worst; water parts of itself."""
    ashore = {code: one for code, one in components.items() if DEFAULT_PROFILES[code].mode is not Mode.BOAT}
    if not ashore:
        return
    profile, worst = min(ashore.items(), key=lambda one: one[1].largest_share)
    if worst.largest_share < LEAST_SHARE:
        parts = worst.usable_parts + worst.islands
        batch.warn("roads.parts", share=round(100 * worst.largest_share), parts=parts, profile=profile)


def _listed(texts: Iterable[str]) -> str:
    every = list(texts)
    listed = "、".join(every[:ROWS_SHOWN])
    return f"{listed}…" if len(every) > ROWS_SHOWN else listed
