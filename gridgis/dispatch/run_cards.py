"""Keep the run cards (预案 / 等级出动方案): what each alarm type and level calls for, and with which task."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

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
class RunCards:
    """All run cards of a district, found by type and level."""

    cards: tuple[RunCard, ...] = ()
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

    def find(self, alarm_type: str, level: ResponseLevel) -> RunCard:
        """The card for a type and level.

        Raises:
            NotKnown: ``run_card.unknown`` with the ``known`` types, or ``run_card.level_unknown`` with the ``known``
                levels of a type that has cards, only not at that level.
        """
        card = self._found.get((alarm_type, level))
        if card is not None:
            return card
        levels = [known.value for known in ResponseLevel if (alarm_type, known) in self._found]
        if levels:
            raise NotKnown("run_card.level_unknown", type=alarm_type, level=level.value, known=", ".join(levels))
        known_types = ", ".join(sorted(self.types)) or "-"
        raise NotKnown("run_card.unknown", type=alarm_type, level=level.value, known=known_types)
