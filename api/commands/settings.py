"""`gridgis settings DB`: what a district sets differently: vehicles, arrival times, rest; shown, or put from a file."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.shared import Console, now

ACTOR = "settings"


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.settings.help"))
    def settings(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        put: Annotated[Path | None, typer.Option(metavar="FILE.json", help=words.text("cli.settings.put"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        from geodata.store import open_store

        with open_store(db) as store:
            changed = 0
            if put is not None:
                told = read_settings(put)
                with store.unit_of_work(actor=ACTOR, now=now(), reason=put.name) as work:
                    changes = work.put_settings(told)
                    work.state()  # refuses what makes no sense before it is kept
                    work.commit()
                changed = changes.added + changes.updated
            found = store.settings()
        if as_json:
            console.json(found)
            return
        if put is not None:
            console.say("cli.settings.changed", changed=changed)
        for name, value in sorted(found.items()):
            console.say("cli.settings.line", name=name, value=json.dumps(value, ensure_ascii=False))
        if not found:
            console.say("cli.settings.none")


def read_settings(file: Path) -> dict[str, Any]:
    """The settings in a file, each one that a district has.

    Raises:
        Unreadable: ``district_setting.file``.
        InvalidValue: ``district_setting.unknown``, ``district_setting.form``, those of `FieldRules`.
        InputRejected: Those of `FieldRules`.
    """
    from api.field.rules import FieldRules
    from geodata.lists import SETTINGS
    from geodata.store.reading import NUMBERS, VEHICLES
    from gridgis.errors import InvalidValue, Unreadable

    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Unreadable("district_setting.file", file=file.name, reason=str(error)) from error
    if not isinstance(told, dict):
        raise Unreadable("district_setting.file", file=file.name, reason="[ ]")
    known = {*NUMBERS, *SETTINGS, VEHICLES}
    for name, value in told.items():
        if name not in known:
            raise InvalidValue("district_setting.unknown", value=name, known=", ".join(sorted(known)))
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if (name in NUMBERS and not number) or (name == VEHICLES and not isinstance(value, dict)):
            raise InvalidValue("district_setting.form", setting=name, value=str(value))
    FieldRules.of(told)
    return told
