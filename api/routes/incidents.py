"""Serve the dispatcher's desk: incidents, their steps, orders to teams, and how far these are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Query

from api.asked import Latitude, Longitude
from api.bodies.geometry import geometry_of
from api.bodies.incidents import (
    CalledStep,
    CasualtiesStep,
    ClosedStep,
    CompletedStep,
    CorrectedStep,
    IncidentDetail,
    IncidentList,
    IncidentStep,
    LevelStep,
    NatureStep,
    NewIncident,
    OrdersRequest,
    OtherStep,
    ProposalBody,
    RecallRequest,
    RecordStep,
    ReportedStep,
    TeamStep,
)
from api.bodies.orders import DialList, PositionAnswer, PositionRequest, ReceiptRequest
from api.bodies.place_file import PlaceFile, RouteBody, RouteList, position_body
from api.bodies.responses import ResponseBody
from api.desk.commanding import AtDesk, Desk
from api.desk.orders import dial_list, first_message
from api.desk.place_file import alarms_near, calls_from, enterprises_near, entrances_near, people_of, water_near
from api.desk.showing import incident_body, incident_detail
from api.errors import problem_responses
from api.questions import alarm_types
from api.routes.responses import as_seen
from gridgis.access import Action
from gridgis.dispatch.desk import (
    Wanted,
    commitments_state,
    give_orders,
    merge_incidents,
    open_incidents,
    take_call,
    take_step,
    take_team_step,
)
from gridgis.dispatch.incidents import Call, Case, Stamp, Status, Step
from gridgis.dispatch.incidents.calling import numbers_of
from gridgis.dispatch.incidents.closing import close, correct, note, reopen, take_command
from gridgis.dispatch.incidents.ordering import Milestone, begin_work, decline, reach_milestone, recall
from gridgis.dispatch.incidents.positions import Position
from gridgis.dispatch.incidents.receiving import add_call, complete, link, set_level, set_nature
from gridgis.dispatch.incidents.recording import Casualties, count_casualties, count_heads, note_delivery, note_report
from gridgis.dispatch.reach import Reach
from gridgis.dispatch.road_warnings import eta_from
from gridgis.dispatch.still_needed import propose_rest
from gridgis.errors import Conflict, InvalidValue, NotKnown
from gridgis.ports import OrderMessage

if TYPE_CHECKING:
    from geodata.store import UnitOfWork

OVER_SHOWN = timedelta(hours=24)
SAID: Mapping[str, Callable[[Case, str, Stamp], Case]] = MappingProxyType(
    {"noted": note, "command": take_command, "reopened": reopen}
)
IncidentId = Annotated[UUID, Path(alias="id")]
DispatchId = Annotated[UUID, Path(alias="id")]


def list_incidents(at: AtDesk) -> IncidentList:
    """Open incidents, the most urgent first, then those of the last day that are over."""
    seeing, now = at.seeing, at.asked.now
    with at.store.one_moment():
        found = at.store.incidents(since=now - OVER_SHOWN)
        cases = {case.incident.id: case for case in at.store.cases(found)}
    listed = [one for one in open_incidents(found) if one.status is Status.OPEN]
    over = sorted((one for one in found if one.status is Status.CLOSED), key=lambda one: one.received_at, reverse=True)
    seen = seeing.seen(cases[one.id] for one in (*listed, *over))
    return IncidentList(items=[incident_body(case, seeing, listed) for case in seen], now=now)


def list_my_orders(at: AtDesk) -> IncidentList:
    """Incidents with the orders of those teams whose milestones whoever asks may note: the team's own page."""
    seeing, now = at.seeing, at.asked.now
    with at.store.one_moment():
        cases = at.store.cases(at.store.incidents(since=now - OVER_SHOWN))
    mine = []
    for case in cases:
        own = {team.id for team in seeing.teams(case) if seeing.may_team(Action.DISPATCHES_ANSWER, team)}
        sent = tuple(one for one in case.dispatches if one.team_id in own and one.home_at is None)
        if sent:
            mine.append((case, {one.id for one in sent}))
    items = []
    for case, sent_ids in mine:
        body = incident_body(seeing.masked(case), seeing, ())
        items.append(body.model_copy(update={"teams": [one for one in body.teams if one.id in sent_ids]}))
    return IncidentList(items=items, now=now)


