"""`gridgis plan`: propose cells, look at a plan, compare two."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands.shared import Console, moment_or_now, now, write_text
from gridgis.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.planning import Proposed
    from geodata.store import Store
    from gridgis.cells import GridPlan
    from gridgis.planning.proposal import Proposal
    from gridgis.planning.written_limits import Limit

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
        officer_hours: Annotated[float | None, typer.Option(help=words.text("cli.plan.officer_hours"))] = None,
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
        _check(officer_hours, beats, keeps=bool(keep) or html is not None)
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
        _say(console, made, kept, officer_hours, as_json=as_json)
        if made.proposal.not_within:
            raise typer.Exit(NOT_ALL_WITHIN)


def _check(officer_hours: float | None, beats: int | None, *, keeps: bool) -> None:
    """Refuse hours that are none, and beats that are to be kept or drawn as cells."""
    if officer_hours is not None and not officer_hours > 0:
        raise InvalidValue("planning.officer_hours", value=officer_hours)
    if beats is not None and keeps:
        raise InvalidValue("planning.beats_not_kept", value=beats)


def _say(console: Console, made: "Proposed", kept: str | None, officer_hours: float | None, *, as_json: bool) -> None:
    """Tell of a proposal, of the draft that it was kept as, and of the officers that it needs."""
    from api.planning import officers_of_parents

    officers = {} if officer_hours is None else officers_of_parents(made, officer_hours)
    if as_json:
        console.json(_told(made.proposal) | {"plan": kept} | ({"officers": officers} if officers else {}))
        return
    _show(console, made.proposal)
    if kept is not None:
        console.say("cli.plan.kept", code=kept)
    if officers:
        console.say("cli.plan.officers", hours=f"{officer_hours:g}", officers=sum(officers.values()))


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
        limits: Annotated[bool, typer.Option("--limits", help=words.text("cli.plan.limits"))] = False,
        as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False,
    ) -> None:
        from api.cell_limits import cell_limits
        from geodata.store import open_store

        with open_store(db) as store:
            plan = _plan(store, code)
            written = cell_limits(store, plan) if limits else {}
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
            console.json(about | ({"limits": _limits_told(written)} if limits else {}))
        elif limits:
            _show_limits(console, plan, written)
        else:
            table = console.table("cli.plan.column.name", "cli.plan.column.value")
            for name, value in about.items():
                table.add_row(words.text(f"cli.plan.field.{name}"), str(value))
            console.out.print(table)


def _limits_told(written: "Mapping[str, Sequence[Limit]]") -> dict[str, Any]:
    """Written limits as JSON can say them."""
    return {
        code: {one.side: {"kind": one.kind.value, "names": list(one.names)} for one in sides}
        for code, sides in written.items()
    }


def _show_limits(console: Console, plan: "GridPlan", written: "Mapping[str, Sequence[Limit]]") -> None:
    words = console.words
    table = console.table(*(f"cli.plan.column.{name}" for name in ("cell", "east", "south", "west", "north")))
    for code, sides in written.items():
        said = [
            words.text("cli.plan.limit.between").join(one.names) or words.text("cli.plan.limit.edge") for one in sides
        ]
        table.add_row(f"{code} {plan.cell(code).name}", *said)
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
