"""`gridgis replay DB` answers past alarms again; `gridgis learn DB` shows what runs teach, and switches it on."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from api.commands.shared import Console, now, parse_place
from api.moments import check_span, local_day, parse_day
from gridgis.errors import InvalidValue

CLOSED_WITHIN_M = 60.0


def add(app: typer.Typer, console: Console) -> None:
    """Add the commands to the command line."""
    words = console.words

    @app.command(help=words.text("cli.replay.help"))
    def replay(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        since: Annotated[str, typer.Option("--from", metavar="DATE", help=words.text("cli.report.from"))],
        to: Annotated[str, typer.Option("--to", metavar="DATE", help=words.text("cli.report.to"))],
        without: Annotated[
            list[str] | None, typer.Option(metavar="TEAM", help=words.text("cli.replay.without"))
        ] = None,
        move: Annotated[
            list[str] | None, typer.Option(metavar="TEAM=LON,LAT", help=words.text("cli.replay.move"))
        ] = None,
        close: Annotated[list[str] | None, typer.Option(metavar="LON,LAT", help=words.text("cli.replay.close"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        told = _replayed(db, (since, to), without or (), move or (), close or ())
        if as_json:
            console.json(told)
        else:
            _show_replay(console, told)

    @app.command(help=words.text("cli.learn.help"))
    def learn(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        use: Annotated[bool, typer.Option("--use", help=words.text("cli.learn.use"))] = False,
        leave: Annotated[bool, typer.Option("--leave", help=words.text("cli.learn.leave"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        told = _learned(db, use=use, leave=leave)
        if as_json:
            console.json(told)
        else:
            _show_learning(console, told)


def _replayed(
    db: str, span: tuple[str, str], without: Sequence[str], move: Sequence[str], close: Sequence[str]
) -> dict[str, Any]:
    from geodata import open_district
    from gridgis.dispatch.replay import replay
    from gridgis.dispatch.scenario import Scenario, apply, edges_at

    first, last = parse_day(span[0]), parse_day(span[1])
    check_span(first, last)
    state = open_district(db)
    alarms = [one for one in state.alarms if first <= local_day(one.reported_at) <= last]
    ids = {one.id for one in alarms}
    happened = [one for one in state.dispatches if one.alarm_id in ids]
    closed = [edge for text in close for edge in edges_at(state, parse_place(text), within_m=CLOSED_WITHIN_M)]
    scenario = Scenario(without=frozenset(without), moved=dict(map(_moved, move)), closed=tuple(closed))
    now_ = replay(apply(state, Scenario()), alarms, happened)
    tried = replay(apply(state, scenario), alarms, happened) if scenario.changes else None
    others = [None] * len(now_.alarms) if tried is None else list(tried.alarms)
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "alarms": [
            {
                "code": one.alarm.code,
                "type": one.alarm.type,
                "level": one.alarm.level.value,
                "happened_first_s": one.happened_first_s,
                "now_first_s": one.first_s,
                "now_people": one.people,
                "tried_first_s": None if other is None else other.first_s,
                "tried_people": None if other is None else other.people,
                "refused": one.refused,
            }
            for one, other in zip(now_.alarms, others, strict=True)
        ],
        "happened_median_s": now_.happened_first.median_s,
        "now_median_s": now_.first.median_s,
        "now_p90_s": now_.first.p90_s,
        "tried_median_s": None if tried is None else tried.first.median_s,
        "tried_p90_s": None if tried is None else tried.first.p90_s,
    }


def _moved(text: str) -> tuple[str, tuple[float, float]]:
    """A team and where it is to wait.

    Raises:
        InvalidValue: ``place.form``.
    """
    team, equals, place = text.partition("=")
    if not equals:
        raise InvalidValue("place.form", value=text)
    return team.strip(), parse_place(place)


def _learned(db: str, *, use: bool, leave: bool) -> dict[str, Any]:
    from geodata.store import open_store
    from gridgis.dispatch.learning import factors, learn_from, runs_of, runs_of_register

    with open_store(db) as store:
        state, cases = store.state(), store.cases(store.all_incidents())
        runs = (*runs_of(cases), *runs_of_register(state, {case.incident.id for case in cases}))
        learned = learn_from(runs)
        used: dict[str, Any] = dict(state.learned_times)
        if use or leave:
            used = factors(learned, state.teams) if use else {}
            with store.unit_of_work(actor="command line", now=now()) as work:
                work.put_settings({"learned_times": used})
                work.commit()
    names = {team.id: team for team in state.teams}
    return {
        "runs": len(runs),
        "in_use": bool(used),
        "teams": [
            {
                "code": names[one.team_id].code,
                "name": names[one.team_id].name,
                "runs": one.runs,
                "turnout": round(one.turnout, 3),
                "travel": round(one.travel, 3),
                "off_median_s": one.off.median_s,
                "off_p90_s": one.off.p90_s,
            }
            for one in sorted(learned, key=lambda one: -one.runs)
            if one.team_id in names
        ],
    }


def _show_replay(console: Console, told: dict[str, Any]) -> None:
    table = console.table(*(f"cli.replay.column.{name}" for name in ("alarm", "happened", "now", "tried")))
    for one in told["alarms"]:
        times = (_seconds(one[name]) for name in ("happened_first_s", "now_first_s", "tried_first_s"))
        table.add_row(one["code"], *times)
    console.out.print(table)
    console.say(
        "cli.replay.sum",
        count=len(told["alarms"]),
        happened=_seconds(told["happened_median_s"]),
        now=_seconds(told["now_median_s"]),
        tried=_seconds(told["tried_median_s"]),
    )


def _show_learning(console: Console, told: dict[str, Any]) -> None:
    table = console.table(*(f"cli.learn.column.{name}" for name in ("team", "runs", "turnout", "travel", "off")))
    for one in told["teams"]:
        cells = (one["name"], one["runs"], one["turnout"], one["travel"], _seconds(one["off_median_s"]))
        table.add_row(*map(str, cells))
    console.out.print(table)
    console.say("cli.learn.in_use" if told["in_use"] else "cli.learn.not_in_use", runs=told["runs"])


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f} s"
