"""What is written reads back as the same network, and is written the same way again.

Random networks with every word, nested brackets, branches, labels, taps and definitions.
"""

from dataclasses import replace

import pytest
from drawn import networks
from hypothesis import given
from hypothesis import strategies as st

import striate
from striate.errors import LanguageError
from striate.language import layers as L
from striate.language import read, write, write_tree
from striate.planning import Settings, plan, resolve


def facts(network):
    """All that a network is, but for the lines it was written in and remarks."""
    layers = [L.Identity() if isinstance(n.layer, L.Identity) else n.layer for n in network.nodes]
    nodes = [(n.path, n.inputs, n.size) for n in network.nodes]
    return nodes, layers, network.outputs, network.softmax


def rows(network):
    """The rows of a plan, line numbers and remarks aside."""
    return [{**row.as_dict(), "line": None, "notes": None} for row in plan(network).rows]


@given(networks())
def test_what_is_written_is_the_same_network(drawn):
    network = striate.resolve(drawn.text)
    again = resolve(read(write(network)))
    assert facts(again) == facts(network)
    assert rows(again) == rows(network)


ENDINGS = ("SOFTMAX", "DENSE classes -> SOFTMAX", "FC 4x1x1 -> SOFTMAX", "FC 4 -> RELU")


@given(networks(), st.sampled_from(ENDINGS), st.none() | st.integers(2, 9), st.booleans())
def test_no_other_head_is_added_to_what_is_written(drawn, ending, classes, head):
    tree = read(replace(drawn, ending=f" -> {ending}").text)
    network = resolve(tree, Settings(classes=classes, head=head))
    for others in (None, classes, classes and 4):
        again = resolve(read(write(network)), Settings(classes=others))
        assert facts(again) == facts(network)


@given(networks(most=9))
def test_writing_is_stable(drawn):
    once = write(striate.resolve(drawn.text))
    assert write(resolve(read(once))) == once
    assert striate.write(once) == once


@given(networks())
def test_a_text_without_a_size_is_written_as_it_stands(drawn):
    tree = read(drawn.unsized)
    once = write_tree(tree)
    again = read(once)
    assert write_tree(again) == once
    settings = Settings(drawn.input)
    assert facts(resolve(again, settings)) == facts(resolve(tree, settings))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("INPUT 1x8x8 - conv 8,relu", "INPUT 1x8x8 -> CONV 8 3x3 pad=1 -> RELU"),
        ("INPUT 1x8x8 -> [RELU]*2", "INPUT 1x8x8 -> RELU -> RELU"),
        ("INPUT 1x8x8 -> a: [RELU -> b: ID]", "INPUT 1x8x8 -> a: [RELU -> b: ID]"),
        ("INPUT 1x8x8 -> 4: RELU -> ID", "INPUT 1x8x8 -> 4: RELU -> ID"),
        ("INPUT 1x8x8 -> { RELU + [ID]*0 }", "INPUT 1x8x8 -> { RELU + [ID]*0 }"),
        ("INPUT 1x8x8 -> a: RELU -> { ID | @a }", "INPUT 1x8x8 -> a: RELU -> { ID | [ID]*0 }"),
        ("INPUT 1x8x8 -> a: RELU -> ID -> { ID | @a }",
         "INPUT 1x8x8 -> a: RELU -> { ID -> ID | [ID]*0 }"),
        ("INPUT 1x8x8 -> a: RELU -> ID -> @a -> TANH",) * 2,
        ("INPUT 1x8x8 -> a: [RELU -> ID] -> ID -> @a -> TANH",) * 2,
        ("INPUT 1x8x8 -> a: { RELU + TANH } -> ID -> @a -> BN",
         "INPUT 1x8x8 -> a: [{ RELU + TANH }] -> ID -> @a -> BN"),
        ("i: INPUT 1x8x8 -> RELU -> @i -> ID",
         "input: INPUT 1x8x8 -> RELU -> @input -> ID"),
        ("INPUT 1x8x8 -> a: RELU -> ID -> @a", "INPUT 1x8x8 -> a: RELU -> ID -> @a"),
        ("INPUT 2x8x8 -> CONV 8 3x3 pad=0/1x1/1 dilation=2x1",) * 2,
        ("INPUT 2x8x8 -> POOL 2 stride=2 pad=0 ceil", "INPUT 2x8x8 -> POOL 2 ceil"),
        ("INPUT 2x8x8 -> AVGPOOL 2 count=yes", "INPUT 2x8x8 -> AVGPOOL 2"),
        ("INPUT 2x8x8 -> DECONV 8 2x2 stride=2 to=16x17",) * 2,
        ("INPUT 2x8 -> CONV 3 3 mode=edge pad=1", "INPUT 2x8 -> CONV 3 3 pad=1 mode=edge"),
        ("INPUT 12x2 -> CONV 1 1 connect=0.1.11", "INPUT 12x2 -> CONV 1 1 connect=0.1.11"),
        ("INPUT 12x2 -> CONV 1 1 connect=11.11", "INPUT 12x2 -> CONV 1 1 connect=11.11"),
        ("INPUT 3 -> SCALE 1e-6 -> BN eps=1e-13 -> LEAKYRELU",
         "INPUT 3 -> SCALE 0.000001 -> BN eps=0.0000000000001 -> LEAKYRELU 0.01"),
        ("INPUT 3 -> FC - SOFTMAX", "INPUT 3 -> FC classes -> SOFTMAX"),
        ("INPUT 3 -> x.3: RELU -> x.1: TANH", "INPUT 3 -> x: [3: RELU] -> x: [1: TANH]"),
    ],
)  # fmt: skip
def test_the_canonical_spelling(text, written):
    assert striate.write(text) == f"{written}\n"


