"""Change what an account was given, so that nobody raises himself and the table's rules hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from gridgis.access.actions import Action
from gridgis.access.decisions import demand
from gridgis.access.grants import Grant, Principal
from gridgis.codes import DEFAULT_SCHEME, CodeScheme, parse_cell_code
from gridgis.errors import NotAllowed


def regrant(
    giver: Principal,
    account: Principal,
    grants: Iterable[Grant],
    *,
    at: datetime,
    district: str,
    scheme: CodeScheme = DEFAULT_SCHEME,
) -> Principal:
    """An account with other grants than before, given by somebody who may give them.

    Args:
        giver: Who changes the grants.
        account: Whose grants are changed.
        grants: All the grants it is to have, those that stay too.
        at: When, aware.
        district: Code of the district in which areas must lie.
        scheme: Lengths of the district's cell codes.

    Raises:
        NotAllowed: A `Reason` when the giver doesn't manage accounts; ``access.own_grants`` for the giver's own.
        InvalidValue: ``cell_code.length`` or ``cell_code.district`` for an area that is no cell's code.
        Conflict: ``access.roles_conflict``.
    """
    demand(giver, Action.ACCOUNTS_MANAGE, at=at)
    if giver.account_id == account.account_id:
        raise NotAllowed("access.own_grants", name=account.name)
    wanted = tuple(grants)
    for grant in wanted:
        if grant.area:
            parse_cell_code(grant.area, district=district, scheme=scheme)
    return replace(account, grants=wanted)
