"""`gridgis init`, `migrate` and `copy`: make a district's database, bring an older one up to date, copy one whole."""

from typing import Annotated

import typer

from api.commands.shared import Console, now
from api.commands.users import first_account

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
        from geodata.store import create_store, shown
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
        with create_store(db, district, now=now()) as store:
            console.say("cli.init.done", db=shown(db), name=district.name, code=district.code)
            first_account(console, store, at=now())

    @app.command(help=words.text("cli.migrate.help"))
    def migrate(db: Database) -> None:
        from geodata.store import migrate as migrate_store
        from geodata.store import shown

        console.say("cli.migrate.done", db=shown(db), version=migrate_store(db))

    @app.command(help=words.text("cli.copy.help"))
    def copy(
        source: Annotated[str, typer.Argument(metavar="FROM", help=words.text("cli.copy.from"))],
        target: Annotated[str, typer.Argument(metavar="TO", help=words.text("cli.copy.to"))],
    ) -> None:
        from geodata.store import copy_store, shown

        with console.progress() as progress:
            copied = copy_store(source, target, now=now(), progress=progress)
        console.say(
            "cli.copy.done",
            db=shown(source),
            to=shown(target),
            rows=sum(copied.rows.values()),
            events=copied.rows["events"],
            head=copied.head,
        )


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
