"""Write a district on one page that opens with no network: folium's map with every library, image and record inside.

Folium links Leaflet, jQuery, Bootstrap and icon fonts from the internet; here its links are dropped, Leaflet and its
marker clusters stand in the page, and a content security policy forbids the page to ask for anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import folium
from branca.element import Element, Figure, MacroElement
from folium.map import Layer
from folium.template import Template

from gridgis.cells.plan import GridPlan
from gridgis.dispatch.state import DistrictState
from gridgis.dispatch.teams import Command, Team, Tier
from maps import report_layers
from maps.report_layers import Json, distance, duration, embedded
from maps.styles import ACCENT, BORDER_INK, BORDERS, REQUESTED_SHAPE, RISK_ORDER, RISK_STYLES, TIER_SHAPES
from maps.vendored import inline_script, inline_style
from maps.words import Words

if TYPE_CHECKING:
    from gridgis.dispatch import Response

LOCAL_TIME = ZoneInfo("Asia/Shanghai")
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
MIN_ZOOM, MAX_ZOOM = 5, 19
SHOWN_LEVELS = (1, 2)
PASSED_OVER_SHOWN = 40
TEAM_CARD = ("tier", "command", "capabilities", "people", "department", "task", "out_of_service")


class DataLayer(Layer):
    """A layer drawn by a function of the page's own script from data that the page holds."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            const {{ this.get_name() }} = reportPage.{{ this.kind }}({{ this.data }}, {{ this.look }});
        {% endmacro %}
    """)

    def __init__(self, kind: str, name: str, data: Json, look: Any, *, show: bool = True, control: bool = True) -> None:
        super().__init__(name=name, overlay=True, control=control, show=show)
        self._name = f"report_{kind}"
        self.kind, self.data, self.look = kind, embedded(data), embedded(look)


class Call(MacroElement):
    """A call of the page's own script with the map, other layers and data."""

    _template = Template("""
        {% macro script(this, kwargs) %}
            reportPage.{{ this.call }}({{ this.given }});
        {% endmacro %}
    """)

    def __init__(self, call: str, layers: Sequence[MacroElement], *data: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.call = call
        self._layers, self._data = layers, data

    @property
    def given(self) -> str:
        """The arguments as script."""
        return ", ".join([*(layer.get_name() for layer in self._layers), *(embedded(one) for one in self._data)])


class _Plain(Element):
    """Text that enters the page as it is, untouched by templates."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def district_map(
    state: DistrictState, *, response: Response | None = None, words: Words, when: datetime | None = None
) -> str:
    """The page of a district, with the answer to an alarm where one is given.

    Args:
        state: The district.
        response: The answer to draw: chosen teams, routes, the table of answers.
        words: Language of the page.
        when: The moment whose plan is drawn; the latest plan in force where none is named.

    Returns:
        One HTML document that asks for no other resource; the same bytes for the same input.

    Raises:
        Unreadable: ``vendor.missing`` when the browser libraries were not set up.
    """
    answer = None if response is None else response.to_json(lambda code, fields: words.text(code, **fields))
    plan = _plan(state, when)
    page = folium.Map(_centre(plan, state), zoom_start=11, tiles=None, prefer_canvas=True)
    page.options |= {"minZoom": MIN_ZOOM, "maxZoom": MAX_ZOOM, "attributionControl": False}
    page.default_js, page.default_css = [], []
    figure = page.get_root()
    assert isinstance(figure, Figure)  # noqa: S101  folium puts every map in one
    add_head(figure, _title(state, words, when))
    if state.roads is not None:
        roads = report_layers.main_roads(state.roads, state.district.metric_epsg)
        look = {"weights": dict(report_layers.ROAD_WEIGHTS)}
        DataLayer("roads", words.text("page.layer.roads"), roads, look).add_to(page)
    _add_cells(page, plan, state, words)
    _add_enterprises(page, state, words, show=answer is None)
    _add_teams(page, state.teams, answer, words)
    if answer is not None:
        _add_answer(page, answer, state.teams, words)
    folium.LayerControl(collapsed=answer is not None).add_to(page)
    Call("sources", [page], _sources(state, words)).add_to(page)
    bounds = _bounds(plan, state, answer)
    if bounds is not None:
        page.fit_bounds(bounds, padding=(24, 24), max_zoom=16)
    number_elements(figure)
    language = "zh-CN" if words.language == "zh" else words.language
    html: str = figure.render()
    return html.replace("<html>", f'<html lang="{language}">', 1)


def add_head(figure: Figure, title: str) -> None:
    """Policy, title, styles and libraries, in this order."""
    page = resources.files("maps").joinpath("report_page")
    styles = [
        inline_style("leaflet/leaflet.css"),
        inline_style("leaflet.markercluster/MarkerCluster.css"),
        page.joinpath("page.css").read_text("utf-8"),
        *(
            f".risk-{risk.value} {{ background: {style.fill}; color: {style.ink}; }}"
            for risk, style in RISK_STYLES.items()
        ),
    ]
    scripts = [
        inline_script("leaflet/leaflet.js"),
        inline_script("leaflet.markercluster/leaflet.markercluster.js"),
        page.joinpath("page.js").read_text("utf-8"),
    ]
    head = [
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        f"<title>{escape(title)}</title>",
        *(f"<style>{style}</style>" for style in styles),
        *(f"<script>{script}</script>" for script in scripts),
    ]
    figure.header.add_child(_Plain("\n".join(head)), name="report_head")
    figure.html.add_child(_Plain('<aside id="answer"></aside>'), name="report_answer")


def _add_cells(page: folium.Map, plan: GridPlan | None, state: DistrictState, words: Words) -> None:
    """One layer for each level that the plan has."""
    if plan is None:
        return
    for level, border in BORDERS.items():
        data = report_layers.cell_areas(plan.cells, level, state.district.metric_epsg)
        if not data["features"]:
            continue
        look = {
            "ink": BORDER_INK,
            "weight": border.weight,
            "opacity": border.opacity,
            "dashes": border.dashes,
            "words": {"code": words.text("page.code")},
        }
        name = words.text(f"cell_level.{level}")
        DataLayer("cells", name, data, look, show=level in SHOWN_LEVELS).add_to(page)


def _add_enterprises(page: folium.Map, state: DistrictState, words: Words, *, show: bool) -> None:
    """The register by risk colour, clustered, and the legend that shows and hides each colour."""
    data = report_layers.enterprise_points(state.enterprises, state.sites)
    counts = [0] * len(RISK_ORDER)
    for feature in data["features"]:
        counts[feature["properties"]["r"]] += 1
    risks = [
        {
            "code": risk.value,
            "letter": RISK_STYLES[risk].letter,
            "fill": RISK_STYLES[risk].fill,
            "name": words.text(f"risk.{risk.value}"),
            "count": n,
        }
        for risk, n in zip(RISK_ORDER, counts, strict=True)
    ]
    details = [words.text(f"page.enterprise.{detail}") for detail in report_layers.SITE_DETAILS]
    look = {"risks": risks, "words": {"risk": words.text("page.risk"), "details": details}}
    layer = DataLayer("enterprises", words.text("page.layer.enterprises"), data, look, show=show)
    layer.add_to(page)
    shapes = [{"shape": shape, "name": words.text(f"tier.{tier.value}")} for tier, shape in TIER_SHAPES.items()]
    shapes.append({"shape": REQUESTED_SHAPE, "name": words.text("command.request")})
    legend = {"risks": risks, "shapes": shapes, "words": {"title": words.text("page.legend")}}
    Call("riskLegend", [page, layer], legend).add_to(page)


def _add_teams(page: folium.Map, teams: Sequence[Team], answer: Json | None, words: Words) -> None:
    """One layer a tier, one for requested services; the teams sent to the alarm stand out on a layer of their own."""
    look = {"words": [words.text(f"page.team.{heading}") for heading in TEAM_CARD]}
    sent = {} if answer is None else {one["team"]["id"]: words.text(f"task.{one['task']}") for one in answer["chosen"]}
    groups = [
        (words.text(f"tier.{tier.value}"), [t for t in teams if t.tier is tier and t.command is not Command.REQUEST])
        for tier in Tier
    ]
    groups.append((words.text("command.request"), [team for team in teams if team.command is Command.REQUEST]))
    for name, members in groups:
        data = report_layers.team_points([team for team in members if str(team.id) not in sent], sent, words)
        if data["features"]:
            DataLayer("teams", name, data, look).add_to(page)
    if sent:
        data = report_layers.team_points(teams, sent, words, only_chosen=True)
        DataLayer("teams", words.text("page.layer.chosen"), data, look).add_to(page)


def _add_answer(page: folium.Map, answer: Json, teams: Sequence[Team], words: Words) -> None:
    """The alarm, the routes of the chosen teams and the table beside the map."""
    lines = report_layers.route_lines(answer["chosen"], words)
    routes = DataLayer(
        "routes", words.text("page.layer.routes"), lines, {"ink": ACCENT, "words": {"eta": words.text("page.eta")}}
    )
    routes.add_to(page)
    place = {"lon": answer["alarm"]["lon"], "lat": answer["alarm"]["lat"]}
    told = {"words": {"alarm": words.text("page.alarm")}}
    DataLayer("alarm", words.text("page.alarm"), place, told, control=False).add_to(page)
    Call("answer", [page, routes], _told(answer, teams, words)).add_to(page)


def _told(answer: Json, teams: Sequence[Team], words: Words) -> Json:
    """The answer as a table of words: one row a team, in order of arrival."""
    bases = {str(team.id): [team.lat, team.lon] for team in teams}
    alarm = answer["alarm"]
    kind, level = words.text(f"alarm_type.{alarm['type']}"), words.text(f"level.{alarm['level']}")
    return {
        "title": f"{kind} · {level}",
        "place": " › ".join(cell["name"] for cell in answer["cells"]),
        "bases": [bases.get(one["team"]["id"]) for one in answer["chosen"]],
        "chosen": {
            "headings": [words.text(f"page.answer.{name}") for name in ("team", "task", "arrival", "reason")],
            "rows": [_row(rank, one, words) for rank, one in enumerate(answer["chosen"], start=1)],
        },
        "shortfalls": [f"{one['need']} — {one['reason']}" for one in answer["shortfalls"]],
        "passed": {
            "title": words.text("page.answer.passed_over", count=len(answer["passed_over"])),
            "headings": [words.text(f"page.answer.{name}") for name in ("team", "arrival", "reason")],
            "rows": [
                [one["team"]["name"], duration(one["eta_s"], words), one["reason"]]
                for one in answer["passed_over"][:PASSED_OVER_SHOWN]
            ],
        },
    }


def _row(rank: int, one: Json, words: Words) -> list[str]:
    """One chosen team as the cells of its row."""
    task = words.text(f"task.{one['task']}")
    if one.get("safe_distance_m"):
        task = words.text("page.answer.keep_away", task=task, metres=one["safe_distance_m"])
    requested = one["command"] == Command.REQUEST.value
    shape = REQUESTED_SHAPE if requested else TIER_SHAPES[Tier(one["tier"])]
    arrival = duration(one["eta_s"], words) + ("≈" if one["estimated"] else "")
    people = words.text("page.answer.people", count=one["people"])
    return [
        f"{rank} {shape} {one['team']['name']}",
        f"{task} {people}",
        f"{arrival} {distance(one['distance_m'], words)}",
        one["reason"],
    ]


def _plan(state: DistrictState, when: datetime | None) -> GridPlan | None:
    """The plan in force at a moment; without one named, the latest that ever was."""
    if when is not None:
        return state.plan_at(when)
    starts = [plan.effective_from for plan in state.plans]
    return state.plan_at(max(starts)) if starts else None


def _bounds(plan: GridPlan | None, state: DistrictState, answer: Json | None) -> list[list[float]] | None:
    """What the page shows at first, as [[south, west], [north, east]]: the answer's teams and place, else the grid."""
    xy: list[tuple[float, float]] = []
    if answer is not None:
        own = {str(team.id): (team.lon, team.lat) for team in state.teams if team.command is Command.OWN}
        xy = [own[one["team"]["id"]] for one in answer["chosen"] if one["team"]["id"] in own]
        xy.append((answer["alarm"]["lon"], answer["alarm"]["lat"]))
    else:
        shapes = [cell.geometry for cell in plan.cells if cell.level == 1] if plan else []
        shapes.extend([state.district.outline] if state.district.outline is not None else [])
        for shape in shapes:
            west, south, east, north = shape.bounds
            xy += [(west, south), (east, north)]
    if not xy:
        return None
    lons, lats = [lon for lon, _ in xy], [lat for _, lat in xy]
    return [[min(lats), min(lons)], [max(lats), max(lons)]]


def _centre(plan: GridPlan | None, state: DistrictState) -> list[float]:
    """Lat/lon of the middle of the grid."""
    bounds = _bounds(plan, state, None)
    if bounds is None:
        return [0.0, 0.0]
    (south, west), (north, east) = bounds
    return [(south + north) / 2, (west + east) / 2]


def _title(state: DistrictState, words: Words, when: datetime | None) -> str:
    title = words.text("page.report.title", district=state.district.name)
    return title if when is None else f"{title} · {when.astimezone(LOCAL_TIME):%Y-%m-%d %H:%M}"


def _sources(state: DistrictState, words: Words) -> str:
    """Where what is drawn comes from, and the approval number of the map."""
    told = [words.text("page.source.grid", district=state.district.name)]
    if state.roads is not None and state.roads.source.attribution:
        told.append(words.text("page.source.roads", attribution=state.roads.source.attribution))
    if state.district.map_approval:
        told.append(words.text("page.map_approval", number=state.district.map_approval))
    if any(team.demo for team in state.teams):
        told.append(words.text("page.demo"))
    return " · ".join(told)


def number_elements(root: Element) -> None:
    """Name every element by its place, so that the same input makes the same bytes."""
    for number, element in enumerate(_walk(root)):
        element._id = f"{number:04d}"  # noqa: SLF001  folium draws it at random


def _walk(element: Element) -> Iterator[Element]:
    yield element
    for child in element._children.values():  # noqa: SLF001  branca has no public way
        yield from _walk(child)
