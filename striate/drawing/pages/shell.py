"""The page around a film, a drawing or an index: one file that needs nothing else.

Style, script and data are inside it, and the page itself says that nothing may be fetched. The
script reads the data and makes the page move; without it the page still says what it is.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from striate.drawing.pictures.colours import variables

Links = Sequence[tuple[str, str]]

_SCRIPT = ("film", "views", "stage", "player", "network", "page")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
_STILL = "#player, #about, #facts { display: none; } .part[hidden] { display: block !important; }"
"""Without scripts: nothing that would not answer, and all that a click would open."""


def page(title: str, body: str, data: Mapping[str, Any], *, styles: str = "") -> str:
    """A whole HTML page: `body` is what stands in it, `data` what its script reads.

    The title is text and is escaped; body and styles are HTML and CSS, and are not.

    >>> html = page("3 < 4", "<main><h1>3 &lt; 4</h1></main>", {"kind": "index"})
    >>> "<title>3 &lt; 4</title>" in html, "src=" in html, "<link" in html
    (True, False, False)
    """
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{escape(title)}</title>
<style>
:root {{ {variables(dark=False)} }}
@media screen and (prefers-color-scheme: dark) {{ :root {{ {variables(dark=True)} }} }}
{_part("page.css")}{styles}
</style>
<noscript><style>{_STILL}</style></noscript>
</head>
<body>
{body}
<script type="application/json" id="data">{embedded(data)}</script>
<script>
{_script()}</script>
</body>
</html>
"""


def embedded(data: Mapping[str, Any]) -> str:
    """Data as JSON that can stand in a script element whatever its texts say.

    >>> embedded({"title": "</script>"})
    '{"title":"\\\\u003c/script>"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def navigation(links: Links) -> str:
    """Links to other pages, as (what they are called, where they lead)."""
    if not links:
        return ""
    listed = "".join(
        f'<li><a href="{escape(where)}">{escape(name)}</a></li>' for name, where in links
    )
    return f'<nav aria-label="pages"><ul>{listed}</ul></nav>'


def _script() -> str:
    """The script of every page; its parts are read one after the other."""
    return "\n".join(_part(f"script/{name}.js") for name in _SCRIPT)


def _part(name: str) -> str:
    """A file that lies beside this one."""
    return (Path(__file__).parent / name).read_text("utf-8")
