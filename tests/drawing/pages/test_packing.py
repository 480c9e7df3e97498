"""What is packed for a page is the film: an unpacker written here, of its own, brings it back."""

import json

import pytest
from drawing.pages.shown_films import FILMS, film_of, html_of, one_channel
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.drawing.films.packing import packed
from striate.drawing.films.record import Cell, Film, Frame, Plane, Sum
from striate.drawing.numbers import shown
from striate.drawing.pages.films import film_page
from striate.drawing.pages.shell import embedded

values = st.floats(-99, 99) | st.sampled_from([0.0, 1.0, float("inf"), -float("inf")])


@st.composite
def planes(draw):
    """Any plane, whatever its numbers mean."""
    rows, columns = draw(st.integers(1, 3)), draw(st.integers(1, 4))
    count = rows * columns
    return Plane(
        name=draw(st.text(max_size=9)),
        role=draw(st.sampled_from(["input", "kernel", "output"])),
        stack=draw(st.sampled_from(["one", "other"])),
        shape=(rows, columns),
        values=tuple(draw(st.lists(values, min_size=count, max_size=count))),
        padding=draw(st.tuples(*[st.integers(0, 1)] * 4)),
        unseen=draw(st.frozensets(st.integers(0, count - 1))),
        passing=draw(st.booleans()),
        painted=draw(st.booleans()),
    )


@st.composite
def films(draw):
    """Any film: its sums may name any cells, and need not be true."""
    drawn = draw(st.lists(planes(), min_size=1, max_size=3))
    every = [Cell(n, spot) for n, plane in enumerate(drawn) for spot in range(len(plane.values))]
    cells = st.sampled_from(every)
    before = st.none() | values
    sums = st.builds(
        Sum,
        cells,
        st.lists(st.lists(cells, min_size=1, max_size=3).map(tuple), max_size=4).map(tuple),
        st.sampled_from(["sum", "max", "min", "average"]),
        st.integers(1, 9),
        before,
        before,
    )
    frames = st.builds(Frame, st.text(max_size=9), st.lists(sums, max_size=3).map(tuple))
    return Film(draw(st.text()), tuple(drawn), tuple(draw(st.lists(frames, max_size=4))))


def unpacked(data):
    """The frames of packed data: for each its name, and of its sums all that is shown."""
    owner = [
        Cell(n, spot)
        for n, plane in enumerate(data["planes"])
        for spot in range(plane["shape"][0] * plane["shape"][1])
    ]
    for name, pattern, firsts, *rest in data["frames"]:
        sums = []
        for n, (operation, divisor, (slot, far), terms, *sign) in enumerate(
            data["patterns"][pattern]
        ):
            pairs = [zip(term[::2], term[1::2], strict=True) for term in terms]
            cells = [tuple(owner[firsts[slot] + far] for slot, far in term) for term in pairs]
            steps = rest[0][n] if rest else [None, None]
            said = sign or ["="]
            sums.append(
                (owner[firsts[slot] + far], tuple(cells), operation, divisor, *said, *steps)
            )
        yield name, sums


def told(film):
    """The same of a film."""
    for frame in film.frames:
        yield (
            frame.name,
            [
                (
                    one.result,
                    one.terms,
                    one.operation,
                    one.divisor,
                    film.sign(one),
                    *(None if it is None else shown(it) for it in (one.before, one.after)),
                )
                for one in frame.sums
            ],
        )


@given(films())
@settings(max_examples=40)
def test_packing_loses_nothing(film):
    data = json.loads(json.dumps(packed(film)))
    assert list(unpacked(data)) == list(told(film))
    for plane, given_plane in zip(data["planes"], film.planes, strict=True):
        assert plane["values"].split(" ") == list(given_plane.texts)
        assert tuple(plane["shape"]) == given_plane.shape
        assert tuple(plane.get("padding", (0, 0, 0, 0))) == given_plane.padding
        assert set(plane.get("unseen", ())) == given_plane.unseen
        assert plane.get("passing", False) == given_plane.passing
        assert ("tones" in plane) == given_plane.painted


@pytest.mark.parametrize("name", FILMS)
def test_a_film_of_every_kind_comes_back(name):
    film = film_of(name)
    assert list(unpacked(packed(film))) == list(told(film))


def test_frames_that_only_lie_elsewhere_share_a_pattern():
    data = packed(one_channel(7, padding=1))
    assert len(data["frames"]) == 49
    assert len(data["patterns"]) == 1


@pytest.mark.parametrize("name", FILMS)
def test_a_small_film_is_a_small_page(name):
    assert len(html_of(name).encode()) < 60_000


def test_a_film_of_28x28_is_no_large_page():
    assert len(film_page(one_channel(28, padding=1)).encode()) < 400_000


@given(st.text())
@settings(max_examples=20)
def test_no_text_ends_the_script_that_holds_it(text):
    held = embedded({"text": f"{text}</script><!--"})
    assert "<" not in held
    assert json.loads(held)["text"] == f"{text}</script><!--"
