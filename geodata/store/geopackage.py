"""Lay out a GeoPackage 1.4 file: its own tables, the layers listed in them, spatial index, guard triggers.

Texts of tables and triggers are those of OGC 12-128r19 (GeoPackage 1.4: annex C, and annex F.3 for the R-tree). Beside
them stand two kinds of our own triggers. The *guard* lets a row change only while ``gridgis_write_permit`` holds a row,
which a unit of work puts there at its start and takes away at its end, so that nobody else ever sees it; the permit
itself needs a function that only our connections register. *Append-only* refuses to change or delete what was recorded.
"""

# ruff: noqa: S608  statements are put together from the names of our own tables

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, Table

from gridgis.geometry import GEOGRAPHIC_EPSG

APPLICATION_ID = 0x47504B47  # "GPKG"
USER_VERSION = 10400  # GeoPackage 1.4.0
PERMIT_FUNCTION = "gridgis_write"
PERMIT_TABLE = "gridgis_write_permit"
GUARD_WORDS = (
    "GridGIS 的数据库不接受其他软件的修改，本次修改未写入。请把图层另存为新文件，在其中编辑，再用 gridgis import 导入。"
    " / GridGIS: this database takes no changes from other programs, nothing was written."
    " Save the layer as a new file, edit it there and bring it in with gridgis import."
)
APPEND_ONLY_WORDS = (
    "记录只能追加，不能修改或删除。 / GridGIS: records of what happened can only be added, never changed."
)
_EPSG_4326 = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],'
    'AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],'
    'UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],'
    'AUTHORITY["EPSG","4326"]]'
)
_SYSTEMS = (
    ("Undefined cartesian SRS", -1, "NONE", -1, "undefined", "undefined cartesian coordinate reference system"),
    ("Undefined geographic SRS", 0, "NONE", 0, "undefined", "undefined geographic coordinate reference system"),
    (
        "WGS 84 geodetic",
        GEOGRAPHIC_EPSG,
        "EPSG",
        GEOGRAPHIC_EPSG,
        _EPSG_4326,
        "longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid",
    ),
)
_TABLES = (
    """CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL,
  srs_id INTEGER PRIMARY KEY,
  organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL,
  definition TEXT NOT NULL,
  description TEXT
)""",
    """CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY,
  data_type TEXT NOT NULL,
  identifier TEXT UNIQUE,
  description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE,
  min_y DOUBLE,
  max_x DOUBLE,
  max_y DOUBLE,
  srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id)
)""",
    """CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL,
  column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL,
  srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL,
  m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name),
  CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys (srs_id)
)""",
    """CREATE TABLE gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
)""",
)
STANDARD_TABLES = ("gpkg_spatial_ref_sys", "gpkg_contents", "gpkg_geometry_columns", "gpkg_extensions")
_RTREE_DEFINITION = "http://www.geopackage.org/spec120/#extension_rtree"


@dataclass(frozen=True, slots=True)
class Layer:
    """A table or view as readers of the file see it.

    Attributes:
        name: Name in the file.
        said: Name for people.
        geometry: Geometry type of its ``geom`` column, empty for a table without one.
        indexed: Whether it has a spatial index; a view has none.
    """

    name: str
    said: str
    geometry: str = ""
    indexed: bool = True


def lay_out(connection: Connection) -> None:
    """Make the file a GeoPackage: identification, standard tables, permit. Inside a transaction, on an empty file."""
    connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.exec_driver_sql(f"PRAGMA user_version = {USER_VERSION}")
    for text in _TABLES:
        connection.exec_driver_sql(text)
    connection.exec_driver_sql("INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, ?, ?, ?)", list(_SYSTEMS))
    connection.exec_driver_sql(
        f"CREATE TABLE {PERMIT_TABLE} (one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1)) WITHOUT ROWID"
    )
    connection.exec_driver_sql(
        f"CREATE TRIGGER {PERMIT_TABLE}_insert BEFORE INSERT ON {PERMIT_TABLE} BEGIN SELECT {PERMIT_FUNCTION}(); END"
    )


def permit(connection: Connection) -> None:
    """Let rows change until `revoke`; only connections of ours can."""
    connection.exec_driver_sql(f"INSERT INTO {PERMIT_TABLE} VALUES (1)")


def revoke(connection: Connection) -> None:
    """Take the permit away again, before the transaction ends."""
    connection.exec_driver_sql(f"DELETE FROM {PERMIT_TABLE}")


