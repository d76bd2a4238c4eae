"""`gridgis map DB OUT.html`: one page of the district that opens with no network, with an alarm's answer when asked."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.shared import Console, now, parse_moment, parse_place
from gridgis.dispatch.alarms import ResponseLevel


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command("map", help=words.text("cli.map.help"))
    def map_(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        out: Annotated[Path, typer.Argument(metavar="OUT.html", help=words.text("cli.map.out"))],
        at: Annotated[str | None, typer.Option(metavar="LON,LAT", help=words.text("cli.map.at"))] = None,
        alarm_type: Annotated[str, typer.Option("--type", metavar="T", help=words.text("cli.respond.type"))] = "fire",
        level: Annotated[ResponseLevel, typer.Option(help=words.text("cli.respond.level"))] = ResponseLevel.III,
        when: Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))] = None,
    ) -> None:
        from uuid import uuid4

        from geodata import open_district
        from gridgis.dispatch import choose_response
        from gridgis.dispatch.alarms import Alarm
        from maps.reports import district_map

        state = open_district(db)
        moment = parse_moment(when) if when else now()
        response = None
        if at is not None:
            lon, lat = parse_place(at)
            alarm = Alarm(id=uuid4(), code="", type=alarm_type, level=level, lon=lon, lat=lat, reported_at=moment)
            response = choose_response(state, alarm, when=moment)
        out.write_text(district_map(state, response=response, words=words, when=moment), "utf-8")
        console.say("cli.map.done", path=out, megabytes=f"{out.stat().st_size / 1e6:.1f}")
