"""A2, A4, B15, B24, C6, D7 and D9 are each one call of `striate compare`."""

import json
import shlex

import pytest

from striate.cli import main

VGG = (
    "INPUT 3x224x224 -> [CONV 64 -> RELU]*2 -> POOL -> [CONV 128 -> RELU]*2 -> POOL -> "
    "[CONV 256 -> RELU]*n -> POOL -> [[CONV 512 -> RELU]*n -> POOL]*2 -> "
    "[FC 4096 -> RELU]*2 -> FC 1000"
)
C64 = "INPUT 64x8x8 -> CONV 1"
CALLS = {
    "A2": (
        "'INPUT 1x16x16 -> FC 100 -> RELU -> FC 26' "
        "'INPUT 1x16x16 -> CONV 100 3x3 -> GAP -> FC 26'",
        {"parameters": [28_326, 3_626]},
    ),
    "A4": (
        "'INPUT 1x6x6 -> FC 1x4x4 bias=no' 'INPUT 1x6x6 -> CONV 1 3x3 bias=no'",
        {"parameters": [576, 9], "output": [[1, 4, 4], [1, 4, 4]]},
    ),
    "B15": (
        f"'{C64} 3x3 bias=no' '{C64} 1x1 bias=no -> CONV 1 3x1 bias=no -> CONV 1 1x3 bias=no' "
        "'INPUT 64x8x8 -> SEPARABLE 1 3x3 bias=no'",
        {"parameters": [576, 70, 70]},
    ),
    "B24": (
        "'INPUT 1x4x4 -> UNSHARED 1 2x2 stride=2 bias=no' "
        "'INPUT 1x4x4 -> CONV 1 2x2 stride=2 bias=no'",
        {"parameters": [16, 4], "products": [16, 16]},
    ),
    "C6": (
        "'INPUT 64x8x8 -> FC 10' 'INPUT 64x8x8 -> GAP -> FC 10'",
        {"parameters": [40_970, 650], "output": [[10], [10]]},
    ),
    "D7": (
        "bottleneck-direct bottleneck",
        {"products": [120_422_400, 12_443_648], "parameters": [153_600, 15_872]},
    ),
}


@pytest.mark.parametrize("row", CALLS)
def test_a_row_of_the_textbook(row, capsys):
    typed, expected = CALLS[row]
    main(["compare", *shlex.split(typed), "--json"])
    form = json.loads(capsys.readouterr().out)
    for name, numbers in expected.items():
        assert [network[name] for network in form["networks"]] == numbers


def test_d9_the_share_of_the_fully_connected_part(capsys):
    main(["compare", "alexnet-lecture", VGG, "n=3", VGG, "n=4", "--share", "FC"])
    shown = capsys.readouterr().out
    (line,) = (line for line in shown.splitlines() if line.startswith("parameters in FC"))
    assert "47,096,808 (92.6 %)" in line
    assert "123,642,856 (89.4 %)" in line
    assert "123,642,856 (86.1 %)" in line