def register(connection: Connection, layer: Layer) -> None:
    """List a table or view in the GeoPackage, with its spatial index when it is a map layer."""
    kind, srs_id = ("features", GEOGRAPHIC_EPSG) if layer.geometry else ("attributes", None)
    connection.exec_driver_sql(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id) VALUES (?, ?, ?, ?, ?)",
        (layer.name, kind, layer.name, layer.said, srs_id),
    )
    if not layer.geometry:
        return
    connection.exec_driver_sql(
        "INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)",
        (layer.name, layer.geometry, GEOGRAPHIC_EPSG),
    )
    if layer.indexed:
        connection.exec_driver_sql(
            "INSERT INTO gpkg_extensions VALUES (?, 'geom', 'gpkg_rtree_index', ?, 'write-only')",
            (layer.name, _RTREE_DEFINITION),
        )
        for text in rtree_texts(layer.name):
            connection.exec_driver_sql(text)


def guard(connection: Connection, tables: Iterable[str]) -> None:
    """Refuse, with words, every change of these tables outside a unit of work."""
    for table in tables:
        for text in guard_texts(table):
            connection.exec_driver_sql(text)


def append_only(connection: Connection, table: Table, emptied: str = "") -> None:
    """Refuse to change, replace or delete rows of a table, even in a unit of work."""
    for text in append_only_texts(table, emptied):
        connection.exec_driver_sql(text)


def append_only_texts(table: Table, emptied: str = "") -> Iterator[str]:
    """The triggers by which rows of one table can only be added, and one column emptied where one is named."""
    refusal = f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY_WORDS}'); END"
    taken = f"SELECT 1 FROM {table} WHERE fid = NEW.fid OR id = NEW.id"
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in table.c.keys() if name != emptied)  # noqa: SIM118  columns
    allowed = f"WHEN NOT (NEW.{emptied} = '' AND {same}) " if emptied else ""
    yield f"CREATE TRIGGER {table}_kept_update BEFORE UPDATE ON {table} {allowed}{refusal}"
    yield f"CREATE TRIGGER {table}_kept_delete BEFORE DELETE ON {table} {refusal}"
    yield f"CREATE TRIGGER {table}_kept_replace BEFORE INSERT ON {table} WHEN EXISTS ({taken}) {refusal}"


def guard_texts(table: str) -> Iterator[str]:
    """The guard triggers of one table."""
    for change in ("insert", "update", "delete"):
        yield (
            f"CREATE TRIGGER {table}_guard_{change} BEFORE {change.upper()} ON {table} "
            f"WHEN NOT EXISTS (SELECT 1 FROM {PERMIT_TABLE}) "
            f"BEGIN SELECT RAISE(ABORT, '{GUARD_WORDS}'); END"
        )


def rtree_texts(table: str, geometry: str = "geom", key: str = "fid") -> Iterator[str]:
    """The R-tree and its seven triggers for one layer, as annex F.3 of the standard writes them."""
    index = f"rtree_{table}_{geometry}"
    new, old = f"NEW.{geometry}", f"OLD.{geometry}"
    box = f"ST_MinX({new}), ST_MaxX({new}), ST_MinY({new}), ST_MaxY({new})"
    filled, empty = (
        f"({new} NOTNULL AND NOT ST_IsEmpty({new}))",
        f"({new} ISNULL OR ST_IsEmpty({new}))",
    )
    was_filled, was_empty = (
        f"({old} NOTNULL AND NOT ST_IsEmpty({old}))",
        f"({old} ISNULL OR ST_IsEmpty({old}))",
    )
    same, moved = f"OLD.{key} = NEW.{key}", f"OLD.{key} != NEW.{key}"
    put = f"INSERT OR REPLACE INTO {index} VALUES (NEW.{key}, {box});"
    take = f"DELETE FROM {index} WHERE id = OLD.{key};"
    replace = (
        f"UPDATE {index} SET minx = ST_MinX({new}), maxx = ST_MaxX({new}), "
        f"miny = ST_MinY({new}), maxy = ST_MaxY({new}) WHERE id = NEW.{key};"
    )
    take_both = f"DELETE FROM {index} WHERE id IN (OLD.{key}, NEW.{key});"
    yield f"CREATE VIRTUAL TABLE {index} USING rtree(id, minx, maxx, miny, maxy)"
    for name, change, condition, action in (
        ("insert", "INSERT", f"({new} NOT NULL AND NOT ST_IsEmpty({new}))", put),
        ("update2", f"UPDATE OF {geometry}", f"{same} AND {empty}", take),
        ("update4", "UPDATE", f"{moved} AND {empty}", take_both),
        ("update5", "UPDATE", f"{moved} AND {filled}", f"{take} {put}"),
        ("update6", f"UPDATE OF {geometry}", f"{same} AND {filled} AND {was_filled}", replace),
        ("update7", f"UPDATE OF {geometry}", f"{same} AND {filled} AND {was_empty}", put.replace("OR REPLACE ", "")),
        ("delete", "DELETE", f"{old} NOT NULL", take),
    ):
        yield f"CREATE TRIGGER {index}_{name} AFTER {change} ON {table} WHEN {condition} BEGIN {action} END"
