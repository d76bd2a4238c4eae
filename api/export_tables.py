"""Shape records as tables of words and figures, each with those fields masked that are not for whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from api.asked import Asked
from api.exporting import Cell, Table, joined
from gridgis.dispatch.alarms import Alarm
from gridgis.dispatch.teams import Team
from gridgis.people.officers import Officer, Post
from gridgis.supervision.enterprises import Enterprise

ENTERPRISE = (
    "code",
    "name",
    "credit_code",
    "industry",
    "department",
    "risk",
    "staff",
    "chemicals",
    "contact",
    "phone",
    "sites",
    "addresses",
    "cells",
    "lon",
    "lat",
)
OFFICER = ("code", "name", "phone", "role", "cells")
TEAM = (
    "code",
    "name",
    "tier",
    "command",
    "capabilities",
    "people",
    "profile",
    "cell",
    "department",
    "phone",
    "in_service",
    "out_of_service_reason",
    "lon",
    "lat",
)
ALARM = (
    "code",
    "type",
    "level",
    "nature",
    "reported_at",
    "address",
    "note",
    "teams",
    "people",
    "lon",
    "lat",
)


def _table(asked: Asked, noun: str, names: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    headings = [asked.words.text(f"export.column.{name}") for name in names]
    return Table(asked.words.text(f"export.title.{noun}"), headings, list(rows))


def _said(asked: Asked, kind: str, code: str) -> str:
    """The word for a code; the code itself where the district added it."""
    key = f"{kind}.{code}"
    return asked.words.text(key) if key in asked.words else code


def enterprise_table(asked: Asked, enterprises: Sequence[Enterprise]) -> Table:
    """Enterprises with their sites."""
    data = asked.data
    codes = data.sites_in_cells(asked.plan_if_any).codes

    def row(one: Enterprise) -> list[Cell]:
        sites = data.sites_of.get(one.id, ())
        placed = next((site for site in sites if site.placed), None)
        deepest = [next((code for code in reversed(codes[data.site_row[site.id]]) if code), "") for site in sites]
        return [
            one.code,
            one.name,
            one.credit_code,
            one.industry,
            one.department,
            _said(asked, "risk", one.risk),
            one.staff,
            one.chemicals,
            one.contact,
            one.phone,
            joined(site.name for site in sites),
            joined(site.address for site in sites),
            joined(dict.fromkeys(deepest)),
            None if placed is None else placed.lon,
            None if placed is None else placed.lat,
        ]

    return _table(asked, "enterprise", ENTERPRISE, (row(asked.sight.masked(one)) for one in enterprises))


def officer_table(asked: Asked, officers: Sequence[tuple[Officer, Sequence[Post]]]) -> Table:
    """Officers with the posts that they hold today."""
    cells = {} if asked.plan_if_any is None else asked.plan_if_any.cell_by_code

    def row(one: Officer, posts: Sequence[Post]) -> list[Cell]:
        served = (f"{cells[post.cell_code].name if post.cell_code in cells else ''} {post.cell_code}" for post in posts)
        roles = dict.fromkeys(_said(asked, "role", post.role) for post in posts)
        return [one.code, one.name, one.phone, joined(roles), joined(text.strip() for text in served)]

    return _table(asked, "officer", OFFICER, (row(asked.sight.masked(one), posts) for one, posts in officers))


def team_table(asked: Asked, teams: Sequence[Team]) -> Table:
    """Teams as they are registered."""

    def row(one: Team) -> list[Cell]:
        return [
            one.code,
            one.name,
            _said(asked, "tier", one.tier),
            _said(asked, "command", one.command),
            joined(_said(asked, "capability", code) for code in sorted(one.capabilities)),
            one.people,
            _said(asked, "profile", one.profile),
            one.home_cell_code,
            one.department,
            one.phone,
            asked.words.text("export.yes" if one.in_service else "export.no"),
            one.out_of_service_reason,
            one.lon,
            one.lat,
        ]

    return _table(asked, "team", TEAM, (row(asked.sight.masked(one)) for one in teams))


def alarm_table(asked: Asked, alarms: Sequence[Alarm]) -> Table:
    """Alarms with what was sent; callers and their telephones are not given out."""

    def row(one: Alarm) -> list[Cell]:
        sent = asked.data.dispatches_of.get(one.id, ())
        return [
            one.code,
            _said(asked, "alarm_type", one.type),
            _said(asked, "level", one.level),
            _said(asked, "nature", one.nature),
            one.reported_at,
            one.address,
            one.note,
            len(sent),
            sum(dispatch.people for dispatch in sent),
            one.lon,
            one.lat,
        ]

    return _table(asked, "alarm", ALARM, (row(asked.sight.masked(one)) for one in alarms))
