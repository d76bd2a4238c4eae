"""`gridgis forget DB`: take away what is known of callers, and rows set aside, once they may be kept no longer."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.shared import Console, now
from api.moments import LOCAL_TIME, local_day, parse_day

if TYPE_CHECKING:
    from geodata.store import Store

ACTOR = "forget"


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.forget.help"))
    def forget(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        callers_before: Annotated[
            str | None, typer.Option(metavar="DATE", help=words.text("cli.forget.callers"))
        ] = None,
        set_aside_before: Annotated[
            str | None, typer.Option(metavar="DATE", help=words.text("cli.forget.aside"))
        ] = None,
        config: Annotated[Path | None, typer.Option(metavar="FILE", help=words.text("cli.serve.config"))] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=words.text("cli.forget.dry_run"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        from api.settings import Settings
        from geodata.store import open_store

        settings, at = Settings.read(config=config, db=db), now()
        callers = last_day(callers_before, settings.callers_kept_days, at)
        aside = last_day(set_aside_before, settings.set_aside_kept_days, at)
        with open_store(db) as store:
            told = forgotten(store, callers=callers, aside=aside, at=at, dry_run=dry_run)
        if as_json:
            console.json({**told, "dry_run": dry_run})
            return
        if callers is None and aside is None:
            console.note("cli.forget.undecided")
        if callers is not None:
            key = "cli.forget.callers_would" if dry_run else "cli.forget.callers_done"
            console.say(key, day=callers, alarms=told["alarms"], dispatches=told["dispatches"])
        if aside is not None:
            console.say(
                "cli.forget.aside_would" if dry_run else "cli.forget.aside_done", day=aside, rows=told["set_aside"]
            )


def last_day(given: str | None, kept_days: int | None, at: datetime) -> date | None:
    """The first local day that is kept: the one given, else so many days ago; None while nobody decided.

    Raises:
        InvalidValue: ``time.day``, ``forget.later``.
    """
    from gridgis.errors import InvalidValue

    if given is None:
        return None if kept_days is None else local_day(at) - timedelta(days=kept_days)
    day = parse_day(given)
    if day > local_day(at):
        raise InvalidValue("forget.later", value=given, today=local_day(at).isoformat())
    return day


def forgotten(
    store: "Store", *, callers: date | None, aside: date | None, at: datetime, dry_run: bool
) -> dict[str, Any]:
    """Take away what is of days before; what was, or would be without a dry run.

    Alarms that still have a team out are kept whole: they are going on, whenever they were reported. Everything happens
    or nothing does.

    Args:
        store: The database.
        callers: First local day of which callers stay known; None for all.
        aside: First local day of which rows set aside by imports stay; None for all.
        at: When, aware.
        dry_run: Whether nothing is to be changed.
    """
    told: dict[str, Any] = {
        "callers_before": None if callers is None else callers.isoformat(),
        "set_aside_before": None if aside is None else aside.isoformat(),
        "alarms": 0,
        "dispatches": 0,
        "set_aside": 0,
    }
    with store.unit_of_work(actor=ACTOR, now=at, reason="retention") as work:
        if callers is not None:
            dispatches = work.dispatches()
            open_ = {one.alarm_id for one in dispatches if one.home_at is None and one.released_at is None}
            before = _midnight(callers)
            ended = {one.id for one in work.alarms() if one.reported_at < before and one.id not in open_}
            told["alarms"] = work.erase("alarm", sorted(ended))
            told["dispatches"] = work.erase("dispatch", (one.id for one in dispatches if one.alarm_id in ended))
        if aside is not None:
            told["set_aside"] = work.erase_set_aside(before=_midnight(aside))
        if not dry_run:
            work.commit()
    return told


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL_TIME)
