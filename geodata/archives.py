"""Open packed files with care: cut off, locked by a password, or growing beyond reason when unpacked."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from gridgis.errors import Unreadable

MOST_UNPACKED_BYTES = 1 << 30
_LOCKED, _UTF_8_NAME = 0x1, 0x800
_SHAPEFILE_PARTS = frozenset({".shp", ".shx", ".dbf", ".prj", ".cpg"})
_DATA = frozenset(
    {".shp", ".gpkg", ".geojson", ".json", ".kml", ".kmz", ".fgb", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm"}
)


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """A ZIP file whose parts can be read; no part ever unpacks to more than its directory says.

    Raises:
        Unreadable: ``file.truncated``, ``archive.locked``, ``archive.too_large``, ``file.damaged``; also while its
            parts are read inside the context.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if any(part.flag_bits & _LOCKED for part in parts):
                raise Unreadable("archive.locked", file=path.name)
            if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
                raise Unreadable("archive.too_large", file=path.name, most_mb=MOST_UNPACKED_BYTES >> 20)
            yield archive
    except zipfile.BadZipFile as error:
        cut = "not a zip file" in str(error)  # the directory at its end is missing
        raise Unreadable("file.truncated" if cut else "file.damaged", file=path.name, reason=str(error)) from error
    except (zlib.error, EOFError, NotImplementedError) as error:
        raise Unreadable("file.damaged", file=path.name, reason=str(error)) from error


def data_files(names: Iterable[str]) -> list[str]:
    """The files of an archive that could be read, without those that systems hide in it."""
    paths = ((name, PurePosixPath(name)) for name in names)
    return sorted(
        name
        for name, path in paths
        if path.suffix.lower() in _DATA and not path.name.startswith(".") and "__MACOSX" not in path.parts
    )


@contextmanager
def unpacked(path: Path, layer: str | None) -> Iterator[Path]:
    """The one data file of an archive, or the one whose name without its ending is ``layer``, in a folder of its own.

    Raises:
        Unreadable: ``archive.nothing``, ``layer.which``, ``layer.unknown``, and those of `open_archive`.
    """
    with open_archive(path) as archive, TemporaryDirectory(prefix="gridgis-") as folder:
        names = {_name(part): part for part in archive.infolist() if not part.is_dir()}
        chosen = _choose(_readable(path, names), layer, path.name)
        wanted = PurePosixPath(chosen)
        for name, part in names.items():
            one = PurePosixPath(name)
            same = one.parent == wanted.parent and one.stem.lower() == wanted.stem.lower()
            if name == chosen or (same and wanted.suffix.lower() == ".shp" and one.suffix.lower() in _SHAPEFILE_PARTS):
                with (
                    archive.open(part) as packed,
                    Path(folder, f"{wanted.stem}{one.suffix.lower()}").open("wb") as file,
                ):
                    shutil.copyfileobj(packed, file)
        yield Path(folder, f"{wanted.stem}{wanted.suffix.lower()}")


def _readable(path: Path, names: Iterable[str]) -> list[str]:
    """What an archive offers; a KMZ has one map, the others are only linked from it."""
    files = data_files(names)
    if path.suffix.lower() != ".kmz":
        return files
    return sorted(files, key=lambda name: (not name.lower().endswith("doc.kml"), name))[:1]


def _choose(files: list[str], layer: str | None, file: str) -> str:
    if not files:
        raise Unreadable("archive.nothing", file=file)
    if len(files) == 1:
        return files[0]
    known = ", ".join(PurePosixPath(name).stem for name in files)
    if layer is None:
        raise Unreadable("layer.which", file=file, known=known)
    named = [name for name in files if layer in {name, PurePosixPath(name).name, PurePosixPath(name).stem}]
    if len(named) != 1:
        raise Unreadable("layer.unknown", file=file, value=layer, known=known)
    return named[0]


def _name(part: zipfile.ZipInfo) -> str:
    """The name of a part; Chinese Windows writes it in GBK and does not say so."""
    if part.flag_bits & _UTF_8_NAME or part.filename.isascii():
        return part.filename
    raw = part.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return part.filename
