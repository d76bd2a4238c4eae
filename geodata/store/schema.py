"""Define the tables of the district's records: what each row is, which are map layers, which reference which.

What every table has, and how views are shown, stands in `geodata.store.tables`; the roads' tables in
`geodata.store.road_schema`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import Boolean, Double, Index, Integer, LargeBinary, Table, Text, UniqueConstraint

from geodata.store.columns import Day, Geometry, Identifier, Json, Moment
from geodata.store.desk_schema import CALLS, INCIDENT_LOG, INCIDENTS
from geodata.store.field_schema import HAZARD_STEPS, HAZARDS, PHOTOS
from geodata.store.readiness_schema import (
    ENTRANCES,
    LESSONS,
    ROAD_CHANGES,
    RUN_CARD_VERSIONS,
    TEAM_BASES,
    TEAM_DUTIES,
    TEAM_KIT,
    TEAM_MEMBERS,
    TEAM_POSITIONS,
)
from geodata.store.tables import View, column, declare, one_of, reference

REVISIONS = ("0001", "0002", "0003_desk", "0004_field")
"""Schema versions from the first on; the last is the one this program reads and writes."""

DISTRICT = declare(
    "district",
    column("name", Text),
    column("metric_epsg", Integer),
    column("code_lengths", Json()),
    column("border_tolerance_m", Double),
    column("map_approval", Text),
    column("geom", Geometry("MULTIPOLYGON"), null=True),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    said="区界 District",
)
PLANS = declare(
    "plans",
    column("name", Text),
    column("status", Text),
    column("effective_from", Moment()),
    column("effective_to", Moment(), null=True),
    column("reason", Text),
    column("paper", Text),
    column("updated_at", Moment()),
    one_of("status", "draft", "published", "superseded"),
    UniqueConstraint("code"),
    said="网格方案 Grid plans",
)
CELLS = declare(
    "cells",
    reference("plan_id", "plans.id"),
    column("name", Text),
    column("level", Integer),
    column("kind", Text),
    column("parent_code", Text),
    column("governed", Boolean),
    column("key_town", Boolean),
    column("site_group", Text),
    column("parts_joined", Boolean),
    column("seat_lon", Double, null=True),
    column("seat_lat", Double, null=True),
    column("geom", Geometry("MULTIPOLYGON")),
    column("updated_at", Moment()),
    one_of("kind", "town", "village", "basic", "dedicated"),
    UniqueConstraint("plan_id", "code"),
    said="网格 Cells",
)
UNITS = declare(
    "units",
    reference("plan_id", "plans.id"),
    column("name", Text),
    column("cell_code", Text),
    column("population", Integer),
    column("enterprises", Integer),
    column("workload_h", Double, null=True),
    column("geom", Geometry("MULTIPOLYGON")),
    column("updated_at", Moment()),
    UniqueConstraint("plan_id", "code"),
    said="基本单元 Units",
)
OFFICERS = declare(
    "officers",
    column("name", Text),
    column("phone", Text),
    column("professional", Boolean),
    column("licence", Text),
    column("licence_until", Day(), null=True),
    column("in_service_since", Day(), null=True),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    said="人员 Officers",
)
POSTS = declare(
    "posts",
    reference("officer_id", "officers.id"),
    column("cell_code", Text),
    column("role", Text),
    column("since", Day()),
    column("until", Day(), null=True),
    reference("acting_for", "officers.id", null=True),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "officer_id"),
    Index(None, "cell_code"),
    said="岗位 Posts",
)
ENTERPRISES = declare(
    "enterprises",
    column("name", Text),
    column("credit_code", Text, null=True),
    column("no_credit_code_reason", Text),
    column("industry", Text),
    column("department", Text),
    column("risk", Text),
    column("staff", Integer, null=True),
    column("chemicals", Text),
    column("contact", Text),
    column("phone", Text),
    column("updated_at", Moment()),
    one_of("risk", "red", "orange", "yellow", "blue"),
    UniqueConstraint("code"),
    said="企业 Enterprises",
)
SITES = declare(
    "sites",
    reference("enterprise_id", "enterprises.id"),
    column("name", Text),
    column("address", Text),
    column("cell_code", Text, null=True),
    column("cell_reason", Text),
    column("geom", Geometry("POINT"), null=True),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "enterprise_id"),
    said="生产经营场所 Sites",
)
TEAMS = declare(
    "teams",
    column("name", Text),
    column("tier", Text),
    column("command", Text),
    column("capabilities", Json()),
    column("people", Integer),
    column("profile", Text),
    column("turnout_s", Json()),
    column("shift_start", Text),
    column("shift_end", Text),
    column("home_cell_code", Text),
    column("department", Text),
    column("leader", Text),
    column("phone", Text),
    column("in_service", Boolean),
    column("out_of_service_reason", Text),
    column("demo", Boolean),
    column("geom", Geometry("POINT")),
    column("updated_at", Moment()),
    one_of("tier", "district", "town", "village", "specialist", "volunteer"),
    one_of("command", "own", "request", "invite"),
    UniqueConstraint("code"),
    said="救援队伍 Teams",
)
RUN_CARDS = declare(
    "run_cards",
    column("type", Text),
    column("level", Text),
    column("name", Text),
    column("needs", Json()),
    column("updated_at", Moment()),
    one_of("level", "I", "II", "III", "IV"),
    UniqueConstraint("code"),
    said="出动方案 Run cards",
)
ALARMS = declare(
    "alarms",
    column("type", Text),
    column("level", Text),
    column("reported_at", Moment()),
    column("address", Text),
    column("caller", Text),
    column("phone", Text),
    column("note", Text),
    column("nature", Text),
    column("geom", Geometry("POINT")),
    column("updated_at", Moment()),
    one_of("level", "I", "II", "III", "IV"),
    one_of("nature", "real", "drill", "test", "false"),
    UniqueConstraint("code"),
    Index(None, "reported_at"),
    said="警情 Alarms",
)
DISPATCHES = declare(
    "dispatches",
    reference("alarm_id", "alarms.id"),
    reference("team_id", "teams.id"),
    column("people", Integer),
    column("task", Text),
    column("dispatched_at", Moment()),
    column("acknowledged_at", Moment(), null=True),
    column("en_route_at", Moment(), null=True),
    column("on_scene_at", Moment(), null=True),
    column("released_at", Moment(), null=True),
    column("home_at", Moment(), null=True),
    column("answered_by", Text),
    column("reference", Text),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "alarm_id"),
    Index(None, "team_id"),
    said="派遣 Dispatches",
)
CLOSURES = declare(
    "closures",
    column("edges", Json()),
    column("road", Text),
    column("reason", Text),
    column("closed_at", Moment()),
    column("closed_by", Text),
    column("opened_at", Moment(), null=True),
    column("geom", Geometry("LINESTRING")),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    said="封闭道路 Closed roads",
)
EVENTS = declare(
    "events",
    column("noun", Text),
    column("noun_id", Identifier()),
    column("what", Text),
    column("actor", Text),
    column("happened_at", Moment()),
    column("recorded_at", Moment()),
    column("reason", Text),
    column("body", Json()),
    column("previous_hash", Text),
    column("hash", Text),
    column("personal", Text),
    Index(None, "noun"),
    Index(None, "noun_id"),
    said="事件 Events",
    code=False,
)
IMPORTS = declare(
    "imports",
    column("noun", Text),
    column("file", Text),
    column("sha256", Text),
    column("imported_at", Moment()),
    column("actor", Text),
    column("added", Integer),
    column("updated", Integer),
    column("unchanged", Integer),
    column("set_aside", Integer),
    column("unplaced", Integer),
    column("mapping", Json()),
    said="导入记录 Imports",
    code=False,
)
SET_ASIDE = declare(
    "set_aside",
    reference("import_id", "imports.id"),
    column("rule", Text),
    column("fields", Json()),
    column("sheet", Text),
    column("row_number", Integer),
    column("heading", Text),
    column("value", Text),
    column("row", Json()),
    Index(None, "import_id"),
    said="搁置的行 Rows set aside",
    code=False,
)
SOURCES = declare(
    "sources",
    column("sha256", Text),
    column("bytes", Integer),
    column("content", LargeBinary),
    UniqueConstraint("sha256"),
    said="原始内容 Contents as they came",
    code=False,
)
COMMANDS = declare(
    "commands",
    column("actor", Text),
    column("action", Text),
    column("request_hash", Text),
    column("answer", Json()),
    column("answered_at", Moment()),
    Index(None, "answered_at"),
    said="命令回执 Answers to commands",
    code=False,
    private=True,
)
SETTINGS = declare(
    "settings",
    column("value", Json()),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    said="设置 Settings",
)


_LINE = MappingProxyType(
    {
        "line": "::bigint",
        "tier": "",
        "capability": "",
        "command": "",
        "teams": "::bigint",
        "people": "::bigint",
        "task": "",
        "safe_distance_m": "::bigint",
        "fallback": "",
        "local": "::boolean::integer",
    }
)
"""What a line of a run card says, with the type that PostGIS has to be told."""

VIEWS = (
    View(
        "enterprise_sites",
        "企业分布 Enterprises on the map",
        "sites",
        "SELECT s.fid AS fid, e.code AS enterprise_code, e.name AS enterprise, s.code AS site_code, s.name AS site, "
        "e.risk AS risk, e.industry AS industry, e.department AS department, e.staff AS staff, "
        "e.chemicals AS chemicals, s.address AS address, s.geom AS geom "
        "FROM sites s JOIN enterprises e ON e.id = s.enterprise_id WHERE s.geom IS NOT NULL",
        "POINT",
    ),
    View(
        "unplaced_sites",
        "待定位场所 Sites without a place",
        "sites",
        "SELECT s.fid AS fid, s.code AS site_code, s.name AS site, s.address AS address, e.code AS enterprise_code, "
        "e.name AS enterprise, e.risk AS risk, e.phone AS phone "
        "FROM sites s JOIN enterprises e ON e.id = s.enterprise_id WHERE s.geom IS NULL",
    ),
    View(
        "run_card_needs",
        "出动方案明细 Lines of run cards",
        "run_cards",
        "SELECT c.fid * 1000 + n.key AS fid, c.type AS type, c.level AS level, "  # noqa: S608  our own words
        + ", ".join(f"json_extract(n.value, '$.{name}') AS {name}" for name in _LINE)
        + " FROM run_cards c JOIN json_each(c.needs) n",
        postgis="SELECT c.fid * 1000 + n.key - 1 AS fid, c.type AS type, c.level AS level, "  # noqa: S608
        + ", ".join(f"(n.value ->> '{name}'){cast} AS {name}" for name, cast in _LINE.items())
        + " FROM run_cards c CROSS JOIN json_array_elements(c.needs::json) WITH ORDINALITY AS n(value, key)",
    ),
)


RECORDS: Mapping[str, Table] = MappingProxyType(
    {
        "district": DISTRICT,
        "officer": OFFICERS,
        "post": POSTS,
        "enterprise": ENTERPRISES,
        "site": SITES,
        "team": TEAMS,
        "run_card": RUN_CARDS,
        "alarm": ALARMS,
        "dispatch": DISPATCHES,
        "incident": INCIDENTS,
        "call": CALLS,
        "log_entry": INCIDENT_LOG,
        "hazard": HAZARDS,
        "hazard_step": HAZARD_STEPS,
        "photo": PHOTOS,
        "closure": CLOSURES,
        "run_card_version": RUN_CARD_VERSIONS,
        "team_member": TEAM_MEMBERS,
        "team_duty": TEAM_DUTIES,
        "team_kit": TEAM_KIT,
        "team_base": TEAM_BASES,
        "team_position": TEAM_POSITIONS,
        "road_change": ROAD_CHANGES,
        "lesson": LESSONS,
        "entrance": ENTRANCES,
        "setting": SETTINGS,
    }
)
"""Tables of which each row leaves its own events, by the events' noun."""

APPEND_ONLY: Mapping[str, str] = MappingProxyType(
    {
        "events": "personal",
        "imports": "",
        "sources": "",
        "incident_log": "text",
        "run_card_versions": "",
        "hazard_steps": "text",
    }
)
"""Tables whose rows are never changed or deleted, with the one column that may be emptied, where there is one."""