@pytest.mark.parametrize(
    ("text", "given", "written"),
    [
        ("[(CONV-RELU)*N-POOL?]*M,SOFTMAX", {"N": 2, "M": 3},
         "[[CONV -> RELU]*2 -> POOL?]*3 -> SOFTMAX"),
        ("A(c,k=3)=CONV c k pad=((k-1)/2)\n  relu\nA(8)- (ID)*(n-1)", {},
         "A(c, k=3) = CONV c k pad=((k-1)/2) -> RELU\nA(8) -> [ID]*(n-1)"),
        ("A(N, M=1) = [ID]*N -> [RELU]*M", {"N": 2}, "A(N, M=1) = [ID]*N -> [RELU]*M\nA(N=2)"),
        ("A = [ID]*N", {"N": 2}, "A = [ID]*2"),
        ("A(N) = [ID]*N\nA(N)", {"N": 2}, "A(N) = [ID]*N\nA(2)"),
        ("A(B) = x: B\nC(c) = CONV c 1\nA(C(c=2))", {},
         "A(B) = x: B\nC(c) = CONV c 1\nA(C(c=2))"),
        ("{ CONV 2*c 1 | a{i}: @b }", {}, "{ CONV (2*c) 1 | a{i}: @b }"),
        ('CONV 2 3 connect="a b.txt" pad=1/2×0', {}, 'CONV 2 3 connect="a b.txt" pad=1/2x0'),
    ],
)  # fmt: skip
def test_a_tree_as_it_stands(text, given, written):
    assert write_tree(read(text, given)) == f"{written}\n"


def test_the_definition_that_was_asked_for_stands_last():
    tree = read("A = RELU\nB = TANH", network="A")
    assert write_tree(tree) == "A = RELU\nB = TANH\nA\n"
    assert read(write_tree(tree)).name == "A"


def test_what_the_text_cannot_say_is_refused_with_a_sentence():
    network = striate.resolve("INPUT 3 -> { RELU + TANH } -> x: [ID]*0 -> BN -> @x -> ID")
    with pytest.raises(LanguageError, match="cannot say where '\\+' is read again"):
        write(network)
    two = type(network)(network.name, network.nodes, (1, 2))
    with pytest.raises(LanguageError, match="one input and one output"):
        write(two)


def test_long_networks_take_a_line_for_each_layer():
    text = striate.write("INPUT 3x32x32 -> a: [CONV 16 3x3 pad=1 bias=no -> BN -> RELU]*3")
    assert text.startswith("INPUT 3x32x32\na: [\n    CONV 16 3x3 pad=1 bias=no\n    BN\n")
    assert max(map(len, text.splitlines())) <= 90
