"""Every page in headless Chromium: accessible, narrow, enlarged, in forced colours, printed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from zlib import crc32

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from csc_warehouse import report
from csc_warehouse.ask import releases
from csc_warehouse.build.version import code_version
from csc_warehouse.places import Home
from csc_warehouse.report import public

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
    "report/officers/journey.html",
    "report/data_quality/index.html",
    "report/data_quality/health.html",
    "report/data_quality/rules/index.html",
    "report/index.html",
    "worklist/index.html",
)


@pytest.fixture(scope="module")
def folder(corrected: tuple[Home, releases.Release, releases.Release]) -> Path:
    """A release whose figures restate those of one before it."""
    return corrected[2].path


@pytest.fixture(scope="module")
def several(
    corrected: tuple[Home, releases.Release, releases.Release],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The report of a release of three authorities: two are copies, and new to the public."""
    _, first, latest = corrected
    folder = tmp_path_factory.mktemp("several")
    for name in ("analyst.duckdb", "restricted.duckdb"):
        shutil.copy(latest.path / name, folder)
        with duckdb.connect(str(folder / name)) as connection:
            tables = connection.execute(
                "select distinct schema_name || '.' || table_name from duckdb_columns() "
                "semi join duckdb_tables() using (schema_name, table_name) "
                "where column_name = 'la_code' and table_name not like 'int_%' and "
                "(schema_name in ('dq', 'indicators', 'restricted') "
                "or table_name = 'dim_authority')"
            ).fetchall()
            for (table,) in sorted(tables):
                for la_code in ("997", "998"):
                    connection.execute(
                        f"insert into {table} select * replace ('{la_code}' as la_code) "
                        f"from {table} where la_code = '999'"
                    )
            if name == "analyst.duckdb":
                connection.execute(
                    "update marts.dim_authority set authority_name = 'Fictional Town of ' "
                    "|| la_code where la_code <> '999'"
                )
    with pytest.MonkeyPatch.context() as patch:
        # Packs and workbooks are read elsewhere, and are most of the time.
        for form in (report.pack, report.public_workbook, report.workbook):
            patch.setattr(form, "write", lambda *_: None)
        analyst_db, restricted_db = folder / "analyst.duckdb", folder / "restricted.duckdb"
        begun = report.begin(analyst_db, folder, earlier=[first.path], compared_with=first.path)
        report.finish(begun, analyst_db, restricted_db, folder, compared_with=first.path)
    return folder


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


def is_read_by_axe(name: str) -> bool:
    """Each kind of page, and a third of the others, which changes with the version of the code.

    All of them: `CSC_EVERY_PAGE=all make test-browser`.
    """
    if name in KINDS or os.environ.get("CSC_EVERY_PAGE") == "all":
        return True
    # Both audiences are of the same templates: axe reads the one that everybody sees.
    return "/officers/" not in name and crc32(f"{code_version()} {name}".encode()) % 3 == 0


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
        if is_read_by_axe(name):
            # Colours are those of the kind of page, and cost more to ask for than all other rules.
            rules = {"color-contrast": {"enabled": name in KINDS}}
            result = axe.run(page, options=RULES | {"rules": rules, "resultTypes": ["violations"]})
            assert result.violations_count == 0, (name, result.generate_report())


@pytest.mark.parametrize("zoom", [1, 4], ids=["320 px", "400% of 1280 px"])
def test_nothing_scrolls_sideways(browser: Browser, folder: Path, zoom: int) -> None:
    """WCAG 1.4.10: at 400% a page of 1280 px has 320 px; tables may scroll inside their own box."""
    page = browser.new_page(viewport={"width": 320, "height": 256}, device_scale_factor=zoom)
    for name in KINDS:
        open_page(page, folder, name)
        assert page.evaluate("devicePixelRatio") == zoom
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    page.close()


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
    page.get_by_label("Search by word, topic or code").fill("re-referrals 12 months")
    assert 0 < page.locator("tbody tr:visible").count() < count
    assert "shown" in page.get_by_role("status").inner_text()
    page.get_by_label("Search by word, topic or code").fill("")
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
    open_page(page, folder, "report/officers/journey.html")
    ladder = page.locator("svg.chart.wide")
    ink = page.evaluate("getComputedStyle(document.body).color")
    for part, drawn_in in (("path.flow", "stroke"), ("rect.stage", "stroke"), ("text", "fill")):
        colours = ladder.locator(part).evaluate_all(
            f"found => found.map(each => getComputedStyle(each).{drawn_in})"
        )
        assert set(colours) == {ink} != {ground}, part
    page.emulate_media(media="print", forced_colors="none")
    assert ladder.is_visible()
    open_page(page, folder, "report/members/referrals.html")
    assert not page.locator("nav.menu").is_visible()
    assert chart.is_visible()
    tables = page.locator(".scroll")
    assert tables.first.evaluate("each => getComputedStyle(each).overflowX") == "visible"


