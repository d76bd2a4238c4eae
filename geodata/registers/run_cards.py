"""Import run cards: a row a line, all lines of an alarm type and level one card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geodata.headings import Column
from geodata.registers.alarms import LEVEL, TYPE
from geodata.registers.batch import Batch, Row
from geodata.registers.register import Brought, Intake, Register
from geodata.store import UnitOfWork
from geodata.values import COUNT, METRES, flag, word, word_or_code
from geodata.vocabulary import ALARM_TYPES, CAPABILITIES, COMMANDS, TASKS, TIERS
from gridgis.cells import District
from gridgis.codes import record_id
from gridgis.dispatch.alarms import ResponseLevel
from gridgis.dispatch.run_cards import Need, RunCard, RunCards, Task
from gridgis.dispatch.teams import Command, Tier
from gridgis.errors import InvalidValue

COLUMNS = (
    TYPE,
    LEVEL,
    Column("name", "方案名称 预案名称 名称"),
    Column("line", "行号 序号 行 line_number", COUNT, blank=None),
    Column("tier", "队伍类别 队伍类型 队伍级别", word(TIERS), blank=None),
    Column("capability", "能力 救援能力 所需能力 专业能力", word_or_code(CAPABILITIES)),
    Column("command", "指挥关系 指挥方式 调动方式", word(COMMANDS), blank=Command.OWN.value),
    Column("teams", "队数 队伍数 队伍数量 支数", COUNT, blank=1),
    Column("people", "人数 所需人数 人员数", COUNT, blank=0),
    Column("task", "任务 任务类型 承担任务", word(TASKS), required=True),
    Column("safe_distance_m", "安全距离米 安全距离 警戒距离 安全距离m", METRES, blank=0),
    Column("fallback", "替代能力 备用能力 后备能力", word_or_code(CAPABILITIES)),
    Column("local", "本地优先 属地优先 就近优先 本地", flag, blank=False),
)


def bring(batch: Batch, work: UnitOfWork, intake: Intake) -> Brought:  # noqa: ARG001  a register's signature
    """Put the cards; a card with a bad line is set aside whole."""
    district = work.district()
    batch.check(_check_counts)
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in batch.rows:
        if row.get("type") and row.get("level"):
            groups.setdefault((row.values["type"], row.values["level"]), []).append(row)
    _refuse_incomplete(batch, groups)
    made = [_card(rows, district) for rows in groups.values()]
    cards = RunCards.of(card for card in made if card is not None)
    _warn_of_new_codes(batch)
    _warn_of_nobody(batch, work)
    return Brought(work.put_run_cards(cards))


def _check_counts(row: Row) -> None:
    if row.get("teams", 1) < 1:
        row.refuse("run_card.no_teams", "teams")


def _refuse_incomplete(batch: Batch, groups: Mapping[tuple[str, str], Sequence[Row]]) -> None:
    """Set aside the cards that lack a line: a line whose type or level can't be read belongs to any that it may fit."""
    for lost in batch.rows:
        told = lost.get("type"), lost.get("level")
        for card, rows in groups.items() if not all(told) else ():
            if all(one in {None, "", named} for one, named in zip(told, card, strict=True)):
                _refuse_rest(rows, lost)


def _refuse_rest(rows: Sequence[Row], bad: Row) -> None:
    """Set aside the good lines of a card for a bad one."""
    for row in rows:
        if row.good:
            row.refuse("run_card.with_bad_line", line=bad.source.number)


def _card(rows: Sequence[Row], district: District) -> RunCard | None:
    """The card of its lines; None when one of them is bad, with all the others set aside for it."""
    _number(rows)
    card = None
    if all(row.good for row in rows):
        alarm_type, level = rows[0].values["type"], ResponseLevel(rows[0].values["level"])
        identifier = record_id(district.code, "run_card", f"{alarm_type}/{level.value}")
        needs = tuple(_need(row) for row in sorted(rows, key=lambda row: row.values["line"]))
        names = [row.get("name", "") for row in rows]
        try:
            card = RunCard(identifier, alarm_type, level, needs, next(filter(None, names), ""))
        except InvalidValue as error:
            _refuse_line(rows, error)
    if card is None:
        _refuse_rest(rows, next(row for row in rows if not row.good))
    return card


def _number(rows: Sequence[Row]) -> None:
    """Number the lines that have no number by their place, and refuse a number that comes twice."""
    if all(row.get("line") is None for row in rows):
        for line, row in enumerate(rows, start=1):
            row.values["line"] = line
    first: dict[int, Row] = {}
    for row in rows:
        line = row.get("line")
        if line is None:
            row.refuse("value.missing", "line", wanted=COLUMNS[3].headings[0])
        elif first.setdefault(line, row) is not row:
            row.refuse("row.code_twice", "line", first=first[line].source.number, first_sheet=first[line].sheet)


def _refuse_line(rows: Sequence[Row], error: InvalidValue) -> None:
    """Set aside the row of the line that a card was refused for."""
    line = error.fields.get("line")
    for row in rows:
        if row.values["line"] == line:
            row.refuse(error.code, "task" if error.code == "run_card.untrained_rescue" else "", **error.fields)


def _need(row: Row) -> Need:
    tier = row.get("tier")
    return Need(
        code=row.values["line"],
        tier=Tier(tier) if tier else None,
        capability=row.get("capability", ""),
        command=Command(row.get("command", Command.OWN.value)),
        task=Task(row.values["task"]),
        **row.given("teams", "people", "safe_distance_m", "fallback", "local"),
    )


def _warn_of_new_codes(batch: Batch) -> None:
    for name, vocabulary in (("type", ALARM_TYPES), ("capability", CAPABILITIES), ("fallback", CAPABILITIES)):
        for code in sorted({row.get(name, "") for row in batch.good} - {"", *vocabulary.words}):
            rows = [row for row in batch.good if row.get(name) == code]
            batch.warn("run_card.code_new", rows, value=code, known=vocabulary.known)


def _warn_of_nobody(batch: Batch, work: UnitOfWork) -> None:
    """Tell of capabilities that no team has, once there are teams."""
    teams = work.teams()
    held = {capability for team in teams for capability in team.capabilities}
    wanted = {row.get("capability", "") for row in batch.good} - {"", *held}
    for code in sorted(wanted) if teams else ():
        rows = [row for row in batch.good if row.get("capability") == code]
        batch.warn("run_card.nobody_able", rows, value=code)


REGISTER = Register(COLUMNS, bring)
