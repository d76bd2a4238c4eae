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
        host: Annotated[str, typer.Option(help=words.text("cli.serve.host"))] = "127.0.0.1",
        port: Annotated[int, typer.Option(help=words.text("cli.serve.port"), min=0, max=65535)] = 8000,
        workers: Annotated[int, typer.Option(help=words.text("cli.serve.workers"), min=1)] = 1,
    ) -> None:
        import uvicorn

        from api.app import create_app
        from api.serving import check_binding
        from api.settings import Settings

        check_binding(host, workers)
        app_ = create_app(Settings(db=db, host=host, port=port, lang=words.language))
        console.say("cli.serve.ready", url=f"http://{host}:{port}")
        uvicorn.run(app_, host=host, port=port, log_level="warning")
