"""Write to the store: one transaction in which every change leaves its events, or nothing at all happens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Table

from geodata.store import readiness_rows, rows, schema
from geodata.store.accounts import AccountWrites
from geodata.store.case_rows import CALL_CODEC, ENTRY_CODEC, INCIDENT_CODEC
from geodata.store.changes import Changes, Difference, compare, named_rows, plain_rows, statements, stored_rows
from geodata.store.codec import Codec, columns_of
from geodata.store.columns import json_text, moment_text
from geodata.store.commands import Answer, Command, keep_answer, kept_answer
from geodata.store.desk_schema import INCIDENT_LOG, INCIDENTS
from geodata.store.events import shown
from geodata.store.field_writes import FieldWrites
from geodata.store.personal import empty, find_held, personal_columns
from geodata.store.plans import CELLS, PLANS, UNITS, cell_rows, plan_row, refuse_edits, unit_rows
from geodata.store.readiness import OF_DISPATCH, OF_INCIDENT, OF_TEAM
from geodata.store.road_schema import ROAD_ORDERS, ROAD_SOURCES
from geodata.store.roads import road_columns
from geodata.store.run_cards import RUN_CARDS
from geodata.store.sources import SourceFile
from geodata.store.transaction import Transaction
from geodata.store.whole_tables import Columns, replace_columns, replaced_counts, stored_columns
from gridgis.cells import District, GridPlan, PlanStatus
from gridgis.codes import NAMESPACE
from gridgis.dispatch.alarms import Alarm, Dispatch
from gridgis.dispatch.closures import RoadClosure
from gridgis.dispatch.incidents import Case
from gridgis.dispatch.incidents.lessons import Lesson
from gridgis.dispatch.incidents.positions import Position
from gridgis.dispatch.readiness import Base, Duty, KitItem, Member
from gridgis.dispatch.road_changes import RoadChange
from gridgis.dispatch.run_cards import RunCard, RunCards, RunCardVersion, next_versions
from gridgis.dispatch.teams import Team
from gridgis.errors import Conflict, Fault, InvalidValue
from gridgis.events import body_text
from gridgis.people.officers import Officer, Post
from gridgis.supervision.enterprises import Enterprise, Site
from gridgis.supervision.entrances import Entrance

if TYPE_CHECKING:
    from geodata.osm_file import BaseMapFeature
    from gridgis.roads import RoadNetwork


class UnitOfWork(Transaction, AccountWrites, FieldWrites):
    """One transaction over the store; made by `Store.unit_of_work`.

    Puts match records by code, then by identifier: new ones are added, changed ones updated, and those stored as they
    are left alone, so that putting the same records twice changes nothing. Nothing stays without `commit`, nor anything
    after the database refused a part of it. The getters see what was put.
    """

    def put_district(self, district: District) -> Changes:
        """Keep what is known of the district itself.

        Raises:
            Conflict: ``store.other_district`` when the file holds a district of another code.
        """
        held = self._all(rows.DISTRICTS)
        if held and held[0].code != district.code:
            raise Conflict("store.other_district", value=district.code, held=held[0].code)
        return self._put(rows.DISTRICTS, [district])

    def put_plan(self, plan: GridPlan) -> Changes:
        """Keep a plan with all its cells and units; a draft loses those that it no longer names.

        A plan that was published is only completed, or superseded. One event is left for the plan. The counts are
        those of cells and units.

        Raises:
            Conflict: ``plan.in_force`` when a plan that was published before would lose or change a cell or unit,
                ``plan.published`` when it would go back to an earlier status or take effect at another moment.
        """
        with self._reading() as connection:
            row = plan_row(plan)
            held = sorted(named_rows(connection, PLANS, [row]), key=lambda one: one[2] != plan.code)
            old = dict(zip(PLANS.columns, held[0][1:], strict=True)) if held else None
            plan_id = row[0] if old is None else old["id"]
            head = compare(connection, PLANS, [row])
            made = {"cells": cell_rows(plan_id, plan.cells), "units": unit_rows(plan_id, plan.units)}
            parts = tuple(
                (codec, compare(connection, codec, made[codec.table.name], where={"plan_id": plan_id}))
                for codec in (CELLS, UNITS)
            )
            if old is not None and old["status"] != PlanStatus.DRAFT.value:
                refuse_edits(plan, old, [difference for _, difference in parts])
        moved = [self._write(codec, difference, remove_left=True) for codec, difference in ((PLANS, head), *parts)]
        if any(moved):
            body = shown(PLANS.table, PLANS.columns)(row)
            counts = {codec.table.name: _counts(difference) for codec, difference in parts}
            brought = {codec.table.name: (codec.columns, made[codec.table.name]) for codec, _ in parts}
            self._trail.file("plan", plan_id, "added" if old is None else "updated", body | counts, brought)
        return parts[0][1].changes + parts[1][1].changes

    def put_officers(self, officers: Iterable[Officer]) -> Changes:
        """Keep people of the grid."""
        return self._put(rows.OFFICERS, officers)

    def put_posts(self, posts: Iterable[Post]) -> Changes:
        """Keep postings of people who are stored.

        Raises:
            NotKnown: ``officer.unknown``.
            Conflict: ``store.reference`` when the person covered for is not stored.
        """
        with self._reading() as connection:
            people = {UUID(id_): code for _, id_, code in stored_rows(connection, schema.OFFICERS, ("id", "code"))}
        return self._put(rows.posts_of(people), posts, {"acting_for": ("officer", schema.OFFICERS)})

    def put_enterprises(self, enterprises: Iterable[Enterprise]) -> Changes:
        """Keep legal persons."""
        return self._put(rows.ENTERPRISES, enterprises)

    def put_sites(self, sites: Iterable[Site]) -> Changes:
        """Keep places of enterprises that are stored; one without coordinates waits among the unplaced.

        Raises:
            Conflict: ``store.reference`` when the enterprise is not stored.
        """
        return self._put(rows.SITES, sites, {"enterprise_id": ("enterprise", schema.ENTERPRISES)})

    def put_teams(self, teams: Iterable[Team]) -> Changes:
        """Keep rescue teams and requested services."""
        return self._put(rows.TEAMS, teams)

    def put_run_cards(self, cards: RunCards, *, reason: str = "") -> Changes:
        """Keep run cards with their lines; a card with other lines than before counts as updated.

        One that has versions gets another one, from now on: alarms of before are still answered by those of before.

        Args:
            cards: The cards.
            reason: Why, for the versions; the name of the action by default.
        """
        held = self.run_cards()
        versioned = {(one.card.type, one.card.level) for one in held.versions}
        for card in cards.cards:
            if (card.type, card.level) not in versioned:
                continue
            with suppress(InvalidValue):  # the same card again
                made = next_versions(
                    held,
                    card,
                    effective_from=self._now,
                    made_at=self._now,
                    made_by=self._actor,
                    reason=reason or "import",
                )
                self._put(readiness_rows.VERSIONS, made)
        return self._put(RUN_CARDS, cards.cards)

    def put_run_card_version(self, card: RunCard, *, effective_from: datetime, reason: str) -> RunCardVersion:
        """Keep a new version of a run card; those of before stay.

        Raises:
            InvalidValue: What `next_versions` refuses.
        """
        made = next_versions(
            self.run_cards(),
            card,
            effective_from=effective_from,
            made_at=self._now,
            made_by=self._actor,
            reason=reason,
        )
        self._put(readiness_rows.VERSIONS, made)
        if effective_from <= self._now:
            self._put(RUN_CARDS, [made[-1].card])
        return made[-1]

    def put_members(self, members: Iterable[Member]) -> Changes:
        """Keep people of teams that are stored."""
        return self._put(readiness_rows.MEMBERS, members, OF_TEAM)

    def put_duties(self, duties: Iterable[Duty]) -> Changes:
        """Keep duties of teams that are stored."""
        return self._put(readiness_rows.DUTIES, duties, OF_TEAM)

    def put_kit(self, items: Iterable[KitItem]) -> Changes:
        """Keep kit of teams that are stored."""
        return self._put(readiness_rows.KIT, items, OF_TEAM)

    def put_bases(self, bases: Iterable[Base]) -> Changes:
        """Keep bases of teams that are stored."""
        return self._put(readiness_rows.BASES, bases, OF_TEAM)

    def put_positions(self, positions: Iterable[Position]) -> Changes:
        """Keep where teams that were sent were last seen, instead of where they were before."""
        return self._put(readiness_rows.POSITIONS, positions, OF_DISPATCH)

    def put_road_changes(self, changes: Iterable[RoadChange]) -> Changes:
        """Keep roads changed for a while, or ended."""
        return self._put(readiness_rows.CHANGES, changes)

    def put_entrances(self, entrances: Iterable[Entrance]) -> Changes:
        """Keep entrances of sites that are stored."""
        return self._put(readiness_rows.ENTRANCES, entrances, {"site_id": ("site", schema.SITES)})

    def put_lessons(self, lessons: Iterable[Lesson]) -> Changes:
        """Keep lessons of incidents that are stored."""
        return self._put(readiness_rows.LESSONS, lessons, OF_INCIDENT)

    def put_alarms(self, alarms: Iterable[Alarm]) -> Changes:
        """Keep alarms of the register."""
        return self._put(rows.ALARMS, alarms)

    def put_dispatches(self, dispatches: Iterable[Dispatch]) -> Changes:
        """Keep what teams were sent to which alarm.

        Raises:
            Conflict: ``store.reference`` when the alarm or the team is not stored.
        """
        references = {"alarm_id": ("alarm", schema.ALARMS), "team_id": ("team", schema.TEAMS)}
        return self._put(rows.DISPATCHES, dispatches, references)

    def put_case(self, case: Case) -> Changes:
        """Keep an incident with its calls, its teams and its log, and its alarm in the register once it counts.

        Raises:
            Conflict: ``store.reference`` when the enterprise or a team is not stored; ``incident.changed`` when
                somebody else has written into its log since it was read.
        """
        incident = case.incident
        with self._reading() as connection:
            text = f"{statements(INCIDENT_LOG, ENTRY_CODEC.columns).select} WHERE incident_id = ? ORDER BY number"
            stored = [row[1:] for row in plain_rows(connection, text, (str(incident.id),))]
        held = len(stored)
        if stored != ENTRY_CODEC.to_rows(case.log[:held]):
            raise Conflict("incident.changed", incident=incident.code, seen=case.revision, now=held)
        in_incident = {"incident_id": ("incident", INCIDENTS)}
        changes = self._put(INCIDENT_CODEC, [incident], {"enterprise_id": ("enterprise", schema.ENTERPRISES)})
        alarm = case.alarm()
        if alarm is not None:
            changes += self.put_alarms([alarm])
        changes += self._put(CALL_CODEC, case.calls, in_incident)
        if case.dispatches:
            changes += self.put_dispatches(case.dispatches)
        return changes + self._put(ENTRY_CODEC, case.log[held:], in_incident)

    def put_closures(self, closures: Iterable[RoadClosure]) -> Changes:
        """Keep roads closed or opened again."""
        return self._put(rows.CLOSURES, closures)

    def put_roads(
        self,
        network: RoadNetwork,
        base_map: Sequence[BaseMapFeature] = (),
        quality: Mapping[str, Any] | None = None,
    ) -> Changes:
        """Keep a road network and the features of the base map instead of those that are stored.

        One event is left for the file they come from. The counts are those of the rows of all their tables.

        Args:
            network: The roads; their order is kept.
            base_map: Water, railways and places drawn beside them.
            quality: What is to be known of the file's quality, as JSON can say it.

        Raises:
            InvalidValue: ``store.shape``, ``base_map.layer``.
        """
        return self.put_road_columns(road_columns(network, base_map, quality))

    def put_road_columns(self, made: Mapping[Table, Columns]) -> Changes:
        """Keep columns of all tables of the roads as `put_roads` does; they were made by it before."""
        with self._reading() as connection:
            stored = {table: stored_columns(connection, table) for table in made}
            counts = {table.name: replaced_counts(stored[table], columns) for table, columns in made.items()}
            for table, columns in made.items():
                if stored[table] != columns:
                    self._touch(table.name)
                    replace_columns(connection, table, columns, self._extent)
        if stored != made:
            first = counts[ROAD_SOURCES.name]["added"]
            (id_,), (file,), (digest,), *_ = made[ROAD_SOURCES]
            told = {"file": file, "sha256": digest, **counts}
            brought = {table.name: (columns_of(table), zip(*columns, strict=True)) for table, columns in made.items()}
            self._trail.file("roads", id_, "added" if first else "updated", told, brought)
        return sum((Changes(one["added"], one["updated"], one["unchanged"]) for one in counts.values()), Changes())

    def keep_road_order(self, topology_hash: str, content: bytes) -> None:
        """Keep the preparation of the roads instead of what is kept; it follows from them, and so leaves no event."""
        with self._reading() as connection:
            self._touch(ROAD_ORDERS.name)
            connection.exec_driver_sql("DELETE FROM road_orders")
        self._insert(ROAD_ORDERS, [(str(uuid4()), topology_hash, content)])

    def put_settings(self, settings: Mapping[str, Any]) -> Changes:
        """Keep what the district sets differently, each a name and a JSON value.

        Raises:
            InvalidValue: ``event.content`` for what JSON can't say.
        """
        body_text(settings)
        made = [(str(uuid5(NAMESPACE, f"setting/{code}")), code, json_text(value)) for code, value in settings.items()]
        with self._reading() as connection:
            found = compare(connection, SETTINGS, made)
        return self._keep(SETTINGS, found)

    def once(self, command: Command, run: Callable[[UnitOfWork], Mapping[str, Any]]) -> Answer:
        """Carry a command out and commit, or give the answer that it had before; see `Store.once`."""
        with self._reading() as connection:
            kept = kept_answer(connection, command, self._now)
        if kept is not None:
            return kept
        value = run(self)
        with self._reading() as connection:
            self._touch(schema.COMMANDS.name)
            answer = keep_answer(connection, command, value, self._now)
        self.commit()
        return answer

    def erase(self, noun: str, ids: Iterable[UUID]) -> int:
        """Take away what records tell of persons: in their rows, and in what events tell of them.

        Each record that named anybody leaves an event that says so. Copies and backups keep what they hold.

        Args:
            noun: What the records are, such as ``alarm``.
            ids: Which ones; those that name nobody are left as they are.

        Returns:
            How many records named anybody.

        Raises:
            NotKnown: ``store.not_personal`` when records of the noun tell of nobody.
        """
        columns, count = personal_columns(noun), 0
        with self._reading() as connection:
            self._trail.write_records(connection)
            for id_ in ids:
                held = find_held(connection, noun, columns, str(id_))
                if held:
                    self._touch(schema.RECORDS[noun].name)
                    empty(connection, held, self._stamp)
                    self._trail.erased(noun, held.id, {"fields": columns, "events": held.events})
                    count += 1
        return count

    def erase_set_aside(self, *, before: datetime) -> int:
        """Delete the rows that imports of before a moment set aside, as they may tell of persons; how many there were.

        Each of these imports leaves an event that says so.
        """
        query = (
            "SELECT import_id, count(*) FROM set_aside WHERE import_id IN "
            "(SELECT id FROM imports WHERE imported_at < ?) GROUP BY import_id ORDER BY import_id"
        )
        with self._reading() as connection:
            found = plain_rows(connection, query, (moment_text(before),))
            for import_id, rows_held in found:
                self._touch(schema.SET_ASIDE.name)
                connection.exec_driver_sql("DELETE FROM set_aside WHERE import_id = ?", (import_id,))
                self._trail.erased("import", import_id, {"set_aside": rows_held, "events": []})
        return sum(rows_held for _, rows_held in found)

    def record_export(self, *, noun: str, form: str, asked: Mapping[str, Any], rows: int) -> UUID:
        """Note that records were taken out as a file.

        Args:
            noun: What the records are.
            form: Form of the file, such as ``xlsx``.
            asked: By what they were chosen.
            rows: How many there were.

        Raises:
            InvalidValue: ``event.content`` for what JSON can't say.
        """
        export_id = uuid4()
        told = {"noun": noun, "form": form, "asked": asked, "rows": rows}
        with self._reading():
            self._touch(schema.EVENTS.name)
        self._trail.act("export", str(export_id), "exported", told)
        return export_id

    def record_import(
        self,
        *,
        noun: str,
        file: str,
        sha256: str,
        changes: Changes,
        set_aside: Iterable[Fault] = (),
        whole_rows: Mapping[tuple[str, int], Mapping[str, Any]] | None = None,
        mapping: Mapping[str, str] | None = None,
        unplaced: int = 0,
        source: SourceFile | None = None,
    ) -> UUID:
        """Note a file that this unit of work brought in; events of plans and roads put since the last one name it too.

        Args:
            noun: What the file holds.
            file: Its name, without folders.
            sha256: SHA-256 of its bytes in hexadecimal.
            changes: What it changed.
            set_aside: Rows set aside, why and where.
            whole_rows: The whole rows set aside, heading to value, by sheet and row number.
            mapping: Heading to field, as used.
            unplaced: Records it holds without a place.
            source: The file itself when plans or roads came by it; they are derived from it again in `rebuild`.
        """
        import_id, listed, whole = uuid4(), tuple(set_aside), whole_rows or {}
        aside = len({(fault.sheet, fault.row) for fault in listed})
        record = (noun, file, sha256, self._stamp, self._actor, changes.added, changes.updated, changes.unchanged)
        self._insert(schema.IMPORTS, [(str(import_id), *record, aside, unplaced, json_text(dict(mapping or {})))])
        self._insert(
            schema.SET_ASIDE,
            [
                (
                    str(uuid4()),
                    str(import_id),
                    fault.code,
                    json_text(fault.fields),
                    fault.sheet,
                    fault.row,
                    fault.column,
                    fault.value,
                    json_text(dict(whole.get((fault.sheet, fault.row), {}))),
                )
                for fault in listed
            ],
        )
        self._trail.source(file, sha256, source)
        told = {"noun": noun, "file": file, "sha256": sha256, "set_aside": aside, "unplaced": unplaced}
        told |= {"mapping": dict(mapping or {}), "source": None if source is None else source.told(), **asdict(changes)}
        self._trail.file("import", str(import_id), "added", told)
        return import_id


SETTINGS: Codec[Any] = Codec("setting", schema.SETTINGS, columns_of(schema.SETTINGS), list, tuple)


def _counts(difference: Difference) -> dict[str, int]:
    return {
        "added": len(difference.added),
        "updated": len(difference.updated),
        "removed": len(difference.left),
        "unchanged": difference.unchanged,
    }
