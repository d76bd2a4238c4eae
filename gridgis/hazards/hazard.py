"""Say what a hazard is, where it stands, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

KINDS = (
    "fire_exit",
    "fire_equipment",
    "electric",
    "gas",
    "chemicals",
    "special_equipment",
    "machinery",
    "confined_space",
    "dust",
    "height",
    "structure",
    "storage",
    "traffic",
    "water",
    "management",
    "other",
)
"""Codes of the kinds that a report may name (隐患类别), in the order in which they are offered."""


class State(StrEnum):
    """Where a hazard stands (环节)."""

    REPORTED = "reported"  # 上报
    ACCEPTED = "accepted"  # 受理
    REFUSED = "refused"  # 不予受理
    ASSIGNED = "assigned"  # 派遣
    RECTIFYING = "rectifying"  # 整改
    ANSWERED = "answered"  # 反馈
    VERIFIED = "verified"  # 核查
    CLOSED = "closed"  # 结案
    LISTED = "listed"  # 挂账
    VOID = "void"  # 作废


OPEN = frozenset(
    {
        State.REPORTED,
        State.ACCEPTED,
        State.ASSIGNED,
        State.RECTIFYING,
        State.ANSWERED,
        State.VERIFIED,
        State.LISTED,
    }
)
"""Where a hazard still has to be followed."""


class Severity(StrEnum):
    """How bad a hazard is: a scale of two, of nothing else."""

    ORDINARY = "ordinary"  # 一般：能当场或很快整改
    MAJOR = "major"  # 重大：须停产、费时，或非本单位所能


class Origin(StrEnum):
    """How a hazard came to be known; hazards of patrols are never counted with those of inspections."""

    PATROL = "patrol"  # 走访
    DOCTOR = "doctor"  # 保健医生
    SELF_CHECK = "self_check"  # 企业自查自报
    INSPECTION = "inspection"  # 行政检查
    PUBLIC = "public"  # 群众举报


class Act(StrEnum):
    """What can be done about a hazard, each an entry of its record (`gridgis.hazards.transitions.TABLE`)."""

    REPORT = "report"  # 上报
    AMEND = "amend"  # 补正
    ACCEPT = "accept"  # 受理
    REFUSE = "refuse"  # 不予受理
    GRADE = "grade"  # 定级
    ASSIGN = "assign"  # 派遣
    SEND_BACK = "send_back"  # 退回
    START = "start"  # 开始整改
    ANSWER = "answer"  # 反馈
    VERIFY = "verify"  # 核查通过
    REWORK = "rework"  # 返工
    CLOSE = "close"  # 结案
    REOPEN = "reopen"  # 重开
    ASK_EXTENSION = "ask_extension"  # 申请延期
    GRANT_EXTENSION = "grant_extension"
    DENY_EXTENSION = "deny_extension"
    ASK_PAUSE = "ask_pause"  # 申请暂停计时
    GRANT_PAUSE = "grant_pause"
    DENY_PAUSE = "deny_pause"
    RESUME = "resume"  # 恢复计时
    LIST = "list"  # 挂账
    UNLIST = "unlist"  # 销账
    SUPERVISE = "supervise"  # 督办
    SPONSOR = "sponsor"  # 挂钩领导
    FULFIL = "fulfil"  # 五落实之一
    STOP_WORK = "stop_work"  # 停产停业
    ASK_RESUMPTION = "ask_resumption"  # 申请恢复生产
    ALLOW_RESUMPTION = "allow_resumption"  # 审查同意恢复
    DENY_RESUMPTION = "deny_resumption"
    VOID = "void"  # 作废
    URGE = "urge"  # 催改
    NOTE = "note"  # 备注


@dataclass(frozen=True, slots=True)
class Hazard:
    """A defect that somebody has to put right. Whatever is not known is None or empty.

    Attributes:
        id: Stable identifier, made by the telephone that reports it.
        code: What people call it: ``20200630-3F9A2C``, known before there is a signal.
        state: Where it stands.
        origin: How it came to be known.
        kind: One of `KINDS`.
        text: What is wrong, in words; may name persons.
        found_at: When it was seen, aware.
        reporter: Name of the account that reported it.
        severity: How bad it is, None until somebody decided.
        enterprise_id: The enterprise it is at.
        address: Place in words.
        lon: Longitude of the place.
        lat: Latitude of the place.
        accuracy_m: How far off the place may be, as the telephone said.
        cell_code: Basic cell of the place in the plan in force when it was found.
        department: Department that supervises it.
        assignee: Who has to put it right, in words.
        closed_at: When it was closed or ended otherwise.
    """

    id: UUID
    code: str
    state: State
    origin: Origin
    kind: str
    text: str
    found_at: datetime
    reporter: str
    severity: Severity | None = None
    enterprise_id: UUID | None = None
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None
    cell_code: str = ""
    department: str = ""
    assignee: str = ""
    closed_at: datetime | None = None

    @property
    def place(self) -> tuple[float, float] | None:
        """Lon/lat, None while it is not known."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


def hazard_code(hazard_id: UUID, found_at: datetime) -> str:
    """What people call a hazard: its local day and six digits of its identifier, whatever order reports arrive in.

    Args:
        hazard_id: Its identifier.
        found_at: When it was seen, in local time.
    """
    return f"{found_at:%Y%m%d}-{hazard_id.hex[-6:].upper()}"
