"""Sign-in by an OpenID Connect provider: who is let in, and every way in which nobody is."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from api.auth.openid import OpenId, Provider
from api.auth.secret import secret_hash
from api.settings import Settings
from gridgis.access import Role
from gridgis.errors import InvalidValue
from tests.fakes.openid_provider import CLIENT, SECRET, FakeProvider, path_of, signing_key
from tests.fakes.served import problem_of
from tests.fakes.signed_in import COOKIE, NOW, Office, account_of, role_grant

if TYPE_CHECKING:
    from httpx import Response
    from starlette.testclient import TestClient

ISSUER = "http://sso.example"
BEGIN, DONE = "/api/v1/session/openid", "/api/v1/session/openid/done"
KEPT = f"{COOKIE}-openid"


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider(ISSUER, lambda: NOW)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with a provider, and with an account that may not be used."""
    settings = {"oidc_issuer": ISSUER, "oidc_client_secret": SECRET, "oidc_title": "区统一认证"}
    office = Office(tmp_path_factory.mktemp("office"), **settings)
    office.add(account_of("wangwu", role_grant(Role.DISPATCHER)))
    office.add(account_of("fresh", role_grant(Role.DISPATCHER), must_change=True))
    gone = office.add(account_of("disabled", role_grant(Role.DISPATCHER)))
    with office.store.unit_of_work(actor="test", now=NOW) as work:
        work.disable_account(gone.id)
        work.commit()
    yield office
    office.close()


@pytest.fixture
def asked(whole: Office, provider: FakeProvider) -> Office:
    """An office whose people sign in by the provider, and a browser that was never here."""
    whole.nobody.cookies.clear()
    app: Any = whole.nobody.app
    app.state.openid = OpenId(Provider(ISSUER, CLIENT, SECRET), provider.client())
    return whole


def begin(office: Office, to: str = "/?at=1,2") -> Response:
    answer: Response = office.nobody.get(BEGIN, params={"to": to}, follow_redirects=False)
    return answer


def there(office: Office) -> TestClient:
    """The browser at the provider."""
    client: TestClient = office.nobody.app.state.openid._client  # type: ignore[attr-defined]
    return client


def go_on(office: Office, begun: Response) -> Response:
    """The provider's page, and back; the same browser keeps its cookies."""
    back = there(office).get(path_of(begun.headers["location"]))
    answer: Response = office.nobody.get(path_of(back.headers["location"]), follow_redirects=False)
    return answer


def why(answer: Response) -> str | None:
    """The reason with which somebody is sent back, None for one who is let in."""
    assert answer.status_code == 303
    location = answer.headers["location"]
    assert location.startswith("/sign-in?to=%2F")
    assert (COOKIE in answer.cookies) is ("problem=" not in location)
    return location.partition("problem=")[2] or None


def test_whom_the_provider_proves_is_signed_in_as_the_account_of_that_name(asked: Office) -> None:
    begun = begin(asked)
    assert begun.status_code == 303
    assert "HttpOnly" in begun.headers["set-cookie"]
    assert "SameSite=lax" in begun.headers["set-cookie"]
    answer = go_on(asked, begun)
    assert why(answer) is None
    assert answer.headers["location"] == "/sign-in?to=%2F%3Fat%3D1%2C2"
    assert KEPT not in asked.nobody.cookies
    told = asked.nobody.get("/api/v1/session").json()
    assert (told["signed_in"], told["account"]["name"], told["provider"]) == (True, "wangwu", "区统一认证")
    (noted,) = asked.store.sign_ins(limit=1)
    assert (noted.name, noted.outcome) == ("wangwu", "right")


def test_names_are_those_of_accounts_in_any_case(asked: Office, provider: FakeProvider) -> None:
    provider.name = " WangWu "
    assert why(go_on(asked, begin(asked))) is None


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", ""])
def test_nobody_is_led_elsewhere(asked: Office, to: str) -> None:
    assert go_on(asked, begin(asked, to)).headers["location"] == "/sign-in?to=%2F"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://other.example"},
        {"iss": None},
        {"aud": "another"},
        {"aud": None},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"exp": round((NOW - timedelta(minutes=5)).timestamp())},
        {"exp": None},
        {"exp": "never"},
        {"nbf": round((NOW + timedelta(minutes=5)).timestamp())},
        {"iat": round((NOW + timedelta(minutes=5)).timestamp())},
        {"iat": None},
        {"sub": None},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"preferred_username": None},
        {"preferred_username": ["wangwu"]},
        {"preferred_username": "  "},
    ],
    ids=repr,
)
def test_a_token_that_is_not_for_us_and_now_lets_nobody_in(
    asked: Office, provider: FakeProvider, claims: dict[str, Any]
) -> None:
    provider.claims = claims
    assert why(go_on(asked, begin(asked))) == "openid.token"


@pytest.mark.parametrize("claims", [{"aud": [CLIENT]}, {"aud": [CLIENT, "another"], "azp": CLIENT}, {"azp": CLIENT}])
def test_a_token_may_be_for_others_too(asked: Office, provider: FakeProvider, claims: dict[str, Any]) -> None:
    provider.claims = claims
    assert why(go_on(asked, begin(asked))) is None


