"""An animation is played by the rules of its style sheet: each frame of it is the film's still."""

import re
from xml.etree import ElementTree

import pytest
from drawing.films.drawn_pictures import SVG, convolved_here, films, learned, pooled
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.arithmetic import Window
from striate.drawing.films.record import Film, Frame, Plane
from striate.drawing.films.stills.animation import animated
from striate.drawing.films.stills.still import still
from striate.drawing.films.stills.timeline import Timeline, runs
from striate.drawing.pictures.svg import svg
from striate.errors import OptionError

KEYS = re.compile(
    r"@keyframes (\w+)\{0%\{visibility:visible\}([\d.]+)%\{visibility:hidden\}\}"
    r"\.\1\{animation:([\d.]+)s step-end infinite \1\}"
)


class Player:
    """What is seen of an animation at a time: squares in the order of painting, and words."""

    def __init__(self, text):
        self.root = ElementTree.fromstring(text)
        style = "".join(one.text or "" for one in self.root.iter(f"{SVG}style"))
        self.keys = {name: (float(most), float(lasts)) for name, most, lasts in KEYS.findall(style)}
        assert style.count("@keyframes") == len(self.keys)
        self.patterns = {one.get("id"): one for one in self.root.find(f"{SVG}defs")}

    def seen(self, time):
        """The colour of each square, and all words with their places; time None: nothing moves."""
        self.squares, self.words = {}, set()
        for element in self.root:
            if element.tag != f"{SVG}defs":
                self.walk(element, time, (0.0, 0.0))
        return self.squares, self.words

    def walk(self, element, time, by):
        if not self.visible(element, time):
            return
        match element.tag.removeprefix(SVG):
            case "g":
                for inner in element:
                    self.walk(inner, time, by)
            case "use":
                moved = tuple(
                    a + float(element.get(side)) for a, side in zip(by, "xy", strict=True)
                )
                self.walk(self.patterns[element.get("href")[1:]], time, moved)
            case "path" if "h" in element.get("d"):
                for x, y, side in re.findall(r"M([-.\d]+) ([-.\d]+)h([.\d]+)", element.get("d")):
                    self.paint(self.place(x, y, by), float(side), element.get("fill"))
            case "text":
                self.words.add((self.place(element.get("x"), element.get("y"), by), element.text))

    def paint(self, corner, side, fill):
        """A square covers the words that are already there."""
        left, top = corner
        self.squares[corner] = fill
        self.words = {
            ((x, y), text)
            for (x, y), text in self.words
            if not (left < x < left + side and top < y < top + side)
        }

    def visible(self, element, time):
        name = element.get("class")
        if name in self.keys and time is not None:
            most, lasts = self.keys[name]
            delay = float(re.fullmatch(r"animation-delay:(-?[\d.]+)s", element.get("style"))[1])
            assert delay <= 0  # or the film would not yet have begun
            return (time - delay) % lasts / lasts * 100 < most
        return element.get("visibility") != "hidden"

    @staticmethod
    def place(x, y, by):
        return (round(float(x) + by[0]), round(float(y) + by[1]))


def pictured(film, number):
    """The same of a still."""
    root = ElementTree.fromstring(svg(still(film, number)))
    faces = [one.find(f"{SVG}rect") for one in root.iter(f"{SVG}g") if one.get("data-cell")]
    squares = {Player.place(one.get("x"), one.get("y"), (0, 0)): one.get("fill") for one in faces}
    words = {
        (Player.place(one.get("x"), one.get("y"), (0, 0)), one.text)
        for one in root.iter(f"{SVG}text")
    }
    return squares, words


def above(words, bottom):
    """The words down to a height: sums differ in how many lines they have, and so what is below."""
    return {one for one in words if one[0][1] <= bottom}


def check(film, number, seconds=1.0):
    squares, words = Player(animated(film, seconds=seconds)).seen((number + 0.5) * seconds)
    expected, told = pictured(film, number)
    assert squares == expected
    name = film.frames[number].name
    bottom = min(y for (_, y), text in told if text == name)
    assert above(words, bottom + 20) == above(told, bottom + 20)


@given(films, st.data())
@settings(max_examples=25)
def test_each_frame_looks_like_the_still_of_it(film, data):
    check(film, data.draw(st.integers(0, len(film.frames) - 1)))


