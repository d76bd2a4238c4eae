"""Whatever people try, in whatever order, a hazard stays on its legal path and its clocks make sense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as some
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gridgis.errors import Conflict, InvalidValue
from gridgis.hazards import OPEN, Act, HazardCase, Severity, State
from gridgis.hazards.clocks import ClockRules, Light, countdowns, term_used
from gridgis.hazards.taking import (
    PLAIN,
    Assignee,
    Duty,
    answer,
    ask_extension,
    assign,
    close,
    fulfil,
    grade,
    put_on_list,
    take,
    unsettled,
    verify,
)
from gridgis.hazards.transitions import ENDS, TABLE
from gridgis.hazards.workdays import Term
from tests.fakes.hazards import PLACE, WEEKS, named, photo, reported, stamp

people = some.sampled_from(("a", "b", "c"))
waits = some.timedeltas(timedelta(minutes=1), timedelta(days=9))


class HazardMachine(RuleBasedStateMachine):
    """Three people try steps at random; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.case: HazardCase = reported()
        self.at = self.case.steps[-1].happened_at
        self.tried = 0

    def attempt(self, actor: str, wait: timedelta, step: Callable[..., HazardCase], *args: Any, **options: Any) -> None:
        """Try a step."""
        before, self.tried = self.case, self.tried + 1
        at = self.at + wait
        try:
            self.case = step(before, *args, stamp(actor, at), named(f"{self.tried}"), **options)
        except (Conflict, InvalidValue):
            assert self.case is before
            return
        self.at = at
        self.check_step(before)

    def check_step(self, before: HazardCase) -> None:
        """The step that was taken stands in the table, and everything before it is as it was."""
        taken = self.case.steps[-1]
        transition = TABLE[taken.act]
        assert self.case.steps[:-1] == before.steps
        assert before.hazard.state in transition.sources
        assert self.case.hazard.state is (transition.target or before.hazard.state)
        assert bool(taken.text.strip()) or not transition.why
        last = before.last(*transition.not_by)
        assert last is None or last.actor != taken.actor

    @rule(actor=people, wait=waits, act=some.sampled_from(sorted(PLAIN)), text=some.sampled_from(("", "因为")))
    def plain(self, actor: str, wait: timedelta, act: Act, text: str) -> None:
        self.attempt(actor, wait, take, act, text=text)

    @rule(actor=people, wait=waits, severity=some.sampled_from(Severity))
    def grade(self, actor: str, wait: timedelta, severity: Severity) -> None:
        self.attempt(actor, wait, grade, severity, text="依据")

    @rule(actor=people, wait=waits, days=some.integers(-1, 30), term=some.sampled_from(Term))
    def assign(self, actor: str, wait: timedelta, days: int, term: Term) -> None:
        self.attempt(actor, wait, assign, Assignee.TOWN, "甲镇", days=days, term=term, text="派")

    @rule(actor=people, wait=waits)
    def accept_and_assign(self, actor: str, wait: timedelta) -> None:
        self.attempt(actor, wait, take, Act.ACCEPT)
        self.attempt(actor, wait, grade, Severity.ORDINARY, text="依据")
        self.attempt(actor, wait, assign, Assignee.TOWN, "甲镇", days=10, text="派")

    @rule(actor=people, wait=waits, photos=some.booleans())
    def answer(self, actor: str, wait: timedelta, *, photos: bool) -> None:
        self.attempt(actor, wait, answer, text="好了", photos=[photo("after")] if photos else [])

    @rule(actor=people, wait=waits, came=some.booleans())
    def verify(self, actor: str, wait: timedelta, *, came: bool) -> None:
        self.attempt(actor, wait, verify, place=PLACE, arrived={photo("after").id} if came else ())

    @rule(actor=people, wait=waits)
    def close(self, actor: str, wait: timedelta) -> None:
        self.attempt(actor, wait, close)

    @rule(actor=people, wait=waits, days=some.integers(0, 20))
    def extend(self, actor: str, wait: timedelta, days: int) -> None:
        self.attempt(actor, wait, ask_extension, days, text="工期")

    @rule(actor=people, wait=waits)
    def list(self, actor: str, wait: timedelta) -> None:
        self.attempt(actor, wait, put_on_list, date(2020, 12, 31), text="外因")

    @rule(actor=people, wait=waits, duty=some.sampled_from(Duty))
    def fulfil(self, actor: str, wait: timedelta, duty: Duty) -> None:
        self.attempt(actor, wait, fulfil, duty, text="落实")

    @invariant()
    def an_end_has_a_moment_and_what_is_open_has_none(self) -> None:
        hazard = self.case.hazard
        assert (hazard.state in ENDS) == (hazard.closed_at is not None)
        assert (hazard.state in OPEN) != (hazard.state in ENDS)

    @invariant()
    def whatever_is_closed_was_answered_and_verified_by_two_people(self) -> None:
        if self.case.hazard.state is not State.CLOSED:
            return
        verified, answered = self.case.last(Act.VERIFY), self.case.last(Act.ANSWER)
        assert verified is not None
        assert answered is not None
        assert verified.actor != answered.actor
        if self.case.hazard.severity is Severity.MAJOR:
            assert unsettled(self.case) == ()

    @invariant()
    def clocks_make_sense(self) -> None:
        clocks = countdowns(self.case, self.at, WEEKS, ClockRules())
        assert bool(clocks) == (self.case.hazard.state in OPEN)
        for clock in clocks:
            assert clock.used >= 0
            assert (clock.due_at is None) == (clock.light is Light.STILL)
            if clock.due_at is not None:
                assert (clock.due_at <= self.at) == (clock.light is Light.OVERDUE)

    @invariant()
    def a_term_is_never_used_faster_than_time_goes(self) -> None:
        used = term_used(self.case, self.at, WEEKS)
        if used is not None:
            assert timedelta(0) <= used.used <= self.at - used.began_at
            assert used.allowed > timedelta(0)

    @invariant()
    def the_record_is_numbered_and_goes_forward(self) -> None:
        assert [step.number for step in self.case.steps] == list(range(1, self.case.revision + 1))
        moments = [step.happened_at for step in self.case.steps]
        assert moments == sorted(moments)


TestHazardMachine = HazardMachine.TestCase
TestHazardMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
