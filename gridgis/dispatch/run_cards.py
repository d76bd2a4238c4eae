"""Keep the run cards (预案 / 等级出动方案): what each alarm type and level calls for, and with which task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.teams import Command, Tier
from gridgis.errors import InvalidValue, NotKnown


class Task(StrEnum):
    """What a team is sent to do; part of the order."""

    RESCUE = "rescue"  # 救援处置
    CORDON = "cordon"  # 警戒疏散
    GUIDE = "guide"  # 引导接应
    STAND_BY = "stand_by"  # 集结待命
    DO_NOT_ENTER = "do_not_enter"  # 不得进入,在安全距离外


NO_UNTRAINED_RESCUE = frozenset({"hazmat", "gas", "confined_space"})
UNTRAINED_TIERS = frozenset({Tier.VILLAGE, Tier.VOLUNTEER})


@dataclass(frozen=True, slots=True)
class Need:
    """One line of a run card: so many teams of a tier or with a capability, for a task.

    Attributes:
        code: Number of the line on its card, from 1.
        tier: Tier wanted, None for any.
        capability: Capability wanted, empty for any.
        command: Own, requested or invited teams.
        teams: Teams wanted, at least 1.
        people: People wanted in all, 0 for no matter how many.
        task: What they are sent to do.
        safe_distance_m: Distance to keep, 0 for none.
        fallback: Capability that serves when nobody with the wanted one can come, empty for none.
        local: Whether the team of the alarm's own cell goes whatever its rank in time.
        kit: What has to come with them in all: kind and quantity.
    """

    code: int
    tier: Tier | None
    capability: str
    command: Command = Command.OWN
    teams: int = 1
    people: int = 0
    task: Task = Task.RESCUE
    safe_distance_m: int = 0
    fallback: str = ""
    local: bool = False
    kit: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class RunCard:
    """What an alarm of a type at a level calls for.

    Raises:
        InvalidValue: ``run_card.empty``; ``run_card.untrained_rescue`` when a chemical, gas or confined-space card
            gives a village or volunteer team the task ``rescue`` (untrained rescuers are who die there);
            ``run_card.need_open`` when a line names neither tier nor capability.
    """

    id: UUID
    type: str
    level: ResponseLevel
    needs: tuple[Need, ...]
    name: str = ""

    def __post_init__(self) -> None:
        if not self.needs:
            raise InvalidValue("run_card.empty", type=self.type, level=self.level.value)
        for need in self.needs:
            where = {"type": self.type, "level": self.level.value, "line": need.code}
            if need.tier is None and not need.capability:
                raise InvalidValue("run_card.need_open", **where)
            untrained = need.tier in UNTRAINED_TIERS or need.command is Command.INVITE
            if untrained and need.task is Task.RESCUE and self.type in NO_UNTRAINED_RESCUE:
                raise InvalidValue("run_card.untrained_rescue", **where, tier=need.tier or "")


@dataclass(frozen=True, slots=True)
class RunCardVersion:
    """One version of a run card; never changed, followed by another one.

    Attributes:
        id: Stable identifier.
        code: Type, level and number: ``fire/II/3``.
        number: Which one of its type and level, from 1.
        card: What it calls for.
        effective_from: From when, aware.
        made_at: When it was made, aware.
        made_by: Name of the account.
        reason: Why.
    """

    id: UUID
    code: str
    number: int
    card: RunCard
    effective_from: datetime
    made_at: datetime
    made_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class RunCards:
    """All run cards of a district, found by type and level.

    Attributes:
        cards: The cards as they were last put.
        versions: Their versions, where people have edited them; those of the past stay.
    """

    cards: tuple[RunCard, ...] = ()
    versions: tuple[RunCardVersion, ...] = ()
    _found: Mapping[tuple[str, ResponseLevel], RunCard] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_found", {(card.type, card.level): card for card in self.cards})

    @classmethod
    def of(cls, cards: Iterable[RunCard]) -> RunCards:
        """All run cards of an iterable."""
        return cls(tuple(cards))

    @property
    def types(self) -> frozenset[str]:
        """Alarm types that have a card."""
        return frozenset(card.type for card in self.cards)

    def at(self, when: datetime) -> RunCards:
        """The cards in force at a moment; a card without versions always is."""
        if not self.versions:
            return self
        versioned = {(one.card.type, one.card.level) for one in self.versions}
        found = {(card.type, card.level): card for card in self.cards if (card.type, card.level) not in versioned}
        for one in sorted(self.versions, key=lambda one: (one.effective_from, one.number)):
            if one.effective_from <= when:
                found[one.card.type, one.card.level] = one.card
        return RunCards(tuple(found.values()))

    def find(self, alarm_type: str, level: ResponseLevel, when: datetime | None = None) -> RunCard:
        """The card for a type and level.

        Args:
            alarm_type: Code of the alarm type.
            level: Response level.
            when: The moment at which it is to be in force; as it was last put by default.

        Raises:
            NotKnown: ``run_card.unknown`` with the ``known`` types, or ``run_card.level_unknown`` with the ``known``
                levels of a type that has cards, only not at that level.
        """
        if when is not None and self.versions:
            return self.at(when).find(alarm_type, level)
        card = self._found.get((alarm_type, level))
        if card is not None:
            return card
        levels = [known.value for known in ResponseLevel if (alarm_type, known) in self._found]
        if levels:
            raise NotKnown("run_card.level_unknown", type=alarm_type, level=level.value, known=", ".join(levels))
        known_types = ", ".join(sorted(self.types)) or "-"
        raise NotKnown("run_card.unknown", type=alarm_type, level=level.value, known=known_types)

    def instead(self, card: RunCard) -> RunCards:
        """These cards with another one of its type and level, at every moment: to try it out."""
        key = card.type, card.level
        return RunCards(
            (*(one for one in self.cards if (one.type, one.level) != key), card),
            tuple(one for one in self.versions if (one.card.type, one.card.level) != key),
        )

    def history(self, alarm_type: str, level: ResponseLevel) -> tuple[RunCardVersion, ...]:
        """The versions of a card, the first one first."""
        wanted = [one for one in self.versions if (one.card.type, one.card.level) == (alarm_type, level)]
        return tuple(sorted(wanted, key=lambda one: one.number))


SINCE_EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""From when a card is in force that was there before people edited it."""


