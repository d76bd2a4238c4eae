"""Define the tables of the store: what each row is, which are map layers, which reference which.

Every table has ``fid`` (GeoPackage's integer key) and ``id`` (a UUID, the target of every reference); ``code`` is how
people and files name a row and is never referenced. A column with comment "derived" can be made again from others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.schema import SchemaItem

from geodata.store.columns import Day, Geometry, Identifier, Json, Moment

REVISIONS = ("0001",)
"""Schema versions from the first on; the last is the one this program reads and writes."""

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _column(name: str, kind: Any, *items: SchemaItem, null: bool = False) -> Column[Any]:
    return Column(name, kind, *items, nullable=null)


def _table(name: str, *items: SchemaItem, said: str, code: bool = True) -> Table:
    """A table with the keys every table has; ``said`` is its name for people, in Chinese and English."""
    keys: list[SchemaItem] = [Column("fid", Integer, primary_key=True), _column("id", Identifier())]
    if code:
        keys.append(_column("code", Text))
    return Table(name, METADATA, *keys, *items, UniqueConstraint("id"), sqlite_autoincrement=True, comment=said)


def _reference(name: str, target: str, *, null: bool = False) -> Column[Any]:
    return _column(name, Identifier(), ForeignKey(target), null=null)


def _one_of(column: str, *values: str) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


DISTRICT = _table(
    "district",
    _column("name", Text),
    _column("metric_epsg", Integer),
    _column("code_lengths", Json()),
    _column("border_tolerance_m", Double),
    _column("map_approval", Text),
    _column("geom", Geometry("MULTIPOLYGON"), null=True),
    _column("updated_at", Moment()),
    UniqueConstraint("code"),
    said="区界 District",
)
PLANS = _table(
    "plans",
    _column("name", Text),
    _column("status", Text),
    _column("effective_from", Moment()),
    _column("effective_to", Moment(), null=True),
    _column("reason", Text),
    _column("paper", Text),
    _column("updated_at", Moment()),
    _one_of("status", "draft", "published", "superseded"),
    UniqueConstraint("code"),
    said="网格方案 Grid plans",
)
CELLS = _table(
    "cells",
    _reference("plan_id", "plans.id"),
    _column("name", Text),
    _column("level", Integer),
    _column("kind", Text),
    _column("parent_code", Text),
    _column("governed", Boolean),
    _column("key_town", Boolean),
    _column("site_group", Text),
    _column("parts_joined", Boolean),
    _column("seat_lon", Double, null=True),
    _column("seat_lat", Double, null=True),
    _column("geom", Geometry("MULTIPOLYGON")),
    _column("updated_at", Moment()),
    _one_of("kind", "town", "village", "basic", "dedicated"),
    UniqueConstraint("plan_id", "code"),
    said="网格 Cells",
)
UNITS = _table(
    "units",
    _reference("plan_id", "plans.id"),
    _column("name", Text),
    _column("cell_code", Text),
    _column("population", Integer),
    _column("enterprises", Integer),
    _column("workload_h", Double, null=True),
    _column("geom", Geometry("MULTIPOLYGON")),
    _column("updated_at", Moment()),
    UniqueConstraint("plan_id", "code"),
    said="基本单元 Units",
)
OFFICERS = _table(
    "officers",
    _column("name", Text),
    _column("phone", Text),
    _column("professional", Boolean),
    _column("licence", Text),
    _column("licence_until", Day(), null=True),
    _column("in_service_since", Day(), null=True),
    _column("updated_at", Moment()),
    UniqueConstraint("code"),
    said="人员 Officers",
)
POSTS = _table(
    "posts",
    _reference("officer_id", "officers.id"),
    _column("cell_code", Text),
    _column("role", Text),
    _column("since", Day()),
    _column("until", Day(), null=True),
    _reference("acting_for", "officers.id", null=True),
    _column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "officer_id"),
    Index(None, "cell_code"),
    said="岗位 Posts",
)
ENTERPRISES = _table(
    "enterprises",
    _column("name", Text),
    _column("credit_code", Text, null=True),
    _column("no_credit_code_reason", Text),
    _column("industry", Text),
    _column("department", Text),
    _column("risk", Text),
    _column("staff", Integer, null=True),
    _column("chemicals", Text),
    _column("contact", Text),
    _column("phone", Text),
    _column("updated_at", Moment()),
    _one_of("risk", "red", "orange", "yellow", "blue"),
    UniqueConstraint("code"),
    said="企业 Enterprises",
)
SITES = _table(
    "sites",
    _reference("enterprise_id", "enterprises.id"),
    _column("name", Text),
    _column("address", Text),
    _column("cell_code", Text, null=True),
    _column("cell_reason", Text),
    _column("geom", Geometry("POINT"), null=True),
    _column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "enterprise_id"),
    said="生产经营场所 Sites",
)
TEAMS = _table(
    "teams",
    _column("name", Text),
    _column("tier", Text),
    _column("command", Text),
    _column("capabilities", Json()),
    _column("people", Integer),
    _column("profile", Text),
    _column("turnout_s", Json()),
    _column("shift_start", Text),
    _column("shift_end", Text),
    _column("home_cell_code", Text),
    _column("department", Text),
    _column("leader", Text),
    _column("phone", Text),
    _column("in_service", Boolean),
    _column("out_of_service_reason", Text),
    _column("demo", Boolean),
    _column("geom", Geometry("POINT")),
    _column("updated_at", Moment()),
    _one_of("tier", "district", "town", "village", "specialist", "volunteer"),
    _one_of("command", "own", "request", "invite"),
    UniqueConstraint("code"),
    said="救援队伍 Teams",
)
RUN_CARDS = _table(
    "run_cards",
    _column("type", Text),
    _column("level", Text),
    _column("name", Text),
    _column("needs", Json()),
    _column("updated_at", Moment()),
    _one_of("level", "I", "II", "III", "IV"),
    UniqueConstraint("code"),
    said="出动方案 Run cards",
)
ALARMS = _table(
    "alarms",
    _column("type", Text),
    _column("level", Text),
    _column("reported_at", Moment()),
    _column("address", Text),
    _column("caller", Text),
    _column("phone", Text),
    _column("note", Text),
    _column("nature", Text),
    _column("geom", Geometry("POINT")),
    _column("updated_at", Moment()),
    _one_of("level", "I", "II", "III", "IV"),
    _one_of("nature", "real", "drill", "test", "false"),
    UniqueConstraint("code"),
    Index(None, "reported_at"),
    said="警情 Alarms",
)
DISPATCHES = _table(
    "dispatches",
    _reference("alarm_id", "alarms.id"),
    _reference("team_id", "teams.id"),
    _column("people", Integer),
    _column("task", Text),
    _column("dispatched_at", Moment()),
    _column("acknowledged_at", Moment(), null=True),
    _column("en_route_at", Moment(), null=True),
    _column("on_scene_at", Moment(), null=True),
    _column("released_at", Moment(), null=True),
    _column("home_at", Moment(), null=True),
    _column("answered_by", Text),
    _column("reference", Text),
    _column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "alarm_id"),
    Index(None, "team_id"),
    said="派遣 Dispatches",
)
EVENTS = _table(
    "events",
    _column("noun", Text),
    _column("noun_id", Identifier()),
    _column("what", Text),
    _column("actor", Text),
    _column("happened_at", Moment()),
    _column("recorded_at", Moment()),
    _column("reason", Text),
    _column("body", Json()),
    Index(None, "noun", "noun_id"),
    said="事件 Events",
    code=False,
)
IMPORTS = _table(
    "imports",
    _column("noun", Text),
    _column("file", Text),
    _column("sha256", Text),
    _column("imported_at", Moment()),
    _column("actor", Text),
    _column("added", Integer),
    _column("updated", Integer),
    _column("unchanged", Integer),
    _column("set_aside", Integer),
    _column("unplaced", Integer),
    _column("mapping", Json()),
    said="导入记录 Imports",
    code=False,
)
SET_ASIDE = _table(
    "set_aside",
    _reference("import_id", "imports.id"),
    _column("rule", Text),
    _column("fields", Json()),
    _column("sheet", Text),
    _column("row_number", Integer),
    _column("heading", Text),
    _column("value", Text),
    _column("row", Json()),
    Index(None, "import_id"),
    said="搁置的行 Rows set aside",
    code=False,
)
SETTINGS = _table(
    "settings",
    _column("value", Json()),
    _column("updated_at", Moment()),
    UniqueConstraint("code"),
    said="设置 Settings",
)


@dataclass(frozen=True, slots=True)
class View:
    """A query that is shown as a table to readers of the file.

    Attributes:
        name: Name in the file.
        said: Name for people.
        over: Table whose rows it shows.
        query: What it shows; the first column is an integer key.
        geometry: Geometry type when it is a map layer, empty otherwise.
    """

    name: str
    said: str
    over: str
    query: str
    geometry: str = ""


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
        "SELECT c.fid * 1000 + n.key AS fid, c.type AS type, c.level AS level, "
        + ", ".join(
            f"json_extract(n.value, '$.{name}') AS {name}"
            for name in ("line", "tier", "capability", "command", "teams", "people", "task", "safe_distance_m")
        )
        + ", json_extract(n.value, '$.fallback') AS fallback, json_extract(n.value, '$.local') AS local "
        "FROM run_cards c JOIN json_each(c.needs) n",
    ),
)


APPEND_ONLY = ("events", "imports")
"""Tables whose rows are never changed or deleted."""


def geometry_column(table: Table) -> Geometry | None:
    """The geometry type of a table that is a map layer, None for others."""
    column = table.c.get("geom")
    return column.type if column is not None and isinstance(column.type, Geometry) else None
