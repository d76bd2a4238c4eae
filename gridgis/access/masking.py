"""Hide the digits of telephones and identity numbers from those who have no need of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from gridgis.access.actions import Action

_SERVICE_DIGITS = 5  # 110, 12350, 95598: nobody's own number
_PHONE_DIGITS = 11  # of a mobile telephone, and of a line with its area code
_IDENTITY_CHARACTERS = 15  # of an identity number of the older kind
_DOCUMENT_CHARACTERS = 8  # of a passport or permit
_NUMBER = re.compile(r"(?<!\d)(?:\d{7,}[Xx]?|1\d\d[- ]\d{4}[- ]\d{4}|0\d{2,3}[- ]\d{7,8})(?!\d)")


def mask_phone(text: str) -> str:
    """A telephone with its middle hidden: ``13812345678`` is ``138****5678``.

    A shorter number keeps its last two digits, a service's number of up to five is left as it is. Blanks, strokes and
    words stay; of several numbers in one text the first three and the last four digits of all stay.
    """
    digits = sum(map(str.isdigit, text))
    if digits <= _SERVICE_DIGITS:
        return text
    return _starred(text, str.isdigit, *((3, 4) if digits >= _PHONE_DIGITS else (0, 2)))


def mask_id_number(text: str) -> str:
    """An identity number without its place and day of birth: ``320102199003074514`` is ``320***********4514``.

    Of a shorter document the first and the last two characters stay, of less than eight nothing does.
    """
    characters = sum(map(str.isalnum, text))
    if characters >= _IDENTITY_CHARACTERS:
        return _starred(text, str.isalnum, 3, 4)
    return _starred(text, str.isalnum, *((1, 2) if characters >= _DOCUMENT_CHARACTERS else (0, 0)))


def mask_name(text: str) -> str:
    """A person's name of which the first character stays: ``王小明`` is ``王**``."""
    return text[:1] + "*" * len(text[1:])


def mask_text(text: str) -> str:
    """Words with every telephone and identity number in them masked."""
    return _NUMBER.sub(lambda found: _masked_number(found[0]), text)


def _masked_number(number: str) -> str:
    return mask_id_number(number) if len(number) >= _IDENTITY_CHARACTERS else mask_phone(number)


def _starred(text: str, counted: Callable[[str], bool], head: int, tail: int) -> str:
    """A text whose counted characters are stars but the first ``head`` and the last ``tail`` of them."""
    places = [place for place, character in enumerate(text) if counted(character)]
    hidden = set(places[head : len(places) - tail])
    return "".join("*" if place in hidden else character for place, character in enumerate(text))


class Mask(NamedTuple):
    """How a field is hidden, and from whom.

    Attributes:
        action: Who may do this to the record sees the field in full.
        hide: What the others see of its text.
    """

    action: Action
    hide: Callable[[str], str]


MASKS: Mapping[str, Mapping[str, Mask]] = MappingProxyType(
    {
        "alarm": MappingProxyType(
            {"phone": Mask(Action.ALARMS_CONTACT, mask_phone), "note": Mask(Action.ALARMS_CONTACT, mask_text)}
        ),
        "call": MappingProxyType(
            {"phone": Mask(Action.ALARMS_CONTACT, mask_phone), "said": Mask(Action.ALARMS_CONTACT, mask_text)}
        ),
        "enterprise": MappingProxyType({"phone": Mask(Action.ENTERPRISES_CONTACT, mask_phone)}),
        "hazard": MappingProxyType({"text": Mask(Action.HAZARDS_READ, mask_text)}),
        "hazard_step": MappingProxyType({"text": Mask(Action.HAZARDS_READ, mask_text)}),
        "incident": MappingProxyType({"note": Mask(Action.ALARMS_CONTACT, mask_text)}),
        "log_entry": MappingProxyType({"text": Mask(Action.ALARMS_CONTACT, mask_text)}),
        "officer": MappingProxyType(
            {
                "phone": Mask(Action.OFFICERS_CONTACT, mask_phone),
                "id_number": Mask(Action.OFFICERS_CONTACT, mask_id_number),
            }
        ),
        "team_member": MappingProxyType({"phone": Mask(Action.TEAMS_CONTACT, mask_phone)}),
        "team": MappingProxyType({"phone": Mask(Action.TEAMS_CONTACT, mask_phone)}),
    }
)
"""Fields that are masked, by noun and name; in records, exports, events and live messages alike."""


def masked(noun: str, values: Mapping[str, Any], allowed: Callable[[Action], bool]) -> dict[str, Any]:
    """The values of a record with those fields masked that somebody may not see in full.

    Args:
        noun: What the record is.
        values: Name to value; what is no text (None) stays.
        allowed: Whether an action is allowed on this record.
    """
    masks = MASKS.get(noun, {})
    return {
        name: masks[name].hide(value)
        if name in masks and isinstance(value, str) and not allowed(masks[name].action)
        else value
        for name, value in values.items()
    }
