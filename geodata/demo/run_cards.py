"""Write the demo's run cards: who goes for each type of alarm at each level, and with which task."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.demo.jiangyan import DISTRICT_CODE
from geodata.vocabulary import ALARM_TYPES as TYPE_WORDS
from geodata.vocabulary import LEVELS
from gridgis.codes import record_id
from gridgis.dispatch.alarms import ALARM_TYPES, ResponseLevel
from gridgis.dispatch.run_cards import NO_UNTRAINED_RESCUE, Need, RunCard, RunCards, Task
from gridgis.dispatch.teams import Command, Tier

_LEVELS = (ResponseLevel.IV, ResponseLevel.III, ResponseLevel.II, ResponseLevel.I)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What an alarm type calls for.

    Attributes:
        squads: Capabilities of the squads, the main one first, each with its fallback.
        services: Capabilities of requested services at the lowest level.
        village: Task of the village team.
        town_at_once: Whether the town team goes at the lowest level too.
        keep_m: Distance that the untrained keep, 0 for none.
        volunteers: Capability in which volunteers help.
    """

    squads: tuple[tuple[str, str], ...]
    services: tuple[str, ...]
    village: Task = Task.CORDON
    town_at_once: bool = False
    keep_m: int = 0
    volunteers: str = "evacuate"


_KINDS: dict[str, _Kind] = {
    "fire": _Kind((("fire", ""), ("electric", "")), ("fire",), Task.CORDON, town_at_once=True),
    "hazmat": _Kind((("hazmat", ""), ("medical", "first_aid")), ("fire", "medical"), Task.DO_NOT_ENTER, keep_m=500),
    "gas": _Kind((("gas", ""), ("medical", "first_aid")), ("gas", "fire"), Task.DO_NOT_ENTER, keep_m=200),
    "flood": _Kind((("flood", "water_rescue"), ("water_rescue", "flood")), (), Task.RESCUE, True, 0, "flood"),
    "collapse": _Kind((("collapse", ""), ("medical", "first_aid")), ("fire", "medical"), Task.CORDON, keep_m=50),
    "traffic": _Kind((("traffic", ""), ("medical", "first_aid")), ("police", "medical"), Task.GUIDE, False, 0, "traffic"),
    "confined_space": _Kind((("confined_space", ""), ("medical", "")), ("fire", "medical"), Task.DO_NOT_ENTER, keep_m=30),
    "work_injury": _Kind((("medical", "first_aid"), ("collapse", "")), ("medical",), Task.GUIDE, False, 0, "first_aid"),
    "special_equipment": _Kind((("special_equipment", ""), ("medical", "first_aid")), ("medical",), Task.CORDON),
    "other": _Kind((("electric", ""), ("flood", "water_rescue")), ("police",), Task.GUIDE),
}  # fmt: skip


def make_run_cards() -> RunCards:
    """A card for every type at every level."""
    return RunCards.of(_card(alarm_type, level) for alarm_type in ALARM_TYPES for level in reversed(_LEVELS))


def _card(alarm_type: str, level: ResponseLevel) -> RunCard:
    kind, step = _KINDS[alarm_type], _LEVELS.index(level)
    dangerous = alarm_type in NO_UNTRAINED_RESCUE
    town_task = Task.CORDON if dangerous else Task.RESCUE
    wanted: list[dict[str, object]] = [
        {
            "tier": Tier.VILLAGE,
            "task": kind.village,
            "safe_distance_m": kind.keep_m,
            "teams": 1 + (step == 3),
            "local": True,
        }
    ]
    if kind.town_at_once or step >= 1:
        keep_m = kind.keep_m if dangerous else 0
        wanted.append(
            {"tier": Tier.TOWN, "task": town_task, "safe_distance_m": keep_m, "teams": max(1, step), "local": True}
        )
    if step >= 1:
        squads = kind.squads[: 1 if step == 1 else 2]
        wanted += [
            {"tier": Tier.SPECIALIST if capability != "fire" else None, "capability": capability, "fallback": fallback}
            for capability, fallback in squads
        ]
    if step >= 2:
        wanted.append({"tier": Tier.DISTRICT, "task": Task.STAND_BY if dangerous and step == 2 else Task.RESCUE})
        wanted.append(
            {
                "tier": Tier.VOLUNTEER,
                "capability": kind.volunteers,
                "command": Command.INVITE,
                "task": Task.CORDON,
                "safe_distance_m": 2 * kind.keep_m,
                "teams": step - 1,
            }
        )
    services = dict.fromkeys((*kind.services, *(("medical", "police") if step >= 2 else ())))
    wanted += [
        {"capability": one, "command": Command.REQUEST, "teams": 2 if step == 3 and one == "fire" else 1}
        for one in services
    ]
    needs = tuple(
        Need(**{"code": line, "tier": None, "capability": "", **need})  # type: ignore[arg-type]
        for line, need in enumerate(wanted, start=1)
    )
    name = f"{TYPE_WORDS.words[alarm_type][0]}{LEVELS.words[level.value][0]}响应出动方案(演示)"
    return RunCard(record_id(DISTRICT_CODE, "run_card", f"{alarm_type}/{level.value}"), alarm_type, level, needs, name)
