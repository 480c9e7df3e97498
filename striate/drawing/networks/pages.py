"""A drawing as a page: the network, its groups as parts that open, and what is told of each."""

from html import escape

from striate.drawing.networks.book import Leaf
from striate.drawing.networks.facts import in_words
from striate.drawing.networks.grouping import Part
from striate.drawing.networks.items import Wrap
from striate.drawing.networks.pictures import picture
from striate.drawing.networks.telling import Told
from striate.drawing.networks.tracks import Track
from striate.drawing.pages.shell import Links, navigation, page
from striate.drawing.pictures.shapes import Group, Picture, Shape, Words
from striate.drawing.pictures.svg import svg
from striate.language.network import Network

_HINT = (
    "Point at a layer, or reach it with Tab: here stand its numbers, and outlines show which part "
    "of each earlier layer its middle unit sees. A click, or Enter, gives the derivation, and "
    "opens a framed part; Escape closes it. Places are counted from 0."
)
_STILL = "What is told of a layer needs a script, and scripts are switched off here."
_STYLES = """
.drawing { overflow-x: auto; margin: .75rem 0; }
.drawing svg { display: block; max-width: none; }
.part { border-left: 4px solid var(--line); padding-left: .75rem; margin: 1rem 0; }
.item:hover rect.face, .item:focus rect.face { stroke-width: 2.5; }
.item[aria-expanded="true"] > rect.matrix { stroke-width: 2.5; }
#working { margin: 1rem 0; }
#facts { position: sticky; bottom: 0; min-height: 9rem; max-height: 45vh; overflow-y: auto;
  background: var(--paper); border-top: 2px solid var(--line); padding: .6rem 0; }
@media (min-width: 1000px) { #facts dl { grid-template-columns: max-content 1fr max-content 1fr; } }
html { scroll-padding-bottom: 11rem; }
@media (max-height: 28rem) { #facts { position: static; } html { scroll-padding-bottom: 0; } }
@media print { .drawing svg { max-width: 100%; height: auto; }
  #facts { position: static; min-height: 0; max-height: none; }
  #facts:has(.hint) { display: none; } }
"""


def page_of(
    network: Network,
    names: tuple[str, str],
    book: Leaf,
    told: Told,
    track: Track,
    *,
    links: Links = (),
) -> str:
    """The page of a drawing; names are its title and a sentence about it, links other pages."""
    title, summary = names
    wrap = live(network, told)
    top = picture(book.level, wrap, title, legend=True, track=track)
    body = f"""<header>{navigation(links)}<h1>{escape(title)}</h1><p>{escape(summary)}</p></header>
<main>
<noscript><p>{_STILL}</p></noscript>
{_scrolled(top)}
{_parts(book, wrap, track)}
<section id="working" aria-label="derivation"></section>
<aside id="facts" aria-live="polite" aria-label="facts"><p class="hint">{_HINT}</p></aside>
</main>"""
    return page(title, body, {"kind": "network", "items": told}, styles=_STYLES)


def live(network: Network, told: Told) -> Wrap:
    """Makes groups of shapes that answer to the pointer and to keys."""

    def wrap(what: int | Part, shapes: tuple[Shape, ...]) -> Shape:
        path = network.nodes[what].path if isinstance(what, int) else what.path
        named = {"class": "item", "data-path": path, "tabindex": "0", "role": "button"}
        if not isinstance(what, int):
            named["data-opens"] = _id(path)
        written = [shape.text for shape in shapes if isinstance(shape, Words)]
        return Group(shapes, attributes={**named, "aria-label": in_words(told[path], written)})

    return wrap


def _parts(book: Leaf, wrap: Wrap, track: Track) -> str:
    """What the groups of a picture open: hidden until then."""
    return "\n".join(_part(one, wrap, track) for one in book.inside)


def _part(book: Leaf, wrap: Wrap, track: Track) -> str:
    path = book.level.path
    return f"""<section id="{escape(_id(path))}" class="part" hidden>
<h2>{escape(path)}</h2>
{_scrolled(picture(book.level, wrap, path, track=track))}
{_parts(book, wrap, track)}
</section>"""


def _scrolled(drawn: Picture) -> str:
    """A picture in a box of its own, in which it scrolls where it is wide."""
    name = escape(f"{drawn.title}, drawn")
    return f'<div class="drawing" role="region" tabindex="0" aria-label="{name}">{svg(drawn)}</div>'


def _id(path: str) -> str:
    return "part-" + path.replace(" ", "-")
