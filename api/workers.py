"""Serve one district by several processes, which share a socket and a database, and replace one that ends."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from api.listening import config_of
from api.logs import write_logs
from api.settings import Settings
from gridgis.errors import GridGISError

if TYPE_CHECKING:
    from fastapi import FastAPI

LOG = logging.getLogger("gridgis.api")


def listen_by(workers: int, settings: Settings, listening: socket.socket, ready: Callable[[], None]) -> None:
    """Serve on a socket by so many processes until a signal ends them; requests that are open then are answered.

    Args:
        workers: How many.
        settings: Of each of them.
        listening: The socket.
        ready: Called when the first of them answers requests.
    """
    config = config_of(partial(_app, settings), settings, workers=workers)
    _Workers(config, listening, ready).run()


class _Workers(Multiprocess):
    """The processes, watched by the one that started them."""

    def __init__(self, config: uvicorn.Config, listening: socket.socket, ready: Callable[[], None]) -> None:
        super().__init__(config, [listening])
        self._ready = ready
        self._announced = False

    def keep_subprocess_alive(self) -> None:
        super().keep_subprocess_alive()
        if not self._announced and any(process.is_ready() for process in self.processes):
            self._announced = True
            self._ready()


def _app(settings: Settings) -> FastAPI:
    """The application of one process; one that can't be made ends them all, since no other could make it."""
    from api.app import create_app

    threading.Thread(target=_end_with_parent, daemon=True).start()
    write_logs(settings.log)
    try:
        return create_app(settings)
    except GridGISError as error:
        LOG.error("%s", error)  # noqa: TRY400  its trace says nothing that its code does not
        raise SystemExit(STARTUP_FAILURE) from error


def _end_with_parent() -> None:
    """End this process in order when the one that watches it was killed, so that nobody serves unwatched."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
