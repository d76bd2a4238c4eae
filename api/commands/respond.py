"""`gridgis respond DB --at LON,LAT --type T --level L`: which teams go, by which roads, how soon, and why."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from api.commands.shared import Console, moment_or_now, parse_place
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.reasons import word
from maps.words import Words

PASSED_OVER_SHOWN = 12
KILOMETRE_M = 1000
CHOSEN = (
    *("team", "tier", "capabilities", "people", "turnout_s", "travel_s", "walk_s", "eta_s"),
    *("distance_m", "estimated", "reason", "route"),
)
PASSED_OVER = ("team", "eta_s", "reason")


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
        from api.questions import propose
        from geodata import open_district

        place, moment = parse_place(at), moment_or_now(when)
        answer = propose(open_district(db), place, alarm_type, level, moment).to_json(words.say)
        if as_json:
            console.json(promised(answer, words))
        else:
            show(answer, console)


def promised(answer: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """The keys that ``respond --json`` promises, and no other; the reason begins with the task, part of the order.

    Args:
        answer: What `gridgis.dispatch.Response.to_json` gives.
        words: Language of the task.
    """
    return {
        "alarm": answer["alarm"],
        "cells": answer["cells"],
        "chosen": [
            {
                **_team_and(chosen, CHOSEN),
                "reason": words.text("cli.colon", first=order(chosen, words), then=chosen["reason"]),
            }
            for chosen in answer["chosen"]
        ],
        "passed_over": [_team_and(passed, PASSED_OVER) for passed in answer["passed_over"]],
        "shortfalls": [{"need": short["need"], "reason": short["reason"]} for short in answer["shortfalls"]],
    }


def _team_and(told: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    team = {"id": told["team"]["id"], "name": told["team"]["name"]}
    return {key: team if key == "team" else told[key] for key in keys}


def order(chosen: Mapping[str, Any], words: Words) -> str:
    """What a team is sent to do, and how far it keeps away."""
    task = words.text(f"task.{chosen['task']}")
    metres = chosen["safe_distance_m"]
    return words.text("cli.respond.keep_away", task=task, metres=metres) if metres else task


def duration(seconds: float | None, words: Words) -> str:
    """A time as people say it: 6分20秒."""
    if seconds is None:
        return words.text("unit.unknown")
    minutes, rest = divmod(round(seconds), 60)
    return words.text("unit.minutes_seconds", minutes=minutes, seconds=f"{rest:02d}")


def distance(metres: float | None, words: Words) -> str:
    """A distance as people say it: 850 米, 3.2 公里."""
    if metres is None:
        return words.text("unit.unknown")
    if round(metres) < KILOMETRE_M:
        return words.text("unit.metres", value=round(metres))
    return words.text("unit.kilometres", value=f"{metres / KILOMETRE_M:.1f}")


def show(answer: Mapping[str, Any], console: Console) -> None:
    """The answer as tables: where, who goes, what is short, who was passed over and why."""
    words, alarm = console.words, answer["alarm"]
    cells = " › ".join(cell["name"] for cell in answer["cells"])
    heading = [word("alarm_type", alarm["type"], words.say), words.text(f"level.{alarm['level']}"), cells]
    console.out.print(" · ".join(part for part in heading if part), markup=False)
    _show_chosen(answer["chosen"], console)
    for shortfall in answer["shortfalls"]:
        lacking = words.text("cli.colon", first=shortfall["need"], then=shortfall["reason"])
        console.out.print(f"✗ {lacking}", markup=False, style="red")
    _show_passed_over(answer["passed_over"], console)


def _show_chosen(listed: Iterable[Mapping[str, Any]], console: Console) -> None:
    words = console.words
    columns = ("rank", "team", "tier", "task", "people", "arrival", "distance", "reason")
    table = console.table(*(f"cli.respond.{column}" for column in columns))
    for rank, chosen in enumerate(listed, start=1):
        asked = "" if chosen["command"] == "own" else f"·{words.text('command.' + chosen['command'])}"
        table.add_row(
            str(rank),
            chosen["team"]["name"],
            words.text(f"tier.{chosen['tier']}") + asked,
            order(chosen, words),
            str(chosen["people"]),
            duration(chosen["eta_s"], words) + ("≈" if chosen["estimated"] else ""),
            distance(chosen["distance_m"], words),
            chosen["reason"],
        )
    console.out.print(table)


def _show_passed_over(listed: list[Mapping[str, Any]], console: Console) -> None:
    if not listed:
        return
    table = console.table("cli.respond.passed_over", "cli.respond.arrival", "cli.respond.reason")
    for passed in listed[:PASSED_OVER_SHOWN]:
        table.add_row(passed["team"]["name"], duration(passed["eta_s"], console.words), passed["reason"])
    console.out.print(table)
    if len(listed) > PASSED_OVER_SHOWN:
        console.say("cli.respond.more", count=len(listed) - PASSED_OVER_SHOWN)
