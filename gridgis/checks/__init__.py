"""Every invariant of the district that its records can show, and what breaks it."""

from gridgis.checks.district import check_district
from gridgis.checks.finding import Finding, Severity

__all__ = ["Finding", "Severity", "check_district"]
