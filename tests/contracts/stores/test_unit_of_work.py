"""Every change leaves its events; nothing stays without a commit; the same again changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box

from geodata.store import Changes, Store
from gridgis.cells import Cell, CellKind, GridPlan, PlanStatus, Unit
from gridgis.codes import record_id
from gridgis.dispatch.alarms import Alarm, Dispatch, ResponseLevel
from gridgis.errors import Conflict, Fault, InvalidValue, NotKnown, StoreFault
from gridgis.people.officers import Officer, Post, PostRole
from tests.fakes.stores import DISTRICT, NOW, look, some_enterprises, some_sites

LATER = NOW + timedelta(days=1)


def plan_of(*codes: str, status: PlanStatus = PlanStatus.PUBLISHED, name: str = "") -> GridPlan:
    """A plan of town cells side by side."""
    return GridPlan(
        id=record_id("321204", "plan", "1"),
        code="1",
        name="2020 年方案",
        district=DISTRICT,
        status=status,
        effective_from=NOW,
        cells=tuple(
            Cell(
                record_id("321204", "cell", f"1/{code}"),
                code,
                name or code,
                1,
                CellKind.TOWN,
                "321204",
                box(120 + 0.01 * at, 32, 120.01 + 0.01 * at, 32.1),
            )
            for at, code in enumerate(codes)
        ),
    )


def test_a_new_record_leaves_one_event_with_its_values(store: Store) -> None:
    (enterprise,) = some_enterprises(1)
    with store.unit_of_work(actor="王芳", now=NOW, reason="年度登记") as work:
        assert work.put_enterprises([enterprise]) == Changes(added=1)
        work.commit()
    (event,) = store.events(noun="enterprise")
    assert (event.noun_id, event.what, event.actor, event.reason) == (enterprise.id, "added", "王芳", "年度登记")
    assert event.happened_at == event.recorded_at == NOW
    assert event.body["after"]["name"] == "企业0"
    assert event.body["after"]["risk"] == "red"


def test_a_change_leaves_what_it_was_and_what_it_became(store: Store) -> None:
    owners = some_enterprises(2)
    (site, _) = some_sites(owners)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(owners)
        work.put_sites([site])
        work.commit()
    with store.unit_of_work(actor="test", now=LATER) as work:
        assert work.put_sites([replace(site, lon=120.2, address="新址")]) == Changes(updated=1)
        work.commit()
    event = store.events(noun_id=site.id)[-1]
    assert event.what == "updated"
    assert event.body == {
        "before": {"address": "姜堰大道", "lonlat": [119.9, 32.35]},
        "after": {"address": "新址", "lonlat": [120.2, 32.35]},
    }
    assert look(store, "SELECT updated_at FROM sites") == [("2020-07-01T06:00:00.000Z",)]


def test_a_moved_outline_can_be_told_from_the_event(store: Store) -> None:
    for east in (120.1, 120.2):
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_district(replace(work.district(), outline=box(120, 32, east, 32.1)))
            work.commit()
    _, first, second = store.events(noun="district")
    assert first.body["before"] == {"geom_sha256": None}
    assert second.body["before"] == first.body["after"] != second.body["after"]


def test_alarms_and_dispatches_happened_when_they_were_reported_and_sent(store: Store) -> None:
    from tests.fakes.tiny_district import tiny_district

    team = tiny_district().teams[0]
    alarm = Alarm(uuid4(), "A1", "fire", ResponseLevel.II, 120.1, 32.5, datetime(2020, 1, 2, 3, 4, tzinfo=UTC))
    sent = Dispatch(uuid4(), "D1", alarm.id, team.id, 6, "rescue", datetime(2020, 1, 2, 3, 6, tzinfo=UTC))
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_teams([team])
        work.put_alarms([alarm])
        work.put_dispatches([sent])
        work.commit()
    happened = {event.noun: (event.happened_at, event.recorded_at) for event in store.events()}
    assert happened["alarm"] == (alarm.reported_at, NOW)
    assert happened["dispatch"] == (sent.dispatched_at, NOW)
    assert happened["team"] == (NOW, NOW)


def test_the_same_again_changes_nothing_at_all(store: Store) -> None:
    owners = some_enterprises(30)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(owners)
        work.put_plan(plan_of("321204101"))
        work.commit()
    version = store.version()
    with store.unit_of_work(actor="test", now=LATER) as work:
        assert work.put_enterprises(owners) == Changes(unchanged=30)
        assert work.put_plan(plan_of("321204101")) == Changes(unchanged=1)
        assert work.put_district(store.district()) == Changes(unchanged=1)
        work.commit()
    assert store.version() == version


def test_the_version_grows_with_each_change(store: Store) -> None:
    versions = [store.version()]
    for name in ("一", "二"):
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises(some_enterprises(1, name=name))
            work.commit()
        versions.append(store.version())
    assert versions == sorted(set(versions))


def test_nothing_stays_without_a_commit(store: Store) -> None:
    version = store.version()
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(5))
        assert len(work.enterprises()) == 5
    assert (store.enterprises(), store.version()) == ((), version)


class Stop(Exception):
    """Something that goes wrong outside the store."""


def stop_after_putting(store: Store) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(5))
        raise Stop


def test_nothing_stays_when_an_error_ends_the_work(store: Store) -> None:
    with pytest.raises(Stop):
        stop_after_putting(store)
    assert store.enterprises() == ()


def test_a_unit_of_work_is_used_once(store: Store) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(1))
        work.commit()
        with pytest.raises(StoreFault, match=r"store\.committed"):
            work.put_enterprises(some_enterprises(2))
        with pytest.raises(StoreFault, match=r"store\.committed"):
            work.commit()
    assert len(store.enterprises()) == 1


def test_a_record_keeps_its_identifier_when_its_code_comes_with_another(store: Store) -> None:
    (first,) = some_enterprises(1)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises([first])
        assert work.put_enterprises([replace(first, id=uuid4())]) == Changes(unchanged=1)
        assert work.enterprises() == (first,)


def test_a_record_keeps_its_identifier_when_its_code_changes(store: Store) -> None:
    (first,) = some_enterprises(1)
    renamed = replace(first, code="91321204MA1ABCDE0X")
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises([first])
        assert work.put_enterprises([renamed]) == Changes(updated=1)
        assert work.enterprises() == (renamed,)


@pytest.mark.parametrize("twice", ["code", "id"])
def test_a_batch_that_names_a_record_twice_is_refused(store: Store, twice: str) -> None:
    first, second = some_enterprises(2)
    second = replace(second, **{twice: getattr(first, twice)})
    with store.unit_of_work(actor="test", now=NOW) as work, pytest.raises(Conflict, match=r"store\.code_twice"):
        work.put_enterprises([first, second])


def test_a_record_that_gives_its_code_to_a_new_one_is_refused_and_neither_is_lost(store: Store) -> None:
    (first,) = some_enterprises(1)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises([first])
        for batch in ([replace(first, code="9"), replace(first, id=uuid4())], [first, replace(first, code="9")]):
            with pytest.raises(Conflict, match=r"store\.code_twice"):
                work.put_enterprises(batch)
        assert work.enterprises() == (first,)


def test_a_record_without_a_code_is_refused(store: Store) -> None:
    (first,) = some_enterprises(1)
    with store.unit_of_work(actor="test", now=NOW) as work, pytest.raises(InvalidValue, match=r"store\.code_missing"):
        work.put_enterprises([replace(first, code="")])


@pytest.mark.parametrize("count", [1, 700])
def test_what_is_referred_to_must_be_stored(store: Store, count: int) -> None:
    owners = some_enterprises(count)
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(owners)
        stray = [replace(site, enterprise_id=uuid4()) for site in some_sites(owners)[-1:]]
        with pytest.raises(Conflict, match=r"store\.reference") as refusal:
            work.put_sites([*some_sites(owners)[:-1], *stray])
    assert refusal.value.fields["value"] == stray[0].code


def test_a_post_of_somebody_unknown_is_refused(store: Store) -> None:
    person = Officer(uuid4(), "001", "李强")
    post = Post(uuid4(), person.id, "321204101", PostRole.GRID_LEAD, NOW.date())
    with store.unit_of_work(actor="test", now=NOW) as work:
        with pytest.raises(NotKnown, match=r"officer\.unknown"):
            work.put_posts([post])
        work.put_officers([person])
        assert work.put_posts([post]) == Changes(added=1)
        with pytest.raises(Conflict, match=r"store\.reference"):
            work.put_posts([replace(post, acting_for=uuid4())])


def test_a_person_may_cover_for_others_beside_the_own_post(store: Store) -> None:
    """AB 岗: two people of one cell cover for each other from the same day on."""
    first, second, third = people = [Officer(uuid4(), f"00{at}", "李强") for at in range(3)]
    own = Post(uuid4(), first.id, "321204101001001", PostRole.GRID_OFFICER, NOW.date())
    posts = [own, *(replace(own, id=uuid4(), acting_for=other.id) for other in (second, third))]
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_officers(people)
        assert work.put_posts(posts) == Changes(added=3)
        assert work.put_posts(reversed(posts)) == Changes(unchanged=3)
        assert set(work.posts()) == set(posts)


def test_a_post_ended_later_is_the_same_post(store: Store) -> None:
    person = Officer(uuid4(), "001", "李强")
    post = Post(uuid4(), person.id, "321204101", PostRole.GRID_LEAD, NOW.date())
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_officers([person])
        work.put_posts([post])
        ended = replace(post, id=uuid4(), until=LATER.date())
        assert work.put_posts([ended]) == Changes(updated=1)
        assert work.posts() == (replace(ended, id=post.id),)


def test_nothing_is_kept_after_the_database_refused_a_part(store: Store) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(3))
        with pytest.raises(StoreFault, match=r"store\.refused"):
            work.put_officers([Officer(uuid4(), "001", None)])  # type: ignore[arg-type]
        for go_on in (work.commit, work.enterprises, lambda: work.put_teams([])):
            with pytest.raises(StoreFault, match=r"store\.failed"):
                go_on()
    assert store.enterprises() == ()


def test_another_district_is_refused(store: Store) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work, pytest.raises(Conflict, match=r"store\.other_district"):
        work.put_district(replace(DISTRICT, id=uuid4(), code="321203"))


class TestPlans:
    """A plan in force is completed, never edited."""

    def test_new_cells_complete_a_published_plan(self, store: Store) -> None:
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_plan(plan_of("321204101"))
            assert work.put_plan(plan_of("321204101", "321204102")) == Changes(added=1, unchanged=1)
            work.commit()
        assert [cell.code for cell in store.plans()[0].cells] == ["321204101", "321204102"]

    def test_its_cells_are_neither_changed_nor_taken_away(self, store: Store) -> None:
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_plan(plan_of("321204101", "321204102"))
            for edited in (plan_of("321204101"), plan_of("321204101", "321204102", name="新名")):
                with pytest.raises(Conflict, match=r"plan\.in_force"):
                    work.put_plan(edited)
            assert work.plans() == (plan_of("321204101", "321204102"),)

    def test_it_can_be_superseded(self, store: Store) -> None:
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_plan(plan_of("321204101"))
            work.commit()
        over = replace(plan_of("321204101", status=PlanStatus.SUPERSEDED), effective_to=LATER)
        with store.unit_of_work(actor="test", now=NOW) as work:
            assert work.put_plan(over) == Changes(unchanged=1)
            work.commit()
        assert store.plans() == (over,)
        assert store.events(noun="plan")[-1].body["status"] == "superseded"

    def test_basic_cells_and_units_complete_a_plan_that_has_towns_and_villages(self, store: Store) -> None:
        towns = plan_of("321204101", "321204102")
        basic = replace(
            towns.cells[0], id=uuid4(), code="321204101001001", level=3, kind=CellKind.BASIC, parent_code="321204101001"
        )
        unit = Unit(uuid4(), "321204101001001U1", "一组", basic.code, basic.geometry, 10)
        steps = [(towns, 2), (replace(towns, cells=(*towns.cells, basic)), 1)]
        steps.append((replace(steps[-1][0], units=(unit,)), 1))
        steps.append((steps[-1][0], 0))
        for step, added in steps:
            with store.unit_of_work(actor="test", now=NOW) as work:
                assert work.put_plan(step).added == added
                work.commit()
        (plan,) = store.plans()
        assert (plan.cells, plan.units, plan.status) == ((*towns.cells, basic), (unit,), PlanStatus.PUBLISHED)
        assert len(store.events(noun="plan")) == 3

    def test_a_new_plan_supersedes_the_old_one_and_what_was_in_force_stays(self, store: Store) -> None:
        old = plan_of("321204101", "321204102")
        new = replace(
            plan_of("321204101", "321204103"), id=record_id("321204", "plan", "2"), code="2", effective_from=LATER
        )
        new = replace(new, cells=tuple(replace(cell, id=uuid4()) for cell in new.cells))
        over = replace(old, status=PlanStatus.SUPERSEDED, effective_to=LATER)
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_plan(old)
            work.commit()
        for expected in (Changes(added=2), Changes(unchanged=2)):
            with store.unit_of_work(actor="test", now=NOW) as work:
                assert work.put_plan(over) == Changes(unchanged=2)
                assert work.put_plan(new) == expected
                work.commit()
        assert store.plans() == (over, new)
        state = store.state()
        assert (state.plan_at(NOW), state.plan_at(LATER)) == (over, new)
        assert [event.body["status"] for event in store.events(noun="plan")] == ["published", "superseded", "published"]

    @pytest.mark.parametrize(
        "change",
        [{"status": PlanStatus.DRAFT}, {"status": PlanStatus.PUBLISHED}, {"effective_from": LATER}, {"code": "2"}],
    )
    def test_a_superseded_plan_does_not_go_back_or_move(self, store: Store, change: dict[str, object]) -> None:
        over = replace(plan_of("321204101", status=PlanStatus.SUPERSEDED), effective_to=LATER)
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_plan(over)
            edited = replace(plan_of("321204109", status=PlanStatus.SUPERSEDED), effective_to=LATER, **change)  # type: ignore[arg-type]
            with pytest.raises(Conflict, match=r"plan\.(published|in_force)"):
                work.put_plan(edited)
            assert work.plans() == (over,)

    def test_a_draft_is_changed_freely(self, store: Store) -> None:
        with store.unit_of_work(actor="test", now=NOW) as work:
            work.put_plan(plan_of("321204101", "321204102", status=PlanStatus.DRAFT))
            other = plan_of("321204101", status=PlanStatus.DRAFT, name="新名")
            unit = Unit(uuid4(), "321204101001U01", "一组", "321204101001001", box(120, 32, 120.01, 32.1), 10)
            assert work.put_plan(replace(other, units=(unit,))) == Changes(added=1, updated=1)
            assert work.plans() == (replace(other, units=(unit,)),)

    def test_one_event_a_file_names_the_file(self, store: Store) -> None:
        with store.unit_of_work(actor="test", now=NOW) as work:
            changes = work.put_plan(plan_of("321204101", "321204102"))
            work.record_import(noun="boundaries", file="区划.gpkg", sha256="ab" * 32, changes=changes)
            work.commit()
        (event,) = store.events(noun="plan")
        assert event.body["file"] == "区划.gpkg"
        assert event.body["sha256"] == "ab" * 32
        assert event.body["cells"] == {"added": 2, "updated": 0, "removed": 0, "unchanged": 0}
        assert store.events(noun="cell") == ()


class TestImports:
    """What was brought in, by whom, and what was left out."""

    def test_an_import_is_noted_with_its_rows_set_aside(self, store: Store) -> None:
        fault = Fault("credit_code.check", {"expected": "X"}, "企业", 7, "统一社会信用代码", "9132")
        with store.unit_of_work(actor="王芳", now=NOW) as work:
            changes = work.put_enterprises(some_enterprises(2))
            import_id = work.record_import(
                noun="enterprises",
                file="企业.csv",
                sha256="cd" * 32,
                changes=changes,
                set_aside=[fault],
                whole_rows={("企业", 7): {"企业名称": "某厂"}},
                mapping={"企业名称": "name"},
                unplaced=3,
            )
            work.commit()
        (note,) = store.imports()
        assert (note.id, note.noun, note.file, note.sha256) == (import_id, "enterprises", "企业.csv", "cd" * 32)
        assert (note.actor, note.imported_at, note.mapping) == ("王芳", NOW, {"企业名称": "name"})
        assert (note.added, note.updated, note.unchanged, note.set_aside, note.unplaced) == (2, 0, 0, 1, 3)
        (aside,) = store.set_aside()
        assert (aside.import_id, aside.fault, aside.row) == (import_id, fault, {"企业名称": "某厂"})

    def test_only_the_latest_import_of_a_file_says_what_is_set_aside(self, store: Store) -> None:
        for row in (7, 8):
            with store.unit_of_work(actor="test", now=NOW) as work:
                work.record_import(
                    noun="teams", file="队伍.xlsx", sha256="", changes=Changes(), set_aside=[Fault("x", row=row)]
                )
                work.commit()
        assert [aside.fault.row for aside in store.set_aside()] == [8]
        assert len(store.imports()) == 2

    def test_each_file_says_what_is_set_aside_in_it(self, store: Store) -> None:
        for noun, file, row in (
            ("teams", "甲.csv", 1),
            ("posts", "甲.csv", 2),
            ("teams", "乙.csv", 3),
            ("teams", "甲.csv", 4),
        ):
            with store.unit_of_work(actor="test", now=NOW) as work:
                work.record_import(noun=noun, file=file, sha256="", changes=Changes(), set_aside=[Fault("x", row=row)])
                work.commit()
        assert sorted(aside.fault.row for aside in store.set_aside()) == [2, 3, 4]

    def test_an_import_that_only_set_rows_aside_is_a_change_too(self, store: Store) -> None:
        version = store.version()
        with store.unit_of_work(actor="王芳", now=NOW) as work:
            import_id = work.record_import(
                noun="teams", file="队伍.xlsx", sha256="ab", changes=Changes(), set_aside=[Fault("x", row=7)]
            )
            work.commit()
        assert store.version() > version
        (event,) = store.events(noun="import")
        assert (event.noun_id, event.actor) == (import_id, "王芳")
        assert event.body["file"] == "队伍.xlsx"
        assert (event.body["set_aside"], event.body["added"]) == (1, 0)

    def test_two_files_of_one_unit_of_work_are_told_apart_in_the_events(self, store: Store) -> None:
        with store.unit_of_work(actor="test", now=NOW) as work:
            for file, made in (("甲.gpkg", plan_of("321204101")), ("乙.gpkg", plan_of("321204101", "321204102"))):
                work.record_import(noun="boundaries", file=file, sha256="", changes=work.put_plan(made))
            work.commit()
        assert [event.body["file"] for event in store.events(noun="plan")] == ["甲.gpkg", "乙.gpkg"]


def test_settings_are_kept_and_reach_the_state(store: Store) -> None:
    with store.unit_of_work(actor="test", now=NOW) as work:
        assert work.put_settings({"detour_factor": 1.6, "说明": ["a"]}) == Changes(added=2)
        assert work.put_settings({"detour_factor": 1.6}) == Changes(unchanged=1)
        work.commit()
    assert store.settings() == {"detour_factor": 1.6, "说明": ["a"]}
    assert store.state().detour_factor == 1.6
    assert store.events(noun="setting")[0].body["after"]["value"] == 1.6


def test_the_state_is_made_again_only_when_the_data_changed(store: Store) -> None:
    first = store.state()
    assert store.state() is first
    with store.unit_of_work(actor="test", now=NOW) as work:
        work.put_enterprises(some_enterprises(1))
        work.commit()
    assert [one.code for one in store.state().enterprises] == ["00000"]


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["甲", "乙"])), max_size=12))
@settings(max_examples=25, deadline=None)
def test_the_tables_are_what_the_events_add_up_to(shared_store: Store, steps: list[tuple[int, str]]) -> None:
    with shared_store.unit_of_work(actor="test", now=NOW) as work:
        for at, name in steps:
            work.put_enterprises([some_enterprises(at + 1, name=name)[at]])
        work._trail.write(work._connection)
        replayed: dict[UUID, dict[str, object]] = {}
        for event in work.events(noun="enterprise"):
            replayed.setdefault(event.noun_id, {}).update(event.body["after"])
        stored = {one.id: one for one in work.enterprises()}
    assert replayed.keys() == stored.keys()
    for identifier, values in replayed.items():
        one = stored[identifier]
        assert (values["code"], values["name"], values["risk"]) == (one.code, one.name, one.risk.value)


def test_a_thousand_sites_and_their_events_are_written_together(store: Store) -> None:
    owners = some_enterprises(1000)
    with store.unit_of_work(actor="test", now=NOW) as work:
        assert work.put_enterprises(owners) == Changes(added=1000)
        assert work.put_sites(some_sites(owners)) == Changes(added=1000)
        work.commit()
    assert len(store.unplaced()) == 100
    assert {one.code for one in store.enterprises()} == {one.code for one in owners}
    assert look(store, "SELECT count(*) FROM events WHERE noun IN ('enterprise', 'site')") == [(2000,)]
    assert look(store, "SELECT count(*) FROM unplaced_sites") == [(100,)]
