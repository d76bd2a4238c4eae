"""Let a signal that asks a process to end do so in good order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def ended_in_order() -> Iterator[None]:
    """Let SIGTERM end the work inside as Ctrl+C does: what was begun is undone, nothing half-written stays.

    Raises:
        KeyboardInterrupt: When the signal comes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def told_of_signals(call: Callable[[], None]) -> Iterator[None]:
    """Call something when a signal asks the process to end, before whatever else is done about it.

    A server waits for what is open before it ends: streams that never end by themselves have to be told.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def tell(number: int, frame: FrameType | None) -> None:
        call()
        then = before[signal.Signals(number)]
        if callable(then):
            then(number, frame)

    for number in before:
        signal.signal(number, tell)
    try:
        yield
    finally:
        for number, then in before.items():
            signal.signal(number, then)
