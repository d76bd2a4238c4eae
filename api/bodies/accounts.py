"""Shape accounts, grants, sessions and tokens."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.moments import moment
from gridgis.access import Action, Grant, Role
from gridgis.accounts import Account, ApiToken, Session

MOST_CHARACTERS = 1000
Moment = Annotated[datetime, Field(strict=True), BeforeValidator(moment)]
Title = Annotated[str, Field(min_length=1, max_length=60, description="姓名或用途 / name for people")]
Password = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, json_schema_extra={"format": "password"})]


class SignInRequest(BaseModel):
    """A name and its password."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    password: Password


class PasswordRequest(BaseModel):
    """The password as it is, and as it is to be."""

    model_config = ConfigDict(extra="forbid")

    old: Password
    new: Password


class GrantBody(BaseModel):
    """A role for an area, a department and a span of time."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    area: str = Field(
        "", max_length=40, pattern=r"^\d*$", description="网格编码，空为全区 / code of a cell, '' for all"
    )
    department: str = Field("", max_length=100, description="部门，空为全部 / '' for all")
    since: Moment | None = Field(None, description="起始时刻，空为现在 / from when, now if absent")
    until: Moment | None = Field(None, description="截止时刻（不含） / until when, not included")


class AccountBody(BaseModel):
    """An account."""

    id: UUID
    name: str = Field(description="登录用的账号名 / name to sign in with")
    title: str
    grants: list[GrantBody]
    must_change: bool = Field(description="口令须先更改 / the password has to be changed first")
    password_changed_at: datetime
    disabled_at: datetime | None


class AccountList(BaseModel):
    """All accounts by name."""

    items: list[AccountBody]
    total: int


class NewAccount(BaseModel):
    """An account to be made."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=100)
    title: Title
    grants: list[GrantBody] = Field(default_factory=list, max_length=50)


class GrantsRequest(BaseModel):
    """All the grants that an account is to have from now on."""

    model_config = ConfigDict(extra="forbid")

    grants: list[GrantBody] = Field(max_length=50)
    reason: str = Field("", max_length=200)


class OneTimePassword(BaseModel):
    """An account with a password that is shown this once."""

    account: AccountBody
    password: str = Field(description="只显示这一次，首次登录须更改 / shown once, to be changed at the first sign-in")


class SessionBody(BaseModel):
    """Who is signed in here, and what may be done."""

    signed_in: bool
    needed: bool = Field(description="是否需要登录；数据库里没有账号时不需要 / false while there are no accounts")
    account: AccountBody | None
    actions: list[Action] = Field(description="现在至少在某处可做的事 / what may be done somewhere now")
    pages: list[str] = Field(description="能打开的页面，首页在先 / pages that may be opened, where to begin first")
    csrf: str = Field(description="改动数据的请求须带 X-CSRF-Token / to be sent with every change as X-CSRF-Token")
    provider: str = Field(description="可以登录的统一身份认证的名称，空为没有 / provider to sign in by, '' for none")
    ends_at: datetime | None = Field(description="无操作时的结束时刻 / when it ends unless something is done")
    now: datetime


class OwnSession(BaseModel):
    """One of the own sessions."""

    id: UUID
    started_at: datetime
    seen_at: datetime
    address: str
    agent: str
    here: bool


class OwnSessions(BaseModel):
    """The own sessions that go on, the newest first."""

    items: list[OwnSession]
    total: int


class NewToken(BaseModel):
    """A token to be made."""

    model_config = ConfigDict(extra="forbid")

    title: Title
    scopes: list[Action] = Field(min_length=1, max_length=len(Action))
    expires_at: Moment


class TokenBody(BaseModel):
    """A token without its secret."""

    id: UUID
    title: str
    scopes: list[Action]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class TokenList(BaseModel):
    """The own tokens, the newest first."""

    items: list[TokenBody]
    total: int


class TokenMade(BaseModel):
    """A token with its secret, which is shown this once."""

    token: TokenBody
    secret: str = Field(description="只显示这一次 / shown once; send it as Authorization: Bearer …")


class SignInBody(BaseModel):
    """One time that somebody signed in or tried to."""

    at: datetime
    name: str
    address: str
    outcome: str = Field(description="right、wrong、excused（管理员已允许重试） / excused: an administrator let go on")


class SignInList(BaseModel):
    """Sign-ins, the newest first."""

    items: list[SignInBody]


def grant_body(grant: Grant) -> GrantBody:
    """A grant."""
    return GrantBody(
        role=grant.role,
        area=grant.area,
        department=grant.department,
        since=grant.since.astimezone(UTC),
        until=None if grant.until is None else grant.until.astimezone(UTC),
    )


def grants_of(bodies: Iterable[GrantBody], now: datetime) -> tuple[Grant, ...]:
    """The grants that are asked for.

    Raises:
        InvalidValue: What `Grant` refuses.
    """
    return tuple(
        Grant(
            role=body.role,
            area=body.area,
            department=body.department.strip(),
            since=body.since or now,
            until=body.until,
        )
        for body in bodies
    )


def account_body(account: Account) -> AccountBody:
    """An account."""
    return AccountBody(
        id=account.id,
        name=account.code,
        title=account.title,
        grants=list(map(grant_body, account.grants)),
        must_change=account.must_change,
        password_changed_at=account.password_changed_at,
        disabled_at=account.disabled_at,
    )


def token_body(token: ApiToken) -> TokenBody:
    """A token without its secret."""
    return TokenBody(
        id=token.id,
        title=token.title,
        scopes=sorted(token.scopes),
        created_at=token.created_at,
        expires_at=token.expires_at,
        revoked_at=token.revoked_at,
    )


def own_session(session: Session, *, here: bool) -> OwnSession:
    """One of the own sessions."""
    return OwnSession(
        id=session.id,
        started_at=session.started_at,
        seen_at=session.seen_at,
        address=session.address,
        agent=session.agent,
        here=here,
    )
