from __future__ import annotations

from tests.fakes.browser import chromium
from tests.fakes.served import served

__all__ = ["chromium", "served"]