def test_data_docs_open_without_a_network(browser: Browser, folder: Path, tmp_path: Path) -> None:
    page_of_rules = report.write_data_docs(folder / "analyst.duckdb", tmp_path / "docs")
    context = browser.new_context(offline=True, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    said = open_page(page, tmp_path, "docs/index.html")
    assert asked == [page_of_rules.as_uri(), (tmp_path / "docs/assets/report.js").as_uri()]
    assert said == []
    rows = page.locator("tbody tr")
    with duckdb.connect(str(folder / "analyst.duckdb"), read_only=True) as connection:
        rules = connection.execute("select count(distinct rule_id) from dq.expectation_result")
        assert rows.count() == rules.fetchall()[0][0] > 100
    page.get_by_label("Filter").first.fill("not applicable")
    assert 0 < page.locator("tbody tr:visible").count() < rows.count()
    result = Axe().run(page, options=RULES | {"resultTypes": ["violations"]})
    assert result.violations_count == 0, result.generate_report()
    page.set_viewport_size({"width": 320, "height": 256})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()


#: Pages that differ where a release has several authorities.
OF_SEVERAL = (
    "report/index.html",
    "report/members/index.html",
    "report/officers/index.html",
    "report/members/998/index.html",
    "report/officers/999/changes.html",
    "report/data_quality/index.html",
    "worklist/index.html",
)


@pytest.mark.parametrize("width", [1280, 320])
def test_a_release_of_several_authorities_can_be_read_too(
    page: Page, several: Path, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    axe = Axe()
    for name in OF_SEVERAL:
        said = open_page(page, several, name)
        assert said == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        if width == 1280:
            rules = {"color-contrast": {"enabled": name == "report/members/index.html"}}
            result = axe.run(page, options=RULES | {"rules": rules, "resultTypes": ["violations"]})
            assert result.violations_count == 0, (name, result.generate_report())


def test_every_authority_and_what_changed_in_it_is_reached_from_the_front(
    page: Page, several: Path
) -> None:
    open_page(page, several, "report/index.html")
    for audience in ("members", "officers"):
        for la_code in ("997", "998", "999"):
            for target in ("index", "changes"):
                assert page.locator(f'a[href="{audience}/{la_code}/{target}.html"]').count() == 1
    page.get_by_role("link", name="What changed since the last report, Fictional").last.click()
    assert page.locator("h1").inner_text() == "What changed since the last report"
    page.get_by_role("link", name="All authorities").click()
    # One funnel, drawn for wide and for narrow, wherever three show numerator and denominator.
    chart = page.locator("svg.chart.wide").first
    assert chart.is_visible() and chart.locator("circle.place").count() == 3
    public_cells = {
        "|".join(str(part) for part in cell.key): cell
        for cell in public.read(several / report.PUBLIC_FIGURES)
    }
    open_page(page, several, "report/members/index.html")
    printed = page.locator("main data").evaluate_all(
        "found => found.map(each => [each.dataset.cell, each.dataset.part, Number(each.value)])"
    )
    assert len(printed) > 5
    for address, part, number in printed:
        assert getattr(public_cells[address], part) == pytest.approx(number), (address, part)
    # A value is not out of sight on a telephone.
    page.set_viewport_size({"width": 320, "height": 900})
    value = page.locator(".places-table td.strong").first.bounding_box()
    assert value is not None and value["x"] + value["width"] <= 320
    for name, folder in (("data_quality", "report/data_quality"), ("worklist", "worklist")):
        open_page(page, several, f"{folder}/index.html")
        assert page.get_by_role("cell", name="Fictional Town of 998").count() > 0, name
