"""`gridgis verify DB`: walk along the chain of events, and derive the tables again from it when asked to."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.shared import FAULTS_SHOWN, Console, now

if TYPE_CHECKING:
    from geodata.store import RowDifference
    from gridgis.events import Anchor

REMARK = "#"


def add(app: typer.Typer, console: Console) -> None:
    """Add the command to the command line."""
    words = console.words

    @app.command(help=words.text("cli.verify.help"))
    def verify(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        anchor: Annotated[list[str] | None, typer.Option(metavar="LINE", help=words.text("cli.verify.anchor"))] = None,
        anchors: Annotated[Path | None, typer.Option(metavar="FILE", help=words.text("cli.verify.anchors"))] = None,
        rebuild: Annotated[bool, typer.Option("--rebuild", help=words.text("cli.verify.rebuild"))] = False,
    ) -> None:
        from geodata.store import open_store, shown, verify_store
        from geodata.store import rebuild as derive_again
        from gridgis.errors import GridGISError

        signed = read_anchors(anchor or [], anchors)
        with open_store(db) as store, console.progress() as progress:
            verdict = verify_store(store, anchors=signed, now=now(), progress=progress)
            if verdict.broken is not None:
                raise GridGISError(verdict.broken.code, **verdict.broken.fields)
            differences = derive_again(store, progress=progress) if rebuild else ()
        console.note("cli.verify.whole", count=verdict.head.sequence, anchors=len(signed))
        if differences:
            _show(console, differences)
            raise GridGISError("rebuild.differs", count=len(differences), db=shown(db))
        if rebuild:
            console.note("cli.verify.rebuilt")
        console.out.print(str(verdict.head), markup=False)


def read_anchors(lines: list[str], file: Path | None) -> "tuple[Anchor, ...]":
    """Anchors given as lines and in a file, where blank lines and remarks (``#``) count for nothing.

    Raises:
        InvalidValue: ``anchor.form``; ``time.offset``.
        Unreadable: ``file.missing``.
    """
    from gridgis.errors import Unreadable
    from gridgis.events import Anchor

    try:
        held = [] if file is None else file.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise Unreadable("file.missing", file=str(file), reason=error.strerror or str(error)) from error
    told = [line for line in held if line.strip() and not line.lstrip().startswith(REMARK)]
    return tuple(map(Anchor.parse, (*lines, *told)))


def _show(console: Console, differences: "tuple[RowDifference, ...]") -> None:
    """The first rows that are not what the events add up to."""
    table = console.table("cli.verify.table", "cli.verify.row", "cli.verify.deviation", "cli.verify.columns")
    for one in differences[:FAULTS_SHOWN]:
        table.add_row(one.table, one.id, console.text(f"rebuild.{one.deviation}"), ", ".join(one.columns))
    console.err.print(table)
    if len(differences) > FAULTS_SHOWN:
        console.note("cli.verify.more", count=len(differences) - FAULTS_SHOWN)