def show_incident(at: AtDesk, incident_id: IncidentId) -> IncidentDetail:
    """One incident with its log, and open ones that may be the same event."""
    case = at.store.case(incident_id)
    if not at.seeing.may(Action.ALARMS_READ, case):
        raise NotKnown("incident.unknown", value=str(incident_id))
    return _detail(at, case)


def open_incident(at: AtDesk, told: Annotated[NewIncident, Body()]) -> IncidentDetail:
    """Take a call: an incident is open from its first word; what is known may follow."""
    _check_known(at, told.known.changes())
    stamp = at.stamp(told.received_at)
    call = Call(told.call.id, "", told.id, stamp.happened_at, told.call.caller, told.call.phone, told.call.said)

    def run(work: UnitOfWork) -> Case:
        take_call(work, told.id, call, stamp, nature=told.nature)
        return take_step(work, told.id, lambda case: complete(case, told.known.changes(), stamp))

    return _detail(at, at.carry_out(Action.ALARMS_WRITE, told, run))


def step_incident(at: AtDesk, incident_id: IncidentId, told: Annotated[IncidentStep, Body()]) -> IncidentDetail:
    """Take one step of an incident; each is an entry of its log and an event of its own."""
    if isinstance(told, CompletedStep):
        _check_known(at, told.known.changes())
    stamp = at.stamp(None if isinstance(told, CorrectedStep) else told.happened_at)

    def run(work: UnitOfWork) -> Case:
        at.seeing.demand(Action.ALARMS_WRITE, work.case(incident_id))
        if isinstance(told, OtherStep):
            return _join(at, work, incident_id, told, stamp)
        return take_step(work, incident_id, lambda case: _stepped(case, told, stamp))

    return _detail(at, at.carry_out(Action.ALARMS_WRITE, told, run))


def _join(at: Desk, work: UnitOfWork, incident_id: UUID, told: OtherStep, stamp: Stamp) -> Case:
    other = work.case(told.other_id)
    at.seeing.demand(Action.ALARMS_WRITE, other)
    if told.step == "took_over":
        return merge_incidents(work, incident_id, told.other_id, stamp)
    return take_step(work, incident_id, lambda case: link(case, other, stamp))


def _stepped(case: Case, told: IncidentStep, stamp: Stamp) -> Case:
    match told:
        case CompletedStep():
            stepped = complete(case, told.known.changes(), stamp)
        case CalledStep():
            call = told.call
            made = Call(call.id, "", case.incident.id, stamp.happened_at, call.caller, call.phone, call.said)
            stepped = add_call(case, made, stamp)
        case LevelStep():
            stepped = set_level(case, told.level, told.why, stamp)
        case NatureStep():
            stepped = set_nature(case, told.nature, told.why, stamp)
        case ClosedStep():
            stepped = close(case, told.text, stamp, seen=told.seen)
        case OtherStep():
            raise AssertionError(told)
        case _:
            stepped = _recorded(case, told, stamp)
    return stepped


def _recorded(case: Case, told: RecordStep, stamp: Stamp) -> Case:
    match told:
        case CasualtiesStep():
            cost = Casualties(**told.model_dump(exclude={"step", "text", "happened_at"}))
            return count_casualties(case, cost, stamp, text=told.text)
        case ReportedStep():
            return note_report(case, told.report, told.to, stamp, text=told.text)
        case CorrectedStep():
            return correct(case, told.entry_id, told.text, stamp, happened_at=told.really_at)
    return SAID[told.step](case, told.text, stamp)


