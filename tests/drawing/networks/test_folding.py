"""What is folded into one: parts whose layers are the same, never so many that it is unclear."""

import pytest

import striate
from striate.drawing.networks.book import leaf
from striate.drawing.networks.folding import ROOM, level
from striate.drawing.networks.grouping import Group

LONG = "INPUT 3x32x32 -> [CONV 8 3 pad=1 -> BN -> RELU -> CONV 8 1]*20 -> FC 10"


def groups(name):
    return {part.path: part for part in level(striate.resolve(name)) if isinstance(part, Group)}


def test_stages_of_a_resnet_are_its_parts():
    assert list(groups("resnet50")) == ["layer1", "layer2", "layer3", "layer4"]


def test_neighbours_that_are_alike_are_one_with_a_number():
    network = striate.resolve("resnet152")
    stage = next(part for part in level(network) if part.path == "layer3")
    first, others = level(network, stage.parts)
    assert (first.path, others.path) == ("layer3.0", "layer3.1 to layer3.35")
    assert others.times == 35
    assert {len(part.nodes) for part in others.parts} == {10}


def test_what_differs_is_not_folded():
    found = groups("inception_v3")
    assert found["Mixed_6c to Mixed_6d"].times == 2
    assert {"Mixed_6b", "Mixed_6e"} <= set(found)


def test_the_number_is_drawn():
    items = {one.part.path: one for one in leaf(striate.resolve("densenet121")).level.items}
    said = [said.text for said in items["features.denseblock3"].said]
    assert said == ["features.denseblock3", "×24", "1024×14×14"]


def test_a_long_text_without_names_repeats_itself():
    parts = level(striate.resolve(LONG))
    assert [part.path for part in parts] == ["input", "0 to 79", "80"]
    assert parts[1].times == 20


def test_few_layers_are_not_folded():
    assert not groups("vgg16")
    assert not groups("c3d")


@pytest.mark.parametrize("layers", [60, 300, 2000])
def test_any_number_of_different_layers(layers):
    text = " -> ".join(f"CONV {n + 1} 1" for n in range(layers))
    network = striate.resolve(f"INPUT 1x4x4 -> {text}")
    book = leaf(network)
    assert max(len(one.level.items) for one in book.all()) <= ROOM + 1
    units = [item for one in book.all() for item in one.level.items if item.kind == "stack"]
    assert len(units) == layers + 1
