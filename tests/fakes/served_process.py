"""Serve a database from a process of its own, as an office does, and talk to it by hand."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.fakes.stores import ROOT

ENDED_WITHIN_S = 60


@dataclass(frozen=True)
class Running:
    """A service that answers.

    Attributes:
        process: Its process; the service's lines come out of ``stderr``.
        origin: Its address.
    """

    process: subprocess.Popen[str]
    origin: str

    def get(self, path: str) -> httpx.Response:
        """The answer to a request on a connection of its own."""
        return httpx.get(f"{self.origin}{path}", timeout=ENDED_WITHIN_S)

    def begin(self, path: str, body: bytes, sent: int) -> socket.socket:
        """A request of which only so many bytes of the body have been sent."""
        host, port = self.origin.removeprefix("http://").rsplit(":", 1)
        connection = socket.create_connection((host, int(port)), timeout=ENDED_WITHIN_S)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        )
        connection.sendall(f"{head}\r\n".encode() + body[:sent])
        return connection


@contextmanager
def running(database: Path | str, *options: str, log: Path | None = None, **settings: Any) -> Iterator[Running]:
    """A service of a database at noon on 2020-06-30, ended by force if a test leaves it running.

    Args:
        database: The database.
        options: Of the command.
        log: File for the service's lines where there are more than a pipe holds unread.
        settings: By the environment.
    """
    environment = {
        **os.environ,
        "GRIDGIS_NOW": "2020-06-30T12:00:00+08:00",
        "PYTHONUNBUFFERED": "1",
        **{f"GRIDGIS_{name.upper()}": str(value) for name, value in settings.items()},
    }
    program = [sys.executable, "-m", "api.cli", "--lang", "en", "serve", str(database), "--port", "0", *options]
    with (
        nullcontext(subprocess.PIPE) if log is None else log.open("w", encoding="utf-8") as lines,
        subprocess.Popen(
            program, stdout=subprocess.PIPE, stderr=lines, text=True, cwd=ROOT, env=environment
        ) as process,
    ):
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            yield Running(process, next(word for word in said.split() if word.startswith("http://")).rstrip(";"))
        finally:
            process.kill()


def whole_answer(connection: socket.socket) -> bytes:
    """Everything that comes until the connection is closed."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)
