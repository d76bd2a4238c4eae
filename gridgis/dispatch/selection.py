"""Choose the teams for an alarm and explain the choice: who goes, who was passed over and why, what is short."""

from __future__ import annotations

from datetime import datetime

from gridgis.dispatch.alarms import Alarm
from gridgis.dispatch.choice import Choice, choose
from gridgis.dispatch.explanation import Explainer
from gridgis.dispatch.place import cells_of, with_officers
from gridgis.dispatch.reach import Ground, by_arrival
from gridgis.dispatch.response import ChosenTeam, NextBest, PassedOver, Response, Shortfall
from gridgis.dispatch.state import DistrictState
from gridgis.errors import InvalidValue

NEXT_BEST_SHOWN = 3


def choose_response(district: DistrictState, alarm: Alarm, when: datetime | None = None) -> Response:
    """Choose who is sent to an alarm, who is asked, and say why these and not others.

    The rules, in words, stand in docs/explanation/choice.md. In short: each line of the run card is open to free teams
    of its tier, command and capability; the alarm's own village team (and a local line's own town team) goes at once;
    otherwise the soonest go, over all lines together; a team serves one line; whoever can't be there by road is
    proposed only when nobody else is left.

    Args:
        district: The district as it stands.
        alarm: The alarm; its place is lon/lat.
        when: The moment of the order, aware; the alarm's own moment by default. It decides turnout, shifts, who is
            busy, and which plan is in force.

    Raises:
        InvalidValue: ``time.naive``, ``place.coordinates``, ``place.outside_district`` (with the nearest town).
        NotKnown: ``run_card.unknown``.
    """
    moment = alarm.reported_at if when is None else when
    if moment.utcoffset() is None:
        raise InvalidValue("time.naive", value=moment.isoformat())
    card = district.run_cards.find(alarm.type, alarm.level, moment)
    cells = cells_of(district, alarm, moment)
    choice = choose(district, card, (alarm.lon, alarm.lat), moment, frozenset(cell.code for cell in cells))
    explain = Explainer(district, choice)
    return Response(
        alarm=alarm,
        when=moment,
        card=card,
        cells=with_officers(district, cells, moment),
        chosen=_chosen(choice, explain),
        passed_over=_passed_over(choice, explain),
        shortfalls=_shortfalls(choice, explain),
        next_best=_next_best(choice, explain),
    )


def _chosen(choice: Choice, explain: Explainer) -> tuple[ChosenTeam, ...]:
    chosen = []
    for position, line in enumerate(choice.lines):
        in_order = sorted(choice.sent[position], key=choice.arrivals.__getitem__)
        chosen += [
            ChosenTeam(
                team=choice.teams[team],
                need=line.need,
                estimate=choice.estimate(team),
                late_s=choice.reach.late_s(team),
                reasons=explain.chosen(team, rank),
                rank=rank,
                home=team in line.first,
                fallback=team in line.fallback,
                route=choice.reach.route(team),
            )
            for rank, team in enumerate(in_order, start=1)
        ]
    return tuple(sorted(chosen, key=lambda sent: by_arrival(sent.estimate, sent.team.code)))


def _passed_over(choice: Choice, explain: Explainer) -> tuple[PassedOver, ...]:
    passed = [number for number in range(len(choice.teams)) if number not in choice.line_of]
    return tuple(
        PassedOver(choice.teams[number], choice.estimate(number), explain.passed_over(number))
        for number in sorted(passed, key=choice.arrivals.__getitem__)
    )


def _shortfalls(choice: Choice, explain: Explainer) -> tuple[Shortfall, ...]:
    return tuple(
        Shortfall(line.need, *short)
        for position, line in enumerate(choice.lines)
        if (short := explain.shortfall(position)) is not None
    )


def _next_best(choice: Choice, explain: Explainer) -> tuple[NextBest, ...]:
    """The first few free teams of each line that are not sent anywhere and can be there."""
    found = []
    for position, line in enumerate(choice.lines):
        left = [
            team
            for team in explain.candidates(position)
            if team not in choice.line_of and choice.estimate(team).ground in {Ground.ROAD, Ground.STRAIGHT}
        ]
        found += [
            NextBest(choice.teams[team], line.need, choice.estimate(team), place)
            for place, team in enumerate(left[:NEXT_BEST_SHOWN], start=1)
        ]
    return tuple(found)
