"""Random grants and records over a small tree of cells, for tests of access."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from gridgis.access import ADMINISTRATORS, Action, Grant, Principal, Role
from gridgis.access.roles import NEEDS_AREA, NEEDS_DEPARTMENT

DISTRICT = "321204"
TOWNS = tuple(DISTRICT + town for town in ("101", "102"))
VILLAGES = tuple(town + village for town in TOWNS for village in ("001", "010"))
BASIC = tuple(village + cell for village in VILLAGES for cell in ("001", "002"))
CELLS = (*TOWNS, *VILLAGES, *BASIC)
DEPARTMENTS = ("应急管理局", "住建局")
NOON = datetime(2020, 6, 30, 4, 0, tzinfo=UTC)
MOMENTS = tuple(NOON + timedelta(hours=hours) for hours in range(5))

moments = st.sampled_from(MOMENTS)
actions = st.sampled_from(list(Action))
records = st.tuples(
    st.lists(st.sampled_from(CELLS), max_size=3),
    st.lists(st.sampled_from(DEPARTMENTS), max_size=2),
)


@st.composite
def grants(draw: st.DrawFn, roles: st.SearchStrategy[Role] | None = None) -> Grant:
    """A grant that its role allows."""
    role = draw(roles if roles is not None else st.sampled_from(list(Role)))
    anywhere = [] if role in NEEDS_AREA else [""]
    of_any = [] if role in NEEDS_DEPARTMENT else [""]
    whole = role in ADMINISTRATORS
    since, until = draw(st.tuples(moments, st.none() | moments))
    return Grant(
        role=role,
        area="" if whole else draw(st.sampled_from([*anywhere, *CELLS])),
        department="" if whole else draw(st.sampled_from([*of_any, *DEPARTMENTS])),
        since=since,
        until=until if until is None or until > since else since + timedelta(hours=1),
    )


@st.composite
def principals(draw: st.DrawFn) -> Principal:
    """A person or a token with up to four grants; of the administrators at most one kind."""
    administrator = draw(st.sampled_from(sorted(ADMINISTRATORS)))
    roles = [role for role in Role if role not in ADMINISTRATORS or role is administrator]
    return principal(
        *draw(st.lists(grants(st.sampled_from(roles)), max_size=4)),
        scopes=draw(st.none() | st.frozensets(actions, max_size=20)),
    )


def principal(*given: Grant, scopes: frozenset[Action] | None = None, number: int = 1) -> Principal:
    """An account with grants."""
    return Principal(UUID(int=number), "王五", given, scopes)


def grant(role: Role, area: str = "", department: str = "") -> Grant:
    """A grant that holds at noon and after."""
    return Grant(role=role, area=area, department=department, since=NOON)
