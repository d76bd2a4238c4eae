"""Serve versions of run cards; try a new one on past alarms, and put it in force from a moment."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Body, Query

from api.asked import Current
from api.bodies.run_cards import (
    SentByCard,
    TryBody,
    TryRequest,
    VersionBody,
    VersionList,
    VersionRequest,
    tried_body,
    version_body,
)
from api.desk.commanding import AtDesk
from api.errors import problem_responses
from api.moments import local_day
from api.questions import alarm_types
from gridgis.access import Action
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.run_cards import RunCard
from gridgis.dispatch.trying_out import try_out
from gridgis.errors import InvalidValue

if TYPE_CHECKING:
    from geodata.store import UnitOfWork


def list_versions(
    asked: Current,
    alarm_type: Annotated[str, Query(alias="type", min_length=1, max_length=40, description="警情类型 / alarm type")],
    level: Annotated[ResponseLevel, Query(description="响应等级 / response level")],
) -> VersionList:
    """Versions of a card, the newest first; none while it was never edited."""
    held = asked.state.run_cards.history(alarm_type, level)
    past = [one for one in held if one.effective_from <= asked.now]
    newest = max(past, key=lambda one: (one.effective_from, one.number), default=None)
    items = [version_body(one, in_force=one is newest) for one in reversed(held)]
    return VersionList(items=items, total=len(items))


def add_version(at: AtDesk, told: Annotated[VersionRequest, Body()]) -> VersionBody:
    """Put a card in force from now on, or from a moment to come; what was before stays and answers what was before."""
    card = _card(at.asked, told)
    since = told.effective_from or at.asked.now

    def run(work: UnitOfWork) -> dict[str, str]:
        return {"id": str(work.put_run_card_version(card, effective_from=since, reason=told.reason).id)}

    made = at.do(Action.RUN_CARDS_WRITE, told, run)
    at.asked.served.reach(at.store.version())
    held = at.store.run_cards().history(told.type, told.level)
    version = next(one for one in held if str(one.id) == made["id"])
    return version_body(version, in_force=version.effective_from <= at.asked.now)


def try_card(asked: Current, told: Annotated[TryRequest, Body()]) -> TryBody:
    """What a card would have done to past alarms of its type and level: other teams, other times; nothing is kept."""
    card = _card(asked, told)
    alarms = [
        one
        for one in asked.sight.chosen("alarm", asked.state.alarms)
        if (told.from_day is None or told.from_day <= local_day(one.reported_at))
        and (told.to_day is None or local_day(one.reported_at) <= told.to_day)
    ]
    tried = try_out(asked.state, card, alarms)
    items = [tried_body(one, address=one.alarm.address) for one in tried]
    items.sort(key=lambda one: (not (one.more or one.fewer), one.code))
    before = [one.before for one in items if one.before is not None]
    after = [one.after for one in items if one.after is not None]
    return TryBody(
        items=items,
        total=len(items),
        differing=sum(one.differs for one in tried),
        people_before=sum(one.people for one in before),
        people_after=sum(one.people for one in after),
        median_first_before_s=_median_first(before),
        median_first_after_s=_median_first(after),
    )


def _median_first(sent: list[SentByCard]) -> float | None:
    times = [one.first_s for one in sent if one.first_s is not None]
    return median(times) if times else None


def _card(asked: Current, told: TryRequest | VersionRequest) -> RunCard:
    """The card that is told.

    Raises:
        InvalidValue: ``alarm.type_unknown`` for a type that nobody knows, and what `RunCard` refuses.
    """
    known = alarm_types(asked.state)
    if told.type not in known:
        raise InvalidValue("alarm.type_unknown", value=told.type, known=", ".join(known))
    return told.card(asked.state.district.code)


def router() -> APIRouter:
    """The routes of run cards that people edit."""
    routes = APIRouter(tags=["预案 run cards"])
    routes.add_api_route("/run-cards/versions", list_versions, responses=problem_responses())
    changing = problem_responses(400, 409, 413)
    routes.add_api_route("/run-cards/versions", add_version, methods=["POST"], responses=changing)
    routes.add_api_route("/run-cards/try", try_card, methods=["POST"], responses=changing)
    return routes
