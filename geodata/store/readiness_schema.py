"""Define the tables of what teams are ready for: versions of run cards, members, duties, kit, bases, changed roads."""

from __future__ import annotations

from sqlalchemy import Boolean, Double, Index, Integer, Text, UniqueConstraint

from geodata.store.columns import Day, Geometry, Json, Moment
from geodata.store.tables import column, declare, one_of, reference

SINCE = "0003_desk"

RUN_CARD_VERSIONS = declare(
    "run_card_versions",
    column("type", Text),
    column("level", Text),
    column("number", Integer),
    column("name", Text),
    column("needs", Json()),
    column("effective_from", Moment()),
    column("made_at", Moment()),
    column("made_by", Text),
    column("reason", Text),
    one_of("level", "I", "II", "III", "IV"),
    UniqueConstraint("code"),
    said="出动方案各版本 Versions of run cards",
    since=SINCE,
)
TEAM_MEMBERS = declare(
    "team_members",
    reference("team_id", "teams.id"),
    column("name", Text),
    column("phone", Text),
    column("role", Text),
    column("call_order", Integer),
    column("skills", Json()),
    column("certificates", Json()),
    column("active", Boolean),
    column("updated_at", Moment()),
    one_of("role", "leader", "deputy", "member"),
    UniqueConstraint("code"),
    Index(None, "team_id"),
    said="队员 Members of teams",
    since=SINCE,
)
TEAM_DUTIES = declare(
    "team_duties",
    reference("team_id", "teams.id"),
    column("since", Moment()),
    column("until", Moment()),
    column("people", Integer),
    column("members", Json()),
    column("note", Text),
    column("cancelled", Boolean),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "team_id"),
    said="值班表 Duty roster",
    since=SINCE,
)
TEAM_KIT = declare(
    "team_kit",
    reference("team_id", "teams.id"),
    column("kind", Text),
    column("quantity", Integer),
    column("unit", Text),
    column("checked_on", Day(), null=True),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "team_id"),
    said="装备 Kit of teams",
    since=SINCE,
)
TEAM_BASES = declare(
    "team_bases",
    reference("team_id", "teams.id"),
    column("name", Text),
    column("geom", Geometry("POINT")),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "team_id"),
    said="驻地与备用驻地 Bases of teams",
    since=SINCE,
)
TEAM_POSITIONS = declare(
    "team_positions",
    reference("dispatch_id", "dispatches.id"),
    column("accuracy_m", Double, null=True),
    column("taken_at", Moment()),
    column("geom", Geometry("POINT")),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    said="出动队伍最近位置 Last positions of teams that are out",
    since=SINCE,
)
ROAD_CHANGES = declare(
    "road_changes",
    column("kind", Text),
    column("edges", Json()),
    column("road", Text),
    column("factor", Double, null=True),
    column("reason", Text),
    column("since", Moment()),
    column("until", Moment(), null=True),
    column("made_by", Text),
    column("ended_at", Moment(), null=True),
    column("ended_by", Text),
    column("geom", Geometry()),
    column("updated_at", Moment()),
    one_of("kind", "closed", "slow", "flood"),
    UniqueConstraint("code"),
    said="道路变化 Changed roads",
    since=SINCE,
)
ENTRANCES = declare(
    "entrances",
    reference("site_id", "sites.id"),
    column("name", Text),
    column("note", Text),
    column("geom", Geometry("POINT")),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "site_id"),
    said="场所入口 Entrances of sites",
    since=SINCE,
)
LESSONS = declare(
    "lessons",
    reference("incident_id", "incidents.id"),
    column("text", Text),
    column("owner", Text),
    column("due_on", Day(), null=True),
    column("made_at", Moment()),
    column("made_by", Text),
    column("done_at", Moment(), null=True),
    column("done_by", Text),
    column("outcome", Text),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "incident_id"),
    said="复盘改进任务 Lessons and their tasks",
    since=SINCE,
)
