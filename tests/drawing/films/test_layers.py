"""The film of a layer keeps what the layer is; judged by the plan, on every network of the zoo."""

import pytest
from one_each import ONE_EACH, small

import striate
from striate.drawing.films.scenes.layers import film_of, has_film
from striate.errors import OptionError, StriateError
from striate.language import layers as L
from striate.language.spelling import word_of

EVERY_KIND = """INPUT 4x15x15
a: CONV 6 3x3 stride=2 pad=1 groups=2
b: CONV 3 3x3 connect=01/23/45
c: TILED 4 3x3 tiles=2 pad=same mode=edge
d: UNSHARED 4 2x2
e: SEPARABLE 4 2x2
f: DECONV 4 3x3 stride=2
g: MAXPOOL 3x3 stride=2 ceil
h: CHANNELPOOL 2
i: ADAPTIVE 2
j: GAP
"""


def outputs(film):
    """Rows and columns of the output planes, without padding."""
    found = [plane for plane in film.planes if plane.role == "output"]
    return [
        (one.shape[0] - sum(one.padding[:2]), one.shape[1] - sum(one.padding[2:])) for one in found
    ]


def corner(film, frame):
    """The first row and column that a frame reads of the first channel."""
    spots = [cell.spot for cell in film.lit(frame) if cell.plane == 0]
    columns = film.planes[0].shape[1]
    return min(spot // columns for spot in spots), min(spot % columns for spot in spots)


def test_a_layer_of_lenet_is_drawn_with_its_window_and_its_table():
    film = striate.draw("lenet5#c3")
    assert film.working[-1] == "drawn small: 4 of 6 channels, 2 of 16 filters, 7x7 of 14x14"
    assert outputs(film) == [(3, 3)] * 2
    joined = {plane.name for plane in film.planes if plane.role == "partial"}
    assert len(joined) == 6  # each of the first two filters sees three channels
    assert film.title.startswith("lenet5, c3")
    assert any("made up" in line for line in film.working)


def test_channels_of_a_table_that_are_not_the_first_are_named():
    film = striate.draw("INPUT 6x9x9 -> a: CONV 3 3x3 connect=14/4/02#a")
    assert film.working[-1] == "drawn small: 2 of 6 channels (1, 4), 2 of 3 filters, 5x5 of 9x9"
    assert "filter 1 sees channel 1" in film.working


def test_strides_padding_and_what_flooring_drops_are_kept():
    film = striate.draw("INPUT 3x224x224 -> a: CONV 96 11x11 stride=4#a")
    assert film.working[-1].endswith("2 of 96 filters, 20x20 of 224x224")
    assert "the last 1 row and column are never seen" in film.misfit
    kept = striate.draw("INPUT 3x227x227 -> a: CONV 96 11x11 stride=4#a")
    assert kept.working[-1].endswith("19x19 of 227x227")
    assert not kept.misfit


def test_partial_windows_borders_and_biases_are_kept():
    assert outputs(striate.draw("INPUT 1x7x7 -> a: POOL 2 ceil#a")) == [(4, 4)]
    assert outputs(striate.draw("INPUT 1x7x7 -> a: POOL 2#a")) == [(3, 3)]
    for word in ("CONV 2 3x3", "UNSHARED 2 3x3", "AVGPOOL 3 stride=1"):
        for mode in ("edge", "zeros"):
            film = striate.draw(f"INPUT 1x6x6 -> a: {word} pad=1 mode={mode}#a")
            frame, pixels = film.planes[0].values, film.planes[0]
            inner = frame[pixels.shape[1] + 1]
            assert frame[0] == (inner if mode == "edge" else 0)
            assert inner != 0
    for bias, planes in (("bias=yes", 1), ("bias=no", 0)):
        film = striate.draw(f"INPUT 1x6x6 -> a: CONV 2 3x3 {bias}#a")
        assert sum(plane.role == "bias" for plane in film.planes) == planes
    counted = {}
    for count in ("yes", "no"):
        film = striate.draw(f"INPUT 1x6x6 -> a: AVGPOOL 2 pad=1 count={count}#a")
        counted[count] = next(film.sums()).divisor
    assert counted == {"yes": 4, "no": 1}


def test_what_is_small_is_drawn_whole():
    film = striate.draw("INPUT 1x4x4 -> a: CONV 2 3x3#a")
    assert film.working[-1] == "drawn whole"
    assert film.title == "network, a: Convolution 3x3 over 4x4, 2 filters"
    few = striate.draw("INPUT 1x4x4 -> a: CONV 5 3x3#a")
    assert few.working[-1] == "drawn small: 2 of 5 filters"
    assert few.title == "network, a: Convolution 3x3 over 4x4, 2 filters, drawn small"


def test_a_bias_that_is_not_drawn_is_said_to_be_missing():
    for bias, missing in (("yes", True), ("no", False)):
        film = striate.draw(f"INPUT 1x9x9 -> a: DECONV 2 3x3 bias={bias}#a")
        assert film.working[-1].endswith(", without its bias") == missing


@pytest.mark.parametrize("bias", ["yes", "no"])
@pytest.mark.parametrize("word", ["CONV 2 2x2", "UNSHARED 2 2x2", "TILED 2 2x2", "SEPARABLE 2 2x2"])
def test_a_layer_that_is_small_has_the_parameters_and_products_of_its_plan(word, bias):
    text = f"INPUT 2x4x4 -> a: {word}{' tiles=2' * ('TILED' in word)} bias={bias}"
    row, film = striate.plan(text).rows[-1], striate.draw(f"{text}#a")
    for name, number in (("parameters", row.parameters), ("products", row.products)):
        (line,) = (line for line in film.working if line.startswith(f"{name}: "))
        assert line.split(" ")[-1] == str(number.value)


@pytest.mark.parametrize("path", "abcdefghij")
def test_every_kind_of_layer_with_a_window_has_a_film(path):
    text = " -> ".join(EVERY_KIND.splitlines())
    plan = striate.plan(text)
    film, row = film_of(plan, path), plan.row(path)
    assert film.frames
    if isinstance(row.layer, L.Convolution | L.Unshared | L.Tiled | L.Pool):
        window = row.layer.window
        first, second = corner(film, 0), corner(film, 1)
        assert first == (0, 0)
        assert second == (0, window.stride[1])
        sides = film.planes[0].padding
        assert (sides[:2], sides[2:]) == window.padding
        lit = {cell for cell in film.lit(0) if cell.plane == 0}
        assert len(lit) == window.kernel[0] * window.kernel[1]
    assert all(min(shape) >= 1 for shape in outputs(film))
    assert "drawn small" in film.working[-1]


@pytest.mark.parametrize("name", ONE_EACH)
def test_every_layer_with_a_window_of_the_zoo_has_a_film(name):
    plan, seen = striate.plan(small(name)), set()
    nodes = plan.network.nodes
    for node in nodes:
        layer = node.layer
        form = (type(layer), getattr(layer, "window", None), getattr(layer, "groups", 1) > 1)
        drawable = bool(node.inputs) and has_film(layer, nodes[node.inputs[0]].size)
        assert drawable or not hasattr(layer, "window")
        if drawable and form not in seen:
            seen.add(form)
            assert film_of(plan, node.path).frames
    assert seen


def test_a_layer_without_a_window_is_refused_and_those_with_one_are_named():
    with pytest.raises(OptionError, match="there is no film of 1: RELU has no window") as caught:
        striate.draw("INPUT 1x8x8 -> c1: CONV 4 3x3 -> RELU -> FC 10#1")
    assert caught.value.help == ["those with a window have: c1"]
    with pytest.raises(OptionError, match="no film") as caught:
        striate.draw("INPUT 8 -> a: FC 10#a")
    assert caught.value.help == ["none of its layers has a window"]


def test_a_layer_that_there_is_not_is_the_planners_sentence():
    with pytest.raises(OptionError, match="there is no layer 'c9' in lenet5"):
        striate.draw("lenet5#c9")
    with pytest.raises(StriateError):
        striate.draw("lenet5#input")


def test_words_in_the_refusal_are_those_of_the_language():
    plan = striate.plan("lenet5")
    for row in plan.rows:
        if word_of(row.layer) in ("FC", "RELU", "BN", "TANH"):
            with pytest.raises(OptionError, match=f"{word_of(row.layer)} has no window"):
                film_of(plan, row.path)
