"""Read the settings of one serving process: arguments, then variables that begin with ``GRIDGIS_``, then a file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.moments import moment
from gridgis.accounts import Span
from gridgis.errors import InvalidValue, Unreadable

CONFIG = "GRIDGIS_CONFIG"
EVERY_ADDRESS = frozenset({"0.0.0.0", "::", "[::]", ""})  # noqa: S104  named, not bound


class Settings(BaseSettings):
    """What one serving process needs to know; arguments win over the environment, that over the file."""

    model_config = SettingsConfigDict(env_prefix="GRIDGIS_", env_ignore_empty=True, frozen=True, extra="forbid")

    db: str = Field(
        description="数据库：文件或 postgresql:// 地址 / the database: a GeoPackage file or a postgresql:// address"
    )
    host: str = Field(
        "127.0.0.1", description="监听地址；没有账号时只允许本机 / where to listen; loopback only without accounts"
    )
    port: int = Field(8000, ge=0, le=65535, description="端口 / port")
    lang: Literal["zh", "en"] = Field("zh", description="默认语言 / language where a request names none")
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
        description="底图文件夹；空为数据库旁或缓存 / folder of the base map; empty: beside the database or a cache",
    )
    reload_after_s: float = Field(
        1.0, ge=0, description="隔多少秒看一次数据是否变化 / seconds between looks for changes"
    )

    backups_dir: Path | None = Field(
        None, description="备份所在文件夹，供 gridgis doctor 检查 / folder of backups, looked at by gridgis doctor"
    )
    stop_within_s: int = Field(
        20, ge=0, le=600, description="结束时最多等未完成的请求多少秒 / seconds that an end waits for open requests"
    )
    least_free_mb: int = Field(
        100, ge=0, description="磁盘少于多少 MB 算未就绪 / MB below which the disk makes the service not ready"
    )
    allowed_hosts: str = Field(
        "", max_length=2000, description="本机以外接受的主机名，逗号分隔 / host names accepted beside this machine's"
    )
    tls_certificate: Path | None = Field(None, description="HTTPS 证书（PEM，含中间证书） / certificate chain, PEM")
    tls_key: Path | None = Field(None, description="HTTPS 私钥（PEM） / private key, PEM")
    proxies: str = Field(
        "", max_length=2000, description="可信代理的地址，逗号分隔 / proxies whose X-Forwarded-… is believed"
    )
    session_idle_min: int = Field(
        60, ge=1, le=1440, description="无操作多少分钟后须重新登录 / idle minutes after which one has to sign in again"
    )
    session_whole_h: int = Field(
        24, ge=1, le=168, description="登录最多保持多少小时 / hours after which one has to sign in again in any case"
    )
    order_webhook: str = Field(
        "",
        pattern=r"^(https?://[^\s\"'<>]+)?$",
        max_length=2000,
        description="命令发往的短信网关或 webhook；空则打印拨号单 / where orders are sent; empty: a list to dial",
    )
    order_webhook_token: SecretStr = Field(
        SecretStr(""), description="该网关的 Bearer 令牌 / bearer token of that gateway"
    )
    order_voice_webhook: str = Field(
        "",
        pattern=r"^(https?://[^\s\"'<>]+)?$",
        max_length=2000,
        description="无人接令时改用的语音网关；空为没有 / voice gateway tried when nobody acknowledges; empty: none",
    )
    order_next_after_s: float = Field(
        60.0,
        ge=0,
        le=3600,
        description="多少秒无人接令就呼下一个号码；0 为不呼 / silence after which the next number is called; 0: never",
    )
    watch_every_s: float = Field(
        5.0, ge=0, le=600, description="隔多少秒看一次到点的事；0 为不看 / seconds between looks by the clock; 0: none"
    )
    callers_kept_days: int | None = Field(
        None,
        ge=1,
        le=36_500,
        description="报警人信息保留多少天；空为未定，不清除 / days that callers stay known; empty: undecided",
    )
    set_aside_kept_days: int | None = Field(
        None,
        ge=1,
        le=36_500,
        description="未导入的行保留多少天；空为未定，不清除 / days that rows set aside stay; empty: undecided",
    )
    oidc_issuer: str = Field(
        "",
        pattern=r"^(https?://[^\s\"'<>]+)?$",
        max_length=500,
        description="统一身份认证（OpenID Connect）的 issuer；空为不用 / issuer of a provider; empty: none",
    )
    oidc_client_id: str = Field("gridgis", max_length=200, description="在认证中心登记的客户端 / client known there")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="客户端密钥 / secret of the client")
    oidc_claim: str = Field(
        "preferred_username", max_length=100, description="与账号名对应的声明 / claim that holds the account's name"
    )
    oidc_title: str = Field(
        "统一身份认证", min_length=1, max_length=40, description="登录页按钮上的名称 / name on the page for signing in"
    )
    oidc_ca: Path | None = Field(
        None, description="认证中心的 CA 证书（PEM），空为系统的 / its CA certificate, PEM; empty: the machine's"
    )
    log: Literal["auto", "json", "plain"] = Field(
        "auto",
        description="日志的样式；auto 在终端上为 plain，否则为 json / form of the log; auto: plain on a terminal",
    )

    @property
    def host_names(self) -> frozenset[str]:
        """Host names that are accepted beside this machine's: those set, and the one address that is listened on."""
        named = {name.strip().strip("[]").lower() for name in self.allowed_hosts.split(",")}
        own = set() if self.host in EVERY_ADDRESS else {self.host.strip("[]").lower()}
        return frozenset((named | own) - {""})

    @property
    def session_span(self) -> Span:
        """How long sessions last."""
        return Span(idle=timedelta(minutes=self.session_idle_min), whole=timedelta(hours=self.session_whole_h))

    @classmethod
    def read(
        cls, *, config: Path | None = None, fallback: Mapping[str, Any] = MappingProxyType({}), **given: Any
    ) -> Self:
        """The settings given, those of the environment, then those of a file, then the fallback.

        Args:
            config: The file (TOML); by default the one that ``GRIDGIS_CONFIG`` names.
            fallback: Settings for which none of the others has a value.
            given: Settings of the command line.

        Raises:
            InvalidValue: ``setting.invalid`` with the variable or name, the value and why; ``setting.missing``;
                ``setting.unknown`` for a name in the file that is none.
            Unreadable: ``setting.file``.
        """
        path = config or (Path(os.environ[CONFIG]) if os.environ.get(CONFIG) else None)
        written = {} if path is None else cls._written(path)
        set_outside = {name.upper() for name, value in os.environ.items() if value}
        weaker = {**fallback, **written}
        values = {name: value for name, value in weaker.items() if variable(name) not in set_outside} | given
        try:
            return cls(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = "".join(str(part) for part in first["loc"])
            if first["type"] == "missing":
                raise InvalidValue("setting.missing", name=name, variable=variable(name)) from error
            shown = name if name in given else f"{path}: {name}" if name in values else variable(name)
            raise InvalidValue("setting.invalid", name=shown, value=str(first["input"]), reason=first["msg"]) from error

    @classmethod
    def _written(cls, path: Path) -> dict[str, Any]:
        """The settings of a file; moments as text, so that they are read as everywhere else."""
        try:
            written = tomllib.loads(path.read_text("utf-8-sig"))
        except OSError as error:
            raise Unreadable("setting.file", file=str(path), cause=error.strerror or str(error)) from error
        except ValueError as error:
            raise Unreadable("setting.file", file=str(path), cause=str(error)) from error
        unknown = sorted(written.keys() - cls.model_fields.keys())
        if unknown:
            known = ", ".join(cls.model_fields)
            raise InvalidValue("setting.unknown", file=str(path), value=", ".join(unknown), known=known)
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in written.items()}


def variable(name: str) -> str:
    """The environment's name of a setting."""
    return f"GRIDGIS_{name.upper()}"
