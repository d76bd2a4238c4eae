"""Photos come in parts, break off and go on, and are proven whole before anybody may drop them."""

from __future__ import annotations

import random
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from geodata.photos import MOST_BYTES
from gridgis.access import Role
from gridgis.errors import NotKnown
from tests.fakes.field import add, begin, named, send
from tests.fakes.photos import jpeg
from tests.fakes.signed_in import Office

if TYPE_CHECKING:
    from starlette.testclient import TestClient

PHOTO = jpeg(3, width=800, height=600)
HAZARD = str(uuid4())


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    made = Office(tmp_path_factory.mktemp("office"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def officer(office: Office) -> TestClient:
    return office.as_role(Role.GRID_OFFICER)


def test_a_photo_in_parts_is_kept_whole_and_proven_by_its_digest(office: Office, officer: TestClient) -> None:
    photo = named(PHOTO)
    last = send(officer, photo, HAZARD, PHOTO, part=4000)
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(PHOTO)))
    asked = officer.head(f"/api/v1/uploads/{photo['id']}")
    digest = asked.headers["repr-digest"].removeprefix("sha-256=:").removesuffix(":")
    assert b64decode(digest) == sha256(PHOTO).digest()
    assert asked.headers["tus-resumable"] == "1.0.0"
    held = office.store.photo(UUID(photo["id"]))
    assert (held.width, held.height, held.media_type) == (800, 600, "image/jpeg")
    assert office.store.upload(UUID(photo["id"])) is None


def test_what_breaks_off_goes_on_where_it_was(officer: TestClient) -> None:
    photo = named(PHOTO)
    created = begin(officer, photo, HAZARD, len(PHOTO))
    assert created.headers["location"] == f"/api/v1/uploads/{photo['id']}"
    add(officer, photo["id"], 0, PHOTO[:5000])
    again = begin(officer, photo, HAZARD, len(PHOTO))
    assert (again.status_code, again.headers["upload-offset"]) == (201, "5000")
    asked = officer.head(f"/api/v1/uploads/{photo['id']}")
    assert (asked.headers["upload-offset"], asked.headers["upload-length"]) == ("5000", str(len(PHOTO)))
    assert asked.headers["cache-control"] == "no-store"
    assert add(officer, photo["id"], 5000, PHOTO[5000:]).status_code == 204


def test_a_part_that_comes_twice_or_out_of_order_is_refused_with_where_to_go_on(officer: TestClient) -> None:
    photo = named(PHOTO)
    begin(officer, photo, HAZARD, len(PHOTO))
    add(officer, photo["id"], 0, PHOTO[:5000])
    for offset in (0, 9000):
        refused = add(officer, photo["id"], offset, PHOTO[offset : offset + 100])
        assert (refused.status_code, refused.json()["code"]) == (409, "upload.offset")
        assert refused.json()["fields"]["expected"] == 5000


def test_the_answer_to_the_last_part_may_be_lost(officer: TestClient) -> None:
    photo = named(PHOTO)
    send(officer, photo, HAZARD, PHOTO)
    again = add(officer, photo["id"], 0, PHOTO)
    assert (again.status_code, again.headers["upload-offset"]) == (204, str(len(PHOTO)))
    assert "repr-digest" in begin(officer, photo, HAZARD, len(PHOTO)).headers


def test_a_part_that_was_damaged_on_its_way_is_not_kept(officer: TestClient) -> None:
    photo = named(PHOTO)
    begin(officer, photo, HAZARD, len(PHOTO))
    damaged = add(officer, photo["id"], 0, PHOTO[:5000], upload_checksum="sha256 " + "A" * 43 + "=")
    assert (damaged.status_code, damaged.json()["code"]) == (460, "upload.checksum")
    assert officer.head(f"/api/v1/uploads/{photo['id']}").headers["upload-offset"] == "0"


def test_a_whole_that_is_not_what_was_announced_begins_anew(office: Office, officer: TestClient) -> None:
    photo = named(PHOTO)
    begin(officer, photo, HAZARD, len(PHOTO))
    other = bytearray(PHOTO)
    other[-1] ^= 1
    refused = add(officer, photo["id"], 0, bytes(other))
    assert (refused.status_code, refused.json()["code"]) == (460, "upload.checksum")
    assert officer.head(f"/api/v1/uploads/{photo['id']}").status_code == 404
    with pytest.raises(NotKnown):
        office.store.photo(UUID(photo["id"]))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"MZ\x90\x00" + bytes(4000), "photo.not_a_photo"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(4000), "photo.heic"),
        (PHOTO[:4000], "photo.broken"),
    ],
)
def test_what_is_no_photo_is_refused_in_words_and_forgotten(officer: TestClient, content: bytes, code: str) -> None:
    photo = named(content)
    refused = send(officer, photo, HAZARD, content, part=1000)
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert "。" in refused.json()["detail"]
    assert officer.head(f"/api/v1/uploads/{photo['id']}").status_code == 404


