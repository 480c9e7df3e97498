"""Faults planted in a copy of the reference are caught, each by the test that stands beside it."""

import importlib
import shutil
import sys
from pathlib import Path

import pytest
from reference import layers, test_reference_convolution, test_reference_gradients

import striate.reference

SOURCE = Path(striate.reference.__file__).parent
FORWARD, BACK = test_reference_convolution, test_reference_gradients
CONVOLVE = (FORWARD, "test_convolve_is_torchs_convolution")
GRADIENTS = (BACK, "test_gradients_are_torchs")
TRANSPOSE = (BACK, "test_transpose_is_torchs_transposed_convolution")
MATRIX = (BACK, "test_the_matrix_is_the_convolution_and_turned_over_its_transpose")
COUNT = (FORWARD, "test_products_are_one_for_each_weight_at_each_place")
BATCH = (BACK, "test_the_gradients_of_a_batch_add_up")

SQUARED = "tuple(d * d for d in per_axis(self.dilation, rank))"
FAULTS = {
    "padding sides swapped": ("sweep", "return pairs", "return [p[::-1] for p in pairs]", CONVOLVE),
    "dilation twice": ("sweep", "= per_axis(self.dilation, rank)", f"= {SQUARED}", CONVOLVE),
    "ceil for floor": ("sweep", "reach <= end or", "reach <= end + stride - 1 or", CONVOLVE),
    "stride left out": ("sweep", "start += stride", "start += 1", CONVOLVE),
    "edge pixel twice": ("frame", 'mode="reflect"', 'mode="symmetric"', CONVOLVE),
    "tile off by one": ("connections", "(p % t for", "((p + 1) % t for", CONVOLVE),
    "groups interleaved": ("connections", "one // run * depth", "one % groups * depth", CONVOLVE),
    "table sorted": (
        "connections",
        "channel in channels]",
        "channel in sorted(channels)]",
        CONVOLVE,
    ),
    "kernel flipped": ("convolution", "* one.at(place)", "* np.flip(one.at(place))", CONVOLVE),
    "bias dropped": ("convolution", "if bias is not None", "if bias is None", CONVOLVE),
    "bias not tiled": (
        "convolution",
        "tile(place, biases.shape[1:])",
        "(0,) * len(place)",
        CONVOLVE,
    ),
    "one product missed": ("convolution", "size\n    if", "size - 1\n    if", COUNT),
    "overlap lost": ("transposition", "*window)] +=", "*window)] =", TRANSPOSE),
    "transpose flipped": ("transposition", "one.at(place))", "np.flip(one.at(place)))", TRANSPOSE),
    "copies not folded": ("frame", "place]] += padded", "place]] = padded", GRADIENTS),
    "last place only": ("gradient", "one.at(place)[...] +=", "one.at(place)[...] =", GRADIENTS),
    "last bias only": ("gradient", "] += maps[(one", "] = maps[(one", GRADIENTS),
    "rows summed": ("gradient", "tuple(range(multiplied.ndim - layer.rank))", "0", BATCH),
    "copies not added": ("matrices", "values[row, column] +=", "values[row, column] =", MATRIX),
    "padding has a column": ("matrices", "if pixel >= 0", "if pixel >= -1", MATRIX),
    "filters share rows": ("matrices", "start=one.filter * len(everywhere)", "start=0", MATRIX),
}


@pytest.fixture
def plant(tmp_path, monkeypatch):
    """Let the tests judge a copy of the reference in which a text is replaced."""

    def planted(name="sweep", text="", replacement=""):
        folder = tmp_path / "planted"
        shutil.copytree(SOURCE, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for path in folder.glob("*.py"):
            path.write_text(
                path.read_text("utf-8").replace("striate.reference", "planted"), "utf-8"
            )
        path = folder / f"{name}.py"
        assert text in path.read_text("utf-8")
        path.write_text(path.read_text("utf-8").replace(text, replacement, 1), "utf-8")
        monkeypatch.syspath_prepend(tmp_path)
        for loaded in [one for one in sys.modules if one.partition(".")[0] == "planted"]:
            monkeypatch.delitem(sys.modules, loaded)
        copy = importlib.import_module("planted")
        for module in (layers, FORWARD, BACK):
            for public in {*copy.__all__} & {*vars(module)}:
                monkeypatch.setattr(module, public, getattr(copy, public))

    return planted


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(plant, fault):
    *where, (module, name) = FAULTS[fault]
    plant(*where)
    with pytest.raises((AssertionError, ValueError, ExceptionGroup)):
        getattr(module, name)()


def test_a_copy_without_a_fault_passes(plant):
    plant()
    for module, name in {fault[-1] for fault in FAULTS.values()}:
        getattr(module, name)()