def next_versions(
    held: RunCards, card: RunCard, *, effective_from: datetime, made_at: datetime, made_by: str, reason: str
) -> tuple[RunCardVersion, ...]:
    """What is to be added so that a card is in force from a moment on: its version, before it that of the card so far.

    Args:
        held: The cards and versions that there are.
        card: The new one.
        effective_from: From when, aware; the past is not rewritten.
        made_at: Now, aware.
        made_by: Name of the account.
        reason: Why; an import says its own.

    Raises:
        InvalidValue: ``run_card.reason`` without one; ``run_card.in_past`` for a moment before now;
            ``run_card.same`` when nothing would change.
    """
    if not reason.strip():
        raise InvalidValue("run_card.reason")
    if effective_from < made_at:
        raise InvalidValue("run_card.in_past", value=effective_from.isoformat(), now=made_at.isoformat())
    history = held.history(card.type, card.level)
    before = held.at(effective_from)._found.get((card.type, card.level))  # noqa: SLF001  of its own class
    if before is not None and (before.needs, before.name) == (card.needs, card.name):
        raise InvalidValue("run_card.same", type=card.type, level=card.level.value)
    first: tuple[RunCardVersion, ...] = ()
    if not history and before is not None:
        first = (_version(before, 1, SINCE_EVER, (made_at, made_by, "")),)
    made = replace(card, id=before.id if before is not None else card.id)
    number = len(history) + len(first) + 1
    return (*first, _version(made, number, effective_from, (made_at, made_by, reason.strip())))


def _version(card: RunCard, number: int, effective_from: datetime, made: tuple[datetime, str, str]) -> RunCardVersion:
    id_ = uuid5(card.id, f"version/{number}")
    code = f"{card.type}/{card.level.value}/{number}"
    return RunCardVersion(id_, code, number, card, effective_from, *made)
