"""Turn hazards into what pages are shown: clocks, photos with their doubts, likely repeats, clauses that may hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from api.bodies.hazards import (
    CountdownBody,
    HazardBody,
    HazardDetail,
    PhotoBody,
    ProposalBody,
    RepeatBody,
    StepBody,
)
from api.field.following import Field
from api.field.rules import FieldRules
from gridgis.errors import NotKnown
from gridgis.hazards import Act, Hazard, HazardCase, HazardStep, PhotoNamed, Severity
from gridgis.hazards.clocks import Countdown, countdowns
from gridgis.hazards.grading import propose
from gridgis.hazards.photos import Doubt, Photo, alike, doubts
from gridgis.hazards.repeats import find_repeats
from gridgis.hazards.taking import unsettled

LOOKED_BACK = timedelta(days=60)
MOST_REPEATS = 5
LAST = datetime.max.replace(tzinfo=UTC)


def listed(at: Field, cases: Sequence[HazardCase]) -> list[HazardBody]:
    """Hazards in the order given, with their clocks and a photo."""
    rules = at.rules
    clocks = {one.hazard.id: countdowns(one, at.asked.now, rules.calendar, rules.clocks) for one in cases}
    first: dict[UUID, UUID] = {}
    for photo in at.store.photos_of(one.hazard.id for one in cases):
        first.setdefault(photo.hazard_id, photo.id)

    return [HazardBody(**_values(at, one, clocks[one.hazard.id], first.get(one.hazard.id))) for one in cases]


def urgency(body: HazardBody) -> tuple[datetime, float]:
    """By what open hazards are sorted: when they are due, those without a clock last and newest first."""
    return (
        min((clock.due_at for clock in body.clocks if clock.due_at is not None), default=LAST),
        -body.found_at.timestamp(),
    )


def detail(at: Field, case: HazardCase) -> HazardDetail:
    """One hazard with everything that is known of it."""
    hazard, rules, now = case.hazard, at.rules, at.asked.now
    with at.store.one_moment():
        photos = {one.id: one for one in at.store.photos_of([hazard.id])}
        looks = at.store.photo_looks() if photos else {}
        others = at.sight.seen(at.store.hazards_like(hazard, since=hazard.found_at - LOOKED_BACK))
        same = _looking_the_same(hazard, looks)
        known = {one.id for one in others}
        others += at.sight.seen([found.hazard for found in _cases(at, (id_ for id_ in same if id_ not in known))])
    values = _values(at, case, countdowns(case, now, rules.calendar, rules.clocks), next(iter(photos), None))
    enterprise = at.asked.data.enterprise_by_id.get(hazard.enterprise_id) if hazard.enterprise_id else None
    return HazardDetail(
        **values,
        steps=[_step(case, step, photos, seen_before=bool(same)) for step in case.steps],
        acts=at.sight.acts(case),
        awaited=len(case.awaited(photos)),
        repeats=_repeats(case, others, looks, rules),
        proposals=[
            ProposalBody(
                clause=one.clause.code,
                text=one.clause.text,
                rules=one.rules,
                phrases=list(one.phrases),
                example=one.example,
            )
            for one in propose(
                rules.lists, hazard.kind, hazard.text, industry=enterprise.industry if enterprise else ""
            )
        ],
        unsettled=list(unsettled(case)) if hazard.severity is Severity.MAJOR else [],
    )


def _looking_the_same(hazard: Hazard, looks: Mapping[UUID, Collection[int]]) -> list[UUID]:
    """Other hazards of which a photo looks like one of this."""
    mine = looks.get(hazard.id, ())
    return [id_ for id_, held in looks.items() if id_ != hazard.id and any(alike(a, b) for a in mine for b in held)]


def _cases(at: Field, ids: Iterable[UUID]) -> list[HazardCase]:
    found = []
    for id_ in ids:
        with suppress(NotKnown):  # a photo may come before its hazard
            found.append(at.store.hazard_case(id_))
    return found


def _repeats(
    case: HazardCase, others: Sequence[Hazard], looks: Mapping[UUID, Collection[int]], rules: FieldRules
) -> list[RepeatBody]:
    found = find_repeats(case.hazard, others, looks, rules.repeats)[:MOST_REPEATS]
    return [
        RepeatBody(
            id=one.hazard.id,
            code=one.hazard.code,
            state=one.hazard.state,
            found_at=utc(one.hazard.found_at),
            score=round(one.score, 3),
            away_m=None if one.away_m is None else round(one.away_m, 1),
            apart_days=round(one.apart / timedelta(days=1), 2),
            words=round(one.words, 3),
            photo=one.photo,
        )
        for one in found
    ]


def _values(at: Field, case: HazardCase, clocks: Iterable[Countdown], photo: UUID | None) -> dict[str, Any]:
    hazard = case.hazard
    enterprise = at.asked.data.enterprise_by_id.get(hazard.enterprise_id) if hazard.enterprise_id else None
    return {
        "id": hazard.id,
        "code": hazard.code,
        "state": hazard.state,
        "origin": hazard.origin,
        "kind": hazard.kind,
        "text": hazard.text,
        "found_at": utc(hazard.found_at),
        "reporter": hazard.reporter,
        "severity": hazard.severity,
        "enterprise_id": hazard.enterprise_id,
        "enterprise": enterprise.name if enterprise else "",
        "address": hazard.address,
        "lon": hazard.lon,
        "lat": hazard.lat,
        "accuracy_m": hazard.accuracy_m,
        "cell_code": hazard.cell_code,
        "department": hazard.department,
        "assignee": hazard.assignee,
        "closed_at": _maybe(hazard.closed_at),
        "revision": case.revision,
        "last_step": case.steps[-1].id,
        "clocks": [
            CountdownBody(
                stage=one.stage,
                due_at=_maybe(one.due_at),
                used=round(one.used, 4),
                light=one.light,
                certain=one.certain,
            )
            for one in clocks
        ],
        "photo": photo,
    }


def _step(case: HazardCase, step: HazardStep, photos: Mapping[UUID, Photo], *, seen_before: bool) -> StepBody:
    return StepBody(
        id=step.id,
        number=step.number,
        act=step.act,
        happened_at=utc(step.happened_at),
        recorded_at=utc(step.recorded_at),
        device_at=_maybe(step.device_at),
        actor=step.actor,
        text=step.text,
        facts={name: value for name, value in step.facts.items() if name != "photos"},
        photos=[_photo(case, step, named, photos, seen_before=seen_before) for named in step.photos],
    )


def _photo(
    case: HazardCase, step: HazardStep, named: PhotoNamed, photos: Mapping[UUID, Photo], *, seen_before: bool
) -> PhotoBody:
    photo = photos.get(named.id)
    found: list[Doubt] = []
    if photo is not None:
        accuracy_m = case.hazard.accuracy_m or 0.0
        found += doubts(photo, claimed_at=step.happened_at, claimed_place=case.hazard.place, accuracy_m=accuracy_m)
        if seen_before and step.act is Act.REPORT:
            found.append(Doubt.SEEN_BEFORE)
        if step.act is Act.ANSWER and any(alike(photo.look, look) for look in _looks_before(case, photos)):
            found.append(Doubt.BEFORE_IS_AFTER)
    return PhotoBody(
        id=named.id,
        sha256=named.sha256,
        came=photo is not None,
        taken_at=None if photo is None else _maybe(photo.taken_at),
        doubts=found,
    )


def _looks_before(case: HazardCase, photos: Mapping[UUID, Photo]) -> list[int]:
    """How the photos of the report look."""
    named = (one for step in case.steps if step.act is Act.REPORT for one in step.photos)
    return [photos[one.id].look for one in named if one.id in photos]


def utc(moment: datetime) -> datetime:
    """A moment as the API tells it."""
    return moment.astimezone(UTC)


def _maybe(moment: datetime | None) -> datetime | None:
    return None if moment is None else utc(moment)
