"""Keep the numbers that a district must meet: each with unit, default, range and source.

The defaults are those of one district (its published account, and the law where one is named); another district changes
them in its settings. Norms marked 待核 (`Norm.verify`) are practice or from memory: never shown as law.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from math import isfinite
from typing import Any, Self

from gridgis.errors import Fault, InputRejected, InvalidValue

_SEED = "姜堰区公开材料"
_DECREE_493 = "生产安全事故报告和调查处理条例（国务院令第493号）"
_JIANGSU = "江苏省工业企业安全生产风险报告规定"
_ORDER_16 = "安全生产事故隐患排查治理暂行规定（安监总局令第16号）"
_INSPECTION = "国办发〔2024〕54号；行政处罚法第四十二条"
_FIRE_COVER = "建标152-2017；GB 51080-2015"
_NFPA_1710, _NFPA_1720 = "NFPA 1710", "NFPA 1720"
_PRACTICE = "各地做法，待核"


@dataclass(frozen=True, slots=True)
class Norm:
    """What a number means.

    Attributes:
        default: Its value unless a district sets another; a whole number where the thing is counted.
        unit: Its unit, a key of the catalogues under ``norm_unit`` (``share``, ``day``, ``person`` …).
        least: Least value it may be set to.
        most: Greatest value it may be set to.
        source: Where the default comes from.
        verify: Whether the source is still to be verified (待核).
    """

    default: float
    unit: str
    least: float
    most: float
    source: str
    verify: bool = False

    def check(self, name: str, value: object) -> None:
        """Refuse a value that the number may not have.

        Raises:
            InvalidValue: ``norm.type`` or ``norm.range``, with the ``name``.
        """
        whole = isinstance(self.default, int)
        if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or not isfinite(value):
            raise InvalidValue("norm.type", name=name, value=value, whole=whole)
        if not self.least <= value <= self.most:
            raise InvalidValue("norm.range", name=name, value=value, least=self.least, most=self.most)


def _norm(default: float, unit: str, least: float, most: float, source: str, *, verify: bool = False) -> Any:
    return field(default=default, metadata={"norm": Norm(default, unit, least, most, source, verify)})


@dataclass(frozen=True, slots=True)
class Norms:
    """The numbers of one district. `described` gives unit, range and source of each.

    Raises:
        InvalidValue: ``norm.type`` for a value that is no number (or no whole one where the unit is counted);
            ``norm.range`` outside the range; ``norm.order`` where one number must not exceed another.
    """

    professional_share_least: float = _norm(0.75, "share", 0, 1, _SEED)
    enforcement_service_least_years: float = _norm(3.0, "year", 0, 40, _SEED)
    licensed_share_least: float = _norm(1.0, "share", 0, 1, _SEED)
    licence_warning_days: int = _norm(60, "day", 0, 1000, _PRACTICE, verify=True)
    enforcement_officers_key_town_least: int = _norm(5, "person", 0, 1000, _SEED)
    enforcement_officers_town_least: int = _norm(3, "person", 0, 1000, _SEED)
    fund_share_of_revenue_least: float = _norm(0.005, "share", 0, 1, _SEED)
    fund_least_yuan: int = _norm(200_000, "yuan", 0, 10**12, _SEED)
    committees: int = _norm(13, "body", 0, 1000, _SEED)
    departments_with_safety_section: int = _norm(13, "body", 0, 1000, _SEED)
    specialist_squads_least: int = _norm(11, "team", 0, 1000, _SEED)
    accident_extraordinary_deaths: int = _norm(30, "person", 1, 10_000, _DECREE_493)
    accident_extraordinary_injuries: int = _norm(100, "person", 1, 100_000, _DECREE_493)
    accident_extraordinary_loss_yuan: int = _norm(100_000_000, "yuan", 1, 10**13, _DECREE_493)
    accident_major_deaths: int = _norm(10, "person", 1, 10_000, _DECREE_493)
    accident_major_injuries: int = _norm(50, "person", 1, 100_000, _DECREE_493)
    accident_major_loss_yuan: int = _norm(50_000_000, "yuan", 1, 10**13, _DECREE_493)
    accident_larger_deaths: int = _norm(3, "person", 1, 10_000, _DECREE_493)
    accident_larger_injuries: int = _norm(10, "person", 1, 100_000, _DECREE_493)
    accident_larger_loss_yuan: int = _norm(10_000_000, "yuan", 1, 10**13, _DECREE_493)
    report_by_unit_most_h: float = _norm(1.0, "hour", 0, 24, _DECREE_493)
    report_by_level_most_h: float = _norm(2.0, "hour", 0, 24, _DECREE_493)
    recount_days: int = _norm(30, "day", 0, 365, _DECREE_493)
    recount_traffic_and_fire_days: int = _norm(7, "day", 0, 365, _DECREE_493)
    inspectors_least: int = _norm(2, "person", 1, 100, _INSPECTION)
    risk_identification_most_days: int = _norm(366, "day", 1, 3660, _JIANGSU)
    resume_review_most_days: int = _norm(10, "day", 0, 365, _ORDER_16)
    fire_cover_most_s: int = _norm(300, "second", 1, 86_400, _FIRE_COVER)
    fire_area_first_class_most_km2: float = _norm(7.0, "km2", 0.1, 1000, _FIRE_COVER)
    fire_area_second_class_most_km2: float = _norm(4.0, "km2", 0.1, 1000, _FIRE_COVER)
    fire_area_small_most_km2: float = _norm(2.0, "km2", 0.1, 1000, _FIRE_COVER)
    fire_area_suburb_most_km2: float = _norm(15.0, "km2", 0.1, 1000, _FIRE_COVER)
    turnout_fire_most_s: int = _norm(80, "second", 1, 86_400, _NFPA_1710)
    turnout_medical_most_s: int = _norm(60, "second", 1, 86_400, _NFPA_1710)
    first_engine_travel_most_s: int = _norm(240, "second", 1, 86_400, _NFPA_1710)
    first_engine_share_least: float = _norm(0.9, "share", 0, 1, _NFPA_1710)
    rural_people_least: int = _norm(6, "person", 1, 1000, _NFPA_1720)
    rural_assembled_most_s: int = _norm(840, "second", 1, 86_400, _NFPA_1720)
    rural_assembled_share_least: float = _norm(0.8, "share", 0, 1, _NFPA_1720)
    patrol_red_most_days: int = _norm(7, "day", 1, 3660, _PRACTICE, verify=True)
    patrol_orange_most_days: int = _norm(14, "day", 1, 3660, _PRACTICE, verify=True)
    patrol_yellow_most_days: int = _norm(30, "day", 1, 3660, _PRACTICE, verify=True)
    patrol_blue_most_days: int = _norm(90, "day", 1, 3660, _PRACTICE, verify=True)
    ordinary_hazard_most_days: int = _norm(15, "day", 0, 365, _PRACTICE, verify=True)

    def __post_init__(self) -> None:
        for name, norm in described().items():
            norm.check(name, getattr(self, name))
        for first, second in _IN_ORDER:
            if getattr(self, first) > getattr(self, second):
                raise InvalidValue("norm.order", name=first, value=getattr(self, first), other=second)

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, Any]) -> Self:
        """Norms from a district's settings; what is not named keeps its default.

        Raises:
            InputRejected: ``norms.refused``, with a fault for every name that is not known (``norm.unknown``) and
                every value that is refused.
        """
        known = described()
        faults = [Fault("norm.unknown", {"name": name}, column=name) for name in mapping if name not in known]
        for name, value in mapping.items():
            if name in known:
                try:
                    known[name].check(name, value)
                except InvalidValue as error:
                    faults.append(Fault(error.code, error.fields, column=name, value=str(value)))
        if faults:
            raise InputRejected("norms.refused", faults, count=len(faults))
        try:
            return cls(**mapping)
        except InvalidValue as error:
            fault = Fault(error.code, error.fields, column=error.fields["name"], value=str(error.fields["value"]))
            raise InputRejected("norms.refused", [fault], count=1) from error


def described() -> dict[str, Norm]:
    """Unit, range and source of each number, by name, in the order in which they are declared."""
    return {one.name: one.metadata["norm"] for one in fields(Norms)}


_IN_ORDER = (
    ("enforcement_officers_town_least", "enforcement_officers_key_town_least"),
    ("patrol_red_most_days", "patrol_orange_most_days"),
    ("patrol_orange_most_days", "patrol_yellow_most_days"),
    ("patrol_yellow_most_days", "patrol_blue_most_days"),
    *(
        (f"accident_{lower}_{what}", f"accident_{upper}_{what}")
        for lower, upper in (("larger", "major"), ("major", "extraordinary"))
        for what in ("deaths", "injuries", "loss_yuan")
    ),
)
