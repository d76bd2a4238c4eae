"""Read the settings of one serving process from arguments and from variables that begin with ``GRIDGIS_``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.moments import moment
from gridgis.errors import InvalidValue


class Settings(BaseSettings):
    """What one serving process needs to know; arguments win over the environment."""

    model_config = SettingsConfigDict(env_prefix="GRIDGIS_", env_ignore_empty=True, frozen=True, extra="forbid")

    db: str = Field(description="数据库：GeoPackage 文件 / the database, a GeoPackage file")
    host: str = Field(
        "127.0.0.1", description="监听地址，有账号体系之前只允许本机 / loopback only until accounts exist"
    )
    port: int = Field(8000, ge=0, le=65535, description="端口 / port")
    lang: Literal["zh", "en"] = Field(
        "zh", description="默认语言（命令行取 --lang 或系统语言） / language where a request names none"
    )
    now: Annotated[datetime | None, BeforeValidator(moment)] = Field(
        None,
        description="时钟从这一刻走起，不写时区按北京时间；空为系统时钟 / the clock starts here; empty: the machine's",
    )
    basemap: str | None = Field(
        None,
        pattern=r"^https?://[^\s\"'<>;,]+$",
        max_length=2000,
        description="内网 WMTS 底图的 KVP 地址；空为本区自己的 / address of an intranet WMTS base map; empty: the own",
    )
    basemap_layer: str = Field("", max_length=200, description="WMTS 图层 / WMTS layer")
    basemap_matrix_set: str = Field("EPSG:3857", max_length=200, description="WMTS 矩阵集 / WMTS tile matrix set")
    basemap_attribution: str = Field("", max_length=500, description="WMTS 来源说明 / attribution of the WMTS map")
    map_approval: str = Field(
        "", max_length=100, description="审图号，先于数据库里的 / map approval number, before the district's own"
    )
    tiles_dir: Path | None = Field(
        None,
        description="底图切片所在文件夹；空为数据库旁 / folder of the base map's file; empty for beside the database",
    )
    reload_after_s: float = Field(
        1.0, ge=0, description="隔多少秒看一次数据是否变化 / seconds between looks for changes"
    )

    @classmethod
    def read(cls, **given: Any) -> Self:
        """The settings given and those of the environment.

        Raises:
            InvalidValue: ``setting.invalid`` with the variable or name, the value and why.
        """
        try:
            return cls(**given)
        except ValidationError as error:
            first = error.errors()[0]
            name = "".join(str(part) for part in first["loc"])
            shown = name if name in given else f"GRIDGIS_{name.upper()}"
            raise InvalidValue("setting.invalid", name=shown, value=str(first["input"]), reason=first["msg"]) from error
