"""Compare the reference page of the office's files with the columns that importers know.

``python -m tests.geodata.test_files_reference_page`` writes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from geodata.headings import Column
from geodata.importing import REGISTERS
from geodata.registers import roads
from geodata.vocabulary import (
    ALARM_TYPES,
    CAPABILITIES,
    COMMANDS,
    LEVELS,
    MEMBER_ROLES,
    NATURES,
    PROFILES,
    RISKS,
    ROLES,
    TASKS,
    TIERS,
    Vocabulary,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "files.md"

BEGINNING = """\
# 文件的列 · Columns of the office's files

本页由测试与程序逐字比较。The tests compare this page with the importers.

每种文件的列按**字段**列出。列名不分全角半角、大小写、空格和星号，括号里的单位（`出动时间（分钟）`、`距离(公里)`）会换算。
写在最前的列名优先；两列同样合适时不猜，整份拒绝并请你用映射文件指明。没有的列不改动已有的值，空格子则清空（坐标除外）。

Headings are matched without regard to width, case, blanks and asterisks; a unit in brackets is converted. The first
name of a field wins over the others; two columns that fit equally well are never guessed. A column that is missing
leaves stored values alone, a blank cell clears them (except coordinates).

| 种类 | 格式 · format |
|---|---|
| 表 tables | CSV、TSV（UTF-8、UTF-16、GB18030 自动识别，逗号、分号、制表符），XLSX（标题行可以在表头之上） |
| 图层 layers | GeoPackage、GeoJSON、Shapefile（可打包为 zip，`.cpg` 或 GBK 字段名）、KML、KMZ、FlatGeobuf，任何坐标系 |
| 道路 roads | OpenStreetMap PBF、XML（可为 .gz、.bz2），或任何线图层 |

坐标列是经度、纬度（WGS84/CGCS2000）；别的坐标系用 `--crs EPSG:4549`、`--crs GCJ02`、`--crs BD09` 指明。
"""

MAPPING = """
## 映射文件 · The mapping file

`gridgis import … --mapping 映射.toml`；左边是字段，右边是文件里的列名，空为不用。

```toml
[columns]
code = "行政区划编号"
name = "单位全称"
level = ""

[classes]            # 只用于测绘道路线：本县的道路等级 = OpenStreetMap 的类别
"三级路" = "secondary"

[rules]              # 只用于测绘道路线，见 geodata.road_lines.LineRules
tolerance_m = 1.0
join_crossings = true
```
"""

WORDS: tuple[tuple[str, Vocabulary], ...] = (
    ("风险 risk", RISKS),
    ("岗位 role", ROLES),
    ("队伍类别 tier", TIERS),
    ("指挥关系 command", COMMANDS),
    ("能力 capability（可另加代码 others may be added）", CAPABILITIES),
    ("车辆 profile（可另加代码）", PROFILES),
    ("任务 task", TASKS),
    ("警情类型 type（可另加代码）", ALARM_TYPES),
    ("响应等级 level", LEVELS),
    ("性质 nature", NATURES),
    ("队内身份 role", MEMBER_ROLES),
)


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield BEGINNING
    for noun, register in REGISTERS.items():
        yield from _table(noun, register.columns)
    yield from _table("roads", roads.COLUMNS)
    yield "## 词 · Words\n"
    yield "| 值 | 文件里写 · written as |"
    yield "|---|---|"
    for name, vocabulary in WORDS:
        listed = "；".join(f"{'、'.join(words)} = `{code}`" for code, words in vocabulary.words.items())
        yield f"| {name} | {listed} |"
    yield MAPPING.rstrip("\n")


def _table(noun: str, columns: Sequence[Column]) -> Iterator[str]:
    yield f"## `gridgis import {noun}`\n"
    yield "| 字段 field | 列名 · headings | 必填 required |"
    yield "|---|---|---|"
    for column in columns:
        first, *others = column.headings
        yield f"| `{column.field}` | {' '.join([f'**{first}**', *others])} | {'是' if column.required else ''} |"
    yield ""


def test_the_page_lists_every_column_and_word() -> None:
    assert PAGE.read_text("utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
