"""Make up the people of the grid and their posts, so that every cell has someone on every day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from geodata.demo.cells import Grid, numeral
from geodata.demo.chance import stream
from geodata.demo.jiangyan import DISTRICT_CODE, Town
from gridgis.codes import record_id
from gridgis.people.officers import Officer, Post, PostRole

SAFETY_OFFICERS, ENFORCEMENT_OFFICERS, SAFETY_DOCTORS = 89, 54, 78
IN_KEY_TOWN, IN_TOWN = 5, 3
FIRST_DAY = date(2020, 1, 1)
_PROFESSIONAL = 0.82
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

    def hire(self, prefix: str, **known: object) -> Officer:
        """A new person with a staff number."""
        number = len(self.officers) + 1
        code = f"{prefix}{number:04d}"
        officer = Officer(
            id=record_id(DISTRICT_CODE, "officer", code),
            code=code,
            name=f"演示{_STEMS[number % 10]}{_BRANCHES[number % 12]}{number:04d}",
            phone=f"000-1{number:07d}",
            **known,  # type: ignore[arg-type]
        )
        self.officers.append(officer)
        return officer

    def post(
        self,
        officer: Officer,
        cell_code: str,
        role: PostRole,
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


def make_people(towns: tuple[Town, ...], seed: int, grid: Grid) -> People:
    """Leads, safety officers, enforcement officers, safety doctors and grid officers of every cell."""
    chance = stream(seed, "people")
    people = People()
    for town in towns:
        people.post(people.hire("Z"), town.code, PostRole.TOWN_LEAD)
    governed = [town for town in towns if town.governed]
    weight = [len(town.villages) + 6.0 for town in governed]
    for town, count in zip(governed, allot(SAFETY_OFFICERS, weight), strict=True):
        for _ in range(count):
            known = _professional(chance)
            people.post(people.hire("A", professional=known), town.code, PostRole.SAFETY_OFFICER)
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


def _professional(chance: np.random.Generator) -> bool:
    return bool(chance.uniform() < _PROFESSIONAL)


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
                licence_until=date(2021 + number % 4, 1 + number % 12, 28),
                in_service_since=date(int(chance.integers(2004, 2016)), int(chance.integers(1, 13)), 1),
            )
            people.post(officer, town.code, PostRole.ENFORCEMENT_OFFICER)


def _grid_officers(chance: np.random.Generator, people: People, grid: Grid) -> None:
    """One officer a basic cell, some with two cells of a village; some changes and covers during the half-year."""
    role = PostRole.GRID_OFFICER
    holder: list[Officer] = []
    change = set(chance.choice(len(grid.cells.code), _CHANGES, replace=False).tolist())
    for number, code in enumerate(grid.cells.code):
        village = grid.cells.parent[number]
        shared = number >= 2 and village == grid.cells.parent[number - 1] and holder[-1] is not holder[-2]
        same = shared and number not in change and number - 1 not in change and chance.uniform() < _SHARED_CELLS
        officer = holder[-1] if same else people.hire("G")
        holder.append(officer)
        if number in change:
            last = FIRST_DAY + timedelta(days=int(chance.integers(40, 150)))
            people.post(officer, code, role, until=last)
            people.post(people.hire("G"), code, role, since=last + timedelta(days=1))
        else:
            people.post(officer, code, role)
    stable = [number for number in range(1, len(holder)) if holder[number] is not holder[number - 1]]
    stable = [number for number in stable if not change & {number, number - 1}]
    stable = [number for number in stable if grid.cells.parent[number] == grid.cells.parent[number - 1]]
    for number in sorted(chance.choice(stable, _COVERS, replace=False).tolist()):
        since = FIRST_DAY + timedelta(days=int(chance.integers(5, 160)))
        until = since + timedelta(days=int(chance.integers(4, 15)))
        people.post(holder[number - 1], grid.cells.code[number], role, since, until, acting_for=holder[number])


def leader_name(number: int) -> str:
    """The name of the leader of a team."""
    return f"演示队长{numeral(number % 99 + 1)}{number:04d}"
