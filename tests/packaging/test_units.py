"""The files for systemd say what systemd understands, and what the how-tos promise."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from api.settings import Settings

PACKAGING = Path(__file__).parents[2] / "packaging"
UNITS = sorted(path.name for path in PACKAGING.iterdir() if path.suffix in {".service", ".timer"})
ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 2.0


def value(unit: str, section: str, name: str) -> str:
    read = configparser.RawConfigParser(strict=False)
    read.read(PACKAGING / unit)
    return read[section][name]


@pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_every_line(unit: str, tmp_path: Path) -> None:
    program = tmp_path / "gridgis"
    program.touch(mode=0o755)
    for name in UNITS:
        text = (PACKAGING / name).read_text("utf-8").replace("/opt/gridgis/current/bin/gridgis", str(program))
        (tmp_path / name).write_text(text, "utf-8")
    done = subprocess.run(
        [str(ANALYZE), "verify", str(tmp_path / unit)], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    said = [line for line in done.stderr.splitlines() if "gridgis" in line]
    assert (done.returncode, said) == (0, [])


@pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze")
def test_the_service_may_do_little_beside_serving() -> None:
    done = subprocess.run(
        [str(ANALYZE), "security", "--offline=true", "--no-pager", str(PACKAGING / "gridgis.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    if "exposure level" not in done.stdout:
        pytest.skip("this systemd-analyze can't look at files")
    exposed = float(done.stdout.rsplit("exposure level", 1)[1].split(":")[1].split()[0])
    assert exposed <= MOST_EXPOSED


def test_the_system_waits_longer_for_an_end_than_the_service_does() -> None:
    assert int(value("gridgis.service", "Service", "TimeoutStopSec")) > Settings.model_fields["stop_within_s"].default


@pytest.mark.parametrize("unit", ["gridgis.service", "gridgis-backup.service", "gridgis-forget.service"])
def test_what_is_made_is_private_and_compiled_searches_are_kept(unit: str) -> None:
    assert value(unit, "Service", "UMask") == "0077"
    assert value(unit, "Service", "StateDirectoryMode") == "0700"
    cache = "/var/cache/" + value(unit, "Service", "CacheDirectory")
    assert f"NUMBA_CACHE_DIR={cache}" in value(unit, "Service", "Environment")


def test_the_settings_file_can_be_read_and_names_what_the_units_use() -> None:
    path = PACKAGING / "gridgis.toml"
    settings = Settings.read(config=path)
    backup = value("gridgis-backup.service", "Service", "ExecStart").split()
    assert backup[2:4] == [settings.db, str(settings.backups_dir)]
    forget = value("gridgis-forget.service", "Service", "ExecStart").split()
    assert forget[1:3] == ["forget", settings.db]
    assert forget[3:] == ["--config", "/etc/gridgis/gridgis.toml"]
    text = path.read_text("utf-8")
    shown = "\n".join(line.removeprefix("# ") for line in text.splitlines() if " = " in line)
    assert tomllib.loads(shown).keys() <= Settings.model_fields.keys()


def test_what_may_be_kept_no_longer_is_taken_away_after_the_backup_of_the_night() -> None:
    """A backup that is begun first can't be broken by it, and both write one after the other."""
    times = [value(f"gridgis-{name}.timer", "Timer", "OnCalendar").split()[1] for name in ("backup", "forget")]
    assert times == sorted(times)
    assert value("gridgis-forget.service", "Unit", "After") == "gridgis-backup.service"


def test_logs_are_kept_for_six_months() -> None:
    read = configparser.RawConfigParser()
    read.read(PACKAGING / "journald.conf")
    assert int(read["Journal"]["MaxRetentionSec"].removesuffix("day")) >= 184
