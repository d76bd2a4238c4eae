"""Define the tables of the dispatcher's desk: incidents, the calls that tell of them, and their log."""

from __future__ import annotations

from sqlalchemy import Index, Integer, Text, UniqueConstraint

from geodata.store.columns import Geometry, Identifier, Json, Moment
from geodata.store.tables import column, declare, one_of, reference

SINCE = "0002"

INCIDENTS = declare(
    "incidents",
    column("status", Text),
    column("received_at", Moment()),
    column("type", Text),
    column("level", Text, null=True),
    column("address", Text),
    column("note", Text),
    column("nature", Text),
    reference("enterprise_id", "enterprises.id", null=True),
    column("merged_into", Identifier(), null=True),
    column("linked_to", Identifier(), null=True),
    column("commander", Text),
    column("closed_at", Moment(), null=True),
    column("geom", Geometry("POINT"), null=True),
    column("updated_at", Moment()),
    one_of("status", "open", "closed", "merged"),
    one_of("level", "I", "II", "III", "IV"),
    one_of("nature", "real", "drill", "test", "false"),
    UniqueConstraint("code"),
    Index(None, "received_at"),
    Index(None, "status"),
    said="事件 Incidents",
    since=SINCE,
)
CALLS = declare(
    "calls",
    reference("incident_id", "incidents.id"),
    column("received_at", Moment()),
    column("caller", Text),
    column("phone", Text),
    column("said", Text),
    column("taken_by", Text),
    column("updated_at", Moment()),
    UniqueConstraint("code"),
    Index(None, "incident_id"),
    Index(None, "phone"),
    said="来电 Calls",
    since=SINCE,
)
INCIDENT_LOG = declare(
    "incident_log",
    reference("incident_id", "incidents.id"),
    column("number", Integer),
    column("step", Text),
    column("happened_at", Moment()),
    column("recorded_at", Moment()),
    column("actor", Text),
    column("text", Text),
    column("facts", Json()),
    column("corrects", Identifier(), null=True),
    UniqueConstraint("code"),
    Index(None, "incident_id"),
    said="事件记录 Log of incidents",
    since=SINCE,
)
