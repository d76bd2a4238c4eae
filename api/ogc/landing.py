"""Answer what the service is and where to go from here."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from api.languages import words_of
from api.ogc.answers import answer
from api.ogc.links import HTML_TYPE, JSON_TYPE, OPENAPI_TYPE, TILESETS_REL, both_forms, link, own_links, root_of
from api.ogc.negotiation import asked_form
from api.ogc.parameters import COMMON, given
from api.ogc.present import present_of


async def landing(request: Request) -> Response:
    """The landing page."""
    told, words, root = given(request, COMMON), words_of(request), root_of(request)
    district = (await present_of(request)).data.state.district
    title = words.text("ogc.title", district=district.name)
    document = {
        "title": title,
        "description": words.text("ogc.description"),
        "links": [
            *own_links(f"{root}/", told, asked_form(request, told), JSON_TYPE),
            link(f"{root}/api?f=json", "service-desc", OPENAPI_TYPE, words.text("ogc.page.definition")),
            link(f"{root}/api?f=html", "service-doc", HTML_TYPE, words.text("ogc.page.definition")),
            *both_forms(f"{root}/conformance", "conformance", JSON_TYPE, words.text("ogc.page.conformance")),
            *both_forms(f"{root}/collections", "data", JSON_TYPE, words.text("ogc.page.collections")),
            *both_forms(f"{root}/tiles", TILESETS_REL, JSON_TYPE, words.text("ogc.page.tiles")),
        ],
    }
    return answer(request, told, document, title)
