"""Wire the command line `gridgis`: language first, then one command a file, then exit codes.

Exit codes: 0 done; 1 the answer is no (``check`` has findings, a file is refused, a place lies outside the district);
2 the call is wrong; 3 it cannot work here (the database is missing or locked, a file can't be read or written).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from io import TextIOWrapper
from types import MappingProxyType

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from api.commands import (
    backup,
    bench,
    check,
    database,
    demo,
    doctor,
    forget,
    frame,
    imports,
    locate,
    looking_back,
    maps_out,
    plan,
    report,
    respond,
    roads,
    serve,
    settings,
    users,
    verify,
)
from api.commands.shared import Console
from api.stopping import ended_in_order
from gridgis import __version__
from gridgis.errors import GridGISError, InvalidValue, NotKnown, StoreFault, Unreadable
from maps.words import LANGUAGES, Words

REFUSED, WRONG_CALL, UNABLE, INTERRUPTED = 1, 2, 3, 130
EXIT_OF_CODE: Mapping[str, int] = MappingProxyType(
    {
        "place.outside_district": REFUSED,
        "run_card.level_unknown": REFUSED,
        "run_card.unknown": REFUSED,
    }
)
"""Codes whose exit code differs from their class's."""
EXIT_OF_CLASS: Mapping[type[GridGISError], int] = MappingProxyType(
    {StoreFault: UNABLE, Unreadable: UNABLE, InvalidValue: WRONG_CALL, NotKnown: WRONG_CALL, GridGISError: REFUSED}
)
COMMANDS = (
    demo,
    database,
    imports,
    check,
    locate,
    respond,
    maps_out,
    plan,
    roads,
    report,
    looking_back,
    serve,
    backup,
    settings,
    forget,
    verify,
    doctor,
    bench,
    users,
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code; SIGTERM ends a command as Ctrl+C does."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal of another encoding shows what it can
    with ended_in_order():
        code = run(sys.argv[1:] if arguments is None else arguments, os.environ)
    sys.exit(code)


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command and give back its exit code; what is wrong is said on standard error."""
    language, rest = choose_language(arguments, environment)
    console = Console(Words.load(language if language in LANGUAGES else LANGUAGES[0]))
    try:
        Words.load(language)
        return build(console)(args=rest, prog_name="gridgis", standalone_mode=False) or 0
    except GridGISError as error:
        console.error(error)
        return exit_code(error)
    except TyperException as error:
        frame.say_usage(error, console)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except BrokenPipeError:  # whoever reads the output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return REFUSED


def exit_code(error: GridGISError) -> int:
    """Exit code of an error: its code's, else its class's."""
    by_class = next(code for kind, code in EXIT_OF_CLASS.items() if isinstance(error, kind))
    return EXIT_OF_CODE.get(error.code, by_class)


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[str, list[str]]:
    """The language of the command line and the arguments without it.

    ``--lang`` may stand anywhere; else ``GRIDGIS_LANG`` or the locale decides; Chinese where neither names English.
    """
    rest = list(arguments)
    for place, argument in enumerate(rest):
        if argument == "--":
            break
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang="), rest[:place] + rest[place + 1 :]
        if argument == "--lang" and place + 1 < len(rest):
            return rest[place + 1], rest[:place] + rest[place + 2 :]
    for name in ("GRIDGIS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "").lower()
        if value:
            return ("en" if value.startswith("en") else "zh"), rest
    return "zh", rest


def build(console: Console) -> TyperGroup:
    """The whole command tree with its help in the console's language."""
    words = console.words
    app = typer.Typer(
        name="gridgis",
        help=words.text("cli.help"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": list(frame.HELP_OPTIONS)},
    )

    def show_version(wanted: bool) -> None:  # noqa: FBT001  typer's callback
        if wanted:
            typer.echo(f"gridgis {__version__}")
            raise typer.Exit

    @app.callback()
    def root(
        lang: str = typer.Option("", "--lang", help=words.text("cli.lang"), metavar="|".join(LANGUAGES)),
        version: bool = typer.Option(  # noqa: FBT001  typer reads the signature
            False,  # noqa: FBT003
            "--version",
            help=words.text("cli.version"),
            callback=show_version,
            is_eager=True,
        ),
    ) -> None:
        """Global options, here for the help: both are read before the commands are."""
        del lang, version

    for command in COMMANDS:
        command.add(app, console)
    return frame.in_words(typer.main.get_group(app), words)


if __name__ == "__main__":
    main()
