"""Say why each team was chosen or passed over, and why a line of the card is short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import inf
from typing import Any

from gridgis.dispatch.choice import Choice
from gridgis.dispatch.eligibility import not_called
from gridgis.dispatch.reach import MS_PER_S, Ground, by_arrival
from gridgis.dispatch.readiness import missing_kit
from gridgis.dispatch.reasons import Reason
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command


@dataclass(frozen=True)
class Explainer:
    """Reasons of one choice.

    Attributes:
        state: The district the choice was made for.
        choice: The choice.
    """

    state: DistrictState
    choice: Choice

    @cached_property
    def _candidates(self) -> tuple[tuple[int, ...], ...]:
        return tuple(self.choice.candidates(line) for line in range(len(self.choice.lines)))

    def candidates(self, line: int) -> tuple[int, ...]:
        """Free teams that may serve a line, sent or not, in order of preference."""
        return self._candidates[line]

    # who is sent

    def chosen(self, team: int, rank: int) -> tuple[Reason, ...]:
        """Why a team is sent; the main reason first, then what has to be said with it.

        Args:
            team: The team.
            rank: Its place among the teams of its line by arrival, from 1.
        """
        return (self._main(team, rank), *self._notes(team))

    def _main(self, team: int, rank: int) -> Reason:
        choice, line = self.choice, self.choice.line_of[team]
        need, candidates = choice.lines[line].need, self.candidates(line)
        if team in choice.lines[line].first:
            return Reason("chosen.home")
        if len(candidates) == 1:
            able = len(choice.lines[line].able)
            return Reason("chosen.only_free", {"able": able}) if able > 1 else Reason("chosen.only_able")
        if rank > need.teams:
            brought = [kind for kind, _ in need.kit if kind in choice.kit.get(team, {})]
            for_kit = Reason("chosen.for_kit", {"kit": "、".join(brought)})
            return for_kit if brought else Reason("chosen.for_people", {"people": need.people})
        elsewhere = [
            other
            for other, serving in choice.line_of.items()
            if serving != line and other in choice.lines[line].able and self._arrival(other) < self._arrival(team)
        ]
        if elsewhere:
            first = min(elsewhere, key=self._arrival)
            other_line = choice.lines[choice.line_of[first]].need.code
            return Reason("chosen.sooner_serve_elsewhere", {"team": choice.teams[first].name, "line": other_line})
        if rank == 1:
            return Reason("chosen.soonest", {"of": len(candidates)})
        return Reason("chosen.next_soonest", {"place": rank, "of": len(candidates)})

    def _notes(self, team: int) -> list[Reason]:
        choice = self.choice
        line = choice.lines[choice.line_of[team]]
        estimate, record = choice.estimate(team), choice.teams[team]
        notes = []
        absent = sorted(line.home - choice.line_of.keys())
        if absent and team not in line.home:
            notes.append(Reason("note.own_cannot_go", {"team": choice.teams[absent[0]].name}))
        if team in line.fallback:
            notes.append(Reason("note.fallback", {"capability": line.need.fallback, "wanted": line.need.capability}))
        if estimate.ground is Ground.STRAIGHT:
            notes.append(Reason("note.straight", {"factor": self.state.detour_factor}))
        elif estimate.ground is Ground.OUT_OF_REACH:
            notes.append(Reason("note.no_way", {"profile": record.profile, "factor": self.state.detour_factor}))
        elif estimate.ground is Ground.NO_POSITION:
            notes.append(Reason("note.no_position"))
        if record.command is Command.REQUEST:
            notes.append(Reason("note.to_request"))
        elif record.command is Command.INVITE:
            notes.append(Reason("note.to_invite"))
        return notes

    # who is passed over

    def passed_over(self, team: int) -> Reason:
        """Why a team is not sent: not called, not free, stopped by a limit, out of reach, or others go before it."""
        choice = self.choice
        lines = [position for position, line in enumerate(choice.lines) if team in line.able]
        if not lines:
            lapsed = self.state.readiness.lapsed(choice.teams[team], self.choice.day)
            return not_called(choice.teams[team], choice.card, lapsed)
        if team in choice.not_free:
            return choice.not_free[team]
        stopped = self._stopped_by_limit(team, lines)
        if stopped is not None:
            return stopped
        ground = choice.estimate(team).ground
        if ground is Ground.OUT_OF_REACH:
            return Reason("passed.out_of_reach", {"profile": choice.teams[team].profile})
        if ground is Ground.NO_POSITION:
            return Reason("passed.no_position")
        return min((self._beaten(team, line) for line in lines), key=lambda beaten: beaten[0])[1]

    def _rival(self, team: int, line: int) -> int:
        """The team of a line whose place another would have taken: the last of those of its own kind, or of all.

        A line with a free team left over has sent somebody: a free team is left over only when the line is full.
        """
        kinds = self.choice.lines[line]
        return self._rivals[line][team in kinds.first, team in kinds.fallback]

    @cached_property
    def _rivals(self) -> tuple[Mapping[tuple[bool, bool], int], ...]:
        """For each line that sends anybody, the last arrival of each kind (own first, fallback)."""
        found = []
        for kinds, sent in zip(self.choice.lines, self.choice.sent, strict=True):
            in_order = sorted(sent, key=self._arrival)
            last = {(team in kinds.first, team in kinds.fallback): team for team in in_order}
            both = (False, True)
            found.append({kind: last.get(kind, in_order[-1]) for kind in product(both, both) if in_order})
        return tuple(found)

    def _beaten(self, team: int, line: int) -> tuple[float, Reason]:
        """How much later than its rival a team of a line would be, in milliseconds, and the reason made of it."""
        choice, kinds = self.choice, self.choice.lines[line]
        rival = self._rival(team, line)
        later_ms = self._arrival(team)[0] - self._arrival(rival)[0]
        fields: dict[str, Any] = {"than": choice.teams[rival].name, "line": kinds.need.code}
        if later_ms > 0:
            return later_ms, Reason("passed.slower", {"by_s": later_ms / MS_PER_S, **fields})
        if rival in kinds.first and team not in kinds.first:
            return later_ms, Reason("passed.local_first", fields)
        if team in kinds.fallback and rival not in kinds.fallback:
            return later_ms, Reason("passed.fallback_not_needed", {"capability": kinds.need.capability, **fields})
        return later_ms, Reason("passed.not_needed", fields)

    def _stopped_by_limit(self, team: int, lines: list[int]) -> Reason | None:
        """The limit that keeps a team's vehicle off the shorter way, when the team would have been sent without it."""
        reach = self.choice.reach
        if not reach.limited(team):
            return None
        latest = max((self._latest_useful(team, line) for line in lines), default=(-inf, ""))
        if reach.least_ms(team) > latest[0]:
            return None
        free = reach.without_limits(team)
        if free is None or by_arrival(free.estimate, self.choice.teams[team].code) >= latest or not free.broken:
            return None
        limit = free.broken[0]
        fields = {
            "road": limit.name,
            "limit_kind": limit.kind,
            "limit": limit.limit,
            "own": limit.own,
            "limit_unit": limit.kind,
        }
        estimate = self.choice.estimate(team)
        if estimate.ground is Ground.OUT_OF_REACH or estimate.eta_s is None or free.estimate.eta_s is None:
            return Reason("passed.vehicle_cannot_pass", fields)
        return Reason("passed.vehicle_must_go_round", {**fields, "longer_s": estimate.eta_s - free.estimate.eta_s})

    def _latest_useful(self, team: int, line: int) -> tuple[float, str]:
        """The arrival before which a team would have been sent for a line; infinite for the alarm's own."""
        kinds, rival = self.choice.lines[line], self._rival(team, line)
        if team in kinds.home:
            return (inf, "")
        if (rival in kinds.first) or (team in kinds.fallback and rival not in kinds.fallback):
            return (-inf, "")
        return self._arrival(rival)

    def _arrival(self, team: int) -> tuple[float, str]:
        return self.choice.arrivals[team]

    # what is short

    def shortfall(self, line: int) -> tuple[int, int, Reason] | None:
        """Teams and people missing from a line and why; None when it has all it wants."""
        choice, kinds = self.choice, self.choice.lines[line]
        sent = choice.sent[line]
        people = sum(choice.teams[team].people for team in sent)
        teams_missing = max(0, kinds.need.teams - len(sent))
        people_missing = max(0, kinds.need.people - people)
        if not teams_missing and not people_missing:
            missing = missing_kit(kinds.need.kit, (choice.kit.get(team, {}) for team in sent))
            told = "、".join(f"{kind} {quantity}" for kind, quantity in missing.items())
            return (0, 0, Reason("short.kit", {"kit": told})) if missing else None
        if not kinds.able:
            code = "short.only_untrained" if kinds.refused else "short.nobody_able"
            return teams_missing, people_missing, Reason(code, {"teams": teams_missing, "people": people_missing})
        taken = kinds.able & choice.not_free.keys()
        states = Counter(choice.not_free[team].code.removeprefix("passed.") for team in taken)
        fields = {
            "able": len(kinds.able),
            "sent": len(sent),
            "elsewhere": sum(choice.line_of.get(team, line) != line for team in kinds.able),
            **{state: states.get(state, 0) for state in ("busy", "resting", "off_shift", "off_duty", "out_of_service")},
            "teams": teams_missing,
            "people": people_missing,
        }
        return teams_missing, people_missing, Reason("short.teams" if teams_missing else "short.people", fields)
