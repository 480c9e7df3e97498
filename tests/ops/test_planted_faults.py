"""Faults planted in a copy of striate are caught, each by the test that is named beside it.

The copy lies in a folder of its own, and a fresh Python runs the named test on it: on the copy as
it is every test passes, and with one text replaced the one beside it fails.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

import striate
from striate.ops.native.kernel import library

SOURCE = Path(striate.__file__).parent
ROOT = Path(__file__).parents[2]
PASSED, FAILED = 0, 1
SHOWN = "import sys, pytest, striate; print(striate.__file__); sys.exit(pytest.main())"


@dataclass(frozen=True)
class Fault:
    """A text of a file, what is put in its place, and the test that has to fail for it."""

    file: str
    text: str
    fault: str
    test: str

    @property
    def compiled(self):
        return self.file.endswith((".c", ".h"))


CONVOLUTION = "tests/ops/test_convolution.py::"
DEFINITION = CONVOLUTION + "test_convolve_is_the_definition"
TRANSPOSE = CONVOLUTION + "test_transpose_is_the_definition"
GRADIENTS = CONVOLUTION + "test_its_three_gradients_are_the_textbooks_sums"
POOLING = "tests/ops/test_pooling.py::test_pooling_is_the_definition"
BOTH = "tests/ops/test_both_ways.py::"
VECTORS = BOTH + "test_vectors_of_any_length_add_up_the_same"
LARGE = BOTH + "test_large_sizes_add_up_the_same"
COUNTED = "tests/planning/test_kinds_by_counting.py::"
COUNTED += "test_parameters_products_and_additions_are_what_loops_count"
STARTS = "tests/nn/test_convolutions.py::test_it_starts_so_that_the_variance_stays"

FAULTS = {
    "padding sides swapped": Fault(
        "ops/padding.py",
        "for pair in reversed(sides) for side in pair]",
        "for pair in reversed(sides) for side in pair[::-1]]",
        "tests/ops/test_padding.py::test_padding_is_numpys",
    ),
    "bias dropped": Fault(
        "ops/convolution.py",
        "add_bias(correlate(x, weight, *steps), bias)",
        "add_bias(correlate(x, weight, *steps), None)",
        DEFINITION + "[torch alone]",
    ),
    "bias of the next tile": Fault(
        "ops/convolution.py",
        "torch.arange(places, device=y.device) % tiles",
        "torch.arange(1, places + 1, device=y.device) % tiles",
        DEFINITION + "[torch alone]",
    ),
    "dilation twice": Fault(
        "ops/geometry.py",
        "stride=stride, dilation=dilation)",
        "stride=stride, dilation=tuple(d * d for d in dilation))",
        DEFINITION + "[torch alone]",
    ),
    "unseen pixels before instead of after": Fault(
        "ops/transposition.py",
        "for side in (0, after)",
        "for side in (after, 0)",
        TRANSPOSE + "[torch alone]",
    ),
    "two derivatives added, one forgotten": Fault(
        "ops/tiling.py",
        "if part is not None]).sum(0)",
        "if part is not None])[0]",
        CONVOLUTION + "test_forward_mode_and_the_transforms_of_func[torch alone]",
    ),
    "weight copied on every call": Fault(
        "ops/tiling.py",
        "(-2, -1)).contiguous()",
        "(-2, -1)).clone(memory_format=torch.contiguous_format)",
        CONVOLUTION + "test_no_weight_is_copied[torch alone]",
    ),
    "tile off by one": Fault(
        "ops/blocks.py",
        "yield tile, tuple(pixels)",
        "yield (*tile[:-1], (tile[-1] + 1) % g.tiles[-1]), tuple(pixels)",
        DEFINITION + "[torch alone]",
    ),
    "dilation forgotten on the way back": Fault(
        "ops/blocks.py",
        "tap[axis] * g.window.dilation[axis]",
        "tap[axis]",
        GRADIENTS + "[torch alone]",
    ),
    "last block one place short": Fault(
        "ops/blocks.py",
        "min(start + max(1, rows), places[0])",
        "min(start + max(1, rows), max(places[0] - 1, start + 1))",
        BOTH + "test_small_blocks_add_up_as_large_ones_do",
    ),
    "ceil for floor": Fault(
        "ops/pooling.py",
        "if not layer.ceil:",
        "if layer.ceil:",
        POOLING,
    ),
    "partial window that begins in the padding": Fault(
        "ops/pooling.py",
        "last = (min(before + n, end - reach + s) - 1)",
        "last = (end - reach + s - 1)",
        POOLING,
    ),
    "padding is the largest": Fault(
        "ops/pooling.py",
        "layer.mode, -inf)",
        "layer.mode, 0.0)",
        POOLING,
    ),
    "compiled: tile off by one": Fault(
        "ops/native/tiled.c",
        "unflat(tile, s->tiles, first);",
        "unflat((tile + 1) % all(s->tiles), s->tiles, first);",
        DEFINITION + "[compiled]",
    ),
    "compiled: gradient of the last chunk only": Fault(
        "ops/native/tiled.h",
        "* block, row > 0);",
        "* block, 0);",
        LARGE + "[many images of a place-collect]",
    ),
    "compiled: the kernels that were held forgotten": Fault(
        "ops/native/tiled.h",
        "                            done > 0);",
        "                            0);",
        LARGE + "[kernels that it does not hold, tiled-spread]",
    ),
    "compiled: tail of a vector left out": Fault(
        "ops/native/tiled.h",
        "for (; f < filters; f++)",
        "for (; f < filters && lines < 4; f++)",
        VECTORS + "[spread]",
    ),
    "oracle: padding sides swapped": Fault(
        "reference/sweep.py",
        "else list(padding)",
        "else [pair[::-1] for pair in padding]",
        "tests/reference/test_reference_convolution.py::test_convolve_is_torchs_convolution",
    ),
    "products of the tiles alone": Fault(
        "planning/costs.py",
        "_times(*places, one),",
        "_times(*tiles, one),",
        COUNTED + "[TILED]",
    ),
    "kernels start by the channels alone": Fault(
        "nn/tiled.py",
        "start(self.weight, channels * prod(window.kernel))",
        "start(self.weight, channels)",
        STARTS + "[1-unshared]",
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The folder of the libraries that these tests build."""
    return tmp_path_factory.mktemp("built")


