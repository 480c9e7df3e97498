"""Every worked example: what its film comes to is what the textbook prints.

The expected numbers are typed from the textbook beside each example; nothing here works them out.
"""

import numpy as np
import pytest

from striate.drawing.gallery import gallery
from striate.reference import gradients

EXAMPLES = gallery().examples
FILMS = [one for one in EXAMPLES if one.kind]
ROWS = [f"B{n}" for n in range(1, 25)] + ["C2", "C3", "C4", "C5", "C7", "D8"]
JUDGED = {"values", "begins", "size", "most", "misfit", "says", "padding", "matrix"}
JUDGED |= {"gradients", "updated"}


def inside(plane):
    """The numbers of a plane without its padding, as they are drawn."""
    above, below, left, right = plane.padding
    rows, columns = plane.shape
    texts = np.array(plane.texts).reshape(plane.shape)
    return texts[above : rows - below, left : columns - right]


def results(film):
    """The last stack of outputs: (plane, row, column), as texts."""
    outputs = [plane for plane in film.planes if plane.role == "output"]
    return np.stack([inside(one) for one in outputs if one.stack == outputs[-1].stack])


def printed(film):
    """The results as numbers, read back from what is drawn."""
    return results(film).astype(float)


def sized(film):
    """The size of the result: axes of 1 in front are not written, as in the textbook."""
    found = list(results(film).shape)
    while len(found) > 1 and found[0] == 1:
        found.pop(0)
    return found


def size_of(text):
    """The numbers of a size, as `sized` writes it."""
    found = [int(n) for n in text.split("x")]
    while len(found) > 1 and found[0] == 1:
        found.pop(0)
    return found


def named(examples):
    return pytest.mark.parametrize("example", examples, ids=lambda one: one.name)


def expecting(what):
    found = [one for one in EXAMPLES if what in one.expected]
    assert found
    return named(found)


def test_every_row_of_the_textbook_is_there_in_order():
    assert list(dict.fromkeys(one.row for one in EXAMPLES)) == ROWS
    assert len({one.file for one in EXAMPLES}) == len({one.title for one in EXAMPLES})
    for example in EXAMPLES:
        assert set(example.expected) <= JUDGED
        assert bool(example.kind) != bool(example.network)


def test_rows_with_several_worked_numbers_have_several_films():
    count = {row: sum(one.row == row for one in EXAMPLES) for row in ROWS}
    assert (count["B2"], count["B7"], count["C3"], count["B24"]) == (2, 3, 2, 2)
    assert count["B4"] >= 7
    assert count["C2"] >= 6
    assert sum("4 for the 5" in one.slip for one in EXAMPLES) == 1


@expecting("values")
def test_the_film_comes_to_the_numbers_of_the_textbook(example):
    expected = np.array(example.expected["values"], float)
    found = printed(example.film)
    assert found.size == expected.size
    assert found.shape[-min(expected.ndim, 3) :] == expected.shape[-3:]
    assert np.array_equal(found.ravel(), expected.ravel())


@expecting("begins")
def test_the_film_begins_as_the_textbook_prints(example):
    expected = example.expected["begins"]
    assert printed(example.film).ravel()[: len(expected)].tolist() == expected


@expecting("size")
def test_the_size_of_the_result(example):
    assert sized(example.film) == size_of(example.expected["size"])


@expecting("most")
def test_the_largest_result(example):
    assert printed(example.film).max() == example.expected["most"]


@expecting("misfit")
def test_what_does_not_fit_is_said_and_drawn(example):
    assert any(example.expected["misfit"] in line for line in example.film.misfit)
    assert any(plane.unseen for plane in example.film.planes)


@named([one for one in FILMS if "misfit" not in one.expected and one.row not in ("B23", "C3")])
def test_all_others_fit(example):
    assert not example.film.misfit


@named([one for one in FILMS if "says" in one.expected])
def test_the_working_says_it(example):
    for said in example.expected["says"]:
        assert any(said in line for line in example.film.working), example.film.working


@expecting("padding")
def test_the_padding_that_it_needs(example):
    (image,) = (plane for plane in example.film.planes if plane.role == "input")
    assert image.padding[2:] == (example.expected["padding"],) * 2


@expecting("matrix")
def test_the_size_of_the_matrix(example):
    (written,) = (plane for plane in example.film.planes if plane.role == "matrix")
    assert list(written.shape) == size_of(example.expected["matrix"])


@expecting("gradients")
def test_the_gradient_of_the_weights(example):
    expected = np.array(example.expected["gradients"])
    shown = [
        inside(plane).astype(float) for plane in example.film.planes if plane.role == "gradient"
    ]
    assert any(np.array_equal(one, expected) for one in shown)
    options = example.film_options
    kernel = [[[[1, 0], [2, -1]]]]
    judged = gradients([options["upstream"]], [options["matrix"]], kernel).kernels
    assert np.array_equal(judged.values[0, 0], expected)


@expecting("updated")
def test_the_weights_after_the_update(example):
    (shown,) = (one for one in example.film.planes if one.stack == "kernel after the update")
    assert np.array_equal(inside(shown).astype(float), example.expected["updated"])


def test_stride_2_keeps_every_second_place_of_stride_1():
    wasteful, some = (one.film for one in EXAMPLES if one.row == "B23")
    every = next(inside(one).astype(float) for one in wasteful.planes if one.role == "output")
    assert every.shape == (5, 5)
    assert np.array_equal(every[::2, ::2], printed(some)[0])
    assert np.array_equal(printed(wasteful), printed(some))


def test_the_turned_stroke_is_pooled_to_the_turned_map():
    upright, turned = (printed(one.film)[0] for one in FILMS if one.kind == "channels")
    assert np.array_equal(np.rot90(upright), turned)
    maps = [one for one in FILMS if one.row == "C5" and one.kind == "conv"]
    pooled = [one for one in FILMS if one.kind == "channels"]
    for before, after in zip(maps, pooled, strict=True):
        assert np.array_equal(printed(before.film), np.array(after.film_options["matrix"]))


def test_numbers_that_were_not_typed_are_said_to_be_made_up():
    for example in FILMS:
        given = set(example.film_options)
        typed = "matrix" in given and given & {"kernel", "weights", "to", "group"}
        if not typed:
            assert any("made up" in line for line in example.film.working), example.name


def test_the_shifted_map_is_the_map_shifted():
    (example,) = (one for one in FILMS if one.kind == "shift")
    maps = [inside(one).astype(float) for one in example.film.planes if one.role == "output"]
    before, after = maps
    assert np.array_equal(after[1:, 2:], before[:-1, :-2])
    assert before[:-1, :-2].any()


@named([one for one in EXAMPLES if one.network])
def test_the_units_of_the_network_see_as_much_as_the_textbook_says(example):
    plan = example.drawing.plan
    sizes = ["x".join(map(str, row.field.size)) for row in plan.rows]
    assert sizes == example.expected["says"]
    path, place = example.drawing.unit
    assert path == plan.rows[-1].path
    assert [2 * n + 1 for n in place] == list(plan.rows[-1].size[1:])
