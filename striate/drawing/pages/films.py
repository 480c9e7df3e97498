"""The page of a film: its planes, a player, and every sum written out."""

from html import escape

from striate.drawing.films.packing import packed
from striate.drawing.films.record import Cell, Film
from striate.drawing.pages.shell import Links, navigation, page

_CONTROLS = (
    ("first", "first frame", '<path d="M2 2h2v12H2zM14 2v12L5 8z"/>'),
    ("back", "one frame back", '<path d="M12 2v12L3 8z"/>'),
    (
        "play",
        "play",
        '<path class="go" d="M3 1l11 7-11 7z"/><path class="pause" d="M3 2h4v12H3zM9 2h4v12H9z"/>',
    ),
    ("step", "one frame on", '<path d="M4 2v12l9-6z"/>'),
    ("last", "last frame", '<path d="M12 2h2v12h-2zM2 2v12l9-6z"/>'),
)


def film_page(film: Film, *, links: Links = (), note: str = "") -> str:
    """The HTML page of a film, with links to other pages and a sentence about it."""
    told = f'<p class="note">{escape(note)}</p>' if note else ""
    body = f"""<header>{navigation(links)}<h1>{escape(film.title)}</h1>{told}</header>
<main>
<noscript><p>This film moves by a script, and scripts are switched off here.</p></noscript>
<div id="stage"></div>
{_player(film) if film.frames else ""}
{_misfit(film)}
{_about(film)}
</main>"""
    return page(film.title, body, packed(film))


def _player(film: Film) -> str:
    """The sum of the frame, and the controls below it."""
    buttons = "".join(
        f'<button type="button" id="{name}" aria-label="{label}" title="{label}">'
        f'<svg viewBox="0 0 16 16" aria-hidden="true">{sign}</svg></button>'
        for name, label, sign in _CONTROLS
    )
    last = len(film.frames) - 1
    speeds = "".join(
        f'<option value="{speed}"{" selected" if speed == "1" else ""}>{speed}x</option>'
        for speed in ("0.5", "1", "2", "4")
    )
    return f"""<div id="player">
<div id="sums" role="region" aria-label="the sum" tabindex="0" aria-live="polite"></div>
<div id="controls">
<span class="buttons">{buttons}</span>
<label>speed <select id="speed">{speeds}</select></label>
<input type="range" id="scrub" min="0" max="{last}" value="0" aria-label="frame">
<output id="frame" for="scrub"></output>
</div>
</div>"""


def _misfit(film: Film) -> str:
    """What does not fit: a sentence, and its remedies."""
    if not film.misfit:
        return ""
    what, *remedies = film.misfit
    listed = "".join(f"<li>{escape(one)}</li>" for one in remedies)
    return (
        f'<div class="misfit" role="note" aria-label="what does not fit">'
        f"<p>{escape(what)}</p>{f'<ul>{listed}</ul>' if listed else ''}</div>"
    )


def _about(film: Film) -> str:
    """The formulas with their numbers, what the signs mean, and the keys."""
    working = "".join(f"<li>{escape(one)}</li>" for one in film.working)
    formulas = (
        f'<section id="working"><h2>working</h2><ul>{working}</ul></section>' if working else ""
    )
    keys = (
        '<p id="keys"><kbd>space</kbd> plays and pauses, <kbd>←</kbd> <kbd>→</kbd> step, '
        "<kbd>Home</kbd> <kbd>End</kbd> go to the ends. <kbd>Tab</kbd> reaches a plane, arrows "
        "move in it, <kbd>Esc</kbd> leaves it. Point at a result to see its window and its sum, "
        "at another cell to see all that it reaches.</p>"
        if film.frames
        else ""
    )
    signs = "".join(f'<li><i class="{kind}"></i>{word}</li>' for kind, word in _signs(film))
    return f"""{formulas}
<section id="about"><h2>how to read it</h2>
<ul class="signs">{signs}</ul>
<p>Places are counted from 0.</p>
{keys}</section>"""


def _signs(film: Film) -> list[tuple[str, str]]:
    """The marks that this film uses, and what they mean."""
    signs = [
        ("lit", "shaded: read now, with its factor small in the corner"),
        ("result", "thick frame: worked out now"),
        ("reached", "dot: reached by the cell that you point at"),
    ] * bool(film.frames)
    if any(any(plane.padding) for plane in film.planes) and film.frames:
        signs.append(("padding", "dashed: padding"))
    unseen = {Cell(n, spot) for n, plane in enumerate(film.planes) for spot in plane.unseen}
    if unseen - film.results:
        signs.append(("unseen", "hatched: no window ever comes there"))
    if unseen & film.results:
        signs.append(("unseen", "hatched, of what is worked out: not used any further"))
    return signs
