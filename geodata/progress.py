"""Say how far long work has come, to whoever shows it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Where long work reports its steps; `api.commands.shared.Bars` draws them."""

    def start(self, task: str, total: int | None) -> None:
        """Begin a task named by a words key, with its number of steps where known; the one before ends."""
        ...

    def advance(self, done: int) -> None:
        """Say that so many more steps are done."""
        ...

    def finish(self) -> None:
        """End the task."""
        ...


class NoProgress:
    """Progress that nobody watches."""

    def start(self, task: str, total: int | None) -> None:
        """Nothing."""

    def advance(self, done: int) -> None:
        """Nothing."""

    def finish(self) -> None:
        """Nothing."""
