"""A database and its surroundings are looked at, and what is wrong named."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.doctor import database
from api.doctor.finding import Found, Verdict
from geodata.store import Store
from geodata.store.backups import back_up
from tests.fakes.stores import new_store, some_enterprises

NOW = datetime.now(UTC)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    with new_store(tmp_path) as made:
        made.path.chmod(0o600)
        return made


def said(*found: Found) -> list[tuple[Verdict, str]]:
    return [(one.verdict, one.error.code if one.error else one.said) for one in found]


def put(store: Store, *, now: datetime) -> None:
    with store.unit_of_work(actor="test", now=now) as work:
        work.put_enterprises(some_enterprises(50))
        work.commit()


def test_a_sound_database(store: Store) -> None:
    put(store, now=NOW)
    first, second = database.contents(store.path)
    assert (first.verdict, first.fields["events"]) == (Verdict.GOOD, store.version())
    assert (second.verdict, second.check) == (Verdict.GOOD, "integrity")


def test_a_database_of_tomorrow_tells_of_a_wrong_clock(store: Store) -> None:
    put(store, now=NOW + timedelta(days=1))
    assert (Verdict.CAUTION, "behind") in said(*database.contents(store.path))


def test_what_can_not_be_opened_says_why(store: Store, tmp_path: Path) -> None:
    assert said(*database.contents(tmp_path / "none.gpkg")) == [(Verdict.BAD, "store.missing")]
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("DROP TRIGGER rtree_sites_geom_insert")
    assert said(*database.contents(store.path)) == [(Verdict.BAD, "store.altered")]


def test_a_damaged_page_is_found(store: Store) -> None:
    put(store, now=NOW)
    store.close()
    with store.path.open("r+b") as file:
        file.seek(-4096 * 2, os.SEEK_END)
        file.write(b"\xa5" * 8192)
    assert (Verdict.BAD, "store.damaged") in said(*database.contents(store.path))


@pytest.mark.parametrize(
    ("mode", "wanted"),
    [
        (0o600, (Verdict.GOOD, "good")),
        (0o640, (Verdict.GOOD, "good")),
        (0o644, (Verdict.CAUTION, "others_read")),
        (0o646, (Verdict.BAD, "others_write")),
    ],
)
def test_who_else_may_read_or_change_it(store: Store, mode: int, wanted: tuple[Verdict, str]) -> None:
    store.path.chmod(mode)
    assert said(*database.rights(store.path)) == [wanted]


def test_a_folder_that_anyone_can_change_is_told_and_so_is_a_settings_file_that_anyone_can_read(
    store: Store, tmp_path: Path
) -> None:
    config = tmp_path / "gridgis.toml"
    config.touch(mode=0o644)
    tmp_path.chmod(0o777)
    assert said(*database.rights(store.path, config=config)) == [
        (Verdict.BAD, "others_write"),
        (Verdict.CAUTION, "others_read"),
    ]
    tmp_path.chmod(0o1777)  # as /tmp is
    assert said(*database.rights(store.path)) == [(Verdict.GOOD, "good")]


MOUNTS = """\
24 30 0:22 / /proc rw,nosuid - proc proc rw
30 1 253:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
41 30 0:40 / /srv/office\\040data rw,relatime shared:9 - nfs4 server:/x rw
42 41 0:41 / /srv/office\\040data/local rw - xfs /dev/vdb rw
43 30 0:42 / /srv/share rw - cifs //server/share rw
"""


@pytest.mark.parametrize(
    ("path", "kind", "verdict"),
    [
        ("/var/lib/gridgis/a.gpkg", "ext4", Verdict.GOOD),
        ("/srv/office data/a.gpkg", "nfs4", Verdict.BAD),
        ("/srv/office data/local/a.gpkg", "xfs", Verdict.GOOD),
        ("/srv/share/a.gpkg", "cifs", Verdict.BAD),
        ("/srv/shared/a.gpkg", "ext4", Verdict.GOOD),
    ],
)
def test_the_kind_of_drive(tmp_path: Path, path: str, kind: str, verdict: Verdict) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    found = database.drive(Path(path), mounts)
    assert (found.fields["kind"], found.verdict) == (kind, verdict)


def test_a_system_that_does_not_tell_its_drives_is_believed(tmp_path: Path) -> None:
    assert database.drive(tmp_path, tmp_path / "nothing").verdict is Verdict.GOOD


def test_room(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for free, wanted in ((50, Verdict.GOOD), (1, Verdict.CAUTION), (0.01, Verdict.BAD)):
        usage = type("Usage", (), {"free": int(free * database.GIGABYTE)})
        monkeypatch.setattr("shutil.disk_usage", lambda _, usage=usage: usage)
        assert database.room(store.path, 100_000_000).verdict is wanted


class TestBackup:
    """There is one of yesterday or today, elsewhere."""

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        made = tmp_path / "backups"
        made.mkdir()
        return made

    def test_nobody_said_where(self, store: Store) -> None:
        assert said(*database.backup(store.path, None, now=NOW)) == [(Verdict.CAUTION, "unknown")]

    def test_none(self, store: Store, folder: Path) -> None:
        assert said(*database.backup(store.path, folder, now=NOW)) == [(Verdict.BAD, "none")]
        assert said(*database.backup(store.path, folder / "no", now=NOW)) == [(Verdict.BAD, "store.cannot_open")]

    def test_fresh_and_old(self, store: Store, folder: Path) -> None:
        from api.moments import LOCAL_TIME

        back_up(store.path, folder, now=NOW.astimezone(LOCAL_TIME))
        first, *rest = database.backup(store.path, folder, now=NOW + timedelta(hours=20))
        assert (first.verdict, first.fields["hours"]) == (Verdict.GOOD, 20)
        assert said(*rest) == [(Verdict.CAUTION, "same_disk")]
        late = said(*database.backup(store.path, folder, now=NOW + timedelta(days=3)))
        assert late[0] == (Verdict.CAUTION, "old")
