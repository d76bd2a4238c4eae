"""A backup or restore that can't be finished says why and leaves nothing half-written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from geodata.store import Store, open_store
from geodata.store.backups import back_up, restore
from gridgis.errors import StoreFault
from tests.fakes.stores import NOW, ROOT, new_store, some_enterprises, some_sites

ENDED_WITHIN_S = 30


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path) as made:
        owners = some_enterprises(2000)
        with made.unit_of_work(actor="test", now=NOW) as work:
            work.put_enterprises(owners)
            work.put_sites(some_sites(owners))
            work.commit()
        yield made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


def child(*arguments: object, before: str = "") -> subprocess.Popen[str]:
    """A ``gridgis`` of its own, told in English, after some lines of Python."""
    program = f"import sys\n{before}\nfrom api.cli import main\nmain(['--lang', 'en', *sys.argv[1:]])"
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


SMALL_FILES = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
"""


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_a_place_that_takes_no_more_is_told(store: Store, folder: Path, command: str) -> None:
    to = folder if command == "backup" else folder / "new.gpkg"
    with child(command, store.path, to, before=SMALL_FILES) as ran:
        out, err = ran.communicate(timeout=ENDED_WITHIN_S)
    assert (ran.returncode, out) == (3, "")
    assert str(folder) in err
    assert "disk" in err
    assert list(folder.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 256 kB, where one may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(place)],  # noqa: S607  the system's own
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        pytest.skip("file systems can't be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)  # noqa: S607


def test_a_full_disk_is_told_and_left_as_it_was(store: Store, small_disk: Path) -> None:
    free = os.statvfs(small_disk).f_bavail
    with pytest.raises(StoreFault) as refused:
        back_up(store.path, small_disk, now=NOW)
    assert refused.value.code == "store.full"
    assert refused.value.fields["db"] == str(small_disk / "district-20200630T060000.gpkg")
    with pytest.raises(StoreFault, match=r"store\.full"):
        restore(store.path, small_disk / "new.gpkg")
    assert list(small_disk.iterdir()) == []
    assert os.statvfs(small_disk).f_bavail == free
    assert len(store.enterprises()) == 2000


UNPRIVILEGED = """
import os, sys
from pathlib import Path
from geodata.store.backups import back_up, restore
from gridgis.errors import StoreFault
from tests.fakes.stores import NOW

if os.getuid() == 0:
    os.setgroups([]), os.setgid(65534), os.setuid(65534)
source, folder = map(Path, sys.argv[1:])
for work in (lambda: back_up(source, folder, now=NOW), lambda: restore(source, folder / "new.gpkg")):
    try:
        work()
    except StoreFault as error:
        print(error.code, error.fields["db"])
"""


def test_a_folder_that_is_read_only_is_told(store: Store) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        copy = store.copy_for_reading(folder / "district.gpkg")
        copy.chmod(0o444)
        folder.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", UNPRIVILEGED, str(copy), place],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        folder.chmod(0o755)
        assert done.stdout.splitlines() == [
            f"store.read_only {folder / 'district-20200630T060000.gpkg'}",
            f"store.read_only {folder / 'new.gpkg'}",
        ], done.stderr
        assert list(folder.iterdir()) == [copy]


STOPS_HALF_WAY = """
from geodata.store import backups
def wait(*_, **__):
    print("half-way", flush=True)
    sys.stdin.read()
backups.examine = wait
"""


@pytest.mark.parametrize("command", ["backup", "restore"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing(store: Store, folder: Path, command: str, number: signal.Signals) -> None:
    to = folder if command == "backup" else folder / "new.gpkg"
    with child(command, store.path, to, before=STOPS_HALF_WAY) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "half-way\n"
        assert len(list(folder.iterdir())) == 1
        running.send_signal(number)
        assert running.wait(ENDED_WITHIN_S) == 130
    assert list(folder.iterdir()) == []
    with open_store(store.path) as again:
        assert len(again.enterprises()) == 2000


def test_a_backup_that_was_killed_has_no_name_of_one(store: Store, folder: Path) -> None:
    with child("backup", store.path, folder, before=STOPS_HALF_WAY) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "half-way\n"
        running.kill()
    (rest,) = folder.iterdir()
    assert rest.name.startswith(".district-")
    backup, _ = back_up(store.path, folder, now=NOW)
    assert restore(backup.path, folder / "new.gpkg").contents.events == store.version()


WRITER = """
import sys
from geodata.store import open_store
from tests.fakes.stores import NOW, some_enterprises, some_sites

with open_store(sys.argv[1]) as store:
    round_ = 0
    while True:
        round_ += 1
        owners = some_enterprises(100, name=f"第{round_}轮")
        with store.unit_of_work(actor=str(round_), now=NOW) as work:
            work.put_enterprises(owners)
            work.put_sites(some_sites(owners) if round_ % 2 else [])
            work.commit()
        print(round_, flush=True)
"""


def test_backups_taken_while_another_process_writes_hold_whole_units_of_work(tmp_path: Path, folder: Path) -> None:
    with new_store(tmp_path) as made:
        path = made.path
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as writer:
        assert writer.stdout is not None
        try:
            writer.stdout.readline()
            rounds = []
            for minute in range(8):
                backup, _ = back_up(path, folder, now=NOW.replace(minute=minute))
                with open_store(backup.path) as copy:
                    (name,) = {one.name.split("轮")[0] for one in copy.enterprises()}
                    assert len(copy.events(noun="enterprise")) == 100 * int(name.removeprefix("第"))
                    rounds.append(int(name.removeprefix("第")))
        finally:
            writer.kill()
    assert rounds == sorted(rounds)
    assert rounds[0] >= 1