@pytest.fixture
def judge(tmp_path, built):
    """Run tests in a fresh Python on a copy of striate: how pytest left, and what it said."""
    copy = Path(shutil.copytree(SOURCE, tmp_path / "striate"))
    settings = {
        "PYTHONPATH": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "STRIATE_CACHE": str(built),
        "HYPOTHESIS_PROFILE": "unshrunk",
    }

    def judged(*tests):
        options = ["-x", "-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT)]
        named = [str(ROOT / test) for test in tests]
        command = [sys.executable, "-c", SHOWN, *options, "-c", str(ROOT / "pyproject.toml")]
        ran = subprocess.run(
            [*command, *named], cwd=tmp_path, env=os.environ | settings, capture_output=True
        )
        shown = ran.stdout.decode() + ran.stderr.decode()
        assert Path(shown.splitlines()[0]) == copy / "__init__.py", shown
        return ran.returncode, shown

    return judged


def needed(fault):
    if library() is None and fault.compiled:
        pytest.skip("no C compiler")


@pytest.mark.slow
@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_caught(name, judge, tmp_path):
    fault = FAULTS[name]
    needed(fault)
    path = tmp_path / "striate" / fault.file
    text = path.read_text("utf-8")
    assert fault.text in text, f"{fault.file} has no {fault.text!r} any more"
    path.write_text(text.replace(fault.text, fault.fault, 1), "utf-8")
    left, shown = judge(fault.test)
    assert left == FAILED, shown


@pytest.mark.slow
def test_a_copy_without_a_fault_passes(judge):
    tests = {one.test for one in FAULTS.values() if not one.compiled or library() is not None}
    left, shown = judge(*tests)
    assert left == PASSED, shown
    assert "skipped" not in shown
