"""Every style that people write modules in: its rows against numbers worked out by hand.

Parameters, products and the sizes of what leaves are also judged by torch, with real tensors.
"""

from dataclasses import fields, is_dataclass

import pytest
import torch
from inspection.styles import STYLES
from torch.utils.flop_counter import FlopCounterMode

from striate.inspection import examine
from striate.planning import plan

ROWS = {
    "Functional": """
        conv2d CONV 8x30x30 216 194400
        max_pool2d POOL 8x15x15 0 0
        relu RELU 8x15x15 0 0
        mul mul 8x15x15 0 0
        sigmoid SIGMOID 8x15x15 0 0
        flatten FLATTEN 1800 0 0
        fc FC 10 18010 18000""",
    "Nested": """
        conv CONV 4x14x14 112 21168
        | | 6 0 0
        fc FC 4 28 24
        add add 4x14x14 0 0
        mean GAP 4x1x1 0 0
        mul mul 4 0 0
        flatten FLATTEN 4 0 0""",
    "OneList": """
        stack stack 2x3x8x8 0 0
        sum sum 3x8x8 0 0""",
    "Loops": """
        convs.0 CONV 3x16x16 84 20736
        relu RELU 3x16x16 0 0
        convs.1 CONV 3x16x16 84 20736
        relu#2 RELU 3x16x16 0 0
        acts.tanh TANH 3x16x16 0 0
        acts.gelu GELU 3x16x16 0 0""",
    "Shared": """
        conv CONV 3x16x16 84 20736
        conv#2 CONV 3x16x16 0 20736
        one linear 3x16x16 256 12288
        two linear 3x16x16 0 12288""",
    "Parametrised": """
        old CONV 4x14x14 116 21168
        new CONV 4x12x12 152 20736
        spectral CONV 4x10x10 148 14400
        pruned CONV 4x8x8 148 9216""",
    "Masks": """
        mul mul 3x16x16 0 0
        getitem1 getitem 2x16x16 0 0
        getitem2 getitem 2x16x16 0 0
        masked_fill masked_fill 2x16x16 0 0""",
    "Matrices": """
        einsum einsum 5x8x8 15 960
        unfold unfold 45x36 0 0
        matmul matmul 4x36 180 6480
        view view 4x6x6 0 0""",
    "Deep": """
        body.0.0.0.0.conv CONV 2x6x6 56 1944
        body.0.0.0.1 RELU 2x6x6 0 0
        body.0.0.1 RELU 2x6x6 0 0
        body.0.1 RELU 2x6x6 0 0
        body.1 RELU 2x6x6 0 0""",
    "Checkpointed": """
        stem CONV 3x8x8 12 576
        one.0 CONV 4x6x6 112 3888
        one.1 RELU 4x6x6 0 0
        two CONV 4x4x4 148 2304""",
    "Lazy": """
        conv CONV 4x6x6 112 3888
        norm BN 4x6x6 8 0
        flatten FLATTEN 144 0 0
        fc FC 5 725 720""",
    "Custom": """
        one CONV 4x6x6 112 3888
        mul mul 4x6x6 0 0
        two CONV 4x4x4 148 2304""",
    # 2 directions of 4 gates of 6 units that read 8 + 6 numbers at 64 places; attention projects
    # 12 to 36, compares all pairs of 64 places, sums as many, and projects 12 to 12
    "Recurrent": f"""
        stem CONV 8x8x8 224 13824
        flatten flatten 8x64 0 0
        lstm lstm 64x12 {2 * 4 * 6 * (8 + 6 + 2)} {2 * 4 * 6 * (8 + 6) * 64}
        lstm.lstm1 lstm 2x1x6 0 0
        lstm.lstm2 lstm 2x1x6 0 0
        attention multi_head_attention_forward 64x12 {13 * 36 + 13 * 12} \
            {64 * 12 * 36 + 2 * 64 * 64 * 12 + 64 * 12 * 12}
        attention.multi_head_attention_forward multi_head_attention_forward 1x64x64 0 0
        getitem getitem 12 0 0
        fc linear 4 52 48""",
    "InPlace": """
        conv CONV 4x8x8 148 9216
        +1 + 4x8x8 0 0
        getitem getitem 2x8x8 0 0
        setitem1 setitem 4x8x8 0 0
        relu RELU 4x8x8 0 0
        +2 + 4x8x8 0 0
        setitem2 setitem 8x8x8 0 0""",
    "Scripted": """
        traced CONV 3x8x8 12 576
        body.0 CONV 4x8x8 112 6912
        body.1 BN 4x8x8 8 0
        body.relu RELU 4x8x8 0 0
        body.max_pool2d POOL 4x4x4 0 0
        flatten FLATTEN 64 0 0
        fc FC 5 325 320""",
    "ScriptedFunction": """
        conv2d CONV 4x6x6 108 3888
        mul mul 4x6x6 0 0
        relu RELU 4x6x6 0 0""",
    "Several": """
        one CONV 4x14x14 112 21168
        two CONV 4x14x14 40 7056
        + + 4x14x14 0 0
        flatten FLATTEN 784 0 0""",
    "Rank1": """
        conv CONV 4x12 44 480
        pool AVGPOOL 4x6 0 0""",
    "Rank3": """
        conv CONV 4x4x6x6 220 31104
        up DECONV 2x8x12x12 66 9216""",
    "Shortcut": """
        conv CONV 3x8x8 84 5184
        + + 3x8x8 0 0
        relu RELU 3x8x8 0 0""",
    "Hooked": """
        one CONV 4x6x6 112 3888
        one.| | 8x6x6 0 0
        two CONV 2x4x4 146 2304""",
    "Record": """
        boxes CONV 4x8x8 16 768
        scores CONV 2x8x8 8 384
        softmax softmax 2x8x8 0 0""",
    "Shuffled": """
        chunk1 chunk 2x8x8 0 0
        chunk2 chunk 2x8x8 0 0
        conv CONV 2x8x8 38 2304
        relu RELU 2x8x8 0 0
        | | 4x8x8 0 0""",
    "Generator": """
        fc FC 8x4x4 12928 12800
        relu RELU 8x4x4 0 0
        up DECONV 3x8x8 387 6144
        tanh TANH 3x8x8 0 0""",
    "Padded": """
        mirror CONV 4x8x8 112 6912
        around CONV 4x8x8 148 9216
        gamma SCALE 4x8x8 4 0
        edge CONV 4x8x8 148 9216
        even CONV 4x8x8 196 12288
        mean GAP 4x1x1 0 0""",
    "Attention": """
        adaptive_avg_pool2d GAP 8x1x1 0 0
        squeeze FC 2 18 16
        relu RELU 2 0 0
        excite FC 8 24 16
        sigmoid1 SIGMOID 8 0 0
        mul1 mul 8x10x10 0 0
        mean mean 1x10x10 0 0
        amax amax 1x10x10 0 0
        | | 2x10x10 0 0
        map CONV 1x10x10 19 1800
        sigmoid2 SIGMOID 1x10x10 0 0
        mul2 mul 8x10x10 0 0""",
}

