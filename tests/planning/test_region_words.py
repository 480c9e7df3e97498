"""What is said of the region of a unit, in words and for other programs, and what is refused."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

import striate
from striate.arithmetic.runs import joined
from striate.errors import OptionError
from striate.planning.regions import counted


@pytest.mark.parametrize(
    ("text", "path", "unit", "told"),
    [
        ("INPUT 1x64x64 -> CONV 1 3 -> CONV 1 3 stride=2 pad=1", "1", (0, 6),
         "1 unit 0, 6 sees rows 0 to 3, columns 11 to 15 of 64x64 "
         "(4 x 5; 1 row more in the padding)"),
        ("INPUT 1x9x9 -> CONV 1 3 dilation=2", "0", (4, 4),
         "0 unit 4, 4 sees rows 4 to 8, columns 4 to 8 of 9x9 (5 x 5, of which 9 pixels)"),
        ("INPUT 1x9 -> CONV 1 3 pad=2", "0", (10,),
         "0 unit 10 sees places 8 to 8 of 9 (1; 2 places more in the padding)"),
        ("INPUT 1x4x4x4 -> POOL 2", "0", (0, 0, 1),
         "0 unit 0, 0, 1 sees slices 0 to 1, rows 0 to 1, columns 2 to 3 of 4x4x4 (2 x 2 x 2)"),
        ("INPUT 1x2x2x2x2 -> GAP", "0", (0, 0, 0, 0),
         "0 unit 0, 0, 0, 0 sees axis 1: 0 to 1, axis 2: 0 to 1, axis 3: 0 to 1, axis 4: 0 to 1 "
         "of 2x2x2x2 (2 x 2 x 2 x 2): the whole input"),
        ("INPUT 1x8x8 -> POOL 2 -> fc: FC 3", "fc", (),
         "fc sees rows 0 to 7, columns 0 to 7 of 8x8 (8 x 8): the whole input"),
        ("INPUT 1x9x9 -> POOL 2 -> fc: FC 3", "fc", (),
         "fc sees rows 0 to 7, columns 0 to 7 of 9x9 (8 x 8)"),
        ("INPUT 1x9 -> CONV 1 1 pad=1", "0", (0,), "0 unit 0 sees nothing of the input"),
        ("INPUT 9 -> FC 3", "0", (), "0 sees all of the input: the whole input"),
        ("INPUT 1x9 -> ID", "input", (4,), "input unit 4 sees places 4 to 4 of 9 (1)"),
    ],
)  # fmt: skip
def test_what_a_unit_sees_in_words(text, path, unit, told):
    assert str(striate.plan(text).region(path, unit)) == told


@pytest.mark.parametrize(
    ("path", "unit", "message", "help"),
    [
        ("cc", (1, 1), "there is no layer 'cc' in network", "did you mean 'c'?"),
        ("c", (1,), r"a unit of c \(2x7x6\) has 2 indices, found 1", "the last one is c 6 5"),
        ("c", (7, 0), "c has no unit 7, 0: it has 7x6 of them", "the last one is 6 5"),
        ("c", (0, -1), "c has no unit 0, -1", "indices count from 0"),
        ("f", (0,), r"a unit of f \(3\) has no index, found 1", "the last one is f"),
    ],
)
def test_units_that_there_are_not(path, unit, message, help):
    plan = striate.plan("INPUT 1x9x8 -> c: CONV 2 3 -> f: FC 3")
    with pytest.raises(OptionError, match=message) as caught:
        plan.region(path, unit)
    assert help in caught.value.help[0]


def test_a_region_for_other_programs():
    form = striate.plan("INPUT 1x9x9 -> c: CONV 2 3 pad=1").region("c", (0, 4)).as_dict()
    assert form == {
        "path": "c",
        "unit": [0, 4],
        "inputs": [
            {
                "input": "input",
                "size": [9, 9],
                "box": [[0, 1], [3, 5]],
                "pixels": 6,
                "outside": [[1, 0], [0, 0]],
            }
        ],
        "status": "exact",
    }


def test_branches_beyond_number_are_bounded():
    """Each of twenty branches looks at a place of its own: the sixteen boxes kept hold them all."""
    branches = " | ".join(f"PAD pad={n}/{19 - n}x{19 - n}/{n} -> CROP 1x1" for n in range(20))
    plan = striate.plan(f"INPUT 1x40x40 -> {{ {branches} }}")
    region = plan.region(plan.rows[-1].path, (0, 0))
    assert region.status == "upper bound"
    assert region.parts[0].pixels >= 20


def cells(boxes):
    """The places in some boxes, one by one."""
    axes = [[{n for a, b in runs for n in range(a, b + 1)} for runs in box] for box in boxes]
    return {place for box in axes for place in product(*box)}


RUNS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1).map(joined)


@given(st.integers(1, 3).flatmap(lambda rank: st.lists(st.tuples(*[RUNS] * rank), max_size=4)))
def test_places_in_boxes_are_counted_once(boxes):
    assert counted(tuple(boxes)) == len(cells(boxes))
