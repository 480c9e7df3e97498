"""Closed forms and the sizes that fit, judged by expanding the same text at hundreds of real sizes.

Nothing of `free` takes part in the judgement: forms are read as Python, and evaluated by Python.
"""

import random

import pytest
from drawn import networks
from hypothesis import given, settings
from hypothesis import strategies as st
from one_each import ONE_EACH, small

import striate
from striate.errors import OptionError, ShapeError
from striate.planning import Settings
from striate.planning.expansion import expand
from striate.planning.free import FreeSize, free_plan
from striate.planning.misfit import Misfit
from striate.planning.sizes import lost

LETTERS = "HWD"


def network_at(tree, size, classes):
    """The network of a real size, None if it does not fit."""
    try:
        return expand(tree, Settings(size, classes, sure=True))
    except Misfit:
        return None


def loses(network, axis):
    for node in network.nodes:
        arriving = tuple(network.nodes[number].size for number in node.inputs)
        dropped = lost(node.layer, arriving) if arriving else ()
        if len(dropped) > axis and dropped[axis]:
            return True
    return False


def judged(plan, tree, numbers, classes):
    """Hold all that a plan says about one size against the network of that size."""
    below = [letter for letter, n in plan.holds.items() if numbers[letter] < n]
    if "POOL?" in tree.text and len(below) > 1:
        return  # which words are left out depends on all letters at once there, as the plan notes
    network = network_at(tree, plan.size.at(numbers), classes)
    assert (network is not None) == all(numbers[x.letter] in x.fits for x in plan.found), numbers
    if network is None:
        return
    for one in plan.found:
        if "POOL?" in tree.text and set(below) - {one.letter}:
            continue
        axes = plan.size.along(one.letter)
        assert (numbers[one.letter] in one.lossless) == (
            not any(loses(network, axis) for axis in axes)
        ), (numbers, one)
    if all(numbers[letter] >= n for letter, n in plan.holds.items()):
        for node, row in zip(network.nodes[1:], plan.rows, strict=True):
            assert row.status == "exact", row
            assert tuple(eval(str(form), {}, numbers) for form in row.size) == node.size, row
        for real, row in zip(striate.plan(network).rows, plan.rows, strict=True):
            for name in ("parameters", "products", "additions"):
                assert eval(str(getattr(row, name).value), {}, numbers) == getattr(real, name).value


@st.composite
def free_sizes(draw, input):
    """The size of a drawn input with letters in it: one for each axis, for several, or for one."""
    axes = [
        draw(st.sampled_from([LETTERS[a], LETTERS[a], "H", n])) for a, n in enumerate(input[1:])
    ]
    if not any(isinstance(axis, str) for axis in axes):
        axes[-1] = "W"
    return "x".join(map(str, [input[0], *axes]))


@settings(max_examples=40)
@given(networks(most=4), st.data(), st.randoms(use_true_random=False))
def test_closed_forms_are_what_every_size_gives(drawn, data, chance):
    tree, size = striate.read(drawn.text), data.draw(free_sizes(drawn.input))
    try:
        plan = free_plan(tree, size, Settings(classes=10))
    except ShapeError:
        free = FreeSize.of(size)
        sides = (dict.fromkeys(free.letters, n) for n in range(1, 40))
        assert all(network_at(tree, free.at(side), 10) is None for side in sides)
        return
    assert not plan.surprises
    for _ in range(8):
        judged(plan, tree, {letter: chance.randint(1, 24) for letter in plan.size.letters}, 10)
    for one in plan.found:
        for n in one.fits.first(3):
            judged(plan, tree, {**plan.example, one.letter: n}, 10)


def free_plan_of(name):
    """The text of a network of the zoo, and its plan for any size of each of its axes."""
    tree = striate.read(name)
    channels, *axes = small(name).input
    return tree, free_plan(tree, f"{channels}x{'x'.join('HWD'[: len(axes)])}", Settings(classes=10))


@pytest.mark.parametrize("name", ONE_EACH)
def test_the_networks_of_the_zoo(name):
    tree, plan = free_plan_of(name)
    assert plan.status == "exact"
    chance = random.Random(name)
    for _ in range(4):
        judged(plan, tree, {letter: chance.randint(1, 300) for letter in plan.size.letters}, 10)
    least = {one.letter: one.fits.smallest for one in plan.found}
    judged(plan, tree, least, 10)
    judged(plan, tree, {**plan.example, "H": least["H"] - 1 or 1}, 10)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("FLATTEN -> FC 2*in", "1 (line 1) is FC 448 at T = 224 and FC 450 at T = 225; "),
        ("POOL 2 -> FLATTEN -> FC in -> FC 3", "2 (line 1) is FC 112 at T = 224 and FC 224 at T"),
        ("FLATTEN -> [FC 5]*(in>224) -> FC 3", "1 (line 1) is FC 3 at T = 224 and FC 5 at T = 225"),
        ("FLATTEN -> [RELU]*(in/2) -> FC 3", "T = 225: 225/2 is not a whole number"),
    ],
)
def test_numbers_that_follow_from_the_letters_are_refused(text, says):
    with pytest.raises(OptionError) as caught:
        striate.plan(text, input="1xT")
    assert caught.value.message.startswith(says)
    assert caught.value.help[1] == "plan one size at a time: --input 1x224"
    assert striate.plan(text, input=(1, 224)).network.input == (1, 224)


def test_channels_that_are_the_same_for_every_size_may_be_counted_with():
    made = striate.plan("CONV 6 3 -> { ID + CONV in 1 } -> CONV 2*in 1 -> FLATTEN", input="1xT")
    assert made.status == "exact"
    assert made.row("3").size[0] == 12
