"""Make up the people of the grid and their posts, so that every cell has someone on every day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from geodata.demo.cells import Grid
from geodata.demo.jiangyan import DISTRICT_CODE, Town
from geodata.demo.land import Land
from gridgis.codes import record_id
from gridgis.people.officers import Officer, Post, PostRole

SAFETY_OFFICERS, ENFORCEMENT_OFFICERS, SAFETY_DOCTORS = 89, 54, 78
IN_KEY_TOWN, IN_TOWN = 5, 3
FIRST_DAY = date(2020, 1, 1)
_PROFESSIONAL = 0.82
_LICENSED_UNTIL = 2041  # so that the demo passes its check for many years
_SHARED_CELLS, _CHANGES, _COVERS = 0.3, 40, 36
_STEMS, _BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"


@dataclass
class People:
    """Officers and posts as they are made up.

    Attributes:
        officers: In the order of their staff numbers.
        posts: In the order of their cells' levels and codes.
    """

    officers: list[Officer] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)

    def hire(
        self,
        prefix: str,
        *,
        professional: bool = False,
        licence: str = "",
        licence_until: date | None = None,
        in_service_since: date | None = None,
    ) -> Officer:
        """A new person with a staff number."""
        number = len(self.officers) + 1
        code = f"{prefix}{number:04d}"
        officer = Officer(
            id=record_id(DISTRICT_CODE, "officer", code),
            code=code,
            name=f"演示{_STEMS[number % 10]}{_BRANCHES[number % 12]}{number:04d}",
            phone=f"000-1{number:07d}",
            professional=professional,
            licence=licence,
            licence_until=licence_until,
            in_service_since=in_service_since,
        )
        self.officers.append(officer)
        return officer

    def post(
        self,
        officer: Officer,
        cell_code: str,
        role: PostRole,
        *,
        since: date = FIRST_DAY,
        until: date | None = None,
        acting_for: Officer | None = None,
    ) -> None:
        """Put a person to a cell."""
        key = f"{officer.code}|{cell_code}|{role.value}|{since.isoformat()}"
        covered = acting_for.id if acting_for else None
        self.posts.append(
            Post(record_id(DISTRICT_CODE, "post", key), officer.id, cell_code, role, since, until, covered)
        )


def make_people(land: Land, grid: Grid) -> People:
    """Leads, safety officers, enforcement officers, safety doctors and grid officers of every cell."""
    chance, towns = land.chance("people"), land.ground.towns
    people = People()
    for town in towns:
        people.post(people.hire("Z"), town.code, PostRole.TOWN_LEAD)
    governed = [town for town in towns if town.governed]
    weight = [len(town.villages) + 6.0 for town in governed]
    for town, count in zip(governed, allot(SAFETY_OFFICERS, weight), strict=True):
        for _ in range(count):
            trained = bool(chance.uniform() < _PROFESSIONAL)
            people.post(people.hire("A", professional=trained), town.code, PostRole.SAFETY_OFFICER)
    _enforcement(chance, people, governed)
    for town, count in zip(governed, allot(SAFETY_DOCTORS, weight), strict=True):
        for _ in range(count):
            people.post(people.hire("Y", professional=True), town.code, PostRole.SAFETY_DOCTOR)
    for code in grid.villages.code:
        people.post(people.hire("W"), code, PostRole.GRID_LEAD)
    _grid_officers(chance, people, grid)
    return people


def allot(total: int, weight: Iterable[float]) -> list[int]:
    """Whole shares of a total by weight, at least one each, by the largest remainders."""
    share = np.array(list(weight))
    exact = 1 + (total - len(share)) * share / share.sum()
    whole = np.floor(exact).astype(int)
    whole[np.argsort(-(exact - whole), kind="stable")[: total - int(whole.sum())]] += 1
    return [int(count) for count in whole]


def _enforcement(chance: np.random.Generator, people: People, governed: list[Town]) -> None:
    """Licensed officers: five in a key town, three in others; four in five with a professional background."""
    number = 0
    for town in governed:
        for _ in range(IN_KEY_TOWN if town.key else IN_TOWN):
            number += 1
            officer = people.hire(
                "F",
                professional=number % 5 != 3,
                licence=f"演示执法{number:04d}",
                licence_until=date(_LICENSED_UNTIL + number % 4, 1 + number % 12, 28),
                in_service_since=date(int(chance.integers(2004, 2016)), int(chance.integers(1, 13)), 1),
            )
            people.post(officer, town.code, PostRole.ENFORCEMENT_OFFICER)


def _grid_officers(chance: np.random.Generator, people: People, grid: Grid) -> None:
    """One officer a basic cell, some with two cells of a village; some changes and covers during the half-year."""
    role, parent = PostRole.GRID_OFFICER, grid.cells.parent
    changing = set(chance.choice(len(parent), _CHANGES, replace=False).tolist())
    holder: list[Officer] = []
    for number, code in enumerate(grid.cells.code):
        steady = not changing & {number - 1, number}
        first = number < 2 or parent[number] != parent[number - 1] or holder[-1] is holder[-2]
        both = steady and not first and chance.uniform() < _SHARED_CELLS
        holder.append(holder[-1] if both else people.hire("G"))
        if number in changing:
            last = FIRST_DAY + timedelta(days=int(chance.integers(40, 150)))
            people.post(holder[number], code, role, until=last)
            people.post(people.hire("G"), code, role, since=last + timedelta(days=1))
        else:
            people.post(holder[number], code, role)
    neighbours = [
        number
        for number in range(1, len(parent))
        if parent[number] == parent[number - 1]
        and holder[number] is not holder[number - 1]
        and not changing & {number - 1, number}
    ]
    for number in sorted(chance.choice(neighbours, _COVERS, replace=False).tolist()):
        since = FIRST_DAY + timedelta(days=int(chance.integers(5, 160)))
        until = since + timedelta(days=int(chance.integers(4, 15)))
        cover, covered = holder[number - 1], holder[number]
        people.post(cover, grid.cells.code[number], role, since=since, until=until, acting_for=covered)
