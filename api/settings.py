"""Read the settings of one serving process from arguments and from variables that begin with ``GRIDGIS_``."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gridgis.errors import InvalidValue

LOCAL_TIME = ZoneInfo("Asia/Shanghai")
Clock = Callable[[], datetime]


def local_moment(text: object) -> object:
    """An ISO 8601 moment; local time (Asia/Shanghai) where it names no offset.

    Raises:
        InvalidValue: ``time.form``.
    """
    if not isinstance(text, str):
        return text
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InvalidValue("time.form", value=text) from error
    return moment.replace(tzinfo=LOCAL_TIME) if moment.tzinfo is None else moment


class Settings(BaseSettings):
    """What one serving process needs to know; arguments win over the environment."""

    model_config = SettingsConfigDict(env_prefix="GRIDGIS_", frozen=True, extra="forbid")

    db: str = Field(description="数据库：GeoPackage 文件 / the database, a GeoPackage file")
    host: str = Field(
        "127.0.0.1", description="监听地址，有账号体系之前只允许本机 / loopback only until accounts exist"
    )
    port: int = Field(8000, ge=0, le=65535, description="端口 / port")
    lang: Literal["zh", "en"] = Field("zh", description="默认语言 / language where the caller names none")
    now: Annotated[datetime | None, BeforeValidator(local_moment)] = Field(
        None, description="时钟从这个时刻走起；空为系统时钟 / the clock starts here; empty for the machine's"
    )
    basemap: str | None = Field(
        None,
        pattern=r"^https?://[^\s\"'<>;,]+$",
        max_length=2000,
        description="内网 WMTS 底图的 KVP 地址 / address of an intranet WMTS base map; empty for the own one",
    )
    basemap_layer: str = Field("", max_length=200, description="WMTS 图层 / WMTS layer")
    basemap_matrix_set: str = Field("EPSG:3857", max_length=200, description="WMTS 矩阵集 / WMTS tile matrix set")
    basemap_attribution: str = Field("", max_length=500, description="WMTS 来源说明 / attribution of the WMTS map")
    map_approval: str = Field("", max_length=100, description="审图号 / map approval number, before the district's own")
    tiles_dir: Path | None = Field(None, description="底图切片文件夹；空为数据库旁 / folder of the base map's file")
    reload_after_s: float = Field(1.0, ge=0, description="多少秒后再看数据是否变化 / seconds between looks for changes")

    def clock(self) -> Clock:
        """The clock of this process: the machine's, or one that starts at ``now`` and runs from there."""
        if self.now is None:
            return lambda: datetime.now(UTC)
        start, began = self.now.astimezone(UTC), time.monotonic()
        return lambda: start + timedelta(seconds=time.monotonic() - began)
