"""A random network built as a module and inspected is the network that its text gives.

Texts go to the plan by windows and rules, modules by running them on tensors without numbers; the
two ways meet in the rows. Sizes and products are judged by torch itself as well.
"""

from math import prod

import torch
from drawn import networks
from hypothesis import assume, given
from torch.utils.flop_counter import FlopCounterMode

import striate
from striate.inspection import inspect
from striate.nn import build
from striate.planning import plan


def drawn_network(drawn):
    """A drawn network, its module, and the plan of that.

    Those with a table of connections are left out: torch computes them as dense convolutions.
    """
    network = striate.resolve(drawn.text)
    assume(not any(getattr(node.layer, "connect", None) for node in network.nodes))
    with torch.device("meta"):
        module = build(network).eval()
    return network, module, plan(inspect(module, network.input))


@given(networks(buildable=True))
def test_totals_and_output_are_those_of_the_text_and_of_torch(drawn):
    network, module, found = drawn_network(drawn)
    text, images = plan(network), torch.empty(1, *network.input, device="meta")
    for name in ("parameters", "products"):
        assert found.totals[name].value == text.totals[name].value, name
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        leaving = module(images)
    assert counter.get_total_flops() == 2 * found.totals["products"].value
    assert tuple(leaving.shape[1:]) == found.network.output == network.output


@given(networks(buildable=True))
def test_rows_are_those_of_the_text(drawn):
    """A field is exact only where that of the text is the same."""
    network, _module, found = drawn_network(drawn)
    rows = {row.path: row for row in found.rows}
    for row in plan(network).rows:
        if row.parameters.value and row.path in rows:
            other = rows[row.path]
            assert other.parameters.value == row.parameters.value, row.path
            assert other.products.value == row.products.value, row.path
            assert prod(other.size) == prod(row.size), row.path
            if {other.status, row.status} <= {"exact", "whole input"}:
                assert other.field.as_dict() == row.field.as_dict(), row.path
