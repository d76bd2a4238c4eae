"""`gridgis serve DB`: the pages and the API for browsers on this machine."""

from typing import Annotated

import typer

from api.commands.shared import Console


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.serve.help"))
    def serve(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        host: Annotated[str | None, typer.Option(help=words.text("cli.serve.host"))] = None,
        port: Annotated[int | None, typer.Option(help=words.text("cli.serve.port"), min=0, max=65535)] = None,
        workers: Annotated[int, typer.Option(help=words.text("cli.serve.workers"), min=1)] = 1,
    ) -> None:
        from api.app import create_app
        from api.listening import address_of, bind, check_binding, listen
        from api.settings import Settings

        given = {"host": host, "port": port}
        settings = Settings.read(
            db=db, lang=words.language, **{name: value for name, value in given.items() if value is not None}
        )
        check_binding(settings.host, workers)
        with bind(settings.host, settings.port) as listening:
            url = address_of(listening)
            listen(create_app(settings), listening, lambda: console.say("cli.serve.ready", url=url))
