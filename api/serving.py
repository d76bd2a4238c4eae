"""Decide where the service may listen."""

from __future__ import annotations

from api.guards import is_loopback
from gridgis.errors import InvalidValue


def check_binding(host: str, workers: int) -> None:
    """Refuse what can't be served safely.

    Args:
        host: Address or name to listen on.
        workers: Processes wanted.

    Raises:
        InvalidValue: ``host.not_loopback``: until accounts exist the service answers this machine only;
            ``serve.workers``: a GeoPackage is served by one process.
    """
    if not is_loopback(host):
        raise InvalidValue("host.not_loopback", host=host)
    if workers != 1:
        raise InvalidValue("serve.workers", value=workers)
