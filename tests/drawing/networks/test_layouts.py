"""Where parts and lines stand, judged by the shapes that are drawn and the nodes of the network."""

import pytest
from drawn import networks
from drawn_networks import check_apart, check_clear, check_joined, edges_of
from hypothesis import given, settings
from one_each import ONE_EACH, small

import striate
from striate.drawing.networks.book import leaf
from striate.drawing.networks.folding import ROOM
from striate.drawing.networks.grouping import Group, Unit


def check(network):
    """Every node stands in one picture alone; no parts overlap; lines are those of the nodes."""
    book, shown = leaf(network), []
    for one in book.all():
        for item in one.level.items:
            for before, (_, node) in zip(item.part.nodes, item.slabs, strict=False):
                assert node.inputs == (before,)
        shown += [
            node
            for item in one.level.items
            if isinstance(item.part, Unit) and item.kind != "entry"
            for node in item.part.nodes
        ]
        parts = [item for item in one.level.items if item.kind != "entry"]
        assert len(parts) <= ROOM
        check_apart(one.level)
        check_joined(one.level, edges_of(one.level))
        check_clear(one.level)
        groups = [item.part for item in parts if isinstance(item.part, Group)]
        for group, inside in zip(groups, one.inside, strict=True):
            nodes = {
                n for item in inside.level.items if item.kind != "entry" for n in item.part.nodes
            }
            assert nodes == set(group.nodes)
    assert sorted(shown) == list(range(len(network.nodes)))


@pytest.mark.parametrize("name", ONE_EACH)
def test_the_zoo(name):
    check(small(name))


def test_a_branch_that_begins_with_an_activation():
    check(striate.resolve("INPUT 1x8x8 -> { CONV 2 3 pad=1 + RELU -> CONV 2 3 pad=1 } -> BN"))


@given(networks(most=8))
@settings(max_examples=40)
def test_random_networks(drawn):
    check(striate.resolve(drawn.text))
