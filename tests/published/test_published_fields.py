"""The fields published for networks as TF-slim defines them, and for torchvision's ResNet-50.

Size, stride and padding are those of the table in Araujo, Norris and Sim (2019); the counts that
are published with the networks say that the definitions are theirs. Each field is found once more
as the support of a gradient, in an image that is as tall as it has to be.
"""

from fractions import Fraction
from pathlib import Path

import pytest
from gradients import box, moved, positive, run, thinned

import striate

HERE = Path(__file__).parent
FIELDS = {
    "vgg_16": ("slim", "pool5", 212, 32, 90),
    "resnet_v1_50": ("slim", "block4.", 483, 32, 239),
    "inception_v3": ("slim", "mixed7.", 1311, 32, 618),
    "mobilenet_v1": ("slim", "conv13.", 315, 32, 126),
    "resnet50": ("resnet", "layer4.", 427, 32, 213),
}
COUNTS = {"vgg_16": 138_357_544, "resnet_v1_50": 25_557_032, "mobilenet_v1": 4_231_976}


def network(name, *, size=None):
    slim = FIELDS[name][0] == "slim"
    tree = striate.read(HERE / "slim.cnn", network=name) if slim else striate.read(name)
    return striate.resolve(tree, input=size, classes=1000)


def last_of(network, end):
    """The number of the last node under a path."""
    return max(n for n, node in enumerate(network.nodes) if node.path.startswith(end))


@pytest.mark.parametrize("name", COUNTS)
def test_the_definitions_have_the_published_numbers_of_parameters(name):
    assert striate.plan(network(name)).totals["parameters"].value == COUNTS[name]


@pytest.mark.parametrize("name", FIELDS)
def test_published_fields(name):
    """Unit 0 is centred at -padding + (size - 1)/2; the branches of all of them are aligned."""
    _, end, size, stride, padding = FIELDS[name]
    made = network(name)
    plan = striate.plan(made)
    field = plan.row(made.nodes[last_of(made, end)].path).field
    assert (field.size, field.stride) == ((size, size), (stride, stride))
    assert field.offset == (Fraction(size - 1, 2) - padding,) * 2
    assert field.status == "exact"
    assert not any("centred" in note for row in plan.rows for note in row.notes)


@pytest.mark.parametrize("name", FIELDS)
def test_a_tall_image_moves_a_unit_from_as_far_as_the_field_says(name):
    _, end, size, stride, padding = FIELDS[name]
    made = network(name, size=(3, 2 * size // 64 * 64 + 64, 128 if name != "vgg_16" else 224))
    number = last_of(made, end)
    x, values = run(positive(thinned(made)), (1, *made.input[1:]))
    unit = (made.nodes[number].size[1] // 2, 0)
    first = unit[0] * stride - padding
    assert box(moved(x, values[number], unit))[0] == (first, first + size - 1)
    assert striate.plan(made).region(made.nodes[number].path, unit).box[0][0] == first
