"""Record enterprises (legal persons) and their sites (places), with the risk colour of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class RiskColour(StrEnum):
    """Four-step risk of an enterprise (风险四色); never the step of anything else."""

    RED = "red"  # 重大
    ORANGE = "orange"  # 较大
    YELLOW = "yellow"  # 一般
    BLUE = "blue"  # 低


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A legal person that produces or trades (生产经营单位).

    Attributes:
        id: Stable identifier.
        code: Key of the record in the register: the credit code, or the office's own number where there is none.
        name: Registered name.
        credit_code: Unified social credit code, None only with a reason.
        no_credit_code_reason: Why there is no credit code.
        industry: Industry in words or by GB/T 4754 code, as the register has it.
        department: Supervising department.
        risk: Risk colour.
        staff: People employed, None when not known.
        chemicals: Hazardous chemicals kept, in words, empty when none are recorded.
        contact: Contact person.
        phone: Contact telephone.
    """

    id: UUID
    code: str
    name: str
    credit_code: str | None
    no_credit_code_reason: str = ""
    industry: str = ""
    department: str = ""
    risk: RiskColour = RiskColour.BLUE
    staff: int | None = None
    chemicals: str = ""
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """A place where an enterprise works.

    Attributes:
        id: Stable identifier.
        enterprise_id: The enterprise.
        code: Key in the register, unique in the district.
        name: Name of the place, the enterprise's when it has only one.
        address: Address in words.
        lon: Longitude in degrees, None while the address is not placed.
        lat: Latitude in degrees, None while the address is not placed.
        cell_code: Basic cell fixed by a person for a site on a border; None to let the map decide.
        cell_reason: Why a person fixed the cell.
    """

    id: UUID
    enterprise_id: UUID
    code: str
    name: str
    address: str = ""
    lon: float | None = None
    lat: float | None = None
    cell_code: str | None = None
    cell_reason: str = ""

    @property
    def placed(self) -> bool:
        """Whether the site has coordinates."""
        return self.lon is not None and self.lat is not None
