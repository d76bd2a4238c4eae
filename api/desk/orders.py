"""Say an order in words, and whom to call with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from api.asked import Asked
from api.bodies.orders import DialBody, DialList, DialNumber, NoticeBody
from api.bodies.run_cards import team_name
from gridgis.access import MASKS, Action
from gridgis.dispatch.alarms import Dispatch
from gridgis.dispatch.incidents import Case
from gridgis.dispatch.incidents.calling import Attempt, Number, notices, numbers_of
from gridgis.dispatch.reasons import word
from gridgis.dispatch.teams import Team
from gridgis.ports import OrderMessage
from maps.words import Words


def order_text(case: Case, dispatch: Dispatch, words: Words) -> str:
    """What is said of an order."""
    incident = case.incident
    return words.text(
        "order.text",
        code=incident.code,
        place=incident.address or f"{incident.lon}, {incident.lat}",
        type=word("alarm_type", incident.type, words.say),
        task=word("task", dispatch.task, words.say),
        people=dispatch.people,
    )


def order_message(case: Case, dispatch: Dispatch, team: Team, attempt: Attempt, words: Words) -> OrderMessage:
    """An order as one attempt brings it."""
    return OrderMessage(
        dispatch.id,
        team.name,
        attempt.number.phone,
        order_text(case, dispatch, words),
        person=attempt.number.name,
        place=attempt.place,
        channel=attempt.channel,
    )


def first_message(
    case: Case, dispatch: Dispatch, team: Team, numbers: Sequence[Number], words: Words, *, channels: Sequence[str]
) -> OrderMessage:
    """An order as it goes out first; without a number it fails, and somebody has to dial."""
    number = numbers[0] if numbers else Number(team.leader or team.name, "")
    return order_message(case, dispatch, team, Attempt(1, number, channels[0] if channels else ""), words)


def dial_list(asked: Asked, case: Case, now: datetime) -> DialList:
    """Whom to dial for each order that nobody answered, and for those that somebody did, what is known of it."""
    items = []
    for one in case.dispatches:
        team = asked.data.team_by_id.get(one.team_id)
        if team is None:
            continue
        full = asked.sight.may(Action.TEAMS_CONTACT, "team", team.id)
        hide = MASKS["team"]["phone"].hide
        numbers = numbers_of(team, asked.state.readiness, now)
        noted = [
            NoticeBody(
                at=each.recorded_at.astimezone(UTC),
                person=each.text,
                channel=each.facts.get("channel", ""),
                state=each.facts.get("state", ""),
                place=each.facts.get("place", 1),
            )
            for each in notices(case, one.id)
        ]
        items.append(
            DialBody(
                dispatch_id=one.id,
                team=team_name(team),
                text=order_text(case, one, asked.words),
                dispatched_at=one.dispatched_at.astimezone(UTC),
                acknowledged_at=None if one.acknowledged_at is None else one.acknowledged_at.astimezone(UTC),
                answered_by=one.answered_by,
                reference=one.reference,
                numbers=[
                    DialNumber(name=each.name, phone=each.phone if full else hide(each.phone)) for each in numbers
                ],
                notices=noted,
            )
        )
    return DialList(incident=case.incident.code, items=items)
