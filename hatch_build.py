"""Put the pages' libraries into a wheel while it is built, on a machine that needs no Node."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class VendoredAssets(BuildHookInterface[Any]):
    """Run ``tools/vendor.py`` before files are collected; an editable install leaves it to `make setup`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  the hook's own signature
        """Fill ``maps/web/vendor``."""
        if version == "editable" or os.environ.get("GRIDGIS_SKIP_VENDOR"):
            return
        tools = Path(self.root) / "tools"
        sys.path.insert(0, str(tools))
        try:
            from vendor import vendor
        finally:
            sys.path.remove(str(tools))
        vendor(Path(self.root))
