"""Shape enterprises and their sites."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel, Field

from gridgis.supervision.enterprises import Enterprise, RiskColour, Site


class EnterpriseBody(BaseModel):
    """An enterprise as a list shows it."""

    id: UUID
    code: str
    name: str
    credit_code: str | None
    industry: str
    department: str
    risk: RiskColour
    staff: int | None
    chemicals: str
    lon: float | None = Field(description="Of its first placed site, None while no site is placed")
    lat: float | None


class EnterpriseList(BaseModel):
    """A part of the register that fits the question."""

    items: list[EnterpriseBody]
    total: int = Field(description="How many fit in all")
    limit: int
    offset: int


class SiteBody(BaseModel):
    """A place where an enterprise works."""

    id: UUID
    code: str
    name: str
    address: str
    lon: float | None
    lat: float | None
    cells: list[str] = Field(description="Codes of its cells from level 1 to 3")
    cell_reason: str = Field(description="Why a person fixed the cell, empty where the map decides")


class EnterpriseDetail(EnterpriseBody):
    """An enterprise with its contact and sites."""

    no_credit_code_reason: str
    contact: str
    phone: str
    sites: list[SiteBody]


def enterprise_body(enterprise: Enterprise, sites: Sequence[Site]) -> EnterpriseBody:
    """An enterprise as a list shows it."""
    placed = next((site for site in sites if site.placed), None)
    return EnterpriseBody(
        id=enterprise.id,
        code=enterprise.code,
        name=enterprise.name,
        credit_code=enterprise.credit_code,
        industry=enterprise.industry,
        department=enterprise.department,
        risk=enterprise.risk,
        staff=enterprise.staff,
        chemicals=enterprise.chemicals,
        lon=None if placed is None else placed.lon,
        lat=None if placed is None else placed.lat,
    )


def enterprise_detail(
    enterprise: Enterprise, sites: Sequence[Site], cells: Sequence[Sequence[str]]
) -> EnterpriseDetail:
    """An enterprise with its sites and, for each, the codes of its cells."""
    return EnterpriseDetail(
        **dict(enterprise_body(enterprise, sites)),
        no_credit_code_reason=enterprise.no_credit_code_reason,
        contact=enterprise.contact,
        phone=enterprise.phone,
        sites=[
            SiteBody(
                id=site.id,
                code=site.code,
                name=site.name,
                address=site.address,
                lon=site.lon,
                lat=site.lat,
                cells=[code for code in codes if code],
                cell_reason=site.cell_reason,
            )
            for site, codes in zip(sites, cells, strict=True)
        ],
    )
