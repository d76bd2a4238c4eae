"""Fill reports and warnings from an incident's record; every figure in them stands in the log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from geodata.papers.cap import CapMessage
from geodata.papers.docx import Block, Heading, Paragraph, Table
from gridgis.dispatch.alarms import AlarmNature
from gridgis.dispatch.incidents import Case, Status
from gridgis.dispatch.incidents.grading import Grading
from gridgis.dispatch.incidents.recording import Casualties, Report
from gridgis.dispatch.reasons import word
from gridgis.dispatch.state import LOCAL_TIME
from gridgis.dispatch.teams import Team
from maps.words import Words

STATUS_OF_NATURE: Mapping[AlarmNature, str] = MappingProxyType(
    {AlarmNature.REAL: "Actual", AlarmNature.DRILL: "Exercise", AlarmNature.TEST: "Test", AlarmNature.FALSE: "Actual"}
)
CATEGORY: Mapping[str, str] = MappingProxyType(
    {
        "fire": "Fire",
        "hazmat": "CBRNE",
        "gas": "CBRNE",
        "flood": "Met",
        "collapse": "Safety",
        "traffic": "Transport",
        "confined_space": "Rescue",
        "work_injury": "Safety",
        "special_equipment": "Infra",
    }
)
SEVERITY = MappingProxyType({"I": "Extreme", "II": "Severe", "III": "Moderate", "IV": "Minor"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What papers are filled from.

    Attributes:
        case: The incident with its log.
        district: Name of the district.
        teams: Teams that were sent, by the dispatch's place in the case.
        casualties: What it cost, None where nobody counted.
        grading: The grade worked out, None where there is none.
        words: The language.
        now: When the paper is made.
    """

    case: Case
    district: str
    teams: tuple[Team | None, ...]
    casualties: Casualties | None
    grading: Grading | None
    words: Words
    now: datetime

    def say(self, key: str, **fields: Any) -> str:
        """Words of the paper."""
        return self.words.text(f"paper.{key}", **fields)

    def code(self, kind: str, code: str) -> str:
        """The word for a code."""
        return word(kind, code, self.words.say) if code else self.say("unknown")

    @property
    def place(self) -> str:
        """Where it is, in words."""
        incident = self.case.incident
        if incident.address:
            return incident.address
        return self.say("unknown") if incident.place is None else f"{incident.lon:.5f}, {incident.lat:.5f}"


def moment(at: datetime) -> str:
    """A moment as papers write it, local time."""
    return f"{at.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M}"


def report_blocks(facts: Facts, report: Report) -> list[Block]:
    """快报, 续报 or 终报: what happened, what it cost, who is there, what was done; what is not known is said so."""
    incident, say = facts.case.incident, facts.say
    level = "" if incident.level is None else facts.code("level", incident.level.value)
    kind = facts.code("alarm_type", incident.type)
    blocks: list[Block] = [
        Heading(say(f"title.{report.value}", district=facts.district, type=kind), title=True),
        Paragraph(say("number", code=incident.code, when=moment(facts.now))),
        Heading(say("heading.what")),
        Paragraph(say("what", when=moment(incident.received_at), place=facts.place, type=kind, level=level)),
    ]
    if incident.nature is not AlarmNature.REAL:
        blocks.insert(1, Paragraph(say("not_real", nature=facts.code("nature", incident.nature.value))))
    if incident.note:
        blocks.append(Paragraph(incident.note))
    blocks += [Heading(say("heading.cost")), Paragraph(_cost(facts))]
    if facts.grading is not None:
        grade = facts.code("grade", facts.grading.grade.value)
        blocks.append(Paragraph(say("grade", grade=grade, until=moment(facts.grading.recount_until))))
    blocks += [Heading(say("heading.teams")), Paragraph(_teams(facts)), Table(_team_rows(facts))]
    blocks += [Heading(say("heading.steps"))]
    blocks += [Paragraph(line) for line in log_lines(facts)]
    if report is Report.FINAL and incident.closed_at is not None:
        blocks.append(Paragraph(say("closed", when=moment(incident.closed_at))))
    blocks.append(Paragraph(say("sign", district=facts.district, when=moment(facts.now))))
    return blocks


