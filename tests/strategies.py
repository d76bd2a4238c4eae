"""Hypothesis strategies for the domain's records, shared by property tests."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from shapely import MultiPolygon, Polygon, box

from gridgis.cells import Cell, CellKind, District, GridPlan, PlanStatus, Unit
from gridgis.codes import record_id
from gridgis.dispatch.alarms import ALARM_TYPES, Alarm, AlarmNature, Dispatch, ResponseLevel
from gridgis.dispatch.run_cards import Need, RunCard, RunCards, Task
from gridgis.dispatch.teams import Command, Shift, Team, Tier, Turnout
from gridgis.people.officers import Officer, Post, PostRole
from gridgis.supervision.enterprises import Enterprise, RiskColour, Site

DISTRICT_CODE = "321204"
WEST, EAST, SOUTH, NORTH = 119.886, 120.304, 32.341, 32.716

words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
names = st.text(st.sampled_from("姜堰区罗塘溱潼白米化工厂有限公司 ABCabc019'\"%_\\"), min_size=1, max_size=20)
codes = st.text(st.sampled_from("ABCDEFG0123456789-"), min_size=1, max_size=12)
days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
longitudes = st.floats(WEST, EAST)
latitudes = st.floats(SOUTH, NORTH)
counts = st.integers(0, 100_000)
uuids = st.builds(UUID, int=st.integers(0, 2**128 - 1))
moments: SearchStrategy[datetime] = st.builds(
    lambda moment, milliseconds: moment.replace(microsecond=1000 * milliseconds, tzinfo=UTC),
    st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001  made aware above
    st.integers(0, 999),
)


def identity(noun: str, code: str) -> UUID:
    """The identifier that an import gives a record of the test district."""
    return record_id(DISTRICT_CODE, noun, code)


@st.composite
def rectangles(draw: st.DrawFn) -> Polygon:
    """A rectangle inside the district, at times with a hole."""
    west, south = draw(st.floats(WEST, EAST - 0.01)), draw(st.floats(SOUTH, NORTH - 0.01))
    width, height = draw(st.floats(0.001, 0.01)), draw(st.floats(0.001, 0.01))
    shell = box(west, south, west + width, south + height)
    if not draw(st.booleans()):
        return shell
    hole = box(west + 0.3 * width, south + 0.3 * height, west + 0.6 * width, south + 0.6 * height)
    return Polygon(shell.exterior, [hole.exterior])


@st.composite
def areas(draw: st.DrawFn) -> Polygon | MultiPolygon:
    """A polygon, or two that lie apart."""
    first = draw(rectangles())
    if draw(st.booleans()):
        return first
    west, south, east, north = first.bounds
    return MultiPolygon([first, box(east + 1, south, east + 1.1, north), box(west, north + 1, east, north + 1.1)])


def officers() -> SearchStrategy[Officer]:
    """People."""
    return codes.flatmap(
        lambda code: st.builds(
            Officer,
            id=st.just(identity("officer", code)),
            code=st.just(code),
            name=names,
            phone=words,
            professional=st.booleans(),
            licence=words,
            licence_until=st.none() | days,
            in_service_since=st.none() | days,
        )
    )


def posts(people: list[Officer]) -> SearchStrategy[Post]:
    """Postings of some of these people."""
    return st.builds(
        Post,
        id=uuids,
        officer_id=st.sampled_from([one.id for one in people]),
        cell_code=st.sampled_from(["321204101", "321204101001", "321204101001001"]),
        role=st.sampled_from(PostRole),
        since=days,
        until=st.none() | days,
        acting_for=st.none() | st.sampled_from([one.id for one in people]),
    )


def enterprises() -> SearchStrategy[Enterprise]:
    """Legal persons."""
    return codes.flatmap(
        lambda code: st.builds(
            Enterprise,
            id=st.just(identity("enterprise", code)),
            code=st.just(code),
            name=names,
            credit_code=st.none() | st.just(code),
            no_credit_code_reason=words,
            industry=words,
            department=words,
            risk=st.sampled_from(RiskColour),
            staff=st.none() | counts,
            chemicals=words,
            contact=words,
            phone=words,
        )
    )


@st.composite
def sites(draw: st.DrawFn, owners: list[Enterprise]) -> Site:
    """A place of one of these enterprises, with coordinates or without."""
    code = draw(codes)
    placed = draw(st.booleans())
    return Site(
        id=identity("site", code),
        enterprise_id=draw(st.sampled_from([one.id for one in owners])),
        code=code,
        name=draw(names),
        address=draw(words),
        lon=draw(longitudes) if placed else None,
        lat=draw(latitudes) if placed else None,
        cell_code=draw(st.none() | st.just("321204101001001")),
        cell_reason=draw(words),
    )


def turnouts() -> SearchStrategy[Turnout]:
    """Seconds by hour."""
    return st.lists(st.integers(0, 3600), min_size=24, max_size=24).map(lambda seconds: Turnout(tuple(seconds)))


def teams() -> SearchStrategy[Team]:
    """Rescue teams."""
    return codes.flatmap(
        lambda code: st.builds(
            Team,
            id=st.just(identity("team", code)),
            code=st.just(code),
            name=names,
            tier=st.sampled_from(Tier),
            command=st.sampled_from(Command),
            capabilities=st.frozensets(st.sampled_from(["fire", "hazmat", "gas", "cordon", "guide"])),
            people=counts,
            profile=st.sampled_from(["fire_engine", "car", "foot"]),
            lon=longitudes,
            lat=latitudes,
            turnout=turnouts(),
            shift=st.builds(Shift, st.times(), st.times()) | st.just(Shift(time(20), time(8))),
            home_cell_code=st.sampled_from(["", "321204101"]),
            department=words,
            leader=words,
            phone=words,
            in_service=st.booleans(),
            out_of_service_reason=words,
            demo=st.booleans(),
        )
    )


def alarms() -> SearchStrategy[Alarm]:
    """Alarms of the register."""
    return codes.flatmap(
        lambda code: st.builds(
            Alarm,
            id=st.just(identity("alarm", code)),
            code=st.just(code),
            type=st.sampled_from(ALARM_TYPES),
            level=st.sampled_from(ResponseLevel),
            lon=longitudes,
            lat=latitudes,
            reported_at=moments,
            address=words,
            caller=words,
            phone=words,
            note=words,
            nature=st.sampled_from(AlarmNature),
        )
    )


def dispatches(calls: list[Alarm], sent: list[Team]) -> SearchStrategy[Dispatch]:
    """Teams sent to alarms."""
    later = st.none() | moments
    return codes.flatmap(
        lambda code: st.builds(
            Dispatch,
            id=st.just(identity("dispatch", code)),
            code=st.just(code),
            alarm_id=st.sampled_from([alarm.id for alarm in calls]),
            team_id=st.sampled_from([team.id for team in sent]),
            people=counts,
            task=st.sampled_from([task.value for task in Task]),
            dispatched_at=moments,
            acknowledged_at=later,
            en_route_at=later,
            on_scene_at=later,
            released_at=later,
            home_at=later,
            answered_by=words,
            reference=words,
        )
    )


def needs() -> SearchStrategy[Need]:
    """Lines of a run card that never send the untrained in to rescue."""
    return st.builds(
        Need,
        code=st.integers(1, 99),
        tier=st.sampled_from(Tier),
        capability=st.sampled_from(["", "fire", "hazmat"]),
        command=st.sampled_from(Command),
        teams=st.integers(1, 9),
        people=counts,
        task=st.sampled_from([Task.CORDON, Task.GUIDE, Task.STAND_BY, Task.DO_NOT_ENTER]),
        safe_distance_m=counts,
        fallback=st.sampled_from(["", "fire"]),
        local=st.booleans(),
    )


@st.composite
def run_cards(draw: st.DrawFn) -> RunCards:
    """A few run cards of different types and levels, in order."""
    kinds = draw(st.sets(st.tuples(st.sampled_from(ALARM_TYPES), st.sampled_from(ResponseLevel)), max_size=6))
    return RunCards.of(
        RunCard(
            id=identity("run_card", f"{type_}/{level.value}"),
            type=type_,
            level=level,
            needs=tuple(draw(st.lists(needs(), min_size=1, max_size=4))),
            name=draw(names),
        )
        for type_, level in sorted(kinds, key=lambda kind: f"{kind[0]}/{kind[1].value}")
    )


def districts() -> SearchStrategy[District]:
    """The district, with an outline or without."""
    return st.builds(
        District,
        id=st.just(identity("district", DISTRICT_CODE)),
        code=st.just(DISTRICT_CODE),
        name=names,
        outline=st.none() | areas(),
        metric_epsg=st.sampled_from([4549, 4550, 32651]),
        border_tolerance_m=st.floats(0.001, 10),
        map_approval=words,
    )


@st.composite
def cells(draw: st.DrawFn, plan_code: str) -> Cell:
    """A cell of a plan; its area is any."""
    level = draw(st.sampled_from([1, 2, 3]))
    code = DISTRICT_CODE + draw(st.text(st.sampled_from("0123456789"), min_size=3 * level, max_size=3 * level))
    return Cell(
        id=identity("cell", f"{plan_code}/{code}"),
        code=code,
        name=draw(names),
        level=level,
        kind=draw(st.sampled_from(CellKind)),
        parent_code=code[:-3],
        geometry=draw(areas()),
        governed=draw(st.booleans()),
        key_town=draw(st.booleans()),
        site_group=draw(words),
        parts_joined=draw(st.booleans()),
        seat=draw(st.none() | st.tuples(longitudes, latitudes)),
    )


@st.composite
def units(draw: st.DrawFn, plan_code: str) -> Unit:
    """A unit of a plan; its area is any."""
    code = f"{DISTRICT_CODE}101001U{draw(st.integers(0, 999)):03}"
    return Unit(
        id=identity("unit", f"{plan_code}/{code}"),
        code=code,
        name=draw(names),
        cell_code=f"{DISTRICT_CODE}101001001",
        geometry=draw(areas()),
        population=draw(counts),
        enterprises=draw(counts),
        workload=draw(st.none() | st.floats(0, 1e6)),
    )


@st.composite
def plans(draw: st.DrawFn, district: District, *, status: PlanStatus = PlanStatus.DRAFT) -> GridPlan:
    """A plan with a few cells (by level, then code) and units (by code); it need not tile the district."""
    code = draw(st.sampled_from(["1", "2", "2020-A"]))
    made_cells = draw(st.lists(cells(code), max_size=6, unique_by=lambda cell: cell.code))
    made_units = draw(st.lists(units(code), max_size=6, unique_by=lambda unit: unit.code))
    return GridPlan(
        id=identity("plan", code),
        code=code,
        name=draw(names),
        district=district,
        status=status,
        effective_from=draw(moments),
        cells=tuple(sorted(made_cells, key=lambda cell: (cell.level, cell.code))),
        units=tuple(sorted(made_units, key=lambda unit: unit.code)),
        effective_to=draw(st.none() | moments),
        reason=draw(words),
        paper=draw(words),
    )
