"""Planes lie side by side: those that take turns at one place, those that meet at two."""

import pytest
from drawing.films.drawn_pictures import convolved_here, distinct

import striate
from striate.arithmetic import Window
from striate.drawing.films.kinds.rows import as_matrix
from striate.drawing.films.record import Cell, Film, Frame, Plane, Sum
from striate.drawing.films.stills.layout import arranged
from striate.drawing.films.stills.stacks import MARGIN, WIDTH


def film(stacks, frames, shape=(1, 2)):
    """Planes of stacks by their names, all passing; a frame uses some, by their numbers."""
    values = (1.0,) * (shape[0] * shape[1])
    planes = [
        Plane(f"{name} {n}", "kernel", name, shape, values, passing=True)
        for n, name in enumerate(stacks)
    ]
    output = Plane("output", "output", "output", (1, 1), (1.0,))
    result = Cell(len(planes), 0)
    made = (Sum(result, tuple((Cell(number, 0),) for number in used)) for used in frames)
    return Film("", (*planes, output), tuple(Frame("a frame", (one,)) for one in made))


def corners(film):
    return [(box.x, box.y) for _, box in sorted(arranged(film, 0).boxes.items())]


def test_stacks_that_never_meet_share_their_place():
    first, second, output = corners(film(["of a", "of b"], [[0], [1]]))
    assert first == second != output


def test_stacks_that_meet_lie_apart():
    first, second, _ = corners(film(["of a", "of b"], [[0], [1], [0, 1]]))
    assert first[0] < second[0]


def test_planes_of_a_stack_share_levels_as_they_meet():
    first, second, third, _ = corners(film(["of a"] * 3, [[0, 1], [2, 1]]))
    assert first == third
    assert first[1] < second[1]


def test_many_planes_go_on_in_a_further_column():
    *many, _ = corners(film(["of a"] * 7, [range(7)], shape=(6, 6)))
    assert len({y for _, y in many}) < 7
    assert len(set(many)) == 7


def test_stacks_that_would_be_too_far_to_the_right_begin_a_new_row():
    many = film([f"of {n}" for n in range(9)], [range(9)], shape=(2, 9))
    sheet = arranged(many, 0)
    assert sheet.width <= WIDTH
    assert len({box.y for box in sheet.boxes.values()}) > 2
    assert min(box.x for box in sheet.boxes.values()) == MARGIN + 0.5


def test_a_matrix_and_the_input_in_one_row_have_their_columns_above_each_other():
    flat = as_matrix(distinct((5, 5), 1), distinct((3, 3), 2), Window.of(3, rank=2))
    boxes = arranged(flat, 0).boxes
    matrix, row = (
        next(boxes[n] for n, plane in enumerate(flat.planes) if plane.shape == shape)
        for shape in ((9, 25), (1, 25))
    )
    assert (matrix.x, matrix.side) == (row.x, row.side)


@pytest.mark.parametrize(("size", "readable"), [(28, True), (60, False)])
def test_numbers_are_drawn_where_they_can_be_read(size, readable):
    film = convolved_here((size, size), (3, 3), Window.of(3, rank=2, stride=9))
    planes = [
        Plane(one.name, one.role, one.stack, one.shape, (1.0,) * len(one.values))
        for one in film.planes
    ]
    boxes = arranged(Film("", tuple(planes), film.frames), 0).boxes
    assert bool(boxes[0].size) == readable


def test_a_layer_of_several_channels_is_no_tall_column():
    flat = striate.draw("matrix", input=4, kernel=2)
    drawn = [(striate.draw("lenet5#c3"), 900), (striate.draw("c3d#conv1"), 900), (flat, 480)]
    for made, tallest in drawn:
        sheet = arranged(made, 0)
        assert sheet.width <= WIDTH
        assert sheet.height <= tallest
