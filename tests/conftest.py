"""Fixtures that tests of several folders share, and how long hypothesis may take: a busy machine is no fault."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

from tests.fakes.postgis import cluster

__all__ = ["cluster"]

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
if os.environ.get("CI") != "true":  # there hypothesis's own profile for CI is patient too, and repeats itself
    settings.load_profile("patient")
