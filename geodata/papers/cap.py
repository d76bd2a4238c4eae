"""Write an incident as a message of the Common Alerting Protocol (OASIS CAP 1.2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"


@dataclass(frozen=True, slots=True)
class CapMessage:
    """A message of CAP 1.2; names are those of the standard.

    Attributes:
        identifier: Unique; no blanks, commas or angle brackets.
        sender: Who sends it.
        sent: When, aware.
        status: ``Actual``, ``Exercise`` or ``Test``.
        message_type: ``Alert``, ``Update`` or ``Cancel``.
        references: Earlier messages of the same incident, ``sender,identifier,sent`` apart by blanks.
        language: Of the texts.
        category: ``Fire``, ``Safety``, ``Rescue``, ``Met``, ``Transport``, ``CBRNE``, ``Other`` …
        event: What happened, in words.
        urgency: ``Immediate``, ``Expected``, ``Past``.
        severity: ``Extreme``, ``Severe``, ``Moderate``, ``Minor``.
        certainty: ``Observed``, ``Likely``.
        headline: In one line.
        description: In full.
        instruction: What people should do.
        area: Place in words.
        circle: Latitude, longitude and radius in kilometres.
    """

    identifier: str
    sender: str
    sent: datetime
    status: str
    message_type: str
    references: str
    language: str
    category: str
    event: str
    urgency: str
    severity: str
    certainty: str
    headline: str
    description: str
    instruction: str
    area: str
    circle: tuple[float, float, float] | None = None


def write_cap(message: CapMessage) -> bytes:
    """A message as XML; elements stand in the order of the standard, those without a text are left out."""
    alert = ET.Element("alert", xmlns=NAMESPACE)
    for name, text in (
        ("identifier", message.identifier),
        ("sender", message.sender),
        ("sent", _moment(message.sent)),
        ("status", message.status),
        ("msgType", message.message_type),
        ("scope", "Public" if message.status == "Actual" else "Restricted"),
        ("restriction", "" if message.status == "Actual" else message.status),
        ("references", message.references),
    ):
        _add(alert, name, text)
    info = ET.SubElement(alert, "info")
    for name, text in (
        ("language", message.language),
        ("category", message.category),
        ("event", message.event),
        ("urgency", message.urgency),
        ("severity", message.severity),
        ("certainty", message.certainty),
        ("senderName", message.sender),
        ("headline", message.headline),
        ("description", message.description),
        ("instruction", message.instruction),
    ):
        _add(info, name, text)
    area = ET.SubElement(info, "area")
    _add(area, "areaDesc", message.area)
    if message.circle is not None:
        lat, lon, radius_km = message.circle
        _add(area, "circle", f"{lat:.6f},{lon:.6f} {radius_km:g}")
    text = ET.tostring(alert, encoding="utf-8", xml_declaration=True)
    return bytes(text)


def _moment(moment: datetime) -> str:
    """A moment as CAP wants it: to the second, with an offset, never ``Z``."""
    return moment.replace(microsecond=0).isoformat().replace("Z", "-00:00")


def _add(parent: ET.Element, name: str, text: str) -> None:
    if text:
        ET.SubElement(parent, name).text = text
