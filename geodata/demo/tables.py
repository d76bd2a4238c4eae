"""Write tables and layers as offices do (GB18030 CSV, XLSX, GeoPackage), the same bytes for the same rows."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_STAMP = "2020-01-01T00:00:00Z"
_ZIP_TIME = (2020, 1, 1, 0, 0, 0)
_CGCS2000 = "EPSG:4490"
Cell = str | int | float | None
TableLayer = tuple[NDArray[np.object_], Mapping[str, Sequence[Cell]]]


def write_csv(path: Path, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A CSV in GB18030 with Windows line ends, as Chinese offices' spreadsheets save it."""
    with path.open("w", encoding="gb18030", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headings)
        writer.writerows(rows)


def write_xlsx(path: Path, sheet: str, headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """A workbook of one sheet, without the time at which it was written."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.append(list(headings))
    for row in rows:
        page.append(list(row))
    held = io.BytesIO()
    book.save(held)
    with zipfile.ZipFile(held) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target:
        for name in sorted(source.namelist()):
            body = source.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _STAMP.encode(), body)
            target.writestr(zipfile.ZipInfo(name, _ZIP_TIME), body, zipfile.ZIP_DEFLATED)


def write_layers(path: Path, layers: Mapping[str, TableLayer]) -> None:
    """A GeoPackage in CGCS2000 with the named layers of polygons and their columns."""
    import geopandas
    import pyogrio

    path.unlink(missing_ok=True)
    held = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP.replace("Z", ".000Z")})
    try:
        for name, (shapes, columns) in layers.items():
            frame = geopandas.GeoDataFrame(dict(columns), geometry=list(shapes), crs=_CGCS2000)
            pyogrio.write_dataframe(
                frame, path, layer=name, driver="GPKG", geometry_type="Polygon", append=path.exists()
            )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": held})