@pytest.mark.parametrize("make", [learned, pooled])
def test_gradients_and_pools_in_some_frames(make):
    film = make()
    for number in range(0, len(film.frames), 4):
        check(film, number, seconds=0.3)


def test_the_last_frame_stands_longer_and_then_the_film_begins_again():
    film = convolved_here((4, 4), (3, 3), Window.of(3, rank=2))
    player = Player(animated(film, seconds=2))
    assert player.seen(9.5) == player.seen(7) != player.seen(5)
    assert player.seen(10.5) == player.seen(0.5) != player.seen(9.5)


@given(films)
@settings(max_examples=10)
def test_where_nothing_moves_the_last_frame_stands(film):
    text = animated(film)
    squares, words = Player(text).seen(None)
    assert (squares, words) == Player(text).seen(len(film.frames) - 0.5)
    assert "@media (prefers-reduced-motion:reduce)" in text or "@keyframes" not in text


def test_it_needs_nothing_from_elsewhere_and_no_script():
    text = animated(learned())
    assert not re.findall(r"<script|href=\"[^#]|url\(|@import|src=", text)
    root = ElementTree.fromstring(text)
    names = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(set(names)) == len(names)


def test_two_films_in_a_page_share_no_name():
    one, other = (animated(convolved_here((n, 5), (3, 3), Window.of(3, rank=2))) for n in (4, 5))
    names = [set(re.findall(r'id="(\w+)"|@keyframes (\w+)', text)) for text in (one, other)]
    assert names[0]
    assert names[0].isdisjoint(names[1])


def test_a_film_of_a_7x7_input_is_small():
    film = convolved_here((7, 7), (3, 3), Window.of(3, rank=2, padding=1))
    assert len(film.frames) == 49
    assert len(animated(film).encode()) < 60_000


def test_a_film_without_frames_is_a_picture():
    film = Film("a diagnosis", (Plane("input", "input", "input", (1, 1), (1.0,)),), ())
    assert animated(film) == svg(still(film))


def test_what_is_too_long_is_refused_with_a_remedy():
    plane = Plane("input", "input", "input", (1, 1), (1.0,))
    film = Film("a long one", (plane,), tuple(Frame(f"place {n}", ()) for n in range(401)))
    with pytest.raises(OptionError, match=r"it has 401 frames, and the most is 400") as caught:
        animated(film)
    assert ".html" in caught.value.help[0]


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), float("inf")])
def test_a_frame_has_to_last(seconds):
    with pytest.raises(OptionError, match="cannot last"):
        animated(pooled(), seconds=seconds)


@given(st.sets(st.integers(0, 9), min_size=1), st.integers(0, 9))
def test_groups_are_seen_in_their_frames_alone(frames, now):
    time = Timeline(10, 0.5, "k")
    drawn = time.during(runs(sorted(frames)), '<rect class="x"/>')
    text = f'<svg xmlns="{SVG[1:-1]}">{time.style()}<defs/>{drawn}</svg>'
    player = Player(text)
    shown = [one for one in player.root if one.tag in (f"{SVG}g", f"{SVG}rect")]
    assert any(player.visible(one, (now + 0.5) * 0.5) for one in shown) == (now in frames)


SEEN = """time => {
    for (const one of document.getAnimations()) { one.pause(); one.currentTime = 1000 * time; }
    const words = [...document.querySelectorAll("svg > :not(defs) text, svg > text")];
    return words.filter(one => getComputedStyle(one).visibility === "visible")
        .map(one => one.textContent);
}"""


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_browser_plays_it_unless_less_motion_is_asked_for(browser, motion):
    film = convolved_here((5, 5), (3, 3), Window.of(3, rank=2, padding=1))
    text = animated(film)
    page = browser.new_page(reduced_motion=motion)
    said = []
    page.on("console", lambda one: said.append(one.text))
    page.on("pageerror", lambda one: said.append(str(one)))
    page.set_content(text)
    for number in (0, 7, len(film.frames) - 1):
        time = number + 0.5
        _, words = Player(text).seen(time if motion == "no-preference" else None)
        expected = {one for _, one in words if not one.startswith("×")}
        assert set(page.evaluate(SEEN, time)) == expected
    page.close()
    assert not said
