"""`gridgis bench NAME`: run a benchmark of a clone, peers side by side on the same work."""

from typing import Annotated

import typer

from api.commands.shared import Console


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.bench.help"))
    def bench(
        name: Annotated[str, typer.Argument(metavar="NAME", help=words.text("cli.bench.name"))],
        peers: Annotated[str, typer.Option(help=words.text("cli.bench.peers"))] = "",
        quick: Annotated[bool, typer.Option("--quick", help=words.text("cli.bench.quick"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        import importlib
        import sys
        from pathlib import Path

        from gridgis.errors import NotKnown

        root = Path(__file__).parents[2]
        known = sorted(path.stem for path in (root / "benchmarks").glob("[a-z]*.py"))
        if name not in known:
            raise NotKnown("bench.unknown", value=name, known=", ".join(known) or "-")
        sys.path.insert(0, str(root))
        figures = importlib.import_module(f"benchmarks.{name}").run(
            peers=[peer for peer in peers.split(",") if peer] or None, quick=quick
        )
        if as_json:
            console.json(figures)
        else:
            _show(figures, console, "")


def _show(value: object, console: Console, indent: str) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                console.out.print(f"{indent}{key}:", markup=False)
                _show(inner, console, indent + "  ")
            else:
                console.out.print(f"{indent}{key}: {inner}", markup=False)
    elif isinstance(value, list):
        for inner in value:
            _show(inner, console, indent + "- " if not isinstance(inner, dict) else indent)
    else:
        console.out.print(f"{indent}{value}", markup=False)
