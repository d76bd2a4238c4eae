"""Keep the one table of legal steps: from which states, to which, who may, and what has to be said with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from gridgis.access import Action
from gridgis.errors import Conflict, InvalidValue
from gridgis.hazards.case import HazardCase
from gridgis.hazards.hazard import OPEN, Act, Severity, State

UNDER_WAY = frozenset({State.ASSIGNED, State.RECTIFYING})
"""Where somebody has to put it right, and the term runs."""

UNDECIDED = frozenset({State.REPORTED, State.ACCEPTED, *UNDER_WAY, State.LISTED})
"""Where a grade may still be changed."""

EVERYWHERE = frozenset(State)


class Open(NamedTuple):
    """Something that has to be open before a step: begun by one, not ended by another.

    Attributes:
        begun: What begins it.
        ended: What ends it.
    """

    begun: Act
    ended: tuple[Act, ...]

    def in_case(self, case: HazardCase) -> bool:
        """Whether it is open."""
        last = case.last(self.begun, *self.ended)
        return last is not None and last.act is self.begun


_ANEW = (Act.ASSIGN, Act.SEND_BACK, Act.ANSWER, Act.LIST)
EXTENSION_ASKED = Open(Act.ASK_EXTENSION, (Act.GRANT_EXTENSION, Act.DENY_EXTENSION, *_ANEW))
PAUSE_ASKED = Open(Act.ASK_PAUSE, (Act.GRANT_PAUSE, Act.DENY_PAUSE, *_ANEW))
PAUSED = Open(Act.GRANT_PAUSE, (Act.RESUME, *_ANEW))
WORK_STOPPED = Open(Act.STOP_WORK, (Act.ALLOW_RESUMPTION,))
RESUMPTION_ASKED = Open(Act.ASK_RESUMPTION, (Act.ALLOW_RESUMPTION, Act.DENY_RESUMPTION, Act.STOP_WORK))


@dataclass(frozen=True, slots=True)
class Transition:
    """One legal step.

    Attributes:
        sources: States in which it may be taken.
        target: State that it leads to, None where it leaves the state as it is.
        action: What whoever takes it must be allowed to do to the hazard.
        why: Whether a reason or account in words is demanded.
        not_by: What whoever takes it must not have done last: another person is demanded.
        major: Whether it belongs to major hazards alone.
        within: What has to be open, None where nothing has.
    """

    sources: frozenset[State]
    target: State | None
    action: Action
    why: bool = False
    not_by: tuple[Act, ...] = ()
    major: bool = False
    within: Open | None = None


def _from(*states: State) -> frozenset[State]:
    return frozenset(states)


_DONE, _MORE, _PAUSE, _WORK = (Act.ANSWER,), (Act.ASK_EXTENSION,), (Act.ASK_PAUSE,), (Act.ASK_RESUMPTION,)
_REPORT, _ASSIGN, _ANSWER = Action.HAZARDS_REPORT, Action.HAZARDS_ASSIGN, Action.HAZARDS_ANSWER
_VERIFY, _SUPERVISE = Action.HAZARDS_VERIFY, Action.HAZARDS_SUPERVISE
_S = State

# fmt: off
TABLE: Mapping[Act, Transition] = MappingProxyType({
    Act.REPORT: Transition(frozenset(), _S.REPORTED, _REPORT, why=True),
    Act.AMEND: Transition(OPEN, None, _REPORT),
    Act.ACCEPT: Transition(_from(_S.REPORTED), _S.ACCEPTED, _ASSIGN),
    Act.REFUSE: Transition(_from(_S.REPORTED), _S.REFUSED, _ASSIGN, why=True),
    Act.GRADE: Transition(UNDECIDED, None, _ASSIGN, why=True),
    Act.ASSIGN: Transition(_from(_S.ACCEPTED, *UNDER_WAY), _S.ASSIGNED, _ASSIGN),
    Act.SEND_BACK: Transition(UNDER_WAY, _S.ACCEPTED, _ANSWER, why=True),
    Act.START: Transition(_from(_S.ASSIGNED), _S.RECTIFYING, _ANSWER),
    Act.ANSWER: Transition(UNDER_WAY, _S.ANSWERED, _ANSWER, why=True),
    Act.VERIFY: Transition(_from(_S.ANSWERED), _S.VERIFIED, _VERIFY, not_by=_DONE),
    Act.REWORK: Transition(_from(_S.ANSWERED), _S.RECTIFYING, _VERIFY, why=True, not_by=_DONE),
    Act.CLOSE: Transition(_from(_S.VERIFIED), _S.CLOSED, _VERIFY, not_by=_DONE),
    Act.REOPEN: Transition(_from(_S.VERIFIED, _S.CLOSED), _S.RECTIFYING, _VERIFY, why=True),
    Act.ASK_EXTENSION: Transition(UNDER_WAY, None, _ANSWER, why=True),
    Act.GRANT_EXTENSION: Transition(UNDER_WAY, None, _SUPERVISE, not_by=_MORE, within=EXTENSION_ASKED),
    Act.DENY_EXTENSION: Transition(UNDER_WAY, None, _SUPERVISE, why=True, not_by=_MORE, within=EXTENSION_ASKED),
    Act.ASK_PAUSE: Transition(UNDER_WAY, None, _ANSWER, why=True),
    Act.GRANT_PAUSE: Transition(UNDER_WAY, None, _SUPERVISE, not_by=_PAUSE, within=PAUSE_ASKED),
    Act.DENY_PAUSE: Transition(UNDER_WAY, None, _SUPERVISE, why=True, not_by=_PAUSE, within=PAUSE_ASKED),
    Act.RESUME: Transition(UNDER_WAY, None, _ANSWER, within=PAUSED),
    Act.LIST: Transition(UNDER_WAY, _S.LISTED, _SUPERVISE, why=True),
    Act.UNLIST: Transition(_from(_S.LISTED), _S.RECTIFYING, _SUPERVISE, why=True),
    Act.SUPERVISE: Transition(OPEN, None, _SUPERVISE, why=True),
    Act.SPONSOR: Transition(OPEN, None, _SUPERVISE, major=True),
    Act.FULFIL: Transition(OPEN, None, _ASSIGN, why=True, major=True),
    Act.STOP_WORK: Transition(OPEN, None, _ASSIGN, why=True, major=True),
    Act.ASK_RESUMPTION: Transition(OPEN, None, _ANSWER, why=True, major=True, within=WORK_STOPPED),
    Act.ALLOW_RESUMPTION: Transition(OPEN, None, _VERIFY, why=True, not_by=_WORK, major=True, within=RESUMPTION_ASKED),
    Act.DENY_RESUMPTION: Transition(OPEN, None, _VERIFY, why=True, not_by=_WORK, major=True, within=RESUMPTION_ASKED),
    Act.VOID: Transition(OPEN, _S.VOID, _SUPERVISE, why=True),
    Act.URGE: Transition(_from(*UNDER_WAY, _S.LISTED), None, _REPORT, why=True),
    Act.NOTE: Transition(EVERYWHERE, None, _REPORT, why=True),
})
# fmt: on
"""What may be done, where, by whom. Whatever stands nowhere here, nobody can do."""

ENDS = frozenset({State.CLOSED, State.REFUSED, State.VOID})
"""States in which nothing is left to be done."""


def check(case: HazardCase, act: Act, actor: str, text: str) -> Transition:
    """The transition of a step, once it is sure that it may be taken.

    Args:
        case: The case before it.
        act: What is to be done.
        actor: Who does it.
        text: What is said with it.

    Raises:
        Conflict: ``hazard.step_illegal`` in a state that it can't be taken in; ``hazard.same_person`` where another
            person is demanded; ``hazard.not_major``; ``hazard.not_asked`` where it answers what nobody asked for.
        InvalidValue: ``hazard.why`` without the reason or account that is demanded.
    """
    transition = TABLE[act]
    hazard = case.hazard
    if hazard.state not in transition.sources:
        raise Conflict("hazard.step_illegal", hazard=hazard.code, act=act.value, state=hazard.state.value)
    if transition.within is not None and not transition.within.in_case(case):
        raise Conflict("hazard.not_asked", hazard=hazard.code, act=act.value)
    if transition.major and hazard.severity is not Severity.MAJOR:
        raise Conflict("hazard.not_major", hazard=hazard.code, act=act.value)
    last = case.last(*transition.not_by)
    if last is not None and last.actor == actor:
        raise Conflict("hazard.same_person", hazard=hazard.code, act=act.value, actor=actor)
    if transition.why and not text.strip():
        raise InvalidValue("hazard.why", act=act.value)
    return transition


def legal(case: HazardCase, actor: str) -> tuple[Act, ...]:
    """What can be done next by somebody to whom every action is allowed, in the table's order."""
    found = []
    for act in TABLE:
        try:
            check(case, act, actor, "-")
        except Conflict:
            continue
        found.append(act)
    return tuple(found)
