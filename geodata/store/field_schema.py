"""Define the tables of the field: hazards, what was done about them, their photos, and what is on its way."""

from __future__ import annotations

from sqlalchemy import Double, Index, Integer, LargeBinary, Text, UniqueConstraint

from geodata.store.columns import Geometry, Identifier, Json, Moment
from geodata.store.tables import column, declare, one_of, reference
from gridgis.hazards import Act, Origin, Severity, State

SINCE = "0004_field"

HAZARDS = declare(
    "hazards",
    column("state", Text),
    column("origin", Text),
    column("kind", Text),
    column("text", Text),
    column("found_at", Moment()),
    column("reporter", Text),
    column("severity", Text, null=True),
    reference("enterprise_id", "enterprises.id", null=True),
    column("address", Text),
    column("accuracy_m", Double, null=True),
    column("cell_code", Text),
    column("department", Text),
    column("assignee", Text),
    column("closed_at", Moment(), null=True),
    column("geom", Geometry("POINT"), null=True),
    column("updated_at", Moment()),
    one_of("state", *State),
    one_of("origin", *Origin),
    one_of("severity", *Severity),
    UniqueConstraint("code"),
    Index(None, "state"),
    Index(None, "found_at"),
    Index(None, "cell_code"),
    Index(None, "enterprise_id"),
    said="隐患 Hazards",
    since=SINCE,
)
HAZARD_STEPS = declare(
    "hazard_steps",
    reference("hazard_id", "hazards.id"),
    column("number", Integer),
    column("act", Text),
    column("happened_at", Moment()),
    column("recorded_at", Moment()),
    column("actor", Text),
    column("device_at", Moment(), null=True),
    column("text", Text),
    column("facts", Json()),
    one_of("act", *Act),
    UniqueConstraint("code"),
    Index(None, "hazard_id"),
    said="隐患办理记录 Steps of hazards",
    since=SINCE,
)
PHOTOS = declare(
    "photos",
    column("hazard_id", Identifier()),
    column("sha256", Text),
    column("media_type", Text),
    column("bytes", Integer),
    column("width", Integer),
    column("height", Integer),
    column("look", Text),
    column("came_at", Moment()),
    column("actor", Text),
    column("taken_at", Moment(), null=True),
    column("geom", Geometry("POINT"), null=True),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "hazard_id"),
    said="照片 Photos",
    since=SINCE,
)
PHOTO_CONTENTS = declare(
    "photo_contents",
    column("sha256", Text),
    column("content", LargeBinary),
    UniqueConstraint("sha256"),
    said="照片内容 Contents of photos",
    code=False,
    private=True,
    since=SINCE,
)
UPLOADS = declare(
    "uploads",
    column("actor", Text),
    column("hazard_id", Identifier()),
    column("sha256", Text),
    column("bytes", Integer),
    column("begun_at", Moment()),
    Index(None, "begun_at"),
    said="续传中的照片 Photos on their way",
    code=False,
    private=True,
    since=SINCE,
)
UPLOAD_PARTS = declare(
    "upload_parts",
    reference("upload_id", "uploads.id"),
    column("starts_at", Integer),
    column("content", LargeBinary),
    UniqueConstraint("upload_id", "starts_at"),
    said="续传中的照片片段 Parts of photos on their way",
    code=False,
    private=True,
    since=SINCE,
)
HELD_CHANGES = declare(
    "held_changes",
    column("actor", Text),
    column("hazard_id", Identifier()),
    column("waits_for", Identifier()),
    column("body", Json()),
    column("came_at", Moment()),
    Index(None, "waits_for"),
    said="等待前一步的改动 Changes that wait for the one before",
    code=False,
    private=True,
    since=SINCE,
)
