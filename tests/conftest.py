"""Fixtures that tests of several folders share."""

from tests.fakes.postgis import cluster

__all__ = ["cluster"]
