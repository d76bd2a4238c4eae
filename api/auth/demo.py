"""Make one account for each role in a demo district, with random passwords in a file that only its owner reads."""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from api.auth.hashing import Hashing
from api.auth.secret import one_time_password
from gridgis.access import Grant, Role
from gridgis.accounts import Account

if TYPE_CHECKING:
    from geodata.store import Store
    from gridgis.dispatch.state import DistrictState

FILE = "accounts.csv"
HEADINGS = ("账号 account", "口令 password", "角色 role", "网格 cell", "部门 department")
PRIVATE = 0o600


def make_demo_accounts(
    store: Store, folder: Path, titles: Mapping[Role, str], *, since: datetime, now: datetime
) -> Path:
    """Make the accounts and write the file; they need not change their passwords, the demo holds nobody's data.

    Args:
        store: The demo's database.
        folder: Where the file goes.
        titles: What each role is called.
        since: From when the grants hold.
        now: The moment, aware.

    Raises:
        OSError: When the file can't be written.
    """
    hashing = Hashing()
    lines = [HEADINGS]
    with store.unit_of_work(actor="demo", now=now) as work:
        for grant in demo_grants(store.state(), since):
            password = one_time_password()
            account = Account(
                id=uuid4(),
                code=grant.role.value.replace("_", "-"),
                title=titles[grant.role],
                grants=(grant,),
                password_changed_at=now,
            )
            work.add_account(account, hashing.hash(password))
            lines.append((account.code, password, titles[grant.role], grant.area, grant.department))
        work.commit()
    path = folder / FILE
    path.unlink(missing_ok=True)
    with os.fdopen(
        os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "w", encoding="utf-8-sig", newline=""
    ) as file:
        csv.writer(file).writerows(lines)
    return path


def demo_grants(state: DistrictState, since: datetime) -> Iterator[Grant]:
    """A grant of each role: people of a place for the first town and its first village, the others for all."""
    plan = state.plan_at(since)
    towns = [] if plan is None else [cell for cell in plan.cells if cell.level == 1 and cell.governed]
    town = towns[0].code if towns else state.district.code
    villages = [] if plan is None or not towns else plan.children(town)
    village = villages[0].code if villages else town
    departments = Counter(one.department for one in state.enterprises if one.department)
    department = departments.most_common(1)[0][0] if departments else "应急管理局"
    areas = {Role.TOWN_LEAD: town, Role.GRID_OFFICER: village, Role.ENFORCEMENT_OFFICER: town, Role.TEAM_LEADER: town}
    for role in Role:
        own = department if role is Role.DEPARTMENT else ""
        yield Grant(role=role, area=areas.get(role, ""), department=own, since=since)
