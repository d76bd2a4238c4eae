"""`gridgis bench NAME`: run a benchmark of a clone, peers side by side on the same work."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from api.commands.shared import Console

ROOT = Path(__file__).parents[2]


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

        from gridgis.errors import NotKnown

        known = sorted(path.stem for path in (ROOT / "benchmarks").glob("[a-z]*.py"))
        if name not in known:
            raise NotKnown("bench.unknown", value=name, known=", ".join(known) or "-")
        if str(ROOT) not in sys.path:
            sys.path.append(str(ROOT))
        wanted = [peer.strip() for peer in peers.split(",") if peer.strip()]
        figures = importlib.import_module(f"benchmarks.{name}").run(peers=wanted or None, quick=quick)
        if as_json:
            console.json(figures)
        else:
            for line in lines(figures):
                console.out.print(line, markup=False)


def lines(value: Any, indent: str = "") -> Iterator[str]:
    """Nested figures as indented lines."""
    if not isinstance(value, dict | list):
        yield f"{indent}{value}"
        return
    items = value.items() if isinstance(value, dict) else (("-", one) for one in value)
    for key, inner in items:
        if isinstance(inner, dict | list):
            yield f"{indent}{key}:"
            yield from lines(inner, f"{indent}  ")
        else:
            yield f"{indent}{key}: {inner}"
