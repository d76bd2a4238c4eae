"""Record the people who keep the grid, and the days for which each is posted to a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class PostRole(StrEnum):
    """What a person does in a cell."""

    GRID_LEAD = "grid_lead"  # 网格长
    GRID_OFFICER = "grid_officer"  # 网格员
    SAFETY_OFFICER = "safety_officer"  # 专职安全员
    ENFORCEMENT_OFFICER = "enforcement_officer"  # 监管执法人员
    SAFETY_DOCTOR = "safety_doctor"  # 安全保健医生
    TOWN_LEAD = "town_lead"  # 镇街分管负责人


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who can be posted.

    Attributes:
        id: Stable identifier.
        code: Staff number, unique in the district.
        name: Name as shown.
        phone: Telephone as dialled, may be empty.
        professional: Whether the person has a professional background in safety.
        licence: Number of the enforcement licence, empty when none.
        licence_until: Last day of the licence.
        in_service_since: First day of grass-roots service.
    """

    id: UUID
    code: str
    name: str
    phone: str = ""
    professional: bool = False
    licence: str = ""
    licence_until: date | None = None
    in_service_since: date | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A person's posting to a cell for a span of days.

    Attributes:
        id: Stable identifier.
        officer_id: The person.
        cell_code: Code of the cell (any level) served, as in the plan in force.
        role: What the person does there.
        since: First day, local calendar.
        until: Last day, inclusive; None while open-ended.
        acting_for: The officer covered for (AB岗), None for an own post.
    """

    id: UUID
    officer_id: UUID
    cell_code: str
    role: PostRole
    since: date
    until: date | None = None
    acting_for: UUID | None = None

    def holds_on(self, day: date) -> bool:
        """Whether the post is held on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


def officers_of(cell_code: str, posts: Iterable[Post], day: date) -> list[Post]:
    """Posts held in a cell on a day, own posts before acting ones, by role then person."""
    held = [post for post in posts if post.cell_code == cell_code and post.holds_on(day)]
    order = list(PostRole)
    return sorted(held, key=lambda post: (post.acting_for is not None, order.index(post.role), str(post.officer_id)))
