"""Every page in headless Chromium: accessible, narrow, enlarged, in forced colours, printed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from csc_warehouse import release
from csc_warehouse.settings import Home

CHROMIUM = shutil.which("chromium")

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="there is no chromium on the path: .ci/run installs it"
)

#: WCAG 2.2 AA, all of it that a machine can tell.
RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}

#: Pages whose layout differs; the others are of the same templates.
KINDS = (
    "report/members/index.html",
    "report/members/referrals.html",
    "report/members/figures.html",
    "report/members/changes.html",
    "report/members/method.html",
    "report/officers/looked_after.html",
    "report/officers/changes.html",
    "report/data_quality/index.html",
    "report/data_quality/rules/index.html",
    "report/index.html",
    "worklist/index.html",
)


@pytest.fixture(scope="module")
def folder(corrected: tuple[Home, release.Release, release.Release]) -> Path:
    """A release whose figures restate those of one before it."""
    return corrected[2].path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        # Tests may run as root, where Chromium has no sandbox; the pages are our own.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield page
    page.close()


def open_page(page: Page, folder: Path, name: str) -> list[str]:
    """Open a page; the list is of what its console says, and grows."""
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((folder / name).as_uri())
    return said


def test_no_page_has_an_error_or_a_violation(page: Page, folder: Path) -> None:
    axe = Axe()
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    # The rules and the teams have a page each, of one template: the list and one are enough.
    for part in ("/rules/", "worklist/"):
        of_part = [name for name in names if part in name]
        names = [name for name in names if name not in of_part[1:] or name.endswith("/index.html")]
    assert set(KINDS) <= set(names)
    said: list[str] = []
    page.on("console", lambda message: said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name in names:
        page.goto((folder / name).as_uri())
        assert said == [], name
        # Both audiences are of the same templates: axe reads the one that everybody sees. Colours
        # are those of the kind of page, and cost more to ask for than all other rules together.
        if "/officers/" not in name or name in KINDS:
            rules = {"color-contrast": {"enabled": name in KINDS}}
            result = axe.run(page, options=RULES | {"rules": rules, "resultTypes": ["violations"]})
            assert result.violations_count == 0, (name, result.generate_report())


@pytest.mark.parametrize("width", [320, 1280 // 4], ids=["320 px", "400% of 1280 px"])
def test_nothing_scrolls_sideways(page: Page, folder: Path, width: int) -> None:
    """WCAG 1.4.10: at 400% a page of 1280 px has 320 px; tables may scroll inside their own box."""
    page.set_viewport_size({"width": width, "height": 256})
    for name in KINDS:
        open_page(page, folder, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


@pytest.mark.parametrize(
    "name",
    [
        "report/members/referrals.html",
        "report/officers/changes.html",
        "report/data_quality/rules/index.html",
        "worklist/index.html",
    ],
)
def test_the_keyboard_reaches_what_it_must(page: Page, folder: Path, name: str) -> None:
    open_page(page, folder, name)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        reached.add(page.evaluate("document.activeElement.className"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
    assert "scroll" in reached, "a table that scrolls can be scrolled by keyboard"


def test_the_script_filters_and_sorts_and_is_not_needed(browser: Browser, folder: Path) -> None:
    page = browser.new_page()
    open_page(page, folder, "report/officers/figures.html")
    count = page.locator("tbody tr").count()
    page.get_by_label("Filter the measures").fill("re-referrals 12 months")
    assert 0 < page.locator("tbody tr:visible").count() < count
    assert "shown" in page.get_by_role("status").inner_text()
    page.get_by_label("Filter the measures").fill("")
    page.get_by_role("button", name="Value").focus()
    page.keyboard.press("Enter")
    assert page.locator("th[aria-sort=ascending]").inner_text().startswith("Value")
    values = [
        float(text)
        for text in page.locator("tbody td:nth-child(5) data").evaluate_all(
            "found => found.map(each => each.value)"
        )
    ]
    assert values == sorted(values) and len(values) > 20
    page.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((folder / "report" / "officers" / "figures.html").as_uri())
    assert page.locator("tbody tr:visible").count() == count
    assert page.locator("input").count() == 0
    context.close()


def test_forced_colours_and_print_lose_nothing(page: Page, folder: Path) -> None:
    page.emulate_media(forced_colors="active")
    open_page(page, folder, "report/members/referrals.html")
    chart = page.locator("svg.chart.wide").first
    drawn = chart.locator("polyline.line").first
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert drawn.evaluate("each => getComputedStyle(each).stroke") != ground
    assert chart.locator("text").first.evaluate("each => getComputedStyle(each).fill") != ground
    page.emulate_media(media="print", forced_colors="none")
    assert not page.locator("nav.menu").is_visible()
    assert chart.is_visible()
    tables = page.locator(".scroll")
    assert tables.first.evaluate("each => getComputedStyle(each).overflowX") == "visible"
