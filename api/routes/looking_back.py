"""Serve replays of past alarms, what teams' own runs teach, and lessons that became tasks."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query

from api.asked import Asked, Current
from api.bodies.looking_back import (
    DoneRequest,
    LearnedBody,
    LearningBody,
    LearningRequest,
    LessonBody,
    LessonList,
    LessonRequest,
    ReplayBody,
    ReplayRequest,
    lesson_body,
    replay_body,
    spread_body,
)
from api.bodies.run_cards import team_name
from api.desk.commanding import AtDesk, Desk
from api.errors import problem_responses
from api.moments import check_span, local_day
from api.routes.closures import POINTED_WITHIN_M
from gridgis.access import Action
from gridgis.dispatch.incidents.lessons import Lesson
from gridgis.dispatch.incidents.reviewing import spread
from gridgis.dispatch.learning import LearningRule, factors, learn_from, runs_of, runs_of_register
from gridgis.dispatch.replay import replay
from gridgis.dispatch.scenario import Scenario, apply, edges_at
from gridgis.errors import InvalidValue, NotKnown

if TYPE_CHECKING:
    from geodata.store import UnitOfWork
    from gridgis.dispatch.learning import Learned, Run

MOST_ALARMS = 500


def replay_alarms(asked: Current, told: Annotated[ReplayRequest, Body()]) -> ReplayBody:
    """Answer the alarms of a period again as the district is, and as it would be; beside what happened."""
    check_span(told.from_day, told.to_day)
    alarms = [
        one
        for one in asked.sight.chosen("alarm", asked.state.alarms)
        if told.from_day <= local_day(one.reported_at) <= told.to_day
    ]
    if len(alarms) > MOST_ALARMS:
        raise InvalidValue("replay.too_many", count=len(alarms), most=MOST_ALARMS)
    scenario = _scenario(asked, told)
    tried_state = apply(asked.state, scenario)
    ids = {one.id for one in alarms}
    happened = [one for one in asked.state.dispatches if one.alarm_id in ids]
    now = replay(apply(asked.state, Scenario()), alarms, happened, routes=told.routes)
    tried = replay(tried_state, alarms, happened, routes=told.routes) if scenario.changes else None
    return replay_body(now, tried)


def _scenario(asked: Asked, told: ReplayRequest) -> Scenario:
    closed = [edge for lon, lat in told.closed for edge in edges_at(asked.state, (lon, lat), within_m=POINTED_WITHIN_M)]
    return Scenario(
        without=frozenset(told.without),
        moved={one.team: (one.place[0], one.place[1]) for one in told.moved},
        card=None if told.card is None else told.card.card(asked.state.district.code),
        closed=tuple(closed),
    )


def show_learning(at: AtDesk) -> LearningBody:
    """What the teams' own runs teach of their times, how far estimates were off, and whether estimates use it."""
    learned, runs = _learned(at)
    return _learning(at.asked, learned, runs)


def use_learning(at: AtDesk, told: Annotated[LearningRequest, Body()]) -> LearningBody:
    """Let estimates use what was learned up to now, or the settings alone."""
    learned, runs = _learned(at)
    value = factors(learned, at.asked.state.teams) if told.use else {}

    def run(work: UnitOfWork) -> dict[str, int]:
        work.put_settings({"learned_times": value})
        return {"teams": len(value)}

    at.do(Action.RUN_CARDS_WRITE, told, run)
    at.asked.served.reach(at.store.version())
    return _learning(at.asked, learned, runs, used=value)


def _learned(at: Desk) -> tuple[tuple[Learned, ...], tuple[Run, ...]]:
    with at.store.one_moment():
        cases = at.store.cases(at.store.all_incidents())
    led = {case.incident.id for case in cases}
    runs = (*runs_of(cases), *runs_of_register(at.asked.state, led))
    return learn_from(runs), runs


