"""Take photos in parts that may break off and go on: a part of the protocol tus 1.0 (https://tus.io), with checksums.

Creation, the core protocol, checksum (SHA-256), termination and expiration are served; uploads are named by their
photo's identifier, which the telephone makes, so that a creation that is sent again is the same one. A photo that has
come whole is looked into, kept and proven by its SHA-256 (``Repr-Digest``, RFC 9530) before its telephone may drop it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from api.auth.asking import principal_of
from api.errors import refuse
from geodata.photos import MOST_BYTES, check_kind, check_size, look_into
from geodata.store import Upload
from geodata.store.field_writes import ON_ITS_WAY
from gridgis.access import Action
from gridgis.errors import Conflict, GridGISError, InvalidValue, NotAllowed, NotKnown
from gridgis.hazards.photos import Photo

if TYPE_CHECKING:
    from datetime import datetime

    from geodata.store import Store

UPLOADS = "/api/v1/uploads"
VERSION = "1.0.0"
PART = "application/offset+octet-stream"
MOST_DIGITS = 9
MOST_ON_THEIR_WAY = 50
"""Photos of one account that may have begun and not come; a telephone sends one after the other."""
TUS: Mapping[str, str] = MappingProxyType({"Tus-Resumable": VERSION, "Tus-Max-Size": str(MOST_BYTES)})
Handler = Callable[["Sending", bytes], Response]


class Sending:
    """One request about a photo on its way.

    Args:
        request: The request.
    """

    def __init__(self, request: Request) -> None:
        store: Store | None = request.app.state.accounts
        if store is None:
            raise Conflict("desk.no_store")
        who = principal_of(request)
        if who is None:
            raise NotAllowed("access.sign_in", action=Action.HAZARDS_REPORT.value)
        self.store = store
        self.actor = who.name
        self.headers = request.headers
        self.now: datetime = request.app.state.served.now()
        self.path_id: str = request.path_params.get("id", "")

    def check_version(self) -> None:
        """Refuse another version of the protocol.

        Raises:
            Conflict: ``upload.version``.
        """
        if self.headers.get("tus-resumable", VERSION) != VERSION:
            raise Conflict("upload.version", value=self.headers["tus-resumable"], known=VERSION)

    def number(self, name: str) -> int:
        """A header that counts bytes.

        Raises:
            InvalidValue: ``upload.header``.
        """
        text = self.headers.get(name, "")
        if not text.isascii() or not text.isdecimal() or len(text) > MOST_DIGITS:
            raise InvalidValue("upload.header", name=name, value=text)
        return int(text)

    def named(self) -> UUID:
        """The photo that the address names.

        Raises:
            NotKnown: ``upload.unknown``.
        """
        try:
            return UUID(self.path_id)
        except ValueError as error:
            raise NotKnown("upload.unknown", value=self.path_id) from error

    def own(self) -> Upload:
        """The upload that the address names, of whoever asks.

        Raises:
            NotKnown: ``upload.unknown``, also for one of somebody else.
        """
        found = self.store.upload(self.named())
        if found is None or found.actor != self.actor:
            raise NotKnown("upload.unknown", value=self.path_id)
        return found


def create(sending: Sending, _: bytes) -> Response:
    """Begin a photo's way, or say how far it has come; nothing is refused later that can be refused now.

    Raises:
        Conflict: ``upload.other`` when a photo of this name is another one; ``upload.too_many``; ``upload.version``.
        InvalidValue: ``photo.too_large``, ``upload.header``.
    """
    size = sending.number("upload-length")
    check_size(size)
    told = _metadata(sending.headers.get("upload-metadata", ""))
    try:
        photo_id, hazard_id, digest = UUID(told["id"]), UUID(told["hazard"]), told["sha256"]
    except (KeyError, ValueError) as error:
        raise InvalidValue("upload.header", name="Upload-Metadata", value=str(sorted(told))) from error
    if len(digest) != len(sha256().hexdigest()) or not set(digest) <= set("0123456789abcdef"):
        raise InvalidValue("upload.header", name="Upload-Metadata", value="sha256")
    headers = {**TUS, "Location": f"{UPLOADS}/{photo_id}"}
    photo = _arrived(sending.store, photo_id)
    if photo is not None:
        if photo.sha256 != digest or photo.actor != sending.actor:
            raise Conflict("upload.other", value=str(photo_id))
        return Response(status_code=201, headers={**headers, **_come(photo)})
    held = sending.store.upload(photo_id)
    wanted = Upload(photo_id, sending.actor, hazard_id, digest, size, sending.now)
    if held is None:
        with sending.store.unit_of_work(actor=sending.actor, now=sending.now) as work:
            if work.upload(photo_id) is None:
                if work.uploads_of(sending.actor) >= MOST_ON_THEIR_WAY:
                    raise Conflict("upload.too_many", most=MOST_ON_THEIR_WAY)
                work.begin_upload(wanted)
                work.commit()
        held = sending.store.upload(photo_id) or wanted
    if (held.actor, held.sha256, held.bytes) != (wanted.actor, digest, size):
        raise Conflict("upload.other", value=str(photo_id))
    return Response(status_code=201, headers={**headers, **_on_its_way(held)})


def tell(sending: Sending, _: bytes) -> Response:
    """How far a photo has come; of one that came whole, its SHA-256.

    Raises:
        NotKnown: ``upload.unknown``.
    """
    photo = _arrived(sending.store, sending.named())
    if photo is not None and photo.actor == sending.actor:
        return Response(headers={**TUS, **_come(photo)})
    return Response(headers={**TUS, **_on_its_way(sending.own())})


def add(sending: Sending, part: bytes) -> Response:
    """Take the next part of a photo; the last one makes it a photo, or it is refused for what it is.

    Raises:
        Conflict: ``upload.offset`` for another part than the next one, ``upload.version``.
        InvalidValue: ``upload.checksum``, ``upload.header``, ``upload.too_long``, ``photo.heic``,
            ``photo.not_a_photo``.
        NotKnown: ``upload.unknown``.
        Unreadable: ``photo.broken``.
    """
    if sending.headers.get("content-type", "") != PART:
        raise InvalidValue("upload.header", name="Content-Type", value=sending.headers.get("content-type", ""))
    photo = _arrived(sending.store, sending.named())
    offset = sending.number("upload-offset")
    if photo is not None and photo.actor == sending.actor and offset + len(part) <= photo.bytes:
        return Response(status_code=204, headers={**TUS, **_come(photo)})
    _check_part(sending.headers.get("upload-checksum", ""), part)
    held = sending.own()
    _check_place(held, offset, part)
    made = _looked_into(sending, held, part)
    with sending.store.unit_of_work(actor=sending.actor, now=sending.now) as work:
        now_held = work.upload(held.id)
        if now_held is None:
            raise NotKnown("upload.unknown", value=sending.path_id)
        _check_place(now_held, offset, part)
        if made is None:
            held = work.add_part(now_held, part) if part else now_held
        else:
            work.put_photo(*made)
            work.end_upload(held.id)
        work.commit()
    return Response(status_code=204, headers={**TUS, **(_on_its_way(held) if made is None else _come(made[0]))})


def _check_place(held: Upload, offset: int, part: bytes) -> None:
    """Refuse a part that is not the next one.

    Raises:
        Conflict: ``upload.offset``.
        InvalidValue: ``upload.too_long``.
    """
    if offset != held.received:
        raise Conflict("upload.offset", value=offset, expected=held.received)
    if offset + len(part) > held.bytes:
        raise InvalidValue("upload.too_long", value=offset + len(part), most=held.bytes)


def _looked_into(sending: Sending, held: Upload, part: bytes) -> tuple[Photo, bytes] | None:
    """The photo with its bytes once this part makes it whole, None before; what is none has its way forgotten.

    Raises:
        InvalidValue, Unreadable: What `look_into` refuses; ``upload.checksum``.
    """
    try:
        if held.received == 0 and part:
            check_kind(part[:16])
        if held.received + len(part) < held.bytes:
            return None
        content = sending.store.upload_content(held.id) + part
        return _photo(held, content, sending), content
    except GridGISError:
        with sending.store.unit_of_work(actor=sending.actor, now=sending.now) as work:
            work.end_upload(held.id)
            work.commit()
        raise


def end(sending: Sending, _: bytes) -> Response:
    """Give a photo's way up.

    Raises:
        NotKnown: ``upload.unknown``.
    """
    held = sending.own()
    with sending.store.unit_of_work(actor=sending.actor, now=sending.now) as work:
        work.end_upload(held.id)
        work.commit()
    return Response(status_code=204, headers=dict(TUS))


def _arrived(store: Store, photo_id: UUID) -> Photo | None:
    try:
        return store.photo(photo_id)
    except NotKnown:
        return None


def _photo(held: Upload, content: bytes, sending: Sending) -> Photo:
    if sha256(content).hexdigest() != held.sha256:
        raise InvalidValue("upload.checksum")
    seen = look_into(content)
    return Photo(
        id=held.id,
        hazard_id=held.hazard_id,
        sha256=seen.sha256,
        media_type=seen.media_type,
        bytes=seen.bytes,
        width=seen.width,
        height=seen.height,
        look=seen.look,
        came_at=sending.now,
        actor=held.actor,
        taken_at=seen.taken_at,
        lon=seen.lon,
        lat=seen.lat,
    )


def _check_part(told: str, part: bytes) -> None:
    """Refuse a part that is not what its checksum says.

    Raises:
        InvalidValue: ``upload.checksum``; ``upload.header`` for another kind of checksum.
    """
    if not told:
        return
    kind, _, digest = told.partition(" ")
    if kind != "sha256":
        raise InvalidValue("upload.header", name="Upload-Checksum", value=kind)
    if b64encode(sha256(part).digest()).decode() != digest.strip():
        raise InvalidValue("upload.checksum")


def _metadata(header: str) -> dict[str, str]:
    """What stands in ``Upload-Metadata``: names, each with a value in base64.

    Raises:
        InvalidValue: ``upload.header``.
    """
    try:
        pairs = [pair.strip().split(" ", 1) for pair in header.split(",") if pair.strip()]
        return {pair[0]: b64decode(pair[1], validate=True).decode() if pair[1:] else "" for pair in pairs}
    except (NoBase64, ValueError) as error:
        raise InvalidValue("upload.header", name="Upload-Metadata", value=header) from error


def _on_its_way(held: Upload) -> dict[str, str]:
    expires = (held.begun_at + ON_ITS_WAY).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return {"Upload-Offset": str(held.received), "Upload-Length": str(held.bytes), "Upload-Expires": expires}


def _come(photo: Photo) -> dict[str, str]:
    digest = b64encode(bytes.fromhex(photo.sha256)).decode()
    size = str(photo.bytes)
    return {"Upload-Offset": size, "Upload-Length": size, "Repr-Digest": f"sha-256=:{digest}:"}


def _served(run: Handler) -> Callable[[Request], Awaitable[Response]]:
    """A handler of requests; what is refused is answered as problem details."""

    async def handle(request: Request) -> Response:
        try:
            sending = Sending(request)
            sending.check_version()
            part = await request.body()
            return await run_in_threadpool(run, sending, part)
        except GridGISError as error:
            answer = refuse(request, error)
            answer.headers.update(TUS)
            return answer

    return handle


def routes() -> list[Route]:
    """The routes of photos on their way."""
    return [
        Route(UPLOADS, _served(create), methods=["POST"]),
        Route(f"{UPLOADS}/{{id}}", _served(tell), methods=["GET"]),
        Route(f"{UPLOADS}/{{id}}", _served(add), methods=["PATCH"]),
        Route(f"{UPLOADS}/{{id}}", _served(end), methods=["DELETE"]),
    ]