def propose_for_incident(at: AtDesk, incident_id: IncidentId) -> ProposalBody:
    """Who should go now, beside those that were sent: soonest, with reasons; nothing is written."""
    asked = at.asked
    with at.store.one_moment():
        case, out = at.store.case(incident_id), at.dispatches_out()
    at.seeing.demand(Action.ALARMS_PROPOSE, case)
    response = propose_rest(commitments_state(asked.state, out), case.incident.question(), asked.now, case.dispatches)
    if response is None:
        return ProposalBody(filled=True, proposal=None)
    told = as_seen(asked, response).to_json(asked.words.say)
    return ProposalBody(filled=False, proposal=ResponseBody.model_validate(told))


def show_routes(at: AtDesk, incident_id: IncidentId) -> RouteList:
    """The ways of the teams that were sent, by the roads as they are now, from where they were last seen if one may."""
    with at.store.one_moment():
        case = at.store.case(incident_id)
        positions = at.store.positions([one.id for one in case.dispatches])
    at.seeing.demand(Action.ALARMS_READ, case)
    if not at.seeing.may(Action.POSITIONS_READ, case):
        positions = {}
    place, teams = case.incident.place, at.asked.data.team_by_id
    out = [one for one in case.dispatches if one.team_id in teams and one.home_at is None]
    if place is None or not out:
        return RouteList(items=[])
    now, items = at.asked.now, []
    seen = {one.id: positions[one.id] for one in out if one.id in positions and one.on_scene_at is None}
    where = [
        teams[one.team_id].waiting_at(seen[one.id].lon, seen[one.id].lat)
        if one.id in seen and not seen[one.id].stale_at(now)
        else teams[one.team_id]
        for one in out
    ]
    reach = Reach(at.asked.state, where, place, now)
    for number, one in enumerate(out):
        team, route, position = where[number], reach.route(number), seen.get(one.id)
        fresh = position is not None and not position.stale_at(now)
        items.append(
            RouteBody(
                id=one.id,
                team_id=team.id,
                lon=team.lon,
                lat=team.lat,
                travel_s=reach.estimates[number].travel_s,
                route=None if route is None or route.geometry is None else geometry_of(route.geometry),
                eta_at=eta_from(at.asked.state, case, teams[one.team_id], position, now)
                if position is not None and fresh
                else None,
                position=None if position is None else position_body(position, now),
            )
        )
    return RouteList(items=items)


def show_place_file(
    at: AtDesk,
    lon: Longitude,
    lat: Latitude,
    enterprise: Annotated[UUID | None, Query(description="该处的企业 / the enterprise there")] = None,
    phone: Annotated[str, Query(max_length=40, description="来电号码 / the caller's number")] = "",
) -> PlaceFile:
    """The file of a place: people with telephones, enterprises, past alarms, water; earlier calls from a number."""
    place = (lon, lat)
    return PlaceFile(
        people=people_of(at.asked, place),
        enterprises=enterprises_near(at.asked, place, enterprise),
        entrances=entrances_near(at.asked, at.store, place),
        alarms=alarms_near(at.asked, place),
        water=water_near(at.asked, place),
        calls=calls_from(at.store, phone) if phone.strip() else [],
    )


def order_teams(at: AtDesk, incident_id: IncidentId, told: Annotated[OrdersRequest, Body()]) -> IncidentDetail:
    """Send teams and ask services, all of them or none; a team that somebody else took meanwhile is told by name."""
    stamp = at.stamp(told.happened_at)
    wanted = [
        Wanted(one.id, one.team_id, one.task, one.people, one.safe_distance_m, one.override) for one in told.orders
    ]

    def run(work: UnitOfWork) -> Case:
        at.seeing.demand(Action.DISPATCHES_WRITE, work.case(incident_id))
        return give_orders(work, at.asked.state, incident_id, wanted, stamp)

    case = at.carry_out(Action.DISPATCHES_WRITE, told, run)
    at.messenger.send(_messages(at, case, {one.id for one in told.orders}))
    return _detail(at, case)


