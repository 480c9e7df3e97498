"""The index of the gallery: a card for each example, in the sections of the textbook."""

from collections.abc import Sequence
from html import escape
from itertools import groupby

from striate.drawing.gallery.example import SECTIONS, Example
from striate.drawing.gallery.thumbnails import thumbnail
from striate.drawing.pages.shell import page
from striate.drawing.pictures.svg import svg

TITLE = "The lectures, alive"
INTRODUCTION = (
    "Every worked example of the textbook as a film: play it, step through it, and read each sum "
    "with its numbers. Rows are numbered as in the textbook; places are counted from 0."
)
STYLES = """
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(13.5rem, 1fr)); gap: .75rem;
  list-style: none; margin: 0 0 2rem; padding: 0; }
.cards a { display: block; height: 100%; padding: .75rem; border: 1px solid var(--line);
  border-radius: 6px; text-decoration: none; }
.cards a:hover { border-color: var(--accent); }
.cards svg { display: block; width: 100%; height: auto; margin-bottom: .5rem; }
.cards b { color: var(--muted); font-weight: 600; margin-right: .1rem; }
.sections h2 { font-size: 1.2rem; margin: 1.5rem 0 .75rem; }
@media print { .cards a { break-inside: avoid; } }
"""


def index_page(examples: Sequence[Example]) -> str:
    """The page that leads to all others."""
    parts = "".join(
        f'<h2 id="{letter}">{letter}. {escape(SECTIONS[letter])}</h2>'
        f'<ul class="cards">{"".join(map(_card, members))}</ul>'
        for letter, members in groupby(examples, lambda one: one.row[0])
    )
    body = (
        f"<header><h1>{TITLE}</h1><p>{INTRODUCTION}</p></header>"
        f'<main class="sections">{parts}</main>'
    )
    return page(TITLE, body, {"kind": "index"}, styles=STYLES)


def _card(example: Example) -> str:
    drawn = svg(thumbnail(example))
    words = f"<b>{example.name}</b> {escape(example.title)}"
    return f'<li><a href="{example.file}"><span aria-hidden="true">{drawn}</span>{words}</a></li>'
