"""Compare the reference page of access with the table.

``python -m tests.gridgis.access.test_reference_page`` writes it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from gridgis.access import ADMINISTRATORS, MASKS, Binding, Role, matrix
from gridgis.access.roles import NEEDS_AREA, NEEDS_DEPARTMENT

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "reference" / "access.md"
ZH, EN = (
    json.loads((ROOT / "maps" / "web" / "words" / f"{language}.json").read_text("utf-8")) for language in ("zh", "en")
)

BEGINNING = """\
# 权限 · Access

每个页面、接口和实时消息都问同一张表（[`gridgis/access`](../../gridgis/access/roles.py)）；本页由测试与表逐字比较。
一项授权是：角色 × 区域（一个网格及其下全部网格，空为全区）× 部门（空为全部）× 起止时刻（截止时刻不含在内）。
多项授权取并集，但一项授权的区域不会借给另一项授权的部门。不在任何网格内的记录，只有全区授权可见。

Every page, API route and live message asks one table; a test compares this page with it. A grant is role × area (a
cell with all below it, none for the whole district) × department (none for all) × from and until (until not included).
Grants add up, but one never lends its area to another's department. A record in no cell is seen by grants for the
whole district only.

三员分立：系统管理员、安全管理员、审计管理员各管一段，一人不得同时担任其中两项；任何人不得改动自己的授权。
The three administrators watch each other: nobody is two of them at a time, and nobody changes the own grants.
"""

MASKING = """\
电话和身份证号默认打码（`138****5678`），对该记录有下列权限的人才看到全部；导出、事件和实时消息也一样。
不在岗的人的位置谁也看不到：定位时和此刻都在岗（在班次内且未请假，或正在出警）才显示。

Telephones and identity numbers are masked; in full they are for those who may do what stands beside them to that
record, in exports, events and live messages alike. Nobody sees where somebody off duty is: a position is shown only
when its person was on duty when it was taken and is so now.
"""


def line(cells: Iterable[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def head(*names: str) -> Iterator[str]:
    """The heading of a Markdown table."""
    yield line(names)
    yield line("---" for _ in names)


def both(key: str) -> tuple[str, str]:
    """The words of a key in both languages."""
    return ZH[key], EN[key]


def given_for(role: Role) -> str:
    """What a grant of a role must name or may not name."""
    if role in ADMINISTRATORS:
        return "只限全区 · whole district only"
    if role in NEEDS_AREA:
        return "须指定网格 · a cell"
    return "须指定部门 · a department" if role in NEEDS_DEPARTMENT else ""


def page() -> str:
    """The whole page."""
    return "\n".join([*lines()]) + "\n"


def lines() -> Iterator[str]:
    """The page line by line."""
    yield BEGINNING
    yield "## 角色 · Roles\n"
    yield from head("", "code", "中文", "English", "授权时 · when granted")
    for number, role in enumerate(Role, start=1):
        yield line([str(number), f"`{role}`", *both(f"access.role.{role}"), given_for(role)])
    yield "\n## 限定 · Bindings\n"
    yield from head("code", "中文", "English")
    for binding in Binding:
        yield line([f"`{binding}`", *both(f"access.binding.{binding}")])
    yield "\n## 表 · The table\n"
    yield "列号即上面的角色号。The columns are the roles by their numbers above.\n"
    yield from head("action", "中文", "English", "限定 · bound to", *(str(number) for number, _ in enumerate(Role, 1)))
    for action, binding, by_role in matrix():
        marks = ("●" if allowed else "" for allowed in by_role.values())
        yield line([f"`{action}`", *both(f"access.action.{action}"), f"`{binding}`", *marks])
    yield "\n## 打码 · Masks\n"
    yield MASKING
    yield from head("noun", "field", "全部可见 · in full for")
    for noun, masks in MASKS.items():
        for field, mask in masks.items():
            yield line([f"`{noun}`", f"`{field}`", f"`{mask.action}`"])


def test_the_reference_page_shows_the_table() -> None:
    assert PAGE.read_text("utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
