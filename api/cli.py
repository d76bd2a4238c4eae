"""Wire the command line `gridgis`: language first, then one command a file, then exit codes.

Exit codes: 0 done; 1 the answer is no (``check`` has findings, a file is refused, a place lies outside the district);
2 the call is wrong; 3 it cannot work here (the database is missing or locked, a file is unreadable).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

import typer

from api.commands import bench, check, database, demo, imports, locate, maps_out, report, respond, serve
from api.commands.shared import Console
from gridgis import __version__
from gridgis.errors import GridGISError, InputRejected, StoreFault, Unreadable
from maps.words import LANGUAGES, Words

REFUSED, UNABLE = 1, 3
COMMANDS = (demo, database, imports, check, locate, respond, maps_out, report, serve, bench)


def language(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language of the command line: ``--lang``, else the locale; Chinese where neither names English."""
    for index, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.removeprefix("--lang=")
        if argument == "--lang" and index + 1 < len(arguments):
            return arguments[index + 1]
    for name in ("GRIDGIS_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "").lower()
        if value:
            return "en" if value.startswith("en") else "zh"
    return "zh"


def build(words: Words) -> typer.Typer:
    """The whole command tree with its help in one language."""
    app = typer.Typer(
        name="gridgis",
        help=words.text("cli.help"),
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
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
        """Global options; both are read before the commands are."""
        del lang, version

    console = Console(words)
    for command in COMMANDS:
        command.add(app, console)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        words = Words.load(language(given, os.environ))
    except GridGISError:
        words = Words.load("zh")
        typer.echo(words.text("errors.language.unknown.what", value=language(given, os.environ)), err=True)
        sys.exit(2)
    console = Console(words)
    try:
        build(words)(args=given, prog_name="gridgis")
    except InputRejected as error:
        console.rejected(error)
        sys.exit(REFUSED)
    except (StoreFault, Unreadable) as error:
        console.error(error)
        sys.exit(UNABLE)
    except GridGISError as error:
        console.error(error)
        sys.exit(REFUSED)


if __name__ == "__main__":
    main()