quiet = pytest.mark.filterwarnings("ignore:.*")
"""Some of these styles are old, and torch says so."""


def made(name):
    return STYLES[name]().eval()


def shown(row):
    size = "x".join(map(str, row.size))
    return [row.path, row.word, size, str(row.parameters.value), str(row.products.value)]


def real(given, batch=2):
    """Random tensors of the sizes that are given."""
    if isinstance(given, dict):
        return {name: real(value, batch) for name, value in given.items()}
    if all(isinstance(number, int) for number in given):
        return torch.randn(batch, *given)
    return [real(value, batch) for value in given]


def called(module, given, batch=2):
    x = real(given, batch)
    if isinstance(x, dict):
        return module(**x)
    return module(x)


def tensors(result):
    if isinstance(result, torch.Tensor):
        return [result]
    if is_dataclass(result):
        result = [getattr(result, part.name) for part in fields(result)]
    values = result.values() if isinstance(result, dict) else result
    return [tensor for value in values for tensor in tensors(value)]


def test_every_style_has_its_rows():
    assert ROWS.keys() == STYLES.keys()


@quiet
@pytest.mark.parametrize("name", STYLES)
def test_rows_are_those_worked_out_by_hand(name):
    found = examine(made(name), STYLES[name].input)
    assert found.trouble is None
    wanted = ROWS[name].replace("\\\n", " ").strip().splitlines()
    assert [shown(row) for row in plan(found.network).rows] == [line.split() for line in wanted]


@quiet
@pytest.mark.parametrize("name", STYLES)
def test_every_parameter_is_counted_once(name):
    module = made(name)
    network = examine(module, STYLES[name].input).network
    with torch.no_grad():
        called(module, STYLES[name].input)  # lazy ones learn their sizes
    count = sum(weight.numel() for weight in module.parameters())
    assert plan(network).totals["parameters"].value == count
    assert network.notes == ()


@quiet
@pytest.mark.parametrize("name", STYLES)
def test_what_leaves_has_the_sizes_of_real_tensors(name):
    module = made(name)
    network = examine(module, STYLES[name].input).network
    with torch.no_grad():
        sizes = {tuple(tensor.shape[1:]) for tensor in tensors(called(module, STYLES[name].input))}
    assert {network.nodes[number].size for number in network.outputs} == {
        size if name != "Padded" else (*size, 1, 1) for size in sizes
    }


@quiet
@pytest.mark.parametrize("name", sorted(STYLES.keys() - {"Recurrent"}))
def test_products_are_half_of_what_torch_counts(name):
    """Torch counts two operations for a product, but none of those inside an LSTM."""
    module = made(name)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        called(module, STYLES[name].input, batch=1)
    found = plan(examine(made(name), STYLES[name].input).network)
    assert 2 * found.totals["products"].value == counter.get_total_flops()


def test_shared_weights_say_where_they_are_counted():
    rows = {row.path: row for row in plan(examine(made("Shared"), (3, 16, 16)).network).rows}
    assert rows["conv#2"].notes == ("its weights are those of conv, and counted there",)
    assert rows["two"].notes == ("its weights are those of one, and counted there",)


def test_checkpointed_parts_keep_nothing_of_their_own():
    nodes = examine(made("Checkpointed"), (3, 8, 8)).network.nodes
    remembers = {node.path: node.remembers for node in nodes[1:]}
    assert remembers == {"stem": True, "one.0": False, "one.1": False, "two": False}


def test_what_is_written_in_place_or_a_view_takes_no_memory_of_its_own():
    nodes = examine(made("InPlace"), (4, 8, 8)).network.nodes
    overwrites = {node.path for node in nodes if node.overwrites}
    assert overwrites == {"+1", "getitem", "setitem1", "relu"}


def test_a_head_s_softmax_is_taken_off_and_said():
    assert examine(made("Padded"), (3, 8, 8)).network.softmax
    assert not examine(made("Record"), (3, 8, 8)).network.softmax


@quiet
@pytest.mark.parametrize("name", ["Functional", "Scripted", "Custom", "Hooked"])
def test_every_row_names_a_line_of_this_code(name):
    rows = plan(examine(made(name), STYLES[name].input).network).rows
    assert all(row.source.startswith("styles.py:") for row in rows)