def _learning(
    asked: Asked, learned: tuple[Learned, ...], runs: tuple[Run, ...], used: dict[str, list[float]] | None = None
) -> LearningBody:
    in_use = dict(asked.state.learned_times) if used is None else used
    known = asked.data.team_by_id
    items = [
        LearnedBody(
            team=team_name(known[one.team_id]),
            runs=one.runs,
            turnout=round(one.turnout, 3),
            travel=round(one.travel, 3),
            off=spread_body(one.off),
            used=list(in_use[code]) if (code := known[one.team_id].code) in in_use else None,
        )
        for one in learned
        if one.team_id in known
    ]
    off = spread(run.turnout_s + run.travel_s - run.estimated_turnout_s - run.estimated_travel_s for run in runs)
    return LearningBody(
        items=sorted(items, key=lambda one: (-one.runs, one.team.code)),
        runs=len(runs),
        off=spread_body(off),
        in_use=bool(in_use),
        least_runs=LearningRule().least_runs,
    )


def list_lessons(
    at: AtDesk,
    incident: Annotated[UUID | None, Query(description="只看一个事件的 / of one incident")] = None,
    open_only: Annotated[bool, Query(alias="open", description="只看未办结的 / those that are open")] = False,  # noqa: FBT002
) -> LessonList:
    """Lessons of incidents that somebody may see, open ones first, the earliest due first."""
    with at.store.one_moment():
        found = at.store.lessons(incident_id=incident, open_only=open_only)
        cases = at.store.cases(at.store.incident(one) for one in {each.incident_id for each in found})
    seen = {case.incident.id for case in cases if at.seeing.may(Action.ALARMS_READ, case)}
    today = at.asked.today
    items = [lesson_body(one, today) for one in found if one.incident_id in seen]
    items.sort(key=lambda one: (one.done_at is not None, one.due_on or date.max, one.code))
    return LessonList(items=items, total=len(items))


def add_lesson(
    at: AtDesk, incident_id: Annotated[UUID, Path(alias="id")], told: Annotated[LessonRequest, Body()]
) -> LessonBody:
    """Write down what an incident taught, with whoever does something about it until when."""

    def run(work: UnitOfWork) -> dict[str, str]:
        case = work.case(incident_id)
        at.seeing.demand(Action.ALARMS_WRITE, case)
        held = work.lessons(incident_id=incident_id)
        known = next((one.code for one in held if one.id == told.id), "")
        code = known or f"{case.incident.code}/L{len(held) + 1:02d}"
        made = Lesson(
            told.id,
            code,
            incident_id,
            told.text.strip(),
            told.owner.strip(),
            told.due_on,
            at.asked.now,
            at.who.name,
        )
        work.put_lessons([made])
        return {"id": str(made.id)}

    return _lesson(at, at.do(Action.ALARMS_WRITE, told, run)["id"], incident_id)


def end_lesson(
    at: AtDesk, lesson_id: Annotated[UUID, Path(alias="id")], told: Annotated[DoneRequest, Body()]
) -> LessonBody:
    """Say what became of a task."""

    def run(work: UnitOfWork) -> dict[str, str]:
        held = next((one for one in work.lessons() if one.id == lesson_id), None)
        if held is None:
            raise NotKnown("lesson.unknown", value=str(lesson_id))
        at.seeing.demand(Action.ALARMS_WRITE, work.case(held.incident_id))
        work.put_lessons([held.done(told.outcome, at.who.name, at.asked.now)])
        return {"id": str(lesson_id), "incident": str(held.incident_id)}

    done = at.do(Action.ALARMS_WRITE, told, run)
    return _lesson(at, done["id"], UUID(done["incident"]))


def _lesson(at: Desk, lesson_id: str, incident_id: UUID) -> LessonBody:
    found = next(one for one in at.store.lessons(incident_id=incident_id) if str(one.id) == lesson_id)
    return lesson_body(found, at.asked.today)


def router() -> APIRouter:
    """The routes of looking back."""
    routes = APIRouter(tags=["复盘 looking back"])
    changing = problem_responses(400, 404, 409, 413)
    routes.add_api_route("/replays", replay_alarms, methods=["POST"], responses=changing)
    routes.add_api_route("/learning", show_learning, responses=problem_responses(409))
    routes.add_api_route("/learning", use_learning, methods=["POST"], responses=changing)
    routes.add_api_route("/lessons", list_lessons, responses=problem_responses(404, 409))
    routes.add_api_route("/incidents/{id}/lessons", add_lesson, methods=["POST"], responses=changing)
    routes.add_api_route("/lessons/{id}/done", end_lesson, methods=["POST"], responses=changing)
    return routes
