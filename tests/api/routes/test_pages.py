"""How the pages and their files are served."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from starlette.exceptions import HTTPException

from api.auth.actions import PAGES
from api.routes.pages import Pages, content_policy
from maps.shells import SHELLS, shell_text
from tests.fakes.served import FakeSource, client_of, problem_of

if TYPE_CHECKING:
    from starlette.testclient import TestClient


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "web"
    (root / "js").mkdir(parents=True)
    (root / "page.html").write_text("<script>1</script>${title} ${styles} ${preloaded} ${script}", "utf-8")
    (root / "js" / "main.js").write_text("let a;", "utf-8")
    (root / ".secret.js").write_text("secret", "utf-8")
    (root / "types.d.ts").write_text("types", "utf-8")
    (tmp_path / "outside.js").write_text("outside", "utf-8")
    (root / "link.js").symlink_to(tmp_path / "outside.js")
    return root


def body(pages: Pages, path: str) -> bytes | None:
    return pages.file(path).kept.plain


def test_an_address_means_a_file_or_a_page_of_that_name(folder: Path) -> None:
    pages = Pages(folder, None)
    for path, shell in SHELLS.items():
        text = (body(pages, path) or b"").decode()
        assert text == shell_text((folder / "page.html").read_text("utf-8"), shell)
        assert "sha256-" in pages.file(path).headers["Content-Security-Policy"]
    assert body(pages, "js/main.js") == b"let a;"


def test_every_page_that_may_be_opened_has_a_shell() -> None:
    assert set(SHELLS) == set(PAGES)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "desk",
        "page.html",
        "nothing",
        "js",
        "js/",
        "../outside.js",
        "js/../../outside.js",
        "/../outside.js",
        "link.js",
        ".secret.js",
        "js/../.secret.js",
        "types.d.ts",
        "..\\outside.js",
        "js\\main.js",
        "main.js\x00.html",
        "\x00",
        "a" * 5000,
        "a/" * 3000,
        "C:/Windows/win.ini",
        "/etc/passwd",
        "//etc/passwd.txt",
        ".",
        "..",
        "\ud800.js",
    ],
)
def test_nothing_but_the_files_below_the_folder_is_served(folder: Path, path: str) -> None:
    with pytest.raises(HTTPException) as refused:
        Pages(folder, None).file(path)
    assert refused.value.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/../pyproject.toml",
        "/%2e%2e/%2e%2e/pyproject.toml",
        "/..%2fapi%2fapp.py",
        "/%00",
        "/js/%5c..%5capp.py",
        "/\u706b",
    ],
)
def test_an_address_that_leaves_the_folder_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "page.unknown"


def test_a_file_that_changed_is_read_again(folder: Path) -> None:
    pages = Pages(folder, None)
    first, other = pages.file("/desk"), pages.file("/js/main.js")
    assert pages.file("/desk") is first
    (folder / "page.html").write_text("another desk", "utf-8")
    assert body(pages, "/desk") == b"another desk"
    assert pages.file("/desk").kept.tag != first.kept.tag
    assert pages.file("/js/main.js") is other


def test_a_page_may_run_its_own_inline_scripts_and_no_other() -> None:
    page = '<script type="importmap">{"imports":{}}</script><script src="/a.js"></script><script>alert(1)</script>'
    policy = content_policy(page, None)
    for text in ('{"imports":{}}', "alert(1)"):
        assert f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in policy
    assert policy.count("sha256-") == 2
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy


def test_only_the_base_map_that_the_settings_name_may_be_asked_beside_this_service() -> None:
    policy = content_policy("", "http://map.example:8080/wmts?token=a")
    assert "img-src 'self' data: blob: http://map.example:8080;" in policy
    assert "connect-src 'self' http://map.example:8080;" in policy
    assert "token" not in policy
    assert "http" not in content_policy("", None)


def test_pages_carry_their_policy_and_files_none_that_runs(client: TestClient) -> None:
    assert "script-src 'self'" in client.get("/").headers["content-security-policy"]
    assert client.get("/js/main.js").headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe-inline" not in client.get("/").headers["content-security-policy"]


def test_a_browser_that_has_a_file_is_told_that_it_has_not_changed(client: TestClient) -> None:
    for path in ("/", "/js/main.js", "/words/zh.json", "/docs"):
        tag = client.get(path).headers["etag"]
        again = client.get(path, headers={"if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")


def test_the_documentation_asks_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    assert "://" not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert client.get("/openapi.json").json()["info"]["title"] == "GridGIS"


def test_the_base_map_of_the_settings_reaches_the_policy_of_the_page() -> None:
    client = client_of(FakeSource(), basemap="https://map.example/wmts")
    assert "https://map.example" in client.get("/").headers["content-security-policy"]
