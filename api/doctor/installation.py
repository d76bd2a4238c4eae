"""Run every check of an installation that can be run, one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from api.doctor import database, machine
from api.doctor.finding import Found, caution, good, refused
from api.settings import CONFIG, Settings
from gridgis.errors import GridGISError


def examine_installation(db: str | None, *, config: Path | None, backups: Path | None) -> Iterator[Found]:
    """What each check finds, as soon as it has.

    Args:
        db: The database; by default the one of the settings.
        config: The settings file; by default the one that the environment names.
        backups: Where backups are kept; by default where the settings say.
    """
    yield machine.python()
    yield from machine.libraries()
    yield machine.sqlite()
    yield machine.kernels()
    yield machine.assets()
    yield machine.tile_cutter()
    yield machine.local_time()
    settings, found = _settings(db, config)
    yield found
    if settings is None:
        return
    yield machine.port(settings.host, settings.port)
    yield from database.contents(settings.db)
    path = Path(settings.db)
    if path.is_file():
        yield from database.rights(path, config=config or _named_config())
        yield database.drive(path)
        yield database.room(path, settings.least_free_mb * 1_000_000)
    yield database.retention(settings.callers_kept_days, settings.set_aside_kept_days)
    yield from database.backup(settings.db, backups or settings.backups_dir, now=datetime.now(UTC))


def _named_config() -> Path | None:
    return Path(os.environ[CONFIG]) if os.environ.get(CONFIG) else None


def _settings(db: str | None, config: Path | None) -> tuple[Settings | None, Found]:
    """The settings, None where they can't be used or name no database."""
    given: dict[str, Any] = {"db": db} if db else {}
    try:
        settings = Settings.read(config=config, **given)
    except GridGISError as error:
        if error.code == "setting.missing":
            return None, caution("settings", "no_database")
        return None, refused("settings", error)
    source = config or _named_config()
    return settings, good("settings", source=source) if source else good("settings", "no_file")
