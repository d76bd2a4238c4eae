"""Tell whether a person is on duty: where somebody is off duty is nobody's business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

Days = tuple[date, date | None]
"""First and last day, both included; None while open."""

Span = tuple[datetime, datetime | None]
"""From a moment up to another that is not included; None while open."""


@dataclass(frozen=True, slots=True)
class Duty:
    """When a person is on duty: on shift on the days of a post and not on leave, or sent out whatever the hour.

    Attributes:
        posts: Days on which the person holds a post or belongs to a team.
        shift: Local times of day between which it is served; the same twice for all day, over midnight if the first
            is the later.
        leave: Days on which somebody else acts for the person.
        calls: Spans for which the person is sent out, aware.
    """

    posts: tuple[Days, ...] = ()
    shift: tuple[time, time] = (time(0, 0), time(0, 0))
    leave: tuple[Days, ...] = ()
    calls: tuple[Span, ...] = ()

    def holds_at(self, moment: datetime, local: tzinfo) -> bool:
        """Whether the person is on duty at a moment. The hours after midnight belong to the day the shift began on."""
        if any(since <= moment and (until is None or moment < until) for since, until in self.calls):
            return True
        there = moment.astimezone(local)
        clock, (start, end) = there.time(), self.shift
        after_midnight = start > end and clock < end
        on_shift = after_midnight or start == end or (start <= clock and (clock < end or end < start))
        day = there.date() - timedelta(days=after_midnight)
        return on_shift and _on(self.posts, day) and not _on(self.leave, day)


def _on(spans: tuple[Days, ...], day: date) -> bool:
    return any(since <= day and (until is None or day <= until) for since, until in spans)


def position_shown(duty: Duty, *, taken_at: datetime, now: datetime, local: tzinfo) -> bool:
    """Whether a person's last position may be shown: on duty when it was taken, and still so now."""
    return duty.holds_at(taken_at, local) and duty.holds_at(now, local)
