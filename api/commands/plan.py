"""`gridgis plan`: propose cells, look at a plan, compare two."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.shared import Console, moment_or_now, now, write_text

if TYPE_CHECKING:
    from geodata.store import Store
    from gridgis.cells import GridPlan
    from gridgis.planning.proposal import Proposal

ACTOR = "command-line"
NOT_ALL_WITHIN = 1
OBJECTIVES = ("inertia", "cut_edges", "border", "roundness")


def add(app: typer.Typer, console: Console) -> None:  # noqa: C901, PLR0915
    """Add the commands to the command line."""
    words = console.words
    plans = typer.Typer(help=words.text("cli.plan.help"), no_args_is_help=True)
    app.add_typer(plans, name="plan")
    Database = Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))]  # noqa: N806  types
    Json = Annotated[bool, typer.Option("--json", help=words.text("cli.json"))]  # noqa: N806

    @plans.command("propose", help=words.text("cli.plan.propose"))
    def propose(
        db: Database,
        cells: Annotated[int | None, typer.Option(help=words.text("cli.plan.cells"))] = None,
        tolerance: Annotated[float, typer.Option(help=words.text("cli.plan.tolerance"))] = 0.1,
        way: Annotated[str | None, typer.Option(metavar="repair|redraw", help=words.text("cli.plan.way"))] = None,
        objective: Annotated[str, typer.Option(metavar="|".join(OBJECTIVES), help=words.text("cli.plan.objective"))] = (
            "inertia"
        ),
        seconds: Annotated[float, typer.Option(help=words.text("cli.plan.seconds"))] = 30.0,
        seed: Annotated[int, typer.Option(help=words.text("cli.plan.seed"))] = 0,
        keep: Annotated[str, typer.Option(metavar="NAME", help=words.text("cli.plan.keep"))] = "",
        when: Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))] = None,
        html: Annotated[Path | None, typer.Option(help=words.text("cli.plan.html"))] = None,
        as_json: Json = False,
    ) -> None:
        from api.planning import propose_cells
        from geodata.store import open_store

        moment = moment_or_now(when)
        with open_store(db) as store:
            asked = propose_cells(
                store, moment, cells=cells, tolerance=tolerance, way=way, objective=objective,
                seconds=seconds, seed=seed,
            )  # fmt: skip
            draft = asked.draft(keep or words.text("cli.plan.draft_name"), moment)
            if keep:
                with store.unit_of_work(actor=ACTOR, now=now()) as work:
                    work.put_plan(draft)
                    work.commit()
        if html is not None:
            write_text(html, _page(db, draft, console))
        shown = _told(asked.proposal) | {"plan": draft.code if keep else None}
        if as_json:
            console.json(shown)
        else:
            _show(console, asked.proposal)
            if keep:
                console.say("cli.plan.kept", code=draft.code)
        if asked.proposal.not_within:
            raise typer.Exit(NOT_ALL_WITHIN)

    @plans.command("show", help=words.text("cli.plan.show"))
    def show(
        db: Database,
        code: Annotated[str, typer.Argument(metavar="PLAN", help=words.text("cli.plan.code"))],
        html: Annotated[Path | None, typer.Option(help=words.text("cli.plan.html"))] = None,
        as_json: Json = False,
    ) -> None:
        from geodata.store import open_store

        with open_store(db) as store:
            plan = _plan(store, code)
        if html is not None:
            write_text(html, _page(db, plan, console))
        about = {
            "code": plan.code,
            "name": plan.name,
            "status": plan.status.value,
            "effective_from": plan.effective_from.isoformat(),
            "cells": len(plan.of_level(3)),
            "units": len(plan.units),
        }
        if as_json:
            console.json(about)
        else:
            table = console.table("cli.plan.column.name", "cli.plan.column.value")
            for name, value in about.items():
                table.add_row(words.text(f"cli.plan.field.{name}"), str(value))
            console.out.print(table)

    @plans.command("compare", help=words.text("cli.plan.compare"))
    def compare(
        db: Database,
        before: Annotated[str, typer.Argument(metavar="BEFORE", help=words.text("cli.plan.code"))],
        after: Annotated[str, typer.Argument(metavar="AFTER", help=words.text("cli.plan.code"))],
        as_json: Json = False,
    ) -> None:
        from api.planning import compared
        from geodata.store import open_store

        with open_store(db) as store:
            found = compared(_plan(store, before), _plan(store, after))
        if as_json:
            console.json(found)
            return
        table = console.table("cli.plan.column.lineage", "cli.plan.column.before", "cli.plan.column.after")
        for line in found["cells"]:
            if line["lineage"] != "kept":
                table.add_row(
                    words.text(f"lineage.{line['lineage']}"), "\n".join(line["before"]), "\n".join(line["after"])
                )
        console.out.print(table)
        console.say("cli.plan.moved", units=found["moved_units"], people=found["moved_people"],
                    enterprises=found["moved_enterprises"])  # fmt: skip


def _plan(store: "Store", code: str) -> "GridPlan":
    from gridgis.errors import NotKnown

    plans = store.plans()
    found = next((plan for plan in plans if plan.code == code), None)
    if found is None:
        raise NotKnown("plan.unknown", value=code, known=", ".join(plan.code for plan in plans) or "-")
    return found


def _page(db: str, plan: "GridPlan", console: Console) -> str:
    from dataclasses import replace

    from geodata import open_district
    from gridgis.cells import PlanStatus
    from maps.reports import district_map

    state = open_district(db)
    return district_map(
        replace(state, plans=(replace(plan, status=PlanStatus.PUBLISHED),)),
        words=console.words,
        when=plan.effective_from,
    )


def _told(proposal: "Proposal") -> dict[str, Any]:
    """A proposal as JSON can say it."""
    measures = proposal.measures
    return {
        "way": proposal.way,
        "value": proposal.value,
        "bound": proposal.bound,
        "moves_proven": proposal.moves_proven,
        "cells": len(measures.cell_load),
        "cut_edges": measures.cut_edges,
        "border_m": measures.border,
        "inertia": measures.inertia,
        "polsby_popper": measures.polsby_popper,
        "moved_units": measures.moved_units,
        "parents": [
            {
                "code": one.parent,
                "cells": one.cells,
                "mean_h": one.mean,
                "most_deviation": one.most_deviation,
                "within": one.within,
                "proven": one.proven,
                "faults": [{"code": fault.code, **fault.fields} for fault in one.faults],
            }
            for one in proposal.parents
        ],
    }


def _show(console: Console, proposal: "Proposal") -> None:
    words = console.words
    measures = proposal.measures
    console.say(
        "cli.plan.summary",
        way=words.text(f"planning.way.{proposal.way}"),
        cells=len(measures.cell_load),
        cut_edges=measures.cut_edges,
        moved="-" if measures.moved_units is None else measures.moved_units,
    )
    if proposal.bound is not None and proposal.value > 0:
        console.say("cli.plan.gap", gap=f"{max(1 - proposal.bound / proposal.value, 0):.1%}")
    if proposal.not_within:
        table = console.table(
            "cli.plan.column.parent", "cli.plan.column.cells", "cli.plan.column.deviation", "cli.plan.column.why"
        )
        for one in proposal.not_within:
            why = "\n".join(words.text(f"errors.{fault.code}.what", **fault.fields) for fault in one.faults)
            table.add_row(one.parent, str(one.cells), f"{one.most_deviation:.1%}", why)
        console.out.print(table)
