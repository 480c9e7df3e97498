"""Pages are opened in a real browser; what it says, and what it asks for, is written down."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest


@dataclass
class Opened:
    """A page in the browser: everything that it said, and all that it asked for."""

    page: object
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def opened(browser, tmp_path):
    """Opens HTML as a file, `with opened(html) as one`; it must be silent and ask for nothing."""

    @contextmanager
    def opening(html, *, width=1600, dark=False, address="", silent=True):
        path = Path(tmp_path) / "page.html"
        path.write_text(html, "utf-8")
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        one = Opened(page)
        page.on("console", lambda message: one.said.append(message.text))
        page.on("pageerror", lambda error: one.said.append(str(error)))
        page.on("request", lambda request: one.asked.append(request.url.partition("#")[0]))
        page.goto(path.as_uri() + address)
        yield one
        if silent:
            assert one.said == []
            assert one.asked == [path.as_uri()]
        context.close()

    return opening
