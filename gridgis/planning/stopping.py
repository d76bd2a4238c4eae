"""Say when a search stops: after so many attempts, at a time, or when somebody has had enough."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from gridgis.errors import InvalidValue

_LEAST_S = 0.05


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop rule; whichever comes first.

    Attributes:
        attempts: Annealing runs of each chain; the same seed then gives the same plans on any machine.
        deadline_s: When to stop, on ``clock``.
        cancelled: Asked now and then; True stops the search with the best plan so far.
        clock: Seconds that only go forward.
    """

    attempts: int | None = None
    deadline_s: float | None = None
    cancelled: Callable[[], bool] | None = None
    clock: Callable[[], float] = monotonic

    def __post_init__(self) -> None:
        if self.attempts is None and self.deadline_s is None:
            raise InvalidValue("planning.no_stop", value="attempts, seconds")
        if self.attempts is not None and self.attempts < 1:
            raise InvalidValue("planning.attempts", value=self.attempts)

    def left_s(self) -> float:
        """Seconds until the deadline, endless without one."""
        return float("inf") if self.deadline_s is None else self.deadline_s - self.clock()

    def budget(self, a_second: float, most: int) -> int:
        """How many steps may be taken at so many a second until the deadline, at least a few and at most so many."""
        left_s = self.left_s()
        return most if left_s == float("inf") else int(min(max(left_s, _LEAST_S) * a_second, most))

    def reached(self) -> bool:
        """Whether time is up or the search was cancelled."""
        return self.left_s() <= 0 or (self.cancelled is not None and self.cancelled())
