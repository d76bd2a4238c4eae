"""Keep GeoPackage's list of contents true: when each layer last changed, and how far it reaches."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection

from geodata.store.changes import Extent
from geodata.store.schema import VIEWS

Box = tuple[float, float, float, float]


def record_changes(connection: Connection, tables: Collection[str], extents: Mapping[str, Extent], stamp: str) -> None:
    """Note a moment of change for tables and the views over them, and the new extent of layers whose geometry moved.

    Args:
        connection: A transaction with the permit to write.
        tables: Tables that changed.
        extents: What came to and went from each layer.
        stamp: Moment of the change as text.
    """
    views = {view: table for view, table in _views().items() if table in tables}
    connection.exec_driver_sql(
        "UPDATE gpkg_contents SET last_change = ? WHERE table_name = ?",
        [(stamp, name) for name in sorted({*tables, *views})],
    )
    for table, extent in extents.items():
        if not extent:
            continue
        old = _stored_extent(connection, table)
        box = _new_extent(connection, table, extent, old)
        if box == old:
            continue
        names = [table, *(view for view, over in views.items() if over == table)]
        connection.exec_driver_sql(
            "UPDATE gpkg_contents SET min_x = ?, max_x = ?, min_y = ?, max_y = ? WHERE table_name = ?",
            [(*(box or (None,) * 4), name) for name in names],
        )


def _views() -> dict[str, str]:
    return {view.name: view.over for view in VIEWS}


def _stored_extent(connection: Connection, table: str) -> Box | None:
    """The extent as it is noted, None while the layer is empty."""
    text = "SELECT min_x, max_x, min_y, max_y FROM gpkg_contents WHERE table_name = ?"
    found = connection.exec_driver_sql(text, (table,)).one()
    return None if found[0] is None else tuple(found)


def _new_extent(connection: Connection, table: str, extent: Extent, old: Box | None) -> Box | None:
    """The old extent grown by what came; measured anew when something that bounded it went."""
    if extent.whole:
        return _around(extent.brought)
    if old is not None and any(_bounds(old, box) for box in extent.taken):
        measured = connection.exec_driver_sql(
            f"SELECT min(ST_MinX(geom)), max(ST_MaxX(geom)), min(ST_MinY(geom)), max(ST_MaxY(geom)) FROM {table}"  # noqa: S608  our own table
        ).one()
        return None if measured[0] is None else tuple(measured)
    return _around([*extent.brought, *([] if old is None else [old])])


def _around(boxes: Sequence[Box]) -> Box | None:
    """The box around boxes, None when there are none."""
    if not boxes:
        return None
    least_x, most_x, least_y, most_y = zip(*boxes, strict=True)
    return min(least_x), max(most_x), min(least_y), max(most_y)


def _bounds(extent: Box, box: Box) -> bool:
    """Whether a box reaches an edge of the extent."""
    return any(own == other for own, other in zip(extent, box, strict=True))
