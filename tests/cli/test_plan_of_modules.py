"""`striate plan package.module:factory` with several inputs, and what modules do not take."""

import pytest

FEATURES = ("in1_features=4", "in2_features=5", "out_features=3")


def test_several_inputs(striate):
    printed = striate("plan", "torch.nn:Bilinear", "--input", "4,5", *FEATURES)
    assert printed.code == 0
    assert "input 4 and 5" in printed.out


@pytest.mark.parametrize(
    ("tokens", "says", "help"),
    [
        (["lenet5", "--input", "1x32x32,1x32x32"], "a text has one input", "give one size"),
        (["torch.nn:Flatten", "--input", "2x3,"], "'' is not a size", "write channels first"),
        (["torch.nn:Flatten", "--input", "2x3", "--strict"], "strict is for a text", "without it"),
        (["lenet5", "--batch", "0"], "at least one image", "--memory 8GB"),
        (["lenet5", "--depth", "0"], "a depth is at least 1", "1 gives"),
        (["lenet5", "--explain", "zzz"], "there is no layer 'zzz'", "the first is 'c1'"),
        (["lenet5", "--unit", "zzz", "1"], "there is no layer 'zzz'", "the table lists all"),
    ],
)
def test_slips(striate, tokens, says, help):
    printed = striate("plan", *tokens)
    assert (printed.code, printed.out) == (2, "")
    assert printed.err.startswith("OptionError: ")
    assert says in printed.err
    assert help in printed.err