def test_a_token_that_another_key_signed_lets_nobody_in(asked: Office, provider: FakeProvider) -> None:
    provider.key = signing_key("RS256", "two")
    assert why(go_on(asked, begin(asked))) == "openid.token"


def test_an_elliptic_key_is_as_good_and_a_new_one_is_asked_for(
    asked: Office, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert why(go_on(asked, begin(asked))) is None
    provider.key = signing_key("ES256", "three")
    provider.published = [provider.key]
    assert why(go_on(asked, begin(asked))) == "openid.token"  # keys are asked for once a minute at most
    monkeypatch.setattr("api.auth.openid.LEAST_KEPT_S", 0.0)
    assert why(go_on(asked, begin(asked))) is None
    assert provider.asked["/.well-known/openid-configuration"] == 1


@pytest.mark.parametrize("forged", ["none", "by the secret"])
def test_a_token_without_the_providers_signature_lets_nobody_in(
    asked: Office, provider: FakeProvider, monkeypatch: pytest.MonkeyPatch, forged: str
) -> None:
    honest = jwt.encode

    def encode(_: Any, claims: Any, __: Any) -> str:
        if forged == "none":
            parts = [
                base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in ({"alg": "none"}, claims)
            ]
            return b".".join([*parts, b""]).decode()
        return honest({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 3))

    monkeypatch.setattr(jwt, "encode", encode)
    assert why(go_on(asked, begin(asked))) == "openid.token"
    assert provider.asked["/token"] == 1


def test_a_sign_in_ends_in_the_browser_that_began_it_once(asked: Office) -> None:
    begun = begin(asked)
    back = path_of(there(asked).get(path_of(begun.headers["location"])).headers["location"])
    kept = asked.nobody.cookies[KEPT]
    asked.nobody.cookies.clear()
    assert why(asked.nobody.get(back, follow_redirects=False)) == "openid.state"
    other = begin(asked)
    assert why(asked.nobody.get(back, follow_redirects=False)) == "openid.state"
    assert other.headers["location"] != begun.headers["location"]
    for expected in (None, "openid.token"):  # the provider takes a code once
        asked.nobody.cookies.clear()
        asked.nobody.cookies.set(KEPT, kept, domain="127.0.0.1")
        assert why(asked.nobody.get(back, follow_redirects=False)) == expected


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x&code=x", "?state=%00&code=%FF", "?error=access_denied"])
def test_what_nobody_began_is_refused(asked: Office, query: str) -> None:
    assert why(asked.nobody.get(f"{DONE}{query}", follow_redirects=False)) == "openid.state"


def test_whom_the_provider_refuses_is_told(asked: Office, provider: FakeProvider) -> None:
    provider.name = None
    assert why(go_on(asked, begin(asked))) == "openid.refused"


@pytest.mark.parametrize("name", ["nobody", "!", "x" * 500, "disabled"])
def test_no_account_is_made_for_anybody(asked: Office, provider: FakeProvider, name: str) -> None:
    before = len(asked.store.accounts())
    provider.name = name
    assert why(go_on(asked, begin(asked))) == "openid.unknown"
    assert len(asked.store.accounts()) == before


def test_a_provider_that_is_away_is_told_and_passwords_still_work(asked: Office, provider: FakeProvider) -> None:
    provider.down = True
    assert why(begin(asked)) == "openid.unreachable"
    provider.down = False
    begun = begin(asked)
    back = go_on(asked, begun)
    assert why(back) is None


def test_a_provider_of_another_name_is_not_believed(asked: Office, provider: FakeProvider) -> None:
    provider.issuer = "http://evil.example"
    assert why(begin(asked)) == "openid.unreachable"


def test_an_answer_in_the_name_of_another_provider_is_refused(asked: Office) -> None:
    back = there(asked).get(path_of(begin(asked).headers["location"]))
    other = f"{path_of(back.headers['location'])}&iss=http://other.example"
    assert why(asked.nobody.get(other, follow_redirects=False)) == "openid.state"


def test_whom_the_provider_proves_need_not_change_a_password_that_he_never_had(
    asked: Office, provider: FakeProvider
) -> None:
    provider.name = "fresh"
    assert why(go_on(asked, begin(asked))) is None
    assert asked.nobody.get("/api/v1/session").json()["account"]["must_change"] is False
    assert asked.nobody.get("/api/v1/teams").status_code == 200


def test_a_session_of_before_ends(asked: Office) -> None:
    assert why(go_on(asked, begin(asked))) is None
    first = asked.nobody.cookies[COOKIE]
    assert why(go_on(asked, begin(asked))) is None
    assert asked.nobody.cookies[COOKIE] != first
    assert asked.store.session(secret_hash(first)) is None


@pytest.mark.parametrize("path", [BEGIN, DONE])
def test_without_a_provider_there_is_no_such_way(office: Office, path: str) -> None:
    answer = office.nobody.get(path, follow_redirects=False)
    assert (answer.status_code, problem_of(answer)["code"]) == (404, "openid.none")
    assert office.nobody.get("/api/v1/session").json()["provider"] == ""


@pytest.mark.parametrize("issuer", ["sso.example", "ftp://sso.example", "http://a b"])
def test_what_is_no_address_is_no_issuer(issuer: str) -> None:
    with pytest.raises(InvalidValue) as fault:
        Settings.read(db="district.gpkg", oidc_issuer=issuer)
    assert fault.value.code == "setting.invalid"
