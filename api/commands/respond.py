"""`gridgis respond DB --at LON,LAT --type T --level L`: which teams go, by which roads, how soon, and why."""

from typing import Annotated, Any

import typer

from api.commands.shared import Console, now, parse_moment, parse_place
from gridgis.dispatch.alarms import ResponseLevel

PASSED_OVER_SHOWN = 12


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.respond.help"))
    def respond(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        at: Annotated[str, typer.Option(metavar="LON,LAT", help=words.text("cli.at"))],
        alarm_type: Annotated[str, typer.Option("--type", metavar="T", help=words.text("cli.respond.type"))],
        level: Annotated[ResponseLevel, typer.Option(help=words.text("cli.respond.level"))],
        when: Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        from uuid import uuid4

        from geodata import open_district
        from gridgis.dispatch import choose_response
        from gridgis.dispatch.alarms import Alarm

        lon, lat = parse_place(at)
        moment = parse_moment(when) if when else now()
        state = open_district(db)
        alarm = Alarm(id=uuid4(), code="", type=alarm_type, level=level, lon=lon, lat=lat, reported_at=moment)
        answer = choose_response(state, alarm, when=moment).to_json(lambda code, fields: words.text(code, **fields))
        if as_json:
            console.json(answer)
        else:
            show(answer, console)


def minutes(seconds: float | None, console: Console) -> str:
    """A time as people say it: 6分20秒."""
    if seconds is None:
        return console.text("unit.unknown")
    whole = round(seconds)
    return console.text("unit.minutes_seconds", minutes=whole // 60, seconds=f"{whole % 60:02d}")


def distance(metres: float | None, console: Console) -> str:
    """A distance as people say it: 850 米, 3.2 公里."""
    if metres is None:
        return console.text("unit.unknown")
    kilometre = 1000
    if metres < kilometre:
        return console.text("unit.metres", value=round(metres))
    return console.text("unit.kilometres", value=f"{metres / kilometre:.1f}")


def show(answer: dict[str, Any], console: Console) -> None:
    """The answer as tables: where, who goes, what is short, who was passed over and why."""
    words = console.words
    place = " › ".join(f"{cell['name']}" for cell in answer["cells"])
    alarm = answer["alarm"]
    console.out.print(
        f"{words.text('alarm_type.' + alarm['type'])} · {words.text('level.' + alarm['level'])} · {place}", markup=False
    )
    table = console.table(
        "cli.respond.rank",
        "cli.respond.team",
        "cli.respond.tier",
        "cli.respond.task",
        "cli.respond.people",
        "cli.respond.arrival",
        "cli.respond.distance",
        "cli.respond.reason",
    )
    for rank, chosen in enumerate(answer["chosen"], start=1):
        arrival = minutes(chosen["eta_s"], console) + ("≈" if chosen["estimated"] else "")
        task = words.text(f"task.{chosen['task']}")
        if chosen["safe_distance_m"]:
            task = words.text("cli.respond.keep_away", task=task, metres=chosen["safe_distance_m"])
        table.add_row(
            str(rank),
            chosen["team"]["name"],
            words.text(f"tier.{chosen['tier']}")
            + ("" if chosen["command"] == "own" else f"·{words.text('command.' + chosen['command'])}"),
            task,
            str(chosen["people"]),
            arrival,
            distance(chosen["distance_m"], console),
            chosen["reason"],
        )
    console.out.print(table)
    for shortfall in answer["shortfalls"]:
        console.out.print(f"✗ {shortfall['need']}: {shortfall['reason']}", markup=False, style="red")
    passed = answer["passed_over"]
    if passed:
        table = console.table("cli.respond.passed_over", "cli.respond.arrival", "cli.respond.reason")
        for team in passed[:PASSED_OVER_SHOWN]:
            table.add_row(team["team"]["name"], minutes(team["eta_s"], console), team["reason"])
        console.out.print(table)
        if len(passed) > PASSED_OVER_SHOWN:
            console.say("cli.respond.more", count=len(passed) - PASSED_OVER_SHOWN)
