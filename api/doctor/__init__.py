"""Check an installation: what it runs on, and the database it serves."""

from api.doctor.finding import Found, Verdict
from api.doctor.installation import examine_installation

__all__ = ["Found", "Verdict", "examine_installation"]
