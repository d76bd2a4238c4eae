"""Decide who may do and see what: one table of roles and actions for pages, API and live streams."""

from gridgis.access.actions import ACTION_OF_NOUN, Action, Binding
from gridgis.access.areas import AreaFilter
from gridgis.access.decisions import (
    Decision,
    Reason,
    areas_for,
    decide,
    decide_anywhere,
    demand,
    visible_nouns,
)
from gridgis.access.duty import Duty, position_shown
from gridgis.access.granting import regrant
from gridgis.access.grants import Grant, Principal
from gridgis.access.masking import MASKS, mask_id_number, mask_name, mask_phone, mask_text, masked
from gridgis.access.roles import ADMINISTRATORS, TABLE, Role, matrix

__all__ = [
    "ACTION_OF_NOUN",
    "ADMINISTRATORS",
    "MASKS",
    "TABLE",
    "Action",
    "AreaFilter",
    "Binding",
    "Decision",
    "Duty",
    "Grant",
    "Principal",
    "Reason",
    "Role",
    "areas_for",
    "decide",
    "decide_anywhere",
    "demand",
    "mask_id_number",
    "mask_name",
    "mask_phone",
    "mask_text",
    "masked",
    "matrix",
    "position_shown",
    "regrant",
    "visible_nouns",
]
