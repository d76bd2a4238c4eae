"""Hazards for tests: one that is reported, and the people who follow it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from geodata.store import HeldChange, UnitOfWork, Upload
from gridgis.codes import NAMESPACE
from gridgis.hazards import Act, DeviceStamp, Hazard, HazardCase, Origin, PhotoNamed, Severity, State
from gridgis.hazards.hazard import hazard_code
from gridgis.hazards.photos import Photo
from gridgis.hazards.taking import Assignee, Duty, answer, assign, close, fulfil, grade, report, take, verify
from gridgis.hazards.workdays import LOCAL_TIME, Term, WorkCalendar, YearTable

MONDAY = datetime(2020, 6, 1, 9, 0, tzinfo=LOCAL_TIME)
PLACE = (120.103, 32.505)
OFFICER, LEAD, OTHER, LEADER = "wanggeyuan", "zhenfuzeren", "hechayuan", "quling"
WEEKS = WorkCalendar(
    {2020: YearTable(off=frozenset({date(2020, 6, 25), date(2020, 6, 26)}), work=frozenset({date(2020, 6, 28)}))}
)


def named(text: str) -> UUID:
    """An identifier that is the same in every run."""
    return uuid5(NAMESPACE, f"test/{text}")


def photo(text: str = "before") -> PhotoNamed:
    """A photo that a step names."""
    return PhotoNamed(named(f"photo/{text}"), text.encode().hex().ljust(64, "0")[:64])


def stamp(actor: str = OFFICER, at: datetime = MONDAY) -> DeviceStamp:
    """Somebody does something at a moment."""
    return DeviceStamp(actor, at, at)


def hazard(name: str = "h", *, at: datetime = MONDAY, **changed: Any) -> Hazard:
    """A hazard that nobody has reported yet."""
    id_ = named(f"hazard/{name}")
    values: dict[str, Any] = {
        "id": id_,
        "code": hazard_code(id_, at),
        "state": State.REPORTED,
        "origin": Origin.PATROL,
        "kind": "fire_exit",
        "text": "二楼安全出口被锁",
        "found_at": at,
        "reporter": OFFICER,
        "lon": PLACE[0],
        "lat": PLACE[1],
        "accuracy_m": 10.0,
    }
    return Hazard(**{**values, **changed})


def reported(name: str = "h", *, at: datetime = MONDAY, actor: str = OFFICER, **changed: Any) -> HazardCase:
    """A report with a photo."""
    made = hazard(name, at=at, **changed)
    return report(made, stamp(actor, at), named(f"{name}/report"), photos=[photo(name)])


class Following:
    """Somebody who takes step after step of one hazard, an hour between them.

    Args:
        case: Where to begin.
    """

    def __init__(self, case: HazardCase | None = None) -> None:
        self.case = case or reported()
        self.at = self.case.steps[-1].happened_at

    def by(self, actor: str, step: Callable[..., HazardCase], *args: Any, **options: Any) -> Following:
        """One step of a function of `gridgis.hazards.taking`."""
        self.at += timedelta(hours=1)
        number = self.case.revision + 1
        self.case = step(self.case, *args, stamp(actor, self.at), named(f"{self.case.hazard.code}/{number}"), **options)
        return self

    def take(self, actor: str, act: Act, text: str = "") -> Following:
        """One step that is told by words alone."""
        return self.by(actor, take, act, text=text)

    def wait(self, **span: float) -> Following:
        """Let time pass."""
        self.at += timedelta(**span)
        return self

    def accepted(self, severity: Severity = Severity.ORDINARY) -> Following:
        """Accept and grade it."""
        return self.take(LEAD, Act.ACCEPT).by(LEAD, grade, severity, text="核对判定标准")

    def assigned(self, days: int = 15, term: Term = Term.CALENDAR, severity: Severity = Severity.ORDINARY) -> Following:
        """Accept it and assign it to the enterprise."""
        return self.accepted(severity).by(LEAD, assign, Assignee.ENTERPRISE, "小小企业1", days=days, term=term)

    def answered(self, actor: str = OFFICER) -> Following:
        """Answer with a photo."""
        return self.by(actor, answer, text="锁已拆除", photos=[photo("after")])

    def verified(self, actor: str = OTHER) -> Following:
        """Verify it at the place."""
        return self.by(actor, verify, place=self.case.hazard.place, accuracy_m=15.0, arrived={photo("after").id})

    def closed(self) -> Following:
        """From the report to the end."""
        return self.assigned().answered().verified().by(OTHER, close)

    def settled(self) -> Following:
        """Settle all five for a major hazard."""
        for duty in Duty:
            self.by(LEAD, fulfil, duty, text="已落实")
        return self


CONTENT = b"\xff\xd8 a photo \x00\xff"


def a_photo(name: str = "h", *, hazard: str = "h", **changed: Any) -> Photo:
    """A photo that has come, of which `CONTENT` are the bytes."""
    values: dict[str, Any] = {
        "id": named(f"photo/{name}"),
        "hazard_id": named(f"hazard/{hazard}"),
        "sha256": sha256(CONTENT).hexdigest(),
        "media_type": "image/jpeg",
        "bytes": len(CONTENT),
        "width": 4,
        "height": 3,
        "look": (1 << 63) | 5,
        "came_at": MONDAY,
        "actor": OFFICER,
        "taken_at": MONDAY,
        "lon": 120.1,
        "lat": 32.5,
    }
    return Photo(**{**values, **changed})


def an_upload(name: str = "u", *, at: datetime = MONDAY) -> Upload:
    """A photo of six bytes on its way."""
    return Upload(named(f"photo/{name}"), OFFICER, named("hazard/h"), "0" * 64, 6, at)


def a_change() -> HeldChange:
    """A change that waits for another one."""
    return HeldChange(named("b"), OFFICER, named("hazard/h"), named("a"), {"act": "note", "text": "后到"}, MONDAY)


def put_field(work: UnitOfWork) -> None:
    """Put something into every table of the field."""
    work.put_hazard_case(Following().closed().case)
    work.put_photo(a_photo(), CONTENT)
    work.begin_upload(an_upload())
    work.add_part(an_upload(), b"abc")
    work.hold_change(a_change())
