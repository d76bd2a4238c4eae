"""Name why a team is sent, passed over or missing, as codes with fields; the words live in the catalogues."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Say = Callable[[str, Mapping[str, Any]], str]

CHOSEN = (
    "chosen.home",  # the alarm's own village or town: goes at once whatever its rank
    "chosen.soonest",  # nobody able and free is sooner
    "chosen.next_soonest",  # one of several wanted
    "chosen.for_people",  # added until enough people come
    "chosen.for_kit",  # added until enough kit comes
    "chosen.sooner_serve_elsewhere",  # sooner ones serve other lines of the card
    "chosen.only_able",  # no other team of the district can serve this line
    "chosen.only_free",  # others can, and none of them is free
)
NOTES = (
    "note.own_cannot_go",  # the alarm's own team is not free or has no way
    "note.fallback",  # serves by the fallback capability
    "note.straight",  # straight line × detour factor, the roads have no answer
    "note.no_way",  # no way by road for its vehicle; sent for want of any other
    "note.no_position",  # no coordinates, no time
    "note.to_request",  # to be requested, commands itself
    "note.to_invite",  # counts when it accepts
)
PASSED_OVER = (
    "passed.tier_not_called",
    "passed.command_not_called",
    "passed.no_capability",
    "passed.untrained",
    "passed.out_of_service",
    "passed.off_shift",
    "passed.off_duty",  # nobody is on duty by the roster
    "passed.unqualified",  # nobody is certified any more
    "passed.busy",
    "passed.resting",
    "passed.vehicle_cannot_pass",  # no way for its vehicle but over a limit, and it would have been sent otherwise
    "passed.vehicle_must_go_round",  # a longer way because of a limit, and it would have been sent otherwise
    "passed.out_of_reach",
    "passed.no_position",
    "passed.local_first",
    "passed.fallback_not_needed",
    "passed.slower",
    "passed.not_needed",
)
WHY_LATER = (
    "why.turnout",  # later to roll, by more than it is later on the road
    "why.closure",  # a closed road makes it go round
    "why.limit",  # a weight, height or width limit does
    "why.water",  # no bridge where the straight line crosses water
    "why.round",  # no one obstacle: its roads are longer
    "why.slow",  # no one obstacle: its roads or its vehicle are slower
    "why.farther",  # it is farther in a straight line as well
    "why.no_way",  # no way, and no single obstacle that would open one
    "why.blocked_by_closure",  # no way at all because of it; so the next two
    "why.blocked_by_limit",
    "why.blocked_by_water",
    "why.even_so",  # without the obstacle it would be later still
    "why.else_first",  # without the obstacle it would be first
)
SHORTFALLS = (
    "short.nobody_able",  # no team of the district could ever serve this line
    "short.only_untrained",  # the only ones are untrained and the line is a rescue they must not be sent to
    "short.teams",  # those that could are busy, resting, off shift, out of service or serve another line
    "short.kit",  # those that are sent have too little kit, and nobody else has any
    "short.people",  # every team that can come is sent and people are still missing
)

_WORDS_OF_FIELD = {
    "capability": "capability",
    "wanted": "capability",
    "tier": "tier",
    "command": "command",
    "task": "task",
    "level": "level",
    "type": "alarm_type",
    "profile": "profile",
    "limit_kind": "limit_kind",
    "limit_unit": "limit_unit",
}
_LISTS_OF_FIELD = {"capabilities": "capability", "tiers": "tier"}
_SECONDS_A_MINUTE = 60
_METRES_A_KILOMETRE = 1000


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code with the fields that fill its words.

    Attributes:
        code: One of the codes above; its words stand under ``reasons.<code>``.
        fields: Plain values: text, numbers, codes of the domain, lists of codes.
    """

    code: str
    fields: Mapping[str, Any] = field(default_factory=dict)

    def say(self, say: Say) -> str:
        """The reason in words."""
        return say(f"reasons.{self.code}", {key: _shown(key, value, say) for key, value in self.fields.items()})


def say_all(reasons: tuple[Reason, ...], say: Say) -> str:
    """Several reasons, one after the other."""
    words = [reason.say(say) for reason in reasons]
    text = words[0]
    for more in words[1:]:
        text = say("reasons.and", {"first": text, "second": more})
    return text


def word(kind: str, code: str, say: Say) -> str:
    """The word for a code such as ``capability.fire``; the bare code when a district's own one has no words."""
    key = f"{kind}.{code}"
    text = say(key, {})
    return code if text == key else text


def _shown(name: str, value: Any, say: Say) -> Any:
    if name in _WORDS_OF_FIELD:
        return word(_WORDS_OF_FIELD[name], str(value), say) if value else say("reasons.any", {})
    if name in _LISTS_OF_FIELD:
        listed = [word(_LISTS_OF_FIELD[name], str(code), say) for code in value]
        return say("reasons.comma", {}).join(listed) if listed else say("reasons.none", {})
    if name.endswith("_s"):
        return duration(float(value), say)
    if name.endswith("_m"):
        return length(float(value), say)
    return say("reasons.not_said", {}) if value == "" else value


def length(metres: float, say: Say) -> str:
    """A length as people say it: metres, from a kilometre on kilometres to a tenth."""
    if round(metres) < _METRES_A_KILOMETRE:
        return say("unit.metres", {"value": round(metres)})
    return say("unit.kilometres", {"value": f"{metres / _METRES_A_KILOMETRE:.1f}"})


def duration(seconds: float, say: Say) -> str:
    """A span of time as people say it; a difference that exists is at least a second."""
    whole = max(1, round(seconds))
    if whole < _SECONDS_A_MINUTE:
        return say("reasons.seconds", {"seconds": whole})
    minutes, rest = divmod(whole, _SECONDS_A_MINUTE)
    return say("reasons.minutes_seconds", {"minutes": minutes, "seconds": f"{rest:02d}"})
