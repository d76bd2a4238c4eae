"""Name everything that can be done or seen, and what each act is bound to."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from gridgis.errors import NotKnown


class Binding(StrEnum):
    """What a grant must cover for an act."""

    ANYONE = "anyone"  # nothing: nobody need sign in
    ACCOUNT = "account"  # nothing: whoever is signed in, for the own account
    ROLE = "role"  # nothing: the role is enough, whatever its area and department
    AREA = "area"  # a cell of the record
    AREA_AND_DEPARTMENT = "area_and_department"  # a cell of the record and a department of it (条块)
    DISTRICT = "district"  # the whole district and every department


class Action(StrEnum):
    """A thing that can be done or seen; its value is its dotted name, the noun first.

    The cells of a record are those that it lies in; of a team those of its home, of a person those of the posts, of an
    alarm those of the place and the homes of the teams that were sent. Its departments are those that supervise it or
    lead it, or lead the teams that were sent.

    Attributes:
        binding: What a grant must cover.
    """

    binding: Binding

    def __new__(cls, name: str, binding: Binding) -> Self:
        """An action of a name and a binding."""
        action = str.__new__(cls, name)
        action._value_ = name
        action.binding = binding
        return action

    @classmethod
    def named(cls, name: str) -> Self:
        """The action of a dotted name.

        Raises:
            NotKnown: ``access.action_unknown``.
        """
        for action in cls:
            if action == name:
                return action
        raise NotKnown("access.action_unknown", value=name)

    SERVICE_READ = "service.read", Binding.ANYONE  # health, words, the shell of the pages
    SESSION_OPEN = "session.open", Binding.ANYONE
    SESSION_OWN = "session.own", Binding.ACCOUNT  # own sessions, password and tokens
    LIVE_LISTEN = "live.listen", Binding.ROLE  # each message only to those who may read what it is about

    MAP_READ = "map.read", Binding.ROLE  # base map, roads, closures
    CELLS_READ = "cells.read", Binding.ROLE
    PLANS_READ = "plans.read", Binding.ROLE  # drafts and versions past
    PLANS_DRAFT = "plans.draft", Binding.AREA
    PLANS_PUBLISH = "plans.publish", Binding.DISTRICT

    OFFICERS_READ = "officers.read", Binding.AREA
    OFFICERS_CONTACT = "officers.contact", Binding.AREA  # telephones in full
    OFFICERS_WRITE = "officers.write", Binding.AREA
    POSITIONS_READ = "positions.read", Binding.AREA_AND_DEPARTMENT  # of people on duty; nobody sees others

    ENTERPRISES_READ = "enterprises.read", Binding.AREA_AND_DEPARTMENT
    ENTERPRISES_CONTACT = "enterprises.contact", Binding.AREA_AND_DEPARTMENT
    ENTERPRISES_WRITE = "enterprises.write", Binding.AREA_AND_DEPARTMENT

    TEAMS_READ = "teams.read", Binding.ROLE
    TEAMS_CONTACT = "teams.contact", Binding.AREA_AND_DEPARTMENT
    TEAMS_WRITE = "teams.write", Binding.AREA_AND_DEPARTMENT
    RUN_CARDS_READ = "run_cards.read", Binding.ROLE
    RUN_CARDS_WRITE = "run_cards.write", Binding.DISTRICT

    ALARMS_READ = "alarms.read", Binding.AREA_AND_DEPARTMENT
    ALARMS_CONTACT = "alarms.contact", Binding.AREA_AND_DEPARTMENT  # the caller's telephone in full
    ALARMS_PROPOSE = "alarms.propose", Binding.AREA  # who would be sent, without a record
    ALARMS_WRITE = "alarms.write", Binding.AREA_AND_DEPARTMENT
    DISPATCHES_WRITE = "dispatches.write", Binding.AREA_AND_DEPARTMENT  # send and recall
    DISPATCHES_ANSWER = "dispatches.answer", Binding.AREA_AND_DEPARTMENT  # milestones of the own team: its home counts
    CLOSURES_WRITE = "closures.write", Binding.AREA

    HAZARDS_READ = "hazards.read", Binding.AREA_AND_DEPARTMENT
    HAZARDS_REPORT = "hazards.report", Binding.AREA_AND_DEPARTMENT
    HAZARDS_ASSIGN = "hazards.assign", Binding.AREA_AND_DEPARTMENT  # accept, refuse, assign, return
    HAZARDS_ANSWER = "hazards.answer", Binding.AREA_AND_DEPARTMENT  # what was done about it
    HAZARDS_VERIFY = "hazards.verify", Binding.AREA_AND_DEPARTMENT  # by another person than answered; then closed
    HAZARDS_SUPERVISE = "hazards.supervise", Binding.AREA_AND_DEPARTMENT  # extend, void, pending list, 督办
    VISITS_READ = "visits.read", Binding.AREA_AND_DEPARTMENT
    VISITS_WRITE = "visits.write", Binding.AREA_AND_DEPARTMENT
    INSPECTIONS_READ = "inspections.read", Binding.AREA_AND_DEPARTMENT
    INSPECTIONS_WRITE = "inspections.write", Binding.AREA_AND_DEPARTMENT

    FIGURES_READ = "figures.read", Binding.AREA_AND_DEPARTMENT
    EXPORTS_RUN = "exports.run", Binding.ROLE  # of what the reading actions show

    SETTINGS_READ = "settings.read", Binding.ROLE
    SETTINGS_WRITE = "settings.write", Binding.DISTRICT
    IMPORTS_RUN = "imports.run", Binding.DISTRICT
    BACKUPS_RUN = "backups.run", Binding.DISTRICT
    SERVICE_OBSERVE = "service.observe", Binding.DISTRICT  # metrics and self-diagnosis
    ACCOUNTS_MANAGE = "accounts.manage", Binding.DISTRICT
    AUDIT_READ = "audit.read", Binding.DISTRICT  # trail, chain and logs


ACTION_OF_NOUN: Mapping[str, Action] = MappingProxyType(
    {
        "account": Action.ACCOUNTS_MANAGE,
        "alarm": Action.ALARMS_READ,
        "call": Action.ALARMS_READ,
        "cell": Action.CELLS_READ,
        "closure": Action.MAP_READ,
        "dispatch": Action.ALARMS_READ,
        "district": Action.CELLS_READ,
        "enterprise": Action.ENTERPRISES_READ,
        "entrance": Action.ENTERPRISES_READ,
        "export": Action.AUDIT_READ,
        "grant": Action.ACCOUNTS_MANAGE,
        "hazard": Action.HAZARDS_READ,
        "hazard_step": Action.HAZARDS_READ,
        "import": Action.IMPORTS_RUN,
        "incident": Action.ALARMS_READ,
        "inspection": Action.INSPECTIONS_READ,
        "lesson": Action.ALARMS_READ,
        "log_entry": Action.ALARMS_READ,
        "officer": Action.OFFICERS_READ,
        "photo": Action.HAZARDS_READ,
        "plan": Action.PLANS_READ,
        "position": Action.POSITIONS_READ,
        "post": Action.OFFICERS_READ,
        "road_change": Action.MAP_READ,
        "roads": Action.MAP_READ,
        "run_card": Action.RUN_CARDS_READ,
        "run_card_version": Action.RUN_CARDS_READ,
        "setting": Action.SETTINGS_READ,
        "site": Action.ENTERPRISES_READ,
        "team": Action.TEAMS_READ,
        "team_base": Action.TEAMS_READ,
        "team_duty": Action.TEAMS_READ,
        "team_kit": Action.TEAMS_READ,
        "team_member": Action.TEAMS_READ,
        "team_position": Action.POSITIONS_READ,
        "unit": Action.CELLS_READ,
        "visit": Action.VISITS_READ,
    }
)
"""What it takes to see records and events of a noun."""
