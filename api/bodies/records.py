"""Shape what is worked out of an incident's record: grade, clocks, head counts, intervals."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.responses import Moment
from gridgis.dispatch.incidents.grading import AccidentGrade
from gridgis.dispatch.incidents.recording import Report


class CasualtiesBody(BaseModel):
    """What the incident cost, as known now."""

    deaths: int
    serious_injuries: int
    slight_injuries: int
    trapped: int
    loss_yuan: int
    saved_yuan: int
    production: bool


class GradeBody(BaseModel):
    """The grade that the system works out (系统推算，非认定)."""

    grade: AccidentGrade
    by: dict[str, AccidentGrade | None]
    edges: dict[str, int] = Field(description="What more would make it worse")
    recount_until: Moment
    final: bool


class DueBody(BaseModel):
    """A report that is or was due."""

    report: Report
    due_at: Moment
    made_at: Moment | None
    late: bool


class HeadsBody(BaseModel):
    """When a team at the scene has to be heard of next."""

    dispatch_id: UUID
    team: str
    due_at: Moment
    people: int | None
    late: bool


class IntervalsBody(BaseModel):
    """What one team took, in seconds; null where a moment was not recorded."""

    dispatch_id: UUID
    team: str
    people: int
    call_to_order_s: float
    order_to_wheels_s: float | None
    wheels_to_arrival_s: float | None
    order_to_arrival_s: float | None
    at_scene_s: float | None
    estimated_s: float | None = Field(description="From order to arrival, as estimated at the order")


class SpreadBody(BaseModel):
    """How a time is spread over teams."""

    count: int
    median_s: float | None
    p90_s: float | None


class RecordBody(BaseModel):
    """What is worked out of an incident's record."""

    casualties: CasualtiesBody | None
    grade: GradeBody | None
    due: list[DueBody]
    heads: list[HeadsBody]
    intervals: list[IntervalsBody]
    spreads: dict[str, SpreadBody]
