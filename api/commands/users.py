"""`gridgis user`: accounts on the command line of the server, for whoever may open its database."""

import getpass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from api.commands.shared import Console, now
from api.moments import LOCAL_TIME, parse_moment
from gridgis.errors import NotKnown

if TYPE_CHECKING:
    from api.auth.managing import Managing
    from geodata.store import Store
    from gridgis.access import Grant, Principal
    from gridgis.accounts import Account

FIRST_ACCOUNT = "admin"


def add(app: typer.Typer, console: Console) -> None:
    """Add the commands to the command line."""
    words = console.words
    users = typer.Typer(help=words.text("cli.user.help"), no_args_is_help=True)
    app.add_typer(users, name="user")
    Database = Annotated[str, typer.Argument(metavar="DB", help=words.text("cli.db"))]  # noqa: N806  types
    Name = Annotated[str, typer.Argument(metavar="NAME", help=words.text("cli.user.name"))]  # noqa: N806
    RoleName = Annotated[str | None, typer.Option(metavar="ROLE", help=words.text("cli.user.role"))]  # noqa: N806
    Area = Annotated[str, typer.Option(metavar="CELL", help=words.text("cli.user.area"))]  # noqa: N806
    Department = Annotated[str, typer.Option(help=words.text("cli.user.department"))]  # noqa: N806
    Since = Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.user.since"))]  # noqa: N806
    Until = Annotated[str | None, typer.Option(metavar="ISO8601", help=words.text("cli.user.until"))]  # noqa: N806

    @users.command("add", help=words.text("cli.user.add"))
    def add_user(
        db: Database,
        name: Name,
        title: Annotated[str, typer.Option(help=words.text("cli.user.title"))] = "",
        role: RoleName = None,
        area: Area = "",
        department: Department = "",
        since: Since = None,
        until: Until = None,
    ) -> None:
        from geodata.store import open_store

        grants = [] if role is None else [granted(role, area, department, since, until)]
        with open_store(db) as store:
            made, password = managing(store).add(
                at_console(), name, title or name, grants, district=store.district(), now=now()
            )
        say_password(console, made, password)

    @users.command("list", help=words.text("cli.user.list"))
    def list_users(
        db: Database, as_json: Annotated[bool, typer.Option("--json", help=words.text("cli.json"))] = False
    ) -> None:
        from geodata.store import open_store

        with open_store(db) as store:
            found = store.accounts()
        if as_json:
            console.json([told(account) for account in found])
            return
        table = console.table(*(f"cli.user.column.{name}" for name in ("name", "title", "grants", "state")))
        for account in found:
            grants = "\n".join(shown_grant(console, grant) for grant in account.grants)
            table.add_row(account.code, account.title, grants, words.text(f"cli.user.state.{state(account)}"))
        console.out.print(table)

    @users.command("grant", help=words.text("cli.user.grant"))
    def grant_user(
        db: Database,
        name: Name,
        role: RoleName = None,
        area: Area = "",
        department: Department = "",
        since: Since = None,
        until: Until = None,
        none: Annotated[bool, typer.Option("--none", help=words.text("cli.user.none"))] = False,
        reason: Annotated[str, typer.Option(help=words.text("cli.user.reason"))] = "",
    ) -> None:
        from geodata.store import open_store

        added = () if role is None else (granted(role, area, department, since, until),)
        with open_store(db) as store:
            account = named(store, name)
            wanted = (*(() if none else account.grants), *added)
            changed = managing(store).grant(
                at_console(), account.id, wanted, district=store.district(), now=now(), reason=reason
            )
        console.say("cli.user.granted", name=changed.code, count=len(changed.grants))

    @users.command("password", help=words.text("cli.user.password"))
    def reset_password(db: Database, name: Name) -> None:
        from geodata.store import open_store

        with open_store(db) as store:
            changed, password = managing(store).reset_password(at_console(), named(store, name).id, now=now())
        say_password(console, changed, password)

    @users.command("disable", help=words.text("cli.user.disable"))
    def disable_user(db: Database, name: Name) -> None:
        switch(console, db, name, usable=False)

    @users.command("enable", help=words.text("cli.user.enable"))
    def enable_user(db: Database, name: Name) -> None:
        switch(console, db, name, usable=True)


def switch(console: Console, db: str, name: str, *, usable: bool) -> None:
    """Let an account be used, or no more, and say so."""
    from geodata.store import open_store

    with open_store(db) as store:
        changed = managing(store).set_usable(at_console(), named(store, name).id, usable=usable, now=now())
    console.say(f"cli.user.{state(changed)}", name=changed.code)


def first_account(console: Console, store: "Store", *, at: datetime) -> None:
    """Make the security administrator of a new database, who makes all others, and say the one-time password."""
    from gridgis.access import Grant, Role

    grant = Grant(role=Role.SECURITY_ADMINISTRATOR, since=at)
    title = console.text(f"access.role.{grant.role}")
    made, password = managing(store).add(at_console(), FIRST_ACCOUNT, title, [grant], district=store.district(), now=at)
    say_password(console, made, password)


def managing(store: "Store") -> "Managing":
    """What manages the accounts of a store."""
    from api.auth.hashing import Hashing
    from api.auth.managing import Managing
    from api.auth.recognising import Recognition
    from gridgis.accounts import Span

    return Managing(store, Recognition(None, Span()), Hashing())


def at_console() -> "Principal":
    """Whoever sits at the server's console, by the name of the login there."""
    from api.auth.who import always
    from gridgis.access import Principal, Role

    try:
        login = getpass.getuser()
    except (KeyError, OSError):  # no such user on this machine, as in a container
        login = "?"
    return Principal(UUID(int=0), f"console:{login}", (always(Role.SECURITY_ADMINISTRATOR),))


def named(store: "Store", name: str) -> "Account":
    """The account of a name as typed."""
    from gridgis.accounts import parse_account_name

    return store.account_named(parse_account_name(name))


def granted(role: str, area: str, department: str, since: str | None, until: str | None) -> "Grant":
    """The grant that options describe.

    Raises:
        NotKnown: ``access.role_unknown``.
        InvalidValue: What `Grant` refuses.
    """
    from gridgis.access import Grant, Role

    if role not in set(Role):
        raise NotKnown("access.role_unknown", value=role, known=", ".join(Role))
    return Grant(
        role=Role(role),
        area=area,
        department=department,
        since=now() if since is None else parse_moment(since),
        until=None if until is None else parse_moment(until),
    )


def state(account: "Account") -> str:
    """Whether an account is ``usable`` or ``disabled``."""
    return "usable" if account.usable else "disabled"


def shown_grant(console: Console, grant: "Grant") -> str:
    """A grant in words."""
    parts = [console.text(f"access.role.{grant.role}"), grant.area, grant.department]
    if grant.until is not None:
        parts.append(f"→ {local(grant.until)}")
    return " ".join(filter(None, parts))


def local(moment: datetime) -> str:
    """A moment in local time."""
    return moment.astimezone(LOCAL_TIME).isoformat(timespec="minutes")


def told(account: "Account") -> dict[str, Any]:
    """An account as JSON tells it."""
    return {
        "name": account.code,
        "title": account.title,
        "state": state(account),
        "must_change": account.must_change,
        "grants": [
            {
                "role": grant.role.value,
                "area": grant.area,
                "department": grant.department,
                "since": local(grant.since),
                "until": None if grant.until is None else local(grant.until),
            }
            for grant in account.grants
        ],
    }


def say_password(console: Console, account: "Account", password: str) -> None:
    """Say the one-time password of an account."""
    console.say("cli.user.one_time", name=account.code, password=password)
