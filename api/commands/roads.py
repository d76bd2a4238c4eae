"""`gridgis roads DB OUT.html`: islands, suspicious dead ends and figures of the roads, on one offline page."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.shared import Console, write_text
from gridgis.errors import Conflict


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.roads.help"))
    def roads(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        out: Annotated[Path, typer.Argument(metavar="OUT.html", help=words.text("cli.map.out"))],
        profile: Annotated[str, typer.Option(metavar="V", help=words.text("cli.roads.profile"))] = "fire_engine",
    ) -> None:
        from geodata.store import open_store
        from maps.road_report import road_report

        with open_store(db) as store:
            state, quality = store.state(), store.road_quality()
        if state.open_router is None:
            raise Conflict("closure.no_roads")
        page = road_report(
            state.open_router,
            state.district.metric_epsg,
            words,
            name=state.district.name,
            profile_code=profile,
            quality=quality,
        )
        write_text(out, page)
        console.say("cli.map.done", path=out, megabytes=f"{out.stat().st_size / 1e6:.1f}")