def _messages(at: Desk, case: Case, ordered: AbstractSet[UUID]) -> list[OrderMessage]:
    """The orders in words, for those to whom none was sent before."""
    told = {entry.facts.get("dispatch") for entry in case.log if entry.step is Step.NOTIFIED}
    known, readiness = at.asked.data.team_by_id, at.asked.state.readiness
    return [
        first_message(
            case,
            one,
            known[one.team_id],
            numbers_of(known[one.team_id], readiness, at.asked.now),
            at.asked.words,
            channels=at.messenger.channels,
        )
        for one in case.dispatches
        if one.id in ordered and str(one.id) not in told and one.team_id in known
    ]


def step_team(at: AtDesk, dispatch_id: DispatchId, told: Annotated[TeamStep, Body()]) -> IncidentDetail:
    """Note how far a team is, by the desk or by the team itself; earlier moments may be noted later."""
    stamp = at.stamp(told.happened_at)

    def run(work: UnitOfWork) -> Case:
        team = at.asked.data.team(work.case_of_dispatch(dispatch_id).dispatch(dispatch_id).team_id)
        at.seeing.demand_team(Action.DISPATCHES_ANSWER, team)
        return take_team_step(work, dispatch_id, lambda case: _team_stepped(case, dispatch_id, told, stamp, team.name))

    return _detail(at, at.carry_out(Action.ALARMS_READ, told, run))


def _team_stepped(case: Case, dispatch_id: UUID, told: TeamStep, stamp: Stamp, team: str) -> Case:
    if told.step == "working":
        return begin_work(case, dispatch_id, stamp, team=team)
    if told.step == "accounted":
        people = case.dispatch(dispatch_id).people if told.people is None else told.people
        return count_heads(case, dispatch_id, people, stamp, team=team)
    if told.step == "declined":
        return decline(case, dispatch_id, told.why, stamp, team=team)
    return reach_milestone(
        case,
        dispatch_id,
        Milestone(told.step),
        stamp,
        answered_by=told.answered_by,
        reference=told.reference,
        team=team,
    )


def recall_team(at: AtDesk, dispatch_id: DispatchId, told: Annotated[RecallRequest, Body()]) -> IncidentDetail:
    """Call a team back, with a reason."""
    stamp = at.stamp(told.happened_at)

    def run(work: UnitOfWork) -> Case:
        case = work.case_of_dispatch(dispatch_id)
        at.seeing.demand(Action.DISPATCHES_WRITE, case)
        team = at.asked.data.team(case.dispatch(dispatch_id).team_id)
        return take_team_step(
            work, dispatch_id, lambda held: recall(held, dispatch_id, told.why, stamp, team=team.name)
        )

    return _detail(at, at.carry_out(Action.DISPATCHES_WRITE, told, run))


def show_dial_list(at: AtDesk, incident_id: IncidentId) -> DialList:
    """Whom to dial for each order of an incident, in order, and what became of every attempt: to be printed."""
    case = at.store.case(incident_id)
    at.seeing.demand(Action.ALARMS_READ, case)
    return dial_list(at.asked, case, at.asked.now)


def receive_receipt(at: AtDesk, dispatch_id: DispatchId, told: Annotated[ReceiptRequest, Body()]) -> DialList:
    """Note what a gateway says became of an order: that it reached somebody, was answered, or did not."""
    stamp = at.stamp(None)

    def run(work: UnitOfWork) -> Case:
        team = at.asked.data.team(work.case_of_dispatch(dispatch_id).dispatch(dispatch_id).team_id)
        at.seeing.demand_team(Action.DISPATCHES_ANSWER, team)
        said = {"team": team.name, "channel": told.channel, "state": told.state}
        return take_team_step(
            work,
            dispatch_id,
            lambda case: note_delivery(case, dispatch_id, stamp, **said, person=told.person, place=told.place),
        )

    return dial_list(at.asked, at.carry_out(Action.ALARMS_READ, told, run), at.asked.now)


