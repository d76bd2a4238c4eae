"""`gridgis roads`: how good the roads are, and what they say for all teams and the whole district at once."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from api.commands import road_questions
from api.commands.shared import Console, write_text
from gridgis.errors import Conflict

if TYPE_CHECKING:
    from shapely import LineString
    from shapely.geometry.base import BaseGeometry

DEFAULT = "quality"
RAILS = frozenset({"rail", "narrow_gauge", "light_rail", "preserved"})
"""Kinds of railways that close a road when a train comes; trams drive with the traffic, and metros below it."""


class QualityByDefault(TyperGroup):
    """Commands of which the first need not be named: ``gridgis roads DB OUT.html``."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Put the name in front where none of the commands is named."""
        named = bool(args) and (args[0].startswith("-") or args[0] in self.commands)
        return super().parse_args(ctx, args if named or not args else [DEFAULT, *args])


def lines_of(shapes: "Iterable[BaseGeometry]") -> "list[LineString]":
    """The lines of some shapes, each part of its own."""
    import shapely

    return [part for shape in shapes for part in shapely.get_parts(shape) if part.geom_type == "LineString"]


def add(app: typer.Typer, console: Console) -> None:
    """Add the commands to the command line."""
    words = console.words
    roads = typer.Typer(cls=QualityByDefault, help=words.text("cli.roads.help"), no_args_is_help=True)
    app.add_typer(roads, name="roads")

    @roads.command(DEFAULT, help=words.text("cli.roads.quality"))
    def quality(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        out: Annotated[Path, typer.Argument(metavar="OUT.html", help=words.text("cli.map.out"))],
        profile: Annotated[str, typer.Option(metavar="V", help=words.text("cli.roads.profile"))] = "fire_engine",
    ) -> None:
        from geodata.store import open_store
        from maps.road_report import road_report

        with open_store(db) as store:
            state, told, drawn = store.state(), store.road_quality(), store.base_map()
        if state.open_router is None:
            raise Conflict("roads.none")
        page = road_report(
            state.open_router,
            state.district.metric_epsg,
            words,
            name=state.district.name,
            profile_code=profile,
            quality=told,
            railways=lines_of(one.geometry for one in drawn if one.layer == "railways" and one.kind in RAILS),
        )
        write_text(out, page)
        console.say("cli.map.done", path=out, megabytes=f"{out.stat().st_size / 1e6:.1f}")

    road_questions.add(roads, console)
