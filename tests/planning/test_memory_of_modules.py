"""What training keeps of a module that was written by hand, from the network that it is.

An inspected module gives nodes that overwrite, that do not remember, and operations without a word.
"""

import pytest
import torch
from storages import saved
from torch import nn
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

import striate
from striate.arithmetic import Window
from striate.language import layers as L
from striate.language.network import Network, Node
from striate.nn import build

SIZE = (4, 6, 6)
POINT = L.Convolution(4, Window.of(1, rank=2), bias=False)


def network(*nodes, outputs=None):
    """Nodes (layer, inputs) or (layer, inputs, fields) behind an input, all of SIZE."""
    made = [Node("input", L.Input(SIZE), (), SIZE)]
    for number, (layer, inputs, *fields) in enumerate(nodes):
        more = {"size": SIZE, **(fields[0] if fields else {})}
        made.append(Node(f"n{number + 1}", layer, inputs, **more))
    return Network("written", tuple(made), outputs or (len(made) - 1,))


def planned(made, batch=2):
    return striate.plan(made).memory(batch).totals["saved"].value


class Written(nn.Module):
    """A module with a forward of two convolutions that some test wrote."""

    def __init__(self, forward):
        super().__init__()
        self.a, self.b = (nn.Conv2d(4, 4, 1, bias=False) for _ in "ab")
        self.run = forward

    def forward(self, x):
        return self.run(self, x)


def measured(forward, batch=2):
    return saved(Written(forward).train(), torch.rand(batch, *SIZE))


IN_PLACE = {
    "relu": F.relu_,
    "relu6": lambda x: F.relu6(x, inplace=True),
    "leakyrelu": F.leaky_relu_,
    "elu": F.elu_,
    "selu": F.selu_,
    "hardtanh": F.hardtanh_,
    "silu": lambda x: F.silu(x, inplace=True),
    "mish": lambda x: F.mish(x, inplace=True),
    "hardswish": lambda x: F.hardswish(x, inplace=True),
    "hardsigmoid": lambda x: F.hardsigmoid(x, inplace=True),
    "tanh": torch.tanh_,
    "sigmoid": torch.sigmoid_,
}


@pytest.mark.parametrize("kind", IN_PLACE)
def test_in_place_an_activation_takes_the_memory_of_its_input(kind):
    made = network(
        (POINT, (0,)),
        (L.Activation(kind), (1,), {"overwrites": True}),
        (POINT, (2,)),
    )
    assert planned(made) == measured(lambda m, x: m.b(IN_PLACE[kind](m.a(x))))


@pytest.mark.parametrize("overwrites", [True, False])
def test_a_sum_in_place(overwrites):
    """As a sum it keeps nothing, in place or not; what reads it keeps it once."""
    made = network(
        (POINT, (0,)),
        (POINT, (1,)),
        (L.Add(), (2, 1), {"overwrites": overwrites}),
        (L.Activation("relu"), (3,), {"overwrites": True}),
        (POINT, (4,)),
    )

    def forward(m, x):
        first = m.a(x)
        second = m.a(first)
        total = second.add_(first) if overwrites else second + first
        return m.b(F.relu_(total))

    assert planned(made) == measured(forward)


def test_a_sum_of_one_is_that_one():
    made = network((POINT, (0,)), (L.Activation("relu"), (1,)), (L.Add(), (2,)), (POINT, (3,)))
    assert planned(made) == saved(build(made).train(), torch.rand(2, *SIZE))
    assert striate.plan(made).memory().totals["forward"].value == 3 * 4 * 4 * 6 * 6


def test_in_place_less_is_alive_at_once():
    nodes = [(POINT, (0,)), (L.Activation("relu"), (1,)), (POINT, (2,))]
    in_place = [nodes[0], (*nodes[1], {"overwrites": True}), nodes[2]]
    peaks = [
        striate.plan(network(*given)).memory().totals["forward"].value
        for given in (nodes, in_place)
    ]
    value = 4 * 4 * 6 * 6
    assert peaks == [3 * value, 3 * value]
    deeper = [(*nodes[1], {"overwrites": True}), (L.Activation("relu"), (2,), {"overwrites": True})]
    both = network(nodes[0], *deeper)
    assert striate.plan(both).memory().totals["forward"].value == 2 * value


def test_weights_that_are_shared_are_counted_once_and_what_they_read_each_time():
    made = network(
        (POINT, (0,)),
        (L.Activation("tanh"), (1,)),
        (POINT, (2,), {"parameters": 0}),
        (L.Activation("tanh"), (3,)),
    )
    assert planned(made) == measured(lambda m, x: torch.tanh(m.a(torch.tanh(m.a(x)))))
    assert striate.plan(made).memory().totals["parameters"].value == 4 * 16


def test_without_gradients_nothing_is_kept():
    quiet = {"remembers": False}
    made = network(
        (POINT, (0,), quiet),
        (L.Activation("relu"), (1,), quiet),
        (POINT, (2,)),
        (L.Activation("relu"), (3,)),
    )

    def forward(m, x):
        with torch.no_grad():
            x = torch.relu(m.a(x))
        return torch.relu(m.b(x))

    assert planned(made) == measured(forward)


