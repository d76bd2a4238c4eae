"""Serve the trail to the audit administrator: its events, and what a walk along the chain found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BeforeValidator

from api.asked import Asked, Current
from api.bodies.trail import ActorBody, BrokenBody, EventBody, EventPage, TrailBody, event_body
from api.errors import problem_responses
from api.moments import FIRST_YEAR, LAST_YEAR, LOCAL_TIME, check_span, day
from api.sight import READ
from api.trail import TrailCheck
from geodata.store import EventFilter, Store
from gridgis.access import ACTION_OF_NOUN, Action
from gridgis.dispatch.alarms import Alarm
from gridgis.dispatch.teams import Team
from gridgis.errors import Conflict, GridGISError, InvalidValue
from gridgis.events import Event
from gridgis.people.officers import Officer
from gridgis.supervision.enterprises import Enterprise

Day = Annotated[date, BeforeValidator(day)]
MOST_EVENTS = 500
LAST_PLACE = 2**53


def kept(request: Request) -> Store:
    """The store that keeps the trail."""
    store: Store | None = request.app.state.accounts
    if store is None:
        raise Conflict("account.none")
    return store


Kept = Annotated[Store, Depends(kept)]


def list_events(
    asked: Current,
    store: Kept,
    *,
    noun: Annotated[str, Query(max_length=40, description="对象 / noun", examples=["alarm"])] = "",
    record: Annotated[UUID | None, Query(description="对象的标识 / identifier of a record")] = None,
    actor: Annotated[str, Query(max_length=100, description="账号名 / name of an account")] = "",
    first: Annotated[Day | None, Query(alias="from", description="起始日（含），按记录时刻 / first local day")] = None,
    last: Annotated[Day | None, Query(alias="to", description="截止日（含），按记录时刻 / last local day")] = None,
    before: Annotated[
        int | None, Query(ge=1, le=LAST_PLACE, description="只要这个序号之前的 / only before this place")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_EVENTS, description="最多几项 / at most so many")] = 100,
) -> EventPage:
    """Events that fit, the newest first; what they tell of persons is masked."""
    check_span(first, last)
    wanted = EventFilter(
        noun=noun,
        noun_id=record,
        actor=actor,
        since=None if first is None else _midnight(first),
        until=None if last is None else _midnight(last, after=timedelta(days=1)),
    )
    found, total = store.events_before(wanted, before=before, limit=limit + 1)
    titles = _titles(store)
    items = [_shown(asked, event, titles) for event in found[:limit]]
    return EventPage(items=items, total=total, next=items[-1].sequence if len(found) > limit else None)


def _midnight(of: date, *, after: timedelta = timedelta(0)) -> datetime:
    """The beginning of a local day, or so long after it.

    Raises:
        InvalidValue: ``time.year`` outside the years that a district can have records of.
    """
    if not FIRST_YEAR <= of.year <= LAST_YEAR:
        raise InvalidValue("time.year", value=of.isoformat(), first=FIRST_YEAR, last=LAST_YEAR)
    return datetime.combine(of, time.min, LOCAL_TIME) + after


def _shown(asked: Asked, event: Event, titles: Mapping[str, str]) -> EventBody:
    """An event as whoever asks may see it."""

    def allowed(action: Action) -> bool:
        if asked.sight.areas(action).everything:
            return True
        bound = asked.data.bound_to(event.noun, event.noun_id)
        return bound is not None and asked.sight.may(action, *bound)

    noun = asked.data.bound_to(event.noun, event.noun_id)
    action = ACTION_OF_NOUN.get(event.noun) if noun is None else READ[noun[0]]
    return event_body(
        event,
        subject=_subject(asked, event, titles),
        actor_title=titles.get(event.actor, ""),
        allowed=allowed,
        reads=action is not None and allowed(action),
    )


def _subject(asked: Asked, event: Event, titles: Mapping[str, str]) -> str:
    """Code of the record that an event is about: as the event tells it, else as the district has it now."""
    told = event.body.get("after", event.body)
    if isinstance(told, Mapping):
        for name in ("code", "name", "file"):
            if isinstance(told.get(name), str) and told[name]:
                return str(told[name])
    if event.noun == "account":
        return titles.get(str(event.noun_id), "")
    state = asked.state
    registers: Mapping[str, Sequence[Alarm | Enterprise | Officer | Team]] = {
        "alarm": state.alarms,
        "enterprise": state.enterprises,
        "officer": state.officers,
        "team": state.teams,
    }
    bound = asked.data.bound_to(event.noun, event.noun_id)
    return "" if bound is None else registers[bound[0]][asked.data.row_of(*bound)].code


def _titles(store: Store) -> Mapping[str, str]:
    """Names of the persons of all accounts, by account name; account names by identifier."""
    accounts = store.accounts()
    return {one.code: one.title for one in accounts} | {str(one.id): one.code for one in accounts}


def show_trail(request: Request, asked: Current, store: Kept) -> TrailBody:
    """The head of the chain, and whether every event up to it holds, as the last walk found; begins one when it is due.

    A long walk goes on in the background, and the answer says how far it has come.
    """
    check: TrailCheck = request.app.state.trail
    known = check.check()
    walked = known.walked
    verdict = None if walked is None else walked.verdict
    broken = None if verdict is None else verdict.broken
    state = "walking" if verdict is None else "whole" if broken is None else "broken"
    titles = _titles(store)
    return TrailBody(
        count=known.count,
        state=state if known.fault is None else "unreadable",
        head=str(verdict.head) if verdict is not None and broken is None else "",
        walked_at=None if walked is None else walked.began,
        walked=0 if verdict is None else verdict.head.sequence,
        seconds=None if walked is None else round(walked.seconds, 3),
        walking=None if known.walking is None else known.walking.done,
        broken=None
        if broken is None
        else BrokenBody(
            code=broken.code,
            sequence=broken.sequence,
            sound=broken.sound,
            detail=asked.words.error(GridGISError(broken.code, **broken.fields)),
        ),
        fault="" if known.fault is None else asked.words.error(known.fault),
        actors=[ActorBody(name=name, title=titles.get(name, "")) for name in store.actors()],
        nouns=sorted(ACTION_OF_NOUN),
    )


def router() -> APIRouter:
    """The routes of the trail."""
    routes = APIRouter(tags=["审计 audit"])
    routes.add_api_route("/events", list_events, responses=problem_responses(401, 403, 409))
    routes.add_api_route("/trail", show_trail, responses=problem_responses(401, 403, 409))
    return routes
