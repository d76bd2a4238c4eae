"""`gridgis init` and `gridgis migrate`: make a district's database, and bring an older one up to date."""

from typing import Annotated

import typer

from api.commands.shared import Console, now

METRE = "metre"


def add(app: typer.Typer, console: Console) -> None:
    """Add the commands to the command line."""
    words = console.words
    Database = Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))]  # noqa: N806  a type

    @app.command(help=words.text("cli.init.help"))
    def init(
        db: Database,
        name: Annotated[str, typer.Option(help=words.text("cli.init.name"))],
        code: Annotated[str, typer.Option(help=words.text("cli.init.code"))],
        epsg: Annotated[int, typer.Option(help=words.text("cli.init.epsg"))] = 4549,
    ) -> None:
        from geodata.store import create_store
        from gridgis.cells import District
        from gridgis.codes import parse_district_code, record_id
        from gridgis.errors import InvalidValue

        if not name.strip():
            raise InvalidValue("district.name")
        district_code = parse_district_code(code)
        check_metric(epsg)
        district = District(
            id=record_id(district_code, "district", district_code),
            code=district_code,
            name=name.strip(),
            metric_epsg=epsg,
        )
        create_store(db, district, now=now()).close()
        console.say("cli.init.done", db=db, name=district.name, code=district.code)

    @app.command(help=words.text("cli.migrate.help"))
    def migrate(db: Database) -> None:
        from geodata.store import migrate as migrate_store

        console.say("cli.migrate.done", db=db, version=migrate_store(db))


def check_metric(epsg: int) -> None:
    """Refuse a system in which metres can't be measured.

    Raises:
        InvalidValue: ``district.epsg``.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    from gridgis.errors import InvalidValue

    try:
        system = CRS.from_epsg(epsg)
    except CRSError as error:
        raise InvalidValue("district.epsg", value=epsg) from error
    if not system.is_projected or any(axis.unit_name != METRE for axis in system.axis_info):
        raise InvalidValue("district.epsg", value=epsg)
