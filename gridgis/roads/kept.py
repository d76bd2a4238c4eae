"""Keep the answers that were asked for last."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)
Answer = TypeVar("Answer")


class Kept(Generic[Name, Answer]):
    """Answers by name, so many of them; the one that was asked for longest ago is dropped first. Thread-safe.

    Args:
        most: How many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: dict[Name, Answer] = {}
        self._lock = Lock()

    def get(self, name: Name, make: Callable[[], Answer]) -> Answer:
        """The answer of that name, made now when it is not kept; two callers at once may both make it."""
        with self._lock:
            known = self._answers.pop(name, None)
            if known is not None:
                self._answers[name] = known
                return known
        made = make()
        with self._lock:
            self._answers.pop(name, None)
            if len(self._answers) >= self._most:
                self._answers.pop(next(iter(self._answers)))
            self._answers[name] = made
        return made

    def all(self) -> dict[Name, Answer]:
        """Everything that is kept now."""
        with self._lock:
            return dict(self._answers)
