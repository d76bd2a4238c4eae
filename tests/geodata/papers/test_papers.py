"""Papers open elsewhere: DOCX that holds what was written, CAP 1.2 with its elements in the order of the standard."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import pytest

from api.desk.papers import CATEGORY, SEVERITY, STATUS_OF_NATURE
from geodata.papers.cap import NAMESPACE, CapMessage, write_cap
from geodata.papers.docx import Block, Heading, Paragraph, Table, write_docx
from gridgis.dispatch.alarms import AlarmNature

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ORDER = ["identifier", "sender", "sent", "status", "msgType", "scope", "references", "info"]


def test_a_paper_holds_its_text_and_is_the_same_each_time() -> None:
    blocks: list[Block] = [
        Heading("快报", title=True),
        Paragraph("甲 < 乙 & \x07丙\n第二行"),
        Table([["队伍", "人数"], ["区队", "8"]]),
    ]
    made = write_docx(blocks)
    assert made == write_docx(blocks)
    with ZipFile(BytesIO(made)) as packed:
        assert packed.testzip() is None
        assert packed.namelist() == ["[Content_Types].xml", "_rels/.rels", "word/document.xml"]
        for name in packed.namelist():
            ET.fromstring(packed.read(name))  # noqa: S314  what we have written
        document = ET.fromstring(packed.read("word/document.xml"))  # noqa: S314
    texts = [one.text for one in document.iter(f"{W}t")]
    assert texts == ["快报", "甲 < 乙 & 丙", "第二行", "队伍", "人数", "区队", "8"]
    assert len(list(document.iter(f"{W}tc"))) == 4


CATEGORIES = {
    *("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other")
}
IN_INFO = (
    *("language", "category", "event", "responseType", "urgency", "severity", "certainty", "audience", "eventCode"),
    *("effective", "onset", "expires", "senderName", "headline", "description", "instruction", "web", "contact"),
    *("parameter", "resource", "area"),
)
"""Elements of ``info`` in the order of the standard (OASIS CAP 1.2, section 3.2.2)."""


@pytest.mark.parametrize("nature", list(AlarmNature))
@pytest.mark.parametrize("kind", ["unknown", *CATEGORY])
def test_every_warning_has_values_and_an_order_that_the_standard_allows(nature: AlarmNature, kind: str) -> None:
    for severity in (*SEVERITY.values(), "Unknown"):
        message = CapMessage(
            identifier="20200630-001-5",
            sender="gridgis@姜堰区",
            sent=datetime(2020, 6, 30, 6, 0, tzinfo=timezone(timedelta(hours=8))),
            status=STATUS_OF_NATURE[nature],
            message_type="Alert",
            references="",
            language="zh-CN",
            category=CATEGORY.get(kind, "Other"),
            event="火灾",
            urgency="Immediate",
            severity=severity,
            certainty="Observed",
            headline="火灾",
            description="",
            instruction="",
            area="白米镇",
        )
        alert = ET.fromstring(write_cap(message))  # noqa: S314  what we have written
        texts = {one.tag.removeprefix(f"{{{NAMESPACE}}}"): one.text or "" for one in alert.iter()}
        assert not re.search(r"[\s,<&]", texts["identifier"] + texts["sender"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", texts["sent"])
        assert texts["status"] in {"Actual", "Exercise", "System", "Test", "Draft"}
        assert (texts["scope"] == "Restricted") is ("restriction" in texts)
        assert texts["category"] in CATEGORIES
        assert texts["severity"] in {"Extreme", "Severe", "Moderate", "Minor", "Unknown"}
        info = alert.find(f"{{{NAMESPACE}}}info")
        assert info is not None
        places = [IN_INFO.index(one.tag.removeprefix(f"{{{NAMESPACE}}}")) for one in info]
        assert places == sorted(places)


def test_a_warning_has_the_elements_of_the_standard_in_their_order() -> None:
    message = CapMessage(
        identifier="20200630-001-5",
        sender="gridgis@姜堰区",
        sent=datetime(2020, 6, 30, 6, 0, 0, 500, tzinfo=UTC),
        status="Actual",
        message_type="Update",
        references="gridgis@姜堰区,20200630-001-1,2020-06-30T14:00:00+08:00",
        language="zh-CN",
        category="Fire",
        event="火灾",
        urgency="Immediate",
        severity="Severe",
        certainty="Observed",
        headline="白米镇火灾",
        description="厂房着火",
        instruction="请远离",
        area="白米镇",
        circle=(32.5, 120.1, 0.5),
    )
    alert = ET.fromstring(write_cap(message))  # noqa: S314  what we have written
    assert alert.tag == f"{{{NAMESPACE}}}alert"
    assert [one.tag.removeprefix(f"{{{NAMESPACE}}}") for one in alert] == ORDER
    assert alert.findtext(f"{{{NAMESPACE}}}sent") == "2020-06-30T06:00:00+00:00"
    assert alert.findtext(f".//{{{NAMESPACE}}}circle") == "32.500000,120.100000 0.5"
