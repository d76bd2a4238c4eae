"""Name the roles, and keep the one table of what each may do; pages, API and live streams all ask it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from gridgis.access.actions import Action as Act
from gridgis.access.actions import Binding


class Role(StrEnum):
    """What an account is, for one area, department and span of time."""

    GRID_OFFICER = "grid_officer"  # 网格员
    TEAM_MEMBER = "team_member"  # 救援队员
    TEAM_LEADER = "team_leader"  # 救援队长
    ENFORCEMENT_OFFICER = "enforcement_officer"  # 监管执法人员
    SAFETY_DOCTOR = "safety_doctor"  # 安全保健医生
    TOWN_LEAD = "town_lead"  # 镇街分管负责人
    DEPARTMENT = "department"  # 主管部门
    DISPATCHER = "dispatcher"  # 调度员
    PLANNER = "planner"  # 规划员
    SUPERVISOR = "supervisor"  # 区领导
    SYSTEM_ADMINISTRATOR = "system_administrator"  # 系统管理员
    SECURITY_ADMINISTRATOR = "security_administrator"  # 安全管理员
    AUDIT_ADMINISTRATOR = "audit_administrator"  # 审计管理员


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR})
"""Three that watch each other (三员分立): no person is two of them at a time, and each acts for the whole district."""

NEEDS_AREA = frozenset({Role.GRID_OFFICER, Role.TOWN_LEAD})
"""Roles that are never granted for the whole district."""

NEEDS_DEPARTMENT = frozenset({Role.DEPARTMENT})
"""Roles that are never granted for any department."""

_COMMON = frozenset({Act.LIVE_LISTEN, Act.MAP_READ, Act.CELLS_READ, Act.TEAMS_READ, Act.RUN_CARDS_READ})

# fmt: off
TABLE: Mapping[Role, frozenset[Act]] = MappingProxyType({
    Role.GRID_OFFICER: _COMMON | {
        Act.OFFICERS_READ, Act.OFFICERS_CONTACT,
        Act.ENTERPRISES_READ, Act.ENTERPRISES_CONTACT,
        Act.VISITS_READ, Act.VISITS_WRITE,
        Act.HAZARDS_READ, Act.HAZARDS_REPORT, Act.HAZARDS_ANSWER,
        Act.ALARMS_READ, Act.FIGURES_READ,
    },
    Role.TEAM_MEMBER: _COMMON | {
        Act.ALARMS_READ,
    },
    Role.TEAM_LEADER: _COMMON | {
        Act.OFFICERS_READ, Act.OFFICERS_CONTACT, Act.POSITIONS_READ,
        Act.ENTERPRISES_READ, Act.ENTERPRISES_CONTACT,
        Act.TEAMS_CONTACT, Act.TEAMS_WRITE,
        Act.ALARMS_READ, Act.ALARMS_CONTACT, Act.DISPATCHES_ANSWER,
    },
    Role.ENFORCEMENT_OFFICER: _COMMON | {
        Act.OFFICERS_READ, Act.OFFICERS_CONTACT,
        Act.ENTERPRISES_READ, Act.ENTERPRISES_CONTACT,
        Act.VISITS_READ, Act.INSPECTIONS_READ, Act.INSPECTIONS_WRITE,
        Act.HAZARDS_READ, Act.HAZARDS_REPORT, Act.HAZARDS_VERIFY,
        Act.ALARMS_READ, Act.FIGURES_READ,
    },
    Role.SAFETY_DOCTOR: _COMMON | {
        Act.OFFICERS_READ,
        Act.ENTERPRISES_READ, Act.ENTERPRISES_CONTACT,
        Act.VISITS_READ, Act.VISITS_WRITE,
        Act.HAZARDS_READ, Act.HAZARDS_REPORT,
    },
    Role.TOWN_LEAD: _COMMON | {
        Act.PLANS_READ,
        Act.OFFICERS_READ, Act.OFFICERS_CONTACT, Act.OFFICERS_WRITE, Act.POSITIONS_READ,
        Act.ENTERPRISES_READ, Act.ENTERPRISES_CONTACT, Act.ENTERPRISES_WRITE,
        Act.TEAMS_CONTACT, Act.TEAMS_WRITE,
        Act.VISITS_READ, Act.INSPECTIONS_READ,
        Act.HAZARDS_READ, Act.HAZARDS_REPORT, Act.HAZARDS_ASSIGN, Act.HAZARDS_ANSWER, Act.HAZARDS_VERIFY,
        Act.ALARMS_READ, Act.ALARMS_PROPOSE,
        Act.FIGURES_READ, Act.EXPORTS_RUN,
    },
    Role.DEPARTMENT: _COMMON | {
        Act.OFFICERS_READ,
        Act.ENTERPRISES_READ, Act.ENTERPRISES_CONTACT, Act.ENTERPRISES_WRITE,
        Act.TEAMS_CONTACT, Act.TEAMS_WRITE,
        Act.VISITS_READ, Act.INSPECTIONS_READ,
        Act.HAZARDS_READ, Act.HAZARDS_REPORT, Act.HAZARDS_ASSIGN, Act.HAZARDS_ANSWER, Act.HAZARDS_VERIFY,
        Act.ALARMS_READ, Act.ALARMS_PROPOSE,
        Act.FIGURES_READ, Act.EXPORTS_RUN,
    },
    Role.DISPATCHER: _COMMON | {
        Act.OFFICERS_READ, Act.OFFICERS_CONTACT, Act.POSITIONS_READ,
        Act.ENTERPRISES_READ, Act.ENTERPRISES_CONTACT, Act.HAZARDS_READ,
        Act.TEAMS_CONTACT, Act.TEAMS_WRITE,
        Act.ALARMS_READ, Act.ALARMS_CONTACT, Act.ALARMS_PROPOSE, Act.ALARMS_WRITE,
        Act.DISPATCHES_WRITE, Act.DISPATCHES_ANSWER, Act.CLOSURES_WRITE,
        Act.FIGURES_READ, Act.EXPORTS_RUN,
    },
    Role.PLANNER: _COMMON | {
        Act.PLANS_READ, Act.PLANS_DRAFT, Act.RUN_CARDS_WRITE, Act.SETTINGS_READ,
        Act.OFFICERS_READ, Act.ENTERPRISES_READ, Act.HAZARDS_READ, Act.VISITS_READ,
        Act.ALARMS_READ, Act.ALARMS_PROPOSE,
        Act.FIGURES_READ, Act.EXPORTS_RUN,
    },
    Role.SUPERVISOR: _COMMON | {
        Act.PLANS_READ, Act.PLANS_PUBLISH, Act.SETTINGS_READ,
        Act.OFFICERS_READ, Act.OFFICERS_CONTACT, Act.POSITIONS_READ,
        Act.ENTERPRISES_READ, Act.ENTERPRISES_CONTACT,
        Act.TEAMS_CONTACT,
        Act.VISITS_READ, Act.INSPECTIONS_READ,
        Act.HAZARDS_READ, Act.HAZARDS_SUPERVISE,
        Act.ALARMS_READ, Act.ALARMS_PROPOSE,
        Act.FIGURES_READ, Act.EXPORTS_RUN,
    },
    Role.SYSTEM_ADMINISTRATOR: frozenset({
        Act.MAP_READ, Act.CELLS_READ, Act.PLANS_READ,
        Act.SETTINGS_READ, Act.SETTINGS_WRITE, Act.IMPORTS_RUN, Act.BACKUPS_RUN, Act.SERVICE_OBSERVE,
    }),
    Role.SECURITY_ADMINISTRATOR: frozenset({Act.CELLS_READ, Act.ACCOUNTS_MANAGE}),
    Role.AUDIT_ADMINISTRATOR: frozenset({Act.AUDIT_READ}),
})
# fmt: on
"""What each role may do; whatever stands nowhere here, nobody may who has a role."""


def matrix() -> list[tuple[Act, Binding, dict[Role, bool]]]:
    """Each action with what it is bound to and whether each role may do it, as the reference page shows them."""
    open_to_all = {Binding.ANYONE, Binding.ACCOUNT}
    return [
        (action, action.binding, {role: action.binding in open_to_all or action in TABLE[role] for role in Role})
        for action in Act
    ]
