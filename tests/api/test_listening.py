"""Where the service may listen."""

from __future__ import annotations

import socket

import pytest

from api.listening import address_of, bind, check_binding
from api.settings import Settings
from gridgis.errors import InvalidValue, StoreFault


def of(**settings: str) -> Settings:
    return Settings.model_validate({"db": "district.gpkg", **settings})


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "[::1]", "127.3.2.1"])
def test_loopback_may_be_served(host: str) -> None:
    check_binding(of(host=host), 1, accounts=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "", "192.168.1.5", "example.com"])  # noqa: S104  refused, not bound
def test_any_other_address_is_refused_until_accounts_exist(host: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_binding(of(host=host), 1, accounts=False)
    assert refused.value.code == "host.not_loopback"


def test_with_accounts_other_addresses_are_served_to_those_who_name_a_known_host() -> None:
    check_binding(of(host="10.1.2.3"), 1, accounts=True)
    check_binding(of(host="0.0.0.0", allowed_hosts="grid.example, Desk"), 1, accounts=True)  # noqa: S104  not bound
    with pytest.raises(InvalidValue) as refused:
        check_binding(of(host="::"), 1, accounts=True)
    assert refused.value.code == "host.unnamed"
    assert of(host="0.0.0.0", allowed_hosts="grid.example, Desk").host_names == {"grid.example", "desk"}  # noqa: S104


def test_a_certificate_needs_its_key() -> None:
    with pytest.raises(InvalidValue) as refused:
        check_binding(of(tls_certificate="cert.pem"), 1, accounts=True)
    assert refused.value.code == "serve.tls"


def test_several_processes_serve_a_shared_database_only() -> None:
    check_binding(of(db="postgresql://gridgis@db/district"), 2, accounts=False)
    with pytest.raises(InvalidValue) as refused:
        check_binding(of(), 2, accounts=False)
    assert refused.value.code == "serve.workers"


def test_port_zero_takes_a_free_port_and_its_address_is_told() -> None:
    with bind("127.0.0.1", 0) as listening:
        address = address_of(listening)
        assert address.startswith("http://127.0.0.1:")
        assert not address.endswith(":0")


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_an_address_of_six_is_written_in_brackets() -> None:
    try:
        listening = bind("[::1]", 0)
    except StoreFault:
        pytest.skip("IPv6 is switched off here")
    with listening:
        assert address_of(listening).startswith("http://[::1]:")


def test_a_port_that_is_taken_is_told() -> None:
    with bind("127.0.0.1", 0) as listening:
        port = listening.getsockname()[1]
        with pytest.raises(StoreFault) as refused:
            bind("127.0.0.1", port)
    assert refused.value.code == "serve.address"
    assert refused.value.fields["port"] == port
