"""Import the entrances of sites."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from geodata.headings import Column
from geodata.registers.batch import Batch, Row
from geodata.registers.places import PLACE, Ground, place_rows
from geodata.registers.register import Brought, Intake, Register
from geodata.store import UnitOfWork
from geodata.values import key
from gridgis.codes import record_id
from gridgis.supervision.enterprises import Site
from gridgis.supervision.entrances import Entrance

COLUMNS = (
    Column("site", "场所编号 场所编码 site_code", key, required=True),
    Column("name", "入口名称 入口 大门 名称", required=True),
    *PLACE,
    Column("note", "备注 说明 通行条件"),
)


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:
    """Put entrances of sites that are stored; the same name at a site again takes the place of what was told."""
    district = work.district()
    sites = {site.code: site for site in work.sites()}
    place_rows(batch, intake.crs, Ground.of(work, intake.now))
    batch.check(partial(_check, sites))
    batch.refuse_repeated(_code, "name")
    return Brought(work.put_entrances(_entrance(row, district.code, sites) for row in batch.good))


def _code(row: Row) -> str:
    """What names an entrance: its site and its name."""
    return f"{row.values['site']}/{row.values['name']}"


def _check(sites: Mapping[str, Site], row: Row) -> None:
    if row.values["site"] not in sites:
        row.refuse("site.unknown", "site")
    if row.values["xy"] is None:
        row.refuse("entrance.no_place", "lon")


def _entrance(row: Row, district: str, sites: Mapping[str, Site]) -> Entrance:
    code = _code(row)
    lon, lat = row.values["xy"]
    site = sites[row.values["site"]]
    return Entrance(
        record_id(district, "entrance", code), code, site.id, row.values["name"], lon, lat, row.get("note", "")
    )


REGISTER = Register(COLUMNS, bring)