def _cost(facts: Facts) -> str:
    cost = facts.casualties
    if cost is None:
        return facts.say("cost_unknown")
    return facts.say(
        "cost",
        deaths=cost.deaths,
        serious=cost.serious_injuries,
        slight=cost.slight_injuries,
        trapped=cost.trapped,
        loss=f"{cost.loss_yuan / 10_000:g}",
        saved=f"{cost.saved_yuan / 10_000:g}",
    )


def _teams(facts: Facts) -> str:
    sent = facts.case.dispatches
    there = sum(one.on_scene_at is not None and one.released_at is None for one in sent)
    people = sum(one.people for one in sent)
    commander = facts.case.incident.commander or facts.say("unknown")
    return facts.say("teams", teams=len(sent), there=there, people=people, commander=commander)


def _team_rows(facts: Facts) -> list[list[str]]:
    rows = [[facts.say(f"column.{name}") for name in ("team", "people", "task", "ordered", "arrived", "left")]]
    for one, team in zip(facts.case.dispatches, facts.teams, strict=True):
        moments = [
            None if at is None else moment(at)[11:] for at in (one.dispatched_at, one.on_scene_at, one.released_at)
        ]
        rows.append(
            [
                "" if team is None else team.name,
                str(one.people),
                facts.code("task", one.task) if one.task else "",
                *(text or "—" for text in moments),
            ]
        )
    return rows


def log_lines(facts: Facts) -> list[str]:
    """The log in words, an entry a line; a late entry says when it was recorded."""
    lines = []
    for entry in facts.case.log:
        parts = [moment(entry.happened_at)[11:], facts.code("step", entry.step.value)]
        parts += [str(entry.facts[name]) for name in ("team", "incident", "to") if entry.facts.get(name)]
        if entry.text:
            parts.append(entry.text)
        late = (entry.recorded_at - entry.happened_at).total_seconds() > 60  # noqa: PLR2004  a minute
        if late:
            parts.append(facts.say("late", when=moment(entry.recorded_at)[11:]))
        lines.append(" ".join(parts))
    return lines


def cap_message(facts: Facts, *, keep_away_m: int) -> CapMessage:
    """An incident as a warning: who is near keeps away.

    Args:
        facts: The incident, complete.
        keep_away_m: Distance that people keep, 0 where the orders name none.
    """
    incident = facts.case.incident
    kind = facts.code("alarm_type", incident.type)
    sender = f"gridgis@{facts.district}"
    first = f"{incident.code}-1"
    over = incident.status is not Status.OPEN
    place = incident.place
    return CapMessage(
        identifier=f"{incident.code}-{facts.case.revision}",
        sender=sender,
        sent=facts.now.astimezone(LOCAL_TIME),
        status=STATUS_OF_NATURE[incident.nature],
        message_type="Cancel" if over else "Alert" if facts.case.revision == 1 else "Update",
        references=""
        if facts.case.revision == 1
        else f"{sender},{first},{incident.received_at.astimezone(LOCAL_TIME).replace(microsecond=0).isoformat()}",
        language="zh-CN" if facts.words.language == "zh" else "en-GB",
        category=CATEGORY.get(incident.type, "Other"),
        event=kind,
        urgency="Past" if over else "Immediate",
        severity="Unknown" if incident.level is None else SEVERITY[incident.level.value],
        certainty="Observed",
        headline=facts.say("cap.headline", place=facts.place, type=kind),
        description=facts.say("what", when=moment(incident.received_at), place=facts.place, type=kind, level=""),
        instruction="" if over else facts.say("cap.instruction", distance=max(keep_away_m, 100)),
        area=facts.place,
        circle=None if place is None else (place[1], place[0], max(keep_away_m, 100) / 1000),
    )
