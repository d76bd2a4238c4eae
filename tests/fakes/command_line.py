"""Run the command line in this process and keep what it said."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from api.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command left behind.

    Attributes:
        code: Exit code.
        out: Standard output.
        err: Standard error.
    """

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it has to be."""
        return json.loads(self.out)


def gridgis(capsys: pytest.CaptureFixture[str], *arguments: object, lang: str = "zh") -> Ran:
    """Run ``gridgis`` with arguments in a language."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as left:
        main([*map(str, arguments), f"--lang={lang}"])
    out, err = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return Ran(left.value.code, out, err)