def test_40_mb_are_refused_before_the_first_byte(officer: TestClient) -> None:
    refused = begin(officer, named(b"x"), HAZARD, 40_000_000)
    assert (refused.status_code, refused.json()["code"]) == (413, "photo.too_large")
    assert "40.0 MB" in refused.json()["detail"]
    assert refused.headers["tus-max-size"] == str(MOST_BYTES)


def test_more_than_was_announced_and_a_part_of_more_than_a_megabyte_are_refused(officer: TestClient) -> None:
    photo = named(PHOTO)
    begin(officer, photo, HAZARD, 10)
    assert add(officer, photo["id"], 0, PHOTO[:11]).json()["code"] == "upload.too_long"
    large = add(officer, photo["id"], 0, bytes(1024 * 1024 + 1))
    assert (large.status_code, large.json()["code"]) == (413, "body.too_large")


def test_no_account_fills_the_disk_with_photos_that_never_come(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.routes.uploads.MOST_ON_THEIR_WAY", 2)
    doctor = office.as_role(Role.SAFETY_DOCTOR)
    answers = [begin(doctor, named(PHOTO), HAZARD, len(PHOTO)) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]
    assert answers[-1].json()["code"] == "upload.too_many"


def test_an_upload_is_nobody_elses(office: Office, officer: TestClient) -> None:
    photo = named(PHOTO)
    begin(officer, photo, HAZARD, len(PHOTO))
    doctor = office.as_role(Role.SAFETY_DOCTOR)
    assert doctor.head(f"/api/v1/uploads/{photo['id']}").status_code == 404
    assert add(doctor, photo["id"], 0, PHOTO).status_code == 404
    assert begin(doctor, photo, HAZARD, len(PHOTO)).json()["code"] == "upload.other"
    assert doctor.delete(f"/api/v1/uploads/{photo['id']}").status_code == 404
    assert officer.delete(f"/api/v1/uploads/{photo['id']}").status_code == 204
    assert officer.head(f"/api/v1/uploads/{photo['id']}").status_code == 404


def test_the_name_of_a_photo_that_came_is_not_given_to_another(officer: TestClient) -> None:
    photo = named(PHOTO)
    send(officer, photo, HAZARD, PHOTO)
    other = named(jpeg(9), photo["id"])
    assert begin(officer, other, HAZARD, 10).json()["code"] == "upload.other"


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"tus-resumable": "0.2.2"}, "upload.version"),
        ({"upload-length": "many"}, "upload.header"),
        ({"upload-length": "-1"}, "upload.header"),
        ({"upload-metadata": ""}, "upload.header"),
        ({"upload-metadata": "id !!!"}, "upload.header"),
        ({"upload-metadata": "id AAAA,hazard AAAA,sha256 AAAA"}, "upload.header"),
    ],
)
def test_headers_of_another_form_are_refused(officer: TestClient, headers: dict[str, str], code: str) -> None:
    told = {"tus-resumable": "1.0.0", "upload-length": "10", "upload-metadata": "id MQ==", **headers}
    answer = officer.post("/api/v1/uploads", headers=told)
    assert answer.json()["code"] == code
    assert answer.headers["tus-resumable"] == "1.0.0"


def test_a_part_has_its_kind_of_content_and_a_name_that_is_known(officer: TestClient) -> None:
    photo = named(PHOTO)
    begin(officer, photo, HAZARD, len(PHOTO))
    assert add(officer, photo["id"], 0, PHOTO, content_type="image/jpeg").json()["code"] == "upload.header"
    assert add(officer, photo["id"], 0, PHOTO, upload_checksum="md5 AAAA").json()["code"] == "upload.header"
    assert add(officer, "no-uuid", 0, PHOTO).json()["code"] == "upload.unknown"


@settings(max_examples=25, deadline=None)
@given(seed=some.integers(0, 10_000))
def test_however_it_breaks_off_the_whole_arrives(officer: TestClient, seed: int) -> None:
    """Parts of any size, some lost with their answer, some damaged; the telephone asks and goes on."""
    chance, photo = random.Random(seed), named(PHOTO)
    begin(officer, photo, HAZARD, len(PHOTO))
    for _ in range(500):
        asked = officer.head(f"/api/v1/uploads/{photo['id']}")
        offset = int(asked.headers["upload-offset"])
        if offset == len(PHOTO):
            break
        part = PHOTO[offset : offset + chance.randint(1, 9000)]
        trouble = chance.random()
        if trouble < 0.2:
            continue
        if trouble < 0.4:
            add(officer, photo["id"], offset, part[:-1] + b"?", upload_checksum="sha256 " + "A" * 43 + "=")
        elif trouble < 0.5:
            add(officer, photo["id"], offset + 1, part)
        else:
            add(officer, photo["id"], offset, part)
    assert officer.get(f"/api/v1/photos/{photo['id']}").content == PHOTO
