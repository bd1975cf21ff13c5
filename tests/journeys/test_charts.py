"""Charts are drawn where there are any; what draws them is fetched with the first of them."""

from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from tests.journeys.conftest import Served
from tests.journeys.test_first_order import begin, sign_in


def test_what_draws_charts_comes_with_the_first_chart(
    served: Served, new_context: Callable[..., BrowserContext]
) -> None:
    page = new_context(locale="en-US", viewport={"width": 1440, "height": 900}).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, served.url, "ada")
    page.goto(served.url)
    key = begin(page)
    page.goto(f"{served.url}/attempts/{key}/reports/sales?by=product", wait_until="networkidle")
    assert any("js/charts.js" in url for url in asked)
    assert not any("vendor/echarts.js" in url for url in asked)
    page.locator("#by").select_option("month")
    expect(page.locator(".chart-live svg")).to_be_visible()
    page.locator("#by").select_option("week")
    expect(page.locator(".chart-live svg")).to_be_visible()
    assert sum("vendor/echarts.js" in url for url in asked) == 1
