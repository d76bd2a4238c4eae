"""`gridgis plan`: propose cells, look at a plan, compare two."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.shared import Console, moment_or_now, now, write_text
from gridgis.errors import InvalidValue

if TYPE_CHECKING:
    from geodata.store import Store
    from gridgis.cells import GridPlan
    from gridgis.planning.proposal import Proposal

ACTOR = "command-line"
NOT_ALL_WITHIN = 1
OBJECTIVES = ("inertia", "moment", "cut_edges", "border", "roundness", "evenness")


def add(app: typer.Typer, console: Console) -> None:
    """Add the commands to the command line."""
    plans = typer.Typer(help=console.words.text("cli.plan.help"), no_args_is_help=True)
    app.add_typer(plans, name="plan")
    _add_propose(plans, console)
    _add_show(plans, console)
    _add_compare(plans, console)


def _add_propose(plans: typer.Typer, console: Console) -> None:
    words = console.words

    @plans.command("propose", help=words.text("cli.plan.propose"))
    def propose(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        cells: Annotated[int | None, typer.Option(help=words.text("cli.plan.cells"))] = None,
        beats: Annotated[int | None, typer.Option(help=words.text("cli.plan.beats"))] = None,
        tolerance: Annotated[float, typer.Option(help=words.text("cli.plan.tolerance"))] = 0.1,
        way: Annotated[str | None, typer.Option(metavar="repair|redraw", help=words.text("cli.plan.way"))] = None,
        objective: Annotated[
            str | None, typer.Option(metavar="|".join(OBJECTIVES), help=words.text("cli.plan.objective"))
        ] = None,
        lock: Annotated[list[str] | None, typer.Option(metavar="UNIT", help=words.text("cli.plan.lock"))] = None,
        apart: Annotated[list[str] | None, typer.Option(metavar="UNIT,UNIT", help=words.text("cli.plan.apart"))] = None,
        together: Annotated[
            list[str] | None, typer.Option(metavar="UNIT,UNIT…", help=words.text("cli.plan.together"))
        ] = None,
        seconds: Annotated[float, typer.Option(help=words.text("cli.plan.seconds"))] = 30.0,
        seed: Annotated[int, typer.Option(help=words.text("cli.plan.seed"))] = 0,
        keep: Annotated[str, typer.Option(metavar="NAME", help=words.text("cli.plan.keep"))] = "",
        when: Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.when"))] = None,
        html: Annotated[Path | None, typer.Option(help=words.text("cli.plan.html"))] = None,
        geojson: Annotated[Path | None, typer.Option(help=words.text("cli.plan.geojson"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        from api.planning import Asked, propose_cells
        from geodata.store import open_store

        moment = moment_or_now(when)
        asked = Asked(
            cells=cells,
            beats=beats,
            tolerance=tolerance,
            way=way,
            objective=objective,
            locked=frozenset(lock or ()),
            apart=tuple(_pair(one) for one in apart or ()),
            together=tuple(_codes(one) for one in together or ()),
        )
        if beats is not None and (keep or html is not None):
            raise InvalidValue("planning.beats_not_kept", value=beats)
        draft = None
        with open_store(db) as store:
            made = propose_cells(store, moment, asked, seconds=seconds, seed=seed)
            if keep or html is not None:
                draft = made.draft(keep or words.text("cli.plan.draft_name"), moment)
            if keep and draft is not None:
                with store.unit_of_work(actor=ACTOR, now=now()) as work:
                    work.put_plan(draft)
                    work.commit()
        if html is not None and draft is not None:
            write_text(html, _page(db, draft, console))
        if geojson is not None:
            write_text(geojson, json.dumps(made.features(), ensure_ascii=False) + "\n")
        kept = draft.code if keep and draft is not None else None
        if as_json:
            console.json(_told(made.proposal) | {"plan": kept})
        else:
            _show(console, made.proposal)
            if kept is not None:
                console.say("cli.plan.kept", code=kept)
        if made.proposal.not_within:
            raise typer.Exit(NOT_ALL_WITHIN)


def _codes(said: str) -> tuple[str, ...]:
    """Codes of units, with commas between."""
    return tuple(code for one in said.replace("，", ",").split(",") if (code := one.strip()))


def _pair(said: str) -> tuple[str, str]:
    """Codes of two units."""
    codes = _codes(said)
    match codes:
        case (one, other):
            return one, other
        case _:
            raise InvalidValue("planning.pair", value=said)


def _add_show(plans: typer.Typer, console: Console) -> None:
    words = console.words

    @plans.command("show", help=words.text("cli.plan.show"))
    def show(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        code: Annotated[str, typer.Argument(metavar="PLAN", help=words.text("cli.plan.code"))],
        html: Annotated[Path | None, typer.Option(help=words.text("cli.plan.html"))] = None,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
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


def _add_compare(plans: typer.Typer, console: Console) -> None:
    words = console.words

    @plans.command("compare", help=words.text("cli.plan.compare"))
    def compare(
        db: Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))],
        before: Annotated[str, typer.Argument(metavar="BEFORE", help=words.text("cli.plan.code"))],
        after: Annotated[str, typer.Argument(metavar="AFTER", help=words.text("cli.plan.code"))],
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
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
                "nearest_possible": one.nearest,
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
            why = [words.text(f"errors.{fault.code}.what", **fault.fields) for fault in one.faults]
            if one.nearest is not None:
                why.append(words.text("cli.plan.nearest", nearest=f"{one.nearest:.1%}"))
            elif not one.faults:
                why.append(words.text("cli.plan.not_proven"))
            table.add_row(one.parent, str(one.cells), f"{one.most_deviation:.1%}", "\n".join(why))
        console.out.print(table)