def keep_position(at: AtDesk, dispatch_id: DispatchId, told: Annotated[PositionRequest, Body()]) -> PositionAnswer:
    """Keep where a team under way is, instead of where it was; from a telephone's own page, while it is under way."""
    stamp = at.stamp(told.taken_at)
    with at.store.one_moment():
        case = at.store.case_of_dispatch(dispatch_id)
        before = at.store.positions([dispatch_id]).get(dispatch_id)
    sent = case.dispatch(dispatch_id)
    team = at.asked.data.team(sent.team_id)
    at.seeing.demand_team(Action.DISPATCHES_ANSWER, team)
    if sent.on_scene_at is not None or sent.released_at is not None:
        raise Conflict("dispatch.over", milestone="on_scene")
    seen = Position(dispatch_id, told.lon, told.lat, stamp.happened_at, told.accuracy_m)
    if before is None or before.taken_at < seen.taken_at:
        with at.store.unit_of_work(actor=at.who.name, now=at.asked.now) as work:
            work.put_positions([seen])
            work.commit()
    eta = eta_from(at.asked.state, case, team, seen, at.asked.now)
    return PositionAnswer(taken_at=seen.taken_at, eta_at=eta)


def _check_known(at: Desk, known: dict[str, object]) -> None:
    """Refuse an alarm type that nobody knows, and half a place.

    Raises:
        InvalidValue: ``alarm.type_unknown``, ``incident.half_place``.
        NotKnown: ``enterprise.unknown``.
    """
    kinds = alarm_types(at.asked.state)
    alarm_type = known.get("type")
    if alarm_type and alarm_type not in kinds:
        raise InvalidValue("alarm.type_unknown", value=alarm_type, known=", ".join(kinds))
    if ("lon" in known) != ("lat" in known) or (known.get("lon") is None) != (known.get("lat") is None):
        raise InvalidValue("incident.half_place")
    enterprise = known.get("enterprise_id")
    if isinstance(enterprise, UUID):
        at.asked.data.enterprise(enterprise)


def _detail(at: Desk, case: Case) -> IncidentDetail:
    seeing = at.seeing
    return incident_detail(seeing.masked(case), seeing, at.store.incidents())


def router() -> APIRouter:
    """The routes of the desk."""
    routes = APIRouter(tags=["指挥 desk"])
    refusals = problem_responses(400, 404, 409, 413)
    routes.add_api_route("/incidents", list_incidents, responses=problem_responses(409))
    routes.add_api_route("/incidents", open_incident, methods=["POST"], responses=refusals)
    routes.add_api_route("/my-orders", list_my_orders, responses=problem_responses(409))
    routes.add_api_route("/incidents/{id}", show_incident, responses=problem_responses(404, 409))
    routes.add_api_route("/incidents/{id}/steps", step_incident, methods=["POST"], responses=refusals)
    routes.add_api_route("/incidents/{id}/proposal", propose_for_incident, responses=problem_responses(404, 409))
    routes.add_api_route("/incidents/{id}/routes", show_routes, responses=problem_responses(404, 409))
    routes.add_api_route("/place-file", show_place_file, responses=problem_responses(409))
    routes.add_api_route("/incidents/{id}/orders", order_teams, methods=["POST"], responses=refusals)
    routes.add_api_route("/dispatches/{id}/steps", step_team, methods=["POST"], responses=refusals)
    routes.add_api_route("/incidents/{id}/dial-list", show_dial_list, responses=problem_responses(404, 409))
    routes.add_api_route("/dispatches/{id}/receipts", receive_receipt, methods=["POST"], responses=refusals)
    routes.add_api_route("/dispatches/{id}/position", keep_position, methods=["POST"], responses=refusals)
    routes.add_api_route("/dispatches/{id}/recall", recall_team, methods=["POST"], responses=refusals)
    return routes
