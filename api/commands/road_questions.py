"""Commands of `gridgis roads` that ask for all teams and the whole district at once."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.respond import distance, duration
from api.commands.shared import Console, moment_or_now, parse_place
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.place_kinds import PlaceKind
from gridgis.dispatch.teams import Tier
from gridgis.errors import InvalidValue

if TYPE_CHECKING:
    from pydantic import BaseModel

    from api.bodies.roads import Comer
    from api.road_questions import RoadQuestion
    from gridgis.dispatch.state import DistrictState

SHOWN = 20
S_PER_MINUTE = 60


def add(roads: typer.Typer, console: Console) -> None:
    """Add the commands to those of the roads."""
    for one in (_add_matrix, _add_reach, _add_cover, _add_parts, _add_detours, _add_bridges, _add_explain):
        one(roads, console)


def _add_matrix(roads: typer.Typer, console: Console) -> None:
    words = console.words
    Database = Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))]  # noqa: N806  types
    When = Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))]  # noqa: N806
    Json = Annotated[bool, typer.Option("--json", help=words.text("cli.json"))]  # noqa: N806

    @roads.command(help=words.text("cli.roads.matrix"))
    def matrix(
        db: Database,
        at: Annotated[list[str], typer.Option(metavar="LON,LAT", help=words.text("cli.roads.points"))],
        profile: Annotated[str, typer.Option(metavar="V", help=words.text("cli.roads.vehicle"))] = "car",
        when: When = None,
        as_json: Json = False,
    ) -> None:
        from api import road_questions
        from api.bodies.roads import MOST_POINTS, MatrixRequest

        if len(at) > MOST_POINTS:
            raise InvalidValue("roads.pairs", pairs=len(at) ** 2, most=MOST_POINTS**2)
        state = read(db)
        made = road_questions.matrix(
            state,
            moment_or_now(when),
            MatrixRequest.model_construct(
                origins=None, hour=None, when=None, profile=profile, places=[parse_place(one) for one in at]
            ),
        )
        if as_json:
            show_json(console, made)
            return
        table = console.table("cli.roads.from_to", title="")
        for number in range(1, len(at) + 1):
            table.add_column(str(number))
        for number, row in enumerate(made.travel_s, start=1):
            table.add_row(f"{number} {at[number - 1]}", *(duration(one, words) for one in row))
        console.out.print(table)


def _add_reach(roads: typer.Typer, console: Console) -> None:
    words = console.words
    Database = Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))]  # noqa: N806  types
    Tiers = Annotated[list[Tier] | None, typer.Option("--tier", help=words.text("cli.roads.tier"))]  # noqa: N806
    Capability = Annotated[str, typer.Option(metavar="C", help=words.text("cli.roads.capability"))]  # noqa: N806
    Free = Annotated[bool, typer.Option("--free", help=words.text("cli.roads.free"))]  # noqa: N806
    When = Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))]  # noqa: N806
    Json = Annotated[bool, typer.Option("--json", help=words.text("cli.json"))]  # noqa: N806
    Within = Annotated[  # noqa: N806
        list[float] | None, typer.Option(metavar="MINUTES", help=words.text("cli.roads.within"))
    ]

    @roads.command(help=words.text("cli.roads.reach"))
    def reach(
        db: Database,
        tier: Tiers = None,
        capability: Capability = "",
        within: Within = None,
        by: Annotated[int, typer.Option(min=1, max=2, help=words.text("cli.roads.by"))] = 1,
        free: Free = False,
        when: When = None,
        as_json: Json = False,
    ) -> None:
        from api import road_questions

        made = road_questions.reach(question(db, tier, capability, when, free=free), seconds(within), by=by)
        if as_json:
            show_json(console, made)
            return
        for one in made.items:
            console.say(
                "cli.roads.reached",
                minutes=f"{one.within_s / S_PER_MINUTE:g}",
                area=f"{one.area_km2:.1f}",
                villages=one.villages,
                of=made.villages,
            )


def _add_cover(roads: typer.Typer, console: Console) -> None:
    words = console.words
    Database = Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))]  # noqa: N806  types
    Tiers = Annotated[list[Tier] | None, typer.Option("--tier", help=words.text("cli.roads.tier"))]  # noqa: N806
    Capability = Annotated[str, typer.Option(metavar="C", help=words.text("cli.roads.capability"))]  # noqa: N806
    Free = Annotated[bool, typer.Option("--free", help=words.text("cli.roads.free"))]  # noqa: N806
    When = Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))]  # noqa: N806
    Json = Annotated[bool, typer.Option("--json", help=words.text("cli.json"))]  # noqa: N806
    Of = Annotated[PlaceKind, typer.Option(help=words.text("cli.roads.of"))]  # noqa: N806
    Within = Annotated[  # noqa: N806
        list[float] | None, typer.Option(metavar="MINUTES", help=words.text("cli.roads.within"))
    ]
    Most = Annotated[int, typer.Option(min=1, help=words.text("cli.roads.most"))]  # noqa: N806

    @roads.command(help=words.text("cli.roads.cover"))
    def cover(
        db: Database,
        of: Of = PlaceKind.VILLAGES,
        tier: Tiers = None,
        capability: Capability = "",
        within: Within = None,
        most: Most = SHOWN,
        free: Free = False,
        when: When = None,
        as_json: Json = False,
    ) -> None:
        from api import road_questions

        asked = question(db, tier, capability, when, free=free)
        made = road_questions.cover(asked, of, seconds(within), limit=most)
        if as_json:
            show_json(console, made)
            return
        for count in made.within:
            minutes = f"{count.within_s / S_PER_MINUTE:g}"
            console.say("cli.roads.covered", minutes=minutes, first=count.first, second=count.second, of=made.total)
        columns = ("place", "first", "first_s", "second", "second_s")
        table = console.table(*(f"cli.roads.column.{one}" for one in columns))
        for place in made.items:
            table.add_row(place.name, *shown(place.first, console), *shown(place.second, console))
        console.out.print(table)


def _add_parts(roads: typer.Typer, console: Console) -> None:
    words = console.words
    Database = Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))]  # noqa: N806  types
    Tiers = Annotated[list[Tier] | None, typer.Option("--tier", help=words.text("cli.roads.tier"))]  # noqa: N806
    Capability = Annotated[str, typer.Option(metavar="C", help=words.text("cli.roads.capability"))]  # noqa: N806
    Free = Annotated[bool, typer.Option("--free", help=words.text("cli.roads.free"))]  # noqa: N806
    When = Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))]  # noqa: N806
    Json = Annotated[bool, typer.Option("--json", help=words.text("cli.json"))]  # noqa: N806

    @roads.command(help=words.text("cli.roads.parts"))
    def parts(
        db: Database,
        tier: Tiers = None,
        capability: Capability = "",
        free: Free = False,
        when: When = None,
        as_json: Json = False,
    ) -> None:
        from api import road_questions

        made = road_questions.parts(question(db, tier, capability, when, free=free))
        if as_json:
            show_json(console, made)
            return
        table = console.table("cli.roads.column.team", "cli.roads.column.area")
        for one in sorted(made.items, key=lambda part: -part.area_km2):
            table.add_row(one.team.name, f"{one.area_km2:.1f}")
        console.out.print(table)


def _add_detours(roads: typer.Typer, console: Console) -> None:
    words = console.words
    Database = Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))]  # noqa: N806  types
    Tiers = Annotated[list[Tier] | None, typer.Option("--tier", help=words.text("cli.roads.tier"))]  # noqa: N806
    Capability = Annotated[str, typer.Option(metavar="C", help=words.text("cli.roads.capability"))]  # noqa: N806
    When = Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))]  # noqa: N806
    Json = Annotated[bool, typer.Option("--json", help=words.text("cli.json"))]  # noqa: N806
    Of = Annotated[PlaceKind, typer.Option(help=words.text("cli.roads.of"))]  # noqa: N806

    @roads.command(help=words.text("cli.roads.detours"))
    def detours(
        db: Database,
        at: Annotated[str, typer.Option(metavar="LON,LAT", help=words.text("cli.at"))],
        of: Of = PlaceKind.VILLAGES,
        tier: Tiers = None,
        capability: Capability = "",
        when: When = None,
        as_json: Json = False,
    ) -> None:
        from api import road_questions

        made = road_questions.detours(question(db, tier, capability, when), parse_place(at), of)
        if as_json:
            show_json(console, made)
            return
        road = made.road or words.text("page.closure.nameless")
        console.say("cli.roads.detour", road=road, places=made.places, later=made.later, cut_off=made.cut_off)
        columns = ("place", "first", "first_s", "then", "then_s", "later")
        table = console.table(*(f"cli.roads.column.{one}" for one in columns))
        for place in made.items[:SHOWN]:
            later = duration(place.later_s, words)
            table.add_row(place.name, *shown(place.before, console), *shown(place.after, console), later)
        console.out.print(table)


def _add_bridges(roads: typer.Typer, console: Console) -> None:
    words = console.words
    Database = Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))]  # noqa: N806  types
    Tiers = Annotated[list[Tier] | None, typer.Option("--tier", help=words.text("cli.roads.tier"))]  # noqa: N806
    Capability = Annotated[str, typer.Option(metavar="C", help=words.text("cli.roads.capability"))]  # noqa: N806
    When = Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))]  # noqa: N806
    Json = Annotated[bool, typer.Option("--json", help=words.text("cli.json"))]  # noqa: N806
    Of = Annotated[PlaceKind, typer.Option(help=words.text("cli.roads.of"))]  # noqa: N806
    Most = Annotated[int, typer.Option(min=1, help=words.text("cli.roads.most"))]  # noqa: N806

    @roads.command(help=words.text("cli.roads.bridges"))
    def bridges(
        db: Database,
        of: Of = PlaceKind.ENTERPRISES,
        tier: Tiers = None,
        capability: Capability = "",
        most: Most = SHOWN,
        when: When = None,
        as_json: Json = False,
    ) -> None:
        from api import road_questions

        made = road_questions.bridges(question(db, tier, capability, when), of, limit=most)
        if as_json:
            show_json(console, made)
            return
        console.say("cli.roads.bridges_counted", bridges=made.bridges, total=made.total, places=made.places)
        columns = ("rank", "road", "at", "cut_off", "risk_minutes", "places_later", "worst")
        table = console.table(*(f"cli.roads.column.{one}" for one in columns))
        for one in made.items:
            road = one.road or words.text("page.closure.nameless")
            worst = duration(one.worst_s, words) if one.worst_s else ""
            where = "{:.5f},{:.5f}".format(*middle(one.geometry.coordinates))
            costs = (str(one.cut_off), f"{one.risk_minutes:.1f}", str(one.later), worst)
            table.add_row(str(one.rank), road, where, *costs)
        console.out.print(table)


def _add_explain(roads: typer.Typer, console: Console) -> None:
    words = console.words
    Database = Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))]  # noqa: N806  types
    When = Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))]  # noqa: N806
    Json = Annotated[bool, typer.Option("--json", help=words.text("cli.json"))]  # noqa: N806

    @roads.command(help=words.text("cli.roads.explain"))
    def explain(
        db: Database,
        at: Annotated[str, typer.Option(metavar="LON,LAT", help=words.text("cli.at"))],
        alarm_type: Annotated[str, typer.Option("--type", metavar="T", help=words.text("cli.respond.type"))],
        level: Annotated[ResponseLevel, typer.Option(help=words.text("cli.respond.level"))],
        team: Annotated[str | None, typer.Option(metavar="CODE", help=words.text("cli.roads.team"))] = None,
        when: When = None,
        as_json: Json = False,
    ) -> None:
        from api.bodies.explanations import ExplanationList, explanation_body
        from api.questions import propose
        from gridgis.dispatch.why_later import explain_answer

        state, moment = read(db), moment_or_now(when)
        answer = propose(state, parse_place(at), alarm_type, level, moment)
        asked = None if team is None else team_of(state, team)
        found = [explanation_body(one, words.say) for one in explain_answer(state, answer, asked)]
        if as_json:
            show_json(console, ExplanationList(when=moment, items=found))
            return
        for why in found:
            console.out.print(why.text, markup=False)
            ways = (distance(way.distance_m, words) for way in (why.later, why.sooner))
            console.note("cli.roads.ways", later=next(ways), sooner=next(ways))
        if not found:
            console.say("cli.roads.nothing_to_explain")


def middle(coordinates: list[Any]) -> tuple[float, float]:
    """A place on a line, or on the first of several, lon/lat: where one may point at it."""
    line = coordinates if isinstance(coordinates[0][0], float) else coordinates[0]
    one, other = line[(len(line) - 1) // 2], line[len(line) // 2]
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def team_of(state: "DistrictState", code: str) -> Any:
    """The identifier of a team by its code.

    Raises:
        NotKnown: ``team.unknown``.
    """
    from gridgis.errors import NotKnown

    found = next((team.id for team in state.teams if team.code == code), None)
    if found is None:
        raise NotKnown("team.unknown", value=code)
    return found


def read(db: str) -> "DistrictState":
    """The district of a database."""
    from geodata import open_district

    return open_district(db)


def question(
    db: str, tiers: list[Tier] | None, capability: str, when: str | None, *, free: bool = False
) -> "RoadQuestion":
    """What the options ask."""
    from api.road_questions import RoadQuestion
    from gridgis.dispatch.fleets import TeamsWanted

    wanted = TeamsWanted(tuple(tiers or ()), capability, (), free)
    return RoadQuestion(read(db), moment_or_now(when), wanted)


def seconds(minutes: list[float] | None) -> tuple[float, ...]:
    """Seconds of some minutes, 5, 10 and 15 by default."""
    from api.road_questions import WITHIN_S

    return tuple(one * S_PER_MINUTE for one in minutes) if minutes else WITHIN_S


def shown(comer: "Comer | None", console: Console) -> tuple[str, str]:
    """A team and its time, empty for none."""
    return ("", "") if comer is None else (comer.team.name, duration(comer.eta_s, console.words))


def show_json(console: Console, body: "BaseModel") -> None:
    """A body as the one JSON document of the output."""
    console.json(body.model_dump(mode="json"))
