"""Lead an incident from the ring of the telephone to the last team home, as values that change by steps alone."""

from gridgis.dispatch.incidents.case import Call, Case, Incident, LogEntry, Status, Step
from gridgis.dispatch.incidents.stamp import Stamp

__all__ = ["Call", "Case", "Incident", "LogEntry", "Stamp", "Status", "Step"]
