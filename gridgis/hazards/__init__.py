"""Follow a hazard (隐患) from its report to its verified end, as values that change by legal steps alone."""

from gridgis.hazards.case import HazardCase, HazardStep, PhotoNamed
from gridgis.hazards.hazard import KINDS, OPEN, Act, Hazard, Origin, Severity, State
from gridgis.hazards.stamp import DeviceStamp

__all__ = [
    "KINDS",
    "OPEN",
    "Act",
    "DeviceStamp",
    "Hazard",
    "HazardCase",
    "HazardStep",
    "Origin",
    "PhotoNamed",
    "Severity",
    "State",
]
