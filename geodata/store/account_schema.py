"""Define the tables of accounts: kept in the district's database, and in no copy that other programs get."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Text, UniqueConstraint

from geodata.store.columns import Identifier, Json, Moment
from geodata.store.tables import column, declare, one_of, reference

ACCOUNTS = declare(
    "accounts",
    column("title", Text),
    column("password_hash", Text),
    column("must_change", Boolean),
    column("password_changed_at", Moment()),
    column("disabled_at", Moment(), null=True),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    said="账号 Accounts",
    private=True,
)
GRANTS = declare(
    "account_grants",
    reference("account_id", "accounts.id"),
    column("role", Text),
    column("area", Text),
    column("department", Text),
    column("since", Moment()),
    column("until", Moment(), null=True),
    Index(None, "account_id"),
    said="授权 Grants of accounts",
    code=False,
    private=True,
)
SESSIONS = declare(
    "sessions",
    reference("account_id", "accounts.id"),
    column("secret_hash", Text),
    column("started_at", Moment()),
    column("seen_at", Moment()),
    column("address", Text),
    column("agent", Text),
    UniqueConstraint("secret_hash"),
    Index(None, "account_id"),
    said="会话 Sessions",
    code=False,
    private=True,
)
TOKENS = declare(
    "api_tokens",
    reference("account_id", "accounts.id"),
    column("title", Text),
    column("secret_hash", Text),
    column("scopes", Json()),
    column("created_at", Moment()),
    column("expires_at", Moment()),
    column("revoked_at", Moment(), null=True),
    UniqueConstraint("secret_hash"),
    Index(None, "account_id"),
    said="接口令牌 API tokens",
    code=False,
    private=True,
)
SIGN_INS = declare(
    "sign_ins",
    column("account_id", Identifier(), null=True),
    column("name", Text),
    column("address", Text),
    column("at", Moment()),
    column("outcome", Text),
    one_of("outcome", "wrong", "right", "excused"),
    Index(None, "name", "at"),
    Index(None, "address", "at"),
    said="登录记录 Sign-ins",
    code=False,
    private=True,
)
