"""Serve the accounts to the security administrator, and who signed in to the audit administrator."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Depends, Path, Query, Request

from api.asked import Current
from api.auth.asking import principal_of
from api.auth.managing import Managing
from api.bodies.accounts import (
    AccountBody,
    AccountList,
    GrantsRequest,
    NewAccount,
    OneTimePassword,
    SignInBody,
    SignInList,
    account_body,
    grants_of,
)
from api.errors import problem_responses
from geodata.store import Store
from gridgis.access import Principal
from gridgis.errors import Conflict, NotAllowed

AccountId = Annotated[UUID, Path(alias="id")]


def managing(request: Request) -> Managing:
    """What manages the accounts; there is nothing to manage where none are kept."""
    found: Managing | None = request.app.state.managing
    if found is None:
        raise Conflict("account.none")
    return found


def giver(request: Request) -> Principal:
    """Who manages them."""
    found = principal_of(request)
    if found is None:
        raise NotAllowed("access.sign_in", action="accounts.manage")
    return found


Accounts = Annotated[Managing, Depends(managing)]
Giver = Annotated[Principal, Depends(giver)]


def list_accounts(accounts: Accounts) -> AccountList:
    """All accounts by name, with what they were given."""
    items = list(map(account_body, accounts.all()))
    return AccountList(items=items, total=len(items))


def add_account(
    asked: Current, accounts: Accounts, giver: Giver, wanted: Annotated[NewAccount, Body()]
) -> OneTimePassword:
    """Make an account; its one-time password is shown this once."""
    grants = grants_of(wanted.grants, asked.now)
    made, password = accounts.add(
        giver, wanted.name, wanted.title, grants, district=asked.state.district, now=asked.now
    )
    return OneTimePassword(account=account_body(made), password=password)


def set_grants(
    asked: Current, accounts: Accounts, giver: Giver, account_id: AccountId, wanted: Annotated[GrantsRequest, Body()]
) -> AccountBody:
    """Give an account these grants instead of those that it has; nobody changes the own ones."""
    grants = grants_of(wanted.grants, asked.now)
    changed = accounts.grant(
        giver, account_id, grants, district=asked.state.district, now=asked.now, reason=wanted.reason
    )
    return account_body(changed)


def reset_password(asked: Current, accounts: Accounts, giver: Giver, account_id: AccountId) -> OneTimePassword:
    """Give an account a one-time password, shown this once; it is signed out everywhere."""
    changed, password = accounts.reset_password(giver, account_id, now=asked.now)
    return OneTimePassword(account=account_body(changed), password=password)


def disable_account(asked: Current, accounts: Accounts, giver: Giver, account_id: AccountId) -> AccountBody:
    """Let nobody use an account any more; it is signed out everywhere."""
    return account_body(accounts.set_usable(giver, account_id, usable=False, now=asked.now))


def enable_account(asked: Current, accounts: Accounts, giver: Giver, account_id: AccountId) -> AccountBody:
    """Let an account be used again."""
    return account_body(accounts.set_usable(giver, account_id, usable=True, now=asked.now))


def list_sign_ins(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=1000, description="最多几项 / at most so many")] = 100,
) -> SignInList:
    """Who signed in or tried to, and from where, the newest first."""
    store: Store | None = request.app.state.accounts
    found = () if store is None else store.sign_ins(limit=limit)
    items = [SignInBody(at=one.at, name=one.name, address=one.address, outcome=one.outcome) for one in found]
    return SignInList(items=items)


def router() -> APIRouter:
    """The routes of accounts."""
    routes = APIRouter(tags=["账号 accounts"])
    routes.add_api_route("/accounts", list_accounts, responses=problem_responses(401, 403, 409))
    changing = problem_responses(400, 401, 403, 404, 409, 413)
    routes.add_api_route("/accounts", add_account, methods=["POST"], responses=changing)
    routes.add_api_route("/accounts/{id}/grants", set_grants, methods=["PUT"], responses=changing)
    routes.add_api_route("/accounts/{id}/password", reset_password, methods=["POST"], responses=changing)
    routes.add_api_route("/accounts/{id}/disable", disable_account, methods=["POST"], responses=changing)
    routes.add_api_route("/accounts/{id}/enable", enable_account, methods=["POST"], responses=changing)
    routes.add_api_route("/sign-ins", list_sign_ins, responses=problem_responses(401, 403))
    return routes
