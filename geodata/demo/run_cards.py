"""Write the demo's run cards: who goes for each type of alarm at each level, and with which task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from geodata.demo.jiangyan import DISTRICT_CODE
from geodata.vocabulary import ALARM_TYPES as TYPE_WORDS
from geodata.vocabulary import LEVELS
from gridgis.codes import record_id
from gridgis.dispatch.alarms import ALARM_TYPES, ResponseLevel
from gridgis.dispatch.run_cards import NO_UNTRAINED_RESCUE, Need, RunCard, RunCards, Task
from gridgis.dispatch.teams import Command, Tier

_RISING = (ResponseLevel.IV, ResponseLevel.III, ResponseLevel.II, ResponseLevel.I)
_MEDICAL = ("medical", "first_aid")


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an alarm type calls for.

    Attributes:
        squads: Capabilities of the squads, the main one first, each with its fallback.
        services: Capabilities of requested services at every level.
        village: Task of the village team.
        town_at_once: Whether the town team goes at the lowest level too.
        keep_m: Distance that the untrained keep, 0 for none.
        volunteers: Capability in which volunteers help.
    """

    squads: tuple[tuple[str, str], ...]
    services: tuple[str, ...] = ()
    village: Task = Task.CORDON
    town_at_once: bool = False
    keep_m: int = 0
    volunteers: str = "evacuate"


_KINDS: Mapping[str, _Kind] = MappingProxyType(
    {
        "fire": _Kind((("fire", ""), ("electric", "")), ("fire",), town_at_once=True),
        "hazmat": _Kind((("hazmat", ""), _MEDICAL), ("fire", "medical"), Task.DO_NOT_ENTER, keep_m=500),
        "gas": _Kind((("gas", ""), _MEDICAL), ("gas", "fire"), Task.DO_NOT_ENTER, keep_m=200),
        "flood": _Kind(
            (("flood", "water_rescue"), ("water_rescue", "flood")),
            village=Task.RESCUE,
            town_at_once=True,
            volunteers="flood",
        ),
        "collapse": _Kind((("collapse", ""), _MEDICAL), ("fire", "medical"), keep_m=50),
        "traffic": _Kind((("traffic", ""), _MEDICAL), ("police", "medical"), Task.GUIDE, volunteers="traffic"),
        "confined_space": _Kind((("confined_space", ""), _MEDICAL), ("fire", "medical"), Task.DO_NOT_ENTER, keep_m=30),
        "work_injury": _Kind((_MEDICAL, ("collapse", "")), ("medical",), Task.GUIDE, volunteers="first_aid"),
        "special_equipment": _Kind((("special_equipment", ""), _MEDICAL), ("medical",)),
        "other": _Kind((("electric", ""), ("flood", "water_rescue")), ("police",), Task.GUIDE),
    }
)


def make_run_cards() -> RunCards:
    """A card for every type at every level."""
    return RunCards.of(_card(alarm_type, level) for alarm_type in ALARM_TYPES for level in reversed(_RISING))


def _card(alarm_type: str, level: ResponseLevel) -> RunCard:
    wanted = enumerate(_needs(alarm_type, _RISING.index(level)), start=1)
    name = f"{TYPE_WORDS.words[alarm_type][0]}{LEVELS.words[level.value][0]}响应出动方案(演示)"
    return RunCard(
        id=record_id(DISTRICT_CODE, "run_card", f"{alarm_type}/{level.value}"),
        type=alarm_type,
        level=level,
        needs=tuple(replace(need, code=line) for line, need in wanted),
        name=name,
    )


def _needs(alarm_type: str, step: int) -> Iterator[Need]:
    """The lines of a card; ``step`` counts up from 0 at level IV."""
    kind, dangerous = _KINDS[alarm_type], alarm_type in NO_UNTRAINED_RESCUE
    yield Need(
        0, Tier.VILLAGE, "", teams=2 if step == 3 else 1, task=kind.village, safe_distance_m=kind.keep_m, local=True
    )
    if step or kind.town_at_once:
        keep_m = kind.keep_m if dangerous else 0
        task = Task.CORDON if dangerous else Task.RESCUE
        yield Need(0, Tier.TOWN, "", teams=max(1, step), task=task, safe_distance_m=keep_m, local=True)
    for capability, fallback in kind.squads[:step]:
        tier = None if capability == "fire" else Tier.SPECIALIST
        yield Need(0, tier, capability, fallback=fallback)
    if step >= 2:
        yield Need(0, Tier.DISTRICT, "", task=Task.STAND_BY if dangerous else Task.RESCUE)
        yield Need(
            0,
            Tier.VOLUNTEER,
            kind.volunteers,
            Command.INVITE,
            teams=step - 1,
            task=Task.CORDON,
            safe_distance_m=2 * kind.keep_m,
        )
    for service in dict.fromkeys((*kind.services, *(("medical", "police") if step >= 2 else ()))):
        yield Need(0, None, service, Command.REQUEST, teams=2 if step == 3 and service == "fire" else 1)
