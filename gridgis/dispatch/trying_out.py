"""Try a run card out on past alarms before it is used: who else would have gone, and how much sooner or later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from gridgis.dispatch.alarms import Alarm, AlarmNature
from gridgis.dispatch.choice import choose
from gridgis.dispatch.place import cells_of
from gridgis.dispatch.run_cards import RunCard, RunCards
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Team
from gridgis.errors import GridGISError

MOST_TRIED = 300


@dataclass(frozen=True, slots=True)
class Sent:
    """Who a card sends to one alarm.

    Attributes:
        teams: Own, requested and invited teams, in the order of codes.
        first_s: Seconds until the first own team is there, None where none is sent or no time is known.
        all_s: Seconds until all own teams are.
        people: People of own teams.
        short: Lines that lack teams, people or kit.
    """

    teams: tuple[Team, ...]
    first_s: float | None
    all_s: float | None
    people: int
    short: int


@dataclass(frozen=True, slots=True)
class Tried:
    """One past alarm under the card in force then and under the one that is tried.

    Attributes:
        alarm: The alarm.
        before: By the card in force then, None where there was none.
        after: By the card that is tried, None where it can't be answered.
        refused: Code of the error for one that can't be answered, empty otherwise.
    """

    alarm: Alarm
    before: Sent | None
    after: Sent | None
    refused: str = ""

    @property
    def more(self) -> tuple[Team, ...]:
        """Teams that only the new card sends."""
        held = set() if self.before is None else {team.id for team in self.before.teams}
        return () if self.after is None else tuple(team for team in self.after.teams if team.id not in held)

    @property
    def fewer(self) -> tuple[Team, ...]:
        """Teams that only the old card sent."""
        held = set() if self.after is None else {team.id for team in self.after.teams}
        return () if self.before is None else tuple(team for team in self.before.teams if team.id not in held)

    @property
    def differs(self) -> bool:
        """Whether anybody else would go."""
        return bool(self.more or self.fewer)


def try_out(state: DistrictState, card: RunCard, alarms: Iterable[Alarm]) -> tuple[Tried, ...]:
    """Answer past real alarms of a card's type and level by the card of then and by this one, teams as busy as then.

    Args:
        state: The district.
        card: The card to be tried.
        alarms: Past alarms; others than those of its type and level are left out. The newest `MOST_TRIED` are taken.
    """
    fitting = [
        one for one in alarms if one.nature is AlarmNature.REAL and (one.type, one.level) == (card.type, card.level)
    ]
    newest = sorted(fitting, key=lambda one: (one.reported_at, one.code))[-MOST_TRIED:]
    return tuple(_tried(state, card, alarm) for alarm in newest)


def _tried(state: DistrictState, card: RunCard, alarm: Alarm) -> Tried:
    then = replace(state, dispatches=tuple(one for one in state.dispatches if one.alarm_id != alarm.id)).after(state)
    try:
        before = sent_by(then, then.run_cards.find(alarm.type, alarm.level, alarm.reported_at), alarm)
    except GridGISError:
        before = None
    try:
        return Tried(alarm, before, sent_by(then, card, alarm))
    except GridGISError as error:
        return Tried(alarm, before, None, error.code)


def sent_by(state: DistrictState, card: RunCard, alarm: Alarm) -> Sent:
    """Who a card sends to an alarm at the moment it was reported.

    Raises:
        InvalidValue: ``place.coordinates``, ``place.outside_district``.
    """
    when = alarm.reported_at
    codes = frozenset(cell.code for cell in cells_of(state, alarm, when))
    tried = replace(state, run_cards=RunCards.of([card])).after(state)
    choice = choose(tried, card, (alarm.lon, alarm.lat), when, codes)
    going = sorted(choice.line_of)
    own = [number for number in going if choice.teams[number].command is Command.OWN]
    times = [eta for number in own if (eta := choice.estimate(number).eta_s) is not None]
    lacking = 0
    for line, sent in zip(choice.lines, choice.sent, strict=True):
        people = sum(choice.teams[number].people for number in sent)
        lacking += len(sent) < line.need.teams or people < line.need.people
    return Sent(
        tuple(choice.teams[number] for number in going),
        min(times, default=None),
        max(times, default=None),
        sum(choice.teams[number].people for number in own),
        lacking,
    )
