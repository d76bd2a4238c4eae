"""Shape what is looked back at: replays of past alarms, what teams' runs teach, lessons and their tasks."""

from __future__ import annotations

from datetime import UTC, date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from api.bodies.exact import Day, Place, Truth
from api.bodies.geometry import Geometry, geometry_of
from api.bodies.incidents import Short, Strict, Text
from api.bodies.records import SpreadBody
from api.bodies.responses import Moment, TeamName
from api.bodies.run_cards import CardRequest, team_name
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.incidents.lessons import Lesson
from gridgis.dispatch.incidents.reviewing import Spread
from gridgis.dispatch.replay import Going, Replay, Replayed

TeamCode = Annotated[str, Field(min_length=1, max_length=40)]


class MovedRequest(Strict):
    """A team that waits elsewhere."""

    team: TeamCode
    place: Place


class ReplayRequest(Strict):
    """A period, and what is to be tried on it."""

    from_day: Day
    to_day: Day = Field(description="Included")
    without: list[TeamCode] = Field(default=[], max_length=60, description="Teams that there are not")
    moved: list[MovedRequest] = Field(default=[], max_length=60)
    card: CardRequest | None = None
    closed: list[Place] = Field(default=[], max_length=20, description="Places of roads that nobody may drive")
    routes: Truth = Field(default=False, description="Whether the ways are told, to be drawn")


class GoingBody(BaseModel):
    """A team that is sent again."""

    team: TeamName
    people: int
    turnout_s: float
    eta_s: float | None
    route: Geometry | None


class AnswerBody(BaseModel):
    """How one alarm is answered."""

    first_s: float | None
    all_s: float | None
    people: int
    short: int
    refused: str
    going: list[GoingBody]


class ReplayedBody(BaseModel):
    """One alarm: what happened, as it is answered now, and as it would be."""

    id: UUID
    code: str
    type: str
    level: ResponseLevel
    reported_at: Moment
    address: str
    lon: float
    lat: float
    happened_first_s: float | None
    happened_all_s: float | None
    happened_people: int
    now: AnswerBody
    tried: AnswerBody | None


class ReplayBody(BaseModel):
    """A period side by side."""

    items: list[ReplayedBody]
    total: int
    happened: SpreadBody
    now: SpreadBody
    tried: SpreadBody | None
    happened_people: int
    now_people: int
    tried_people: int | None
    later: int = Field(description="Alarms to which the first team would come at least a minute later")
    sooner: int = Field(description="Alarms to which it would come at least a minute sooner")


class LearnedBody(BaseModel):
    """What the runs of a team teach."""

    team: TeamName
    runs: int
    turnout: float = Field(description="Factor on its turnout")
    travel: float = Field(description="Factor on its time on the road")
    off: SpreadBody = Field(description="Seconds by which estimates were off, late ones above 0")
    used: list[float] | None = Field(description="Factors that estimates use now, null for none")


class LearningBody(BaseModel):
    """What runs teach, the teams with most runs first."""

    items: list[LearnedBody]
    runs: int
    off: SpreadBody
    in_use: bool
    least_runs: int


class LearningRequest(Strict):
    """Use what was learned, or the settings alone."""

    use: Truth


class LessonRequest(Strict):
    """What an incident taught."""

    id: UUID
    text: Text
    owner: Short = ""
    due_on: Day | None = None


class DoneRequest(Strict):
    """What became of it."""

    outcome: Text


class LessonBody(BaseModel):
    """A lesson and its task."""

    id: UUID
    code: str
    incident_id: UUID
    text: str
    owner: str
    due_on: date | None
    late: bool
    made_at: Moment
    made_by: str
    done_at: Moment | None
    done_by: str
    outcome: str


class LessonList(BaseModel):
    """Lessons, those that are open first."""

    items: list[LessonBody]
    total: int


def spread_body(one: Spread) -> SpreadBody:
    """A spread as it is answered."""
    return SpreadBody(count=one.count, median_s=one.median_s, p90_s=one.p90_s)


def lesson_body(one: Lesson, today: date) -> LessonBody:
    """A lesson as it is answered."""
    return LessonBody(
        id=one.id,
        code=one.code,
        incident_id=one.incident_id,
        text=one.text,
        owner=one.owner,
        due_on=one.due_on,
        late=one.late_on(today),
        made_at=one.made_at.astimezone(UTC),
        made_by=one.made_by,
        done_at=None if one.done_at is None else one.done_at.astimezone(UTC),
        done_by=one.done_by,
        outcome=one.outcome,
    )


def replay_body(now: Replay, tried: Replay | None) -> ReplayBody:
    """Two replays of one period as they are answered."""
    others = [None] * len(now.alarms) if tried is None else list(tried.alarms)
    pairs = list(zip(now.alarms, others, strict=True))
    apart = [
        other.first_s - one.first_s
        for one, other in pairs
        if other is not None and other.first_s is not None and one.first_s is not None
    ]
    minute = 60
    return ReplayBody(
        items=[_replayed(one, other) for one, other in pairs],
        total=len(pairs),
        happened=spread_body(now.happened_first),
        now=spread_body(now.first),
        tried=None if tried is None else spread_body(tried.first),
        happened_people=sum(one.happened_people for one in now.alarms),
        now_people=sum(one.people for one in now.alarms),
        tried_people=None if tried is None else sum(one.people for one in tried.alarms),
        later=sum(by >= minute for by in apart),
        sooner=sum(by <= -minute for by in apart),
    )


def _replayed(one: Replayed, other: Replayed | None) -> ReplayedBody:
    alarm = one.alarm
    return ReplayedBody(
        id=alarm.id,
        code=alarm.code,
        type=alarm.type,
        level=alarm.level,
        reported_at=alarm.reported_at.astimezone(UTC),
        address=alarm.address,
        lon=alarm.lon,
        lat=alarm.lat,
        happened_first_s=one.happened_first_s,
        happened_all_s=one.happened_all_s,
        happened_people=one.happened_people,
        now=_answer(one),
        tried=None if other is None else _answer(other),
    )


def _answer(one: Replayed) -> AnswerBody:
    return AnswerBody(
        first_s=one.first_s,
        all_s=one.all_s,
        people=one.people,
        short=one.short,
        refused=one.refused,
        going=[_going(each) for each in one.going],
    )


def _going(one: Going) -> GoingBody:
    return GoingBody(
        team=team_name(one.team),
        people=one.team.people,
        turnout_s=one.turnout_s,
        eta_s=one.eta_s,
        route=None if one.route is None else geometry_of(one.route),
    )
