"""`gridgis serve DB`: the pages and the API for browsers on this machine."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api.commands.shared import Console


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.serve.help"))
    def serve(
        db: Annotated[str | None, typer.Argument(metavar="[DB]", help=words.text("cli.serve.db"))] = None,
        host: Annotated[str | None, typer.Option(help=words.text("cli.serve.host"))] = None,
        port: Annotated[int | None, typer.Option(help=words.text("cli.serve.port"), min=0, max=65535)] = None,
        workers: Annotated[int, typer.Option(help=words.text("cli.serve.workers"), min=1)] = 1,
        config: Annotated[Path | None, typer.Option(metavar="FILE", help=words.text("cli.serve.config"))] = None,
    ) -> None:
        from api.app import create_app
        from api.listening import address_of, bind, check_binding, listen
        from api.logs import write_logs
        from api.settings import Settings
        from api.workers import listen_by
        from geodata.store import open_store

        given = {"db": db, "host": host, "port": port}
        settings = Settings.read(
            config=config,
            fallback={"lang": words.language},
            **{name: value for name, value in given.items() if value is not None},
        )
        with open_store(settings.db) as store:
            check_binding(settings, workers, accounts=store.has_accounts())
        write_logs(settings.log)
        with bind(settings.host, settings.port) as listening:
            ready = partial(
                console.say, "cli.serve.ready", url=address_of(listening, secure=settings.tls_key is not None)
            )
            if workers == 1:
                listen(create_app(settings), listening, ready)
            else:
                listen_by(workers, settings, listening, ready)