def test_under_checkpointing_only_what_enters_is_kept():
    quiet = {"remembers": False}
    made = network(
        (POINT, (0,)),
        (POINT, (1,), quiet),
        (L.Activation("gelu"), (2,), quiet),
        (POINT, (3,), quiet),
        (L.Activation("relu"), (4,)),
    )

    def forward(m, x):
        inner = checkpoint(lambda v: m.b(F.gelu(m.b(v))), m.a(x), use_reentrant=False)
        return torch.relu(inner)

    assert planned(made) == measured(forward)


def test_each_checkpointed_part_keeps_what_enters_it():
    first, second = {"remembers": False, "again": 1}, {"remembers": False, "again": 2}
    made = network(
        (POINT, (0,)),
        (L.Activation("gelu"), (1,), first),
        (POINT, (2,), first),
        (L.Activation("gelu"), (3,), second),
        (POINT, (4,), second),
        (L.Activation("relu"), (5,)),
    )

    def forward(m, x):
        value = m.a(x)
        for _ in "12":
            value = checkpoint(lambda v: m.b(F.gelu(v)), value, use_reentrant=False)
        return torch.relu(value)

    assert planned(made) == measured(forward)


def test_an_operation_keeps_what_was_measured_and_what_it_holds():
    """x * y keeps both; x.exp() its result; what others keep too is there once."""
    product = L.Operation("mul", SIZE, reads="places", holds=(0, 1))
    power = L.Operation("exp", SIZE, reads="places", holds=(-1,))
    angle = L.Operation("atan2", SIZE, kept=0, reads="places", holds=(0, 1))
    made = network(
        (POINT, (0,)),
        (POINT, (1,)),
        (product, (1, 2)),
        (power, (3,)),
        (angle, (4, 3)),
        (L.Activation("sigmoid"), (5,)),
    )

    def forward(m, x):
        first = m.a(x)
        product = first * m.b(first)
        return torch.sigmoid(torch.atan2(product.exp(), product))

    assert planned(made) == measured(forward)
    keeps = [row.keeps for row in striate.plan(made).memory(2).rows[2:5]]
    assert keeps == [("its input",), ("its result",), ("its input",)]
    alone = network((POINT, (0,)), (power, (1,)), (L.Activation("gelu"), (2,)))
    assert planned(alone) == measured(lambda m, x: F.gelu(m.a(x).exp()))
    squared = network((POINT, (0,)), (L.Operation("square", SIZE, holds=(0,)), (1,)))
    assert planned(squared) == measured(lambda m, x: m.a(x) ** 2)
    difference = network((POINT, (0,)), (POINT, (1,)), (L.Operation("sub", SIZE), (1, 2)))
    assert planned(difference) == measured(lambda m, x: (y := m.a(x)) - m.b(y))


def test_an_operation_of_which_no_more_is_known_has_that_status():
    told = L.Operation("sort", SIZE, kept=1152, reads="unknown", reason="it sorts")
    memory = striate.plan(network((POINT, (0,)), (told, (1,)))).memory(2)
    assert memory.rows[1].saved.value == 2 * 1152
    assert memory.rows[1].saved.status == memory.totals["training"].status == "unknown"
    assert "n2: saved as measured without numbers" in str(memory)
    assert memory.totals["saved"].value == measured(lambda m, x: m.a(x).sort(dim=1)[0])


def test_several_inputs_and_outputs():
    made = Network(
        "two",
        (
            Node("x", L.Input(SIZE), (), SIZE),
            Node("y", L.Input((4, 3, 3)), (), (4, 3, 3)),
            Node("a", POINT, (0,), SIZE),
            Node("up", L.Upsample(2), (1,), SIZE),
            Node("+", L.Add(), (2, 3), SIZE),
            Node("relu", L.Activation("relu"), (4,), SIZE),
            Node("b", POINT, (5,), SIZE),
        ),
        (6, 5),
    )

    class Two(Written):
        def forward(self, x, y):
            total = torch.relu(self.a(x) + F.interpolate(y, scale_factor=2))
            return self.b(total), total

    given = torch.rand(2, *SIZE), torch.rand(2, 4, 3, 3)
    assert planned(made) == saved(Two(None), *given)
    assert striate.plan(made).memory(2).totals["input"].value == sum(x.nbytes for x in given)
    assert "input 4x6x6 and 4x3x3" in str(striate.plan(made).memory(2))


def test_values_that_are_no_images():
    """A sequence, a number: whatever shape is left."""
    rows = L.Operation("transpose", (36, 4), reads="all", holds=())
    one = L.Operation("mean", (), reads="all")
    made = network((POINT, (0,)), (rows, (1,), {"size": (36, 4)}), (one, (2,), {"size": ()}))
    totals = striate.plan(made).memory(3).totals
    assert totals["saved"].value == 0
    assert totals["forward"].value == 3 * 4 * (144 + 144 + 144)
