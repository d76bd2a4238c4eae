"""Say of all records of one version of the data in which cells they lie and of which departments they are.

Cells are those of the plan in force now, whatever was in force when something happened: who answers for a place today
sees what happened there.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gridgis.access import AreaFilter
from gridgis.cells import GridPlan

if TYPE_CHECKING:
    from api.snapshot import Snapshot

MOST_KEPT = 200


@dataclass(frozen=True, eq=False)
class _Parts:
    """Where records of a noun lie.

    Attributes:
        owner: int (m), the record that each part belongs to.
        codes: Codes of the cells of each part, texts (m, k), '' for none.
        departments: Departments of each part, texts (m, j), '' for none.
        count: How many records there are.
    """

    owner: NDArray[np.intp]
    codes: NDArray[np.str_]
    departments: NDArray[np.str_]
    count: int

    def seen(self, area: AreaFilter) -> NDArray[np.bool_]:
        """Records of which a filter covers a part."""
        seen = np.zeros(self.count, np.bool_)
        seen[self.owner[area.visible(self.codes, self.departments)]] = True
        return seen


class RecordAreas:
    """Which records of one version a filter covers; each answer is kept. Safe among threads.

    Args:
        data: The version.
        plan: The plan in force, None before the first one.
        today: The local day, for whose posts people count.
    """

    def __init__(self, data: Snapshot, plan: GridPlan | None, today: date) -> None:
        self._data = data
        self._plan = plan
        self._today = today
        self._lock = threading.Lock()
        self._parts: dict[str, _Parts] = {}
        self._seen: dict[tuple[str, AreaFilter], NDArray[np.bool_]] = {}
        self._of: Mapping[str, Callable[[], _Parts]] = {
            "alarm": self._alarms,
            "enterprise": self._enterprises,
            "officer": self._officers,
            "team": self._teams,
        }

    def seen(self, noun: str, area: AreaFilter) -> NDArray[np.bool_]:
        """Which records of a noun a filter covers, in the state's order.

        Args:
            noun: ``alarm``, ``enterprise``, ``officer`` or ``team``.
            area: The filter.
        """
        with self._lock:
            found = self._seen.get((noun, area))
            if found is None:
                if noun not in self._parts:
                    self._parts[noun] = self._of[noun]()
                if len(self._seen) >= MOST_KEPT:
                    self._seen = {}
                found = self._seen[noun, area] = self._parts[noun].seen(area)
            return found

    def chain(self, code: str) -> list[str]:
        """A cell's code and those of the cells above it."""
        plan = self._plan
        if plan is None or code not in plan.cell_by_code:
            return [code] if code else []
        return [*(cell.code for cell in plan.ancestors(code)), code]

    def _enterprises(self) -> _Parts:
        """A part for each site, and one without a cell for an enterprise without a site."""
        state = self._data.state
        row = {one.id: number for number, one in enumerate(state.enterprises)}
        codes = self._data.sites_in_cells(self._plan).codes
        pairs = [(row[site.enterprise_id], list(cells)) for site, cells in zip(state.sites, codes, strict=True)]
        departments = [[one.department] for one in state.enterprises]
        return _parts(pairs, departments, len(row))

    def _officers(self) -> _Parts:
        """A part for each post that is held today or later, and one without a cell for a person without any."""
        state = self._data.state
        row = {one.id: number for number, one in enumerate(state.officers)}
        pairs = [
            (row[post.officer_id], self.chain(post.cell_code))
            for post in state.posts
            if post.until is None or post.until >= self._today
        ]
        return _parts(pairs, [[]] * len(row), len(row))

    def _teams(self) -> _Parts:
        """A part for each team, at its home."""
        teams = self._data.state.teams
        pairs = [(number, self.chain(team.home_cell_code)) for number, team in enumerate(teams)]
        return _parts(pairs, [[team.department] for team in teams], len(teams))

    def _alarms(self) -> _Parts:
        """A part for each alarm: its place, the homes of the teams that were sent, and their departments."""
        alarms, teams = self._data.state.alarms, self._data.team_by_id
        places = np.array([(alarm.lon, alarm.lat) for alarm in alarms], np.float64).reshape(-1, 2)
        located = np.full((len(alarms), 3), "", object) if self._plan is None else self._plan.locate(places).codes()
        pairs, departments = [], []
        for number, alarm in enumerate(alarms):
            sent = [teams[one.team_id] for one in self._data.dispatches_of.get(alarm.id, ())]
            pairs.append(
                (number, [*located[number], *(code for team in sent for code in self.chain(team.home_cell_code))])
            )
            departments.append([team.department for team in sent])
        return _parts(pairs, departments, len(alarms))


def _parts(pairs: Sequence[tuple[int, Sequence[str]]], departments: Sequence[Sequence[str]], count: int) -> _Parts:
    """Parts out of record and cells of each, with the departments of each record; none is left without a part."""
    have = {record for record, _ in pairs}
    every = [*pairs, *((record, ()) for record in range(count) if record not in have)]
    owner = np.array([record for record, _ in every], np.intp)
    return _Parts(owner, _texts(codes for _, codes in every), _texts(departments)[owner], count)


def _texts(rows: Iterable[Sequence[str]]) -> NDArray[np.str_]:
    """Texts of rows of any length, shape (n, longest), '' where a row has none."""
    listed = [list(row) for row in rows]
    longest = max((len(row) for row in listed), default=0) or 1
    return np.array([[*row, *[""] * (longest - len(row))] for row in listed], np.str_).reshape(-1, longest)
