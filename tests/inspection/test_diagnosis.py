"""A module that cannot run is told why, in its own numbers, and every fix is done by hand.

Each fix is made in the text that somebody wrote, or in the module that it makes, as `by_hand`
reads it; then the module runs on tensors with numbers, and gives the size that was promised.
"""

import hashlib
import re
import warnings

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from inspection.by_hand import Hand, made
from inspection.failing import FURTHER, NINE, Failing
from torch import nn
from torch.overrides import TorchFunctionMode

from striate.errors import ShapeError
from striate.inspection import examine, inspect
from striate.inspection.diagnosis import diagnose, diagnose_making, follow, make_or_diagnose, trials
from striate.inspection.diagnosis.diagnosing import NO_FIX, ONE_FIX, OWN, VALUES
from striate.planning import plan as planned

FAILING = NINE | FURTHER


class Seen(TorchFunctionMode):
    """The sizes that functions give."""

    def __init__(self):
        super().__init__()
        self.sizes = set()

    def __torch_function__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for tensor in result if isinstance(result, tuple) else (result,):
            if isinstance(tensor, torch.Tensor):
                self.sizes.add(tuple(tensor.shape[1:]))
        return result


def diagnosed(module, size):
    return diagnose(module, size, examine(module, size))


def bytes_of(module):
    digest = hashlib.sha256(repr(module).encode())
    for name, tensor in sorted(module.state_dict().items()):
        if not isinstance(tensor, nn.parameter.UninitializedParameter):
            digest.update(name.encode() + tensor.numpy().tobytes())
    return digest.hexdigest()


def assert_mends(text, size, fix):
    """A fix, made by hand, lets the module run, and gives the size that was promised."""
    says, promised = re.fullmatch(r"(.*) gives? ([\dx]+)", fix).groups()
    hand = Hand(text, size)
    hand.follow(says)
    seen = Seen()
    with torch.no_grad(), seen:
        hand.module().eval()(*hand.inputs)
    assert tuple(map(int, promised.split("x"))) in seen.sizes, fix


@pytest.mark.parametrize("name", FAILING)
def test_cause_place_and_fixes_that_work(name):
    case = FAILING[name]
    module = made(case.text)
    before = bytes_of(module)
    with pytest.raises(Exception):  # noqa: B017, PT011 (torch raises many)
        made(case.text).eval()(torch.ones(1, *case.input))
    drawn_so_far = torch.get_rng_state()
    found = diagnosed(module, case.input)
    assert torch.equal(torch.get_rng_state(), drawn_so_far)
    assert found.path == case.path == examine(module, case.input).network.nodes[-1].path
    assert found.source == f"net.py:{case.line}"
    assert case.cause in found.cause
    assert found.message == f"{found.path} ({found.source}): {found.cause}"
    fixes = [fix for fix in found.help if re.search(r" gives? [\dx]+$", fix)]
    assert fixes == [str(fix) for fix in found.fixes]
    assert len({*fixes}) == len(fixes) >= case.fixes, found.help
    assert (ONE_FIX in found.help) == (len(fixes) == 1)
    for fix in fixes:
        assert_mends(case.text, case.input, fix)
    assert bytes_of(module) == before
    assert module.training


@pytest.mark.parametrize("name", NINE)
def test_the_nine_messages_have_two_fixes(name):
    case = NINE[name]
    assert len(diagnosed(made(case.text), case.input).fixes) >= 2


def test_all_nine_are_here():
    assert len(NINE) == 9


def test_as_an_error_it_is_printed_like_that_of_a_text():
    case = NINE["mat1 and mat2 shapes cannot be multiplied"]
    error = diagnosed(made(case.text), case.input).error()
    assert isinstance(error, ShapeError)
    assert str(error).split("\n") == [
        f"fc1 (net.py:{case.line}): "
        "3600 = 16x15x15 arrive after flatten, 3136 = 16x14x14 are expected",
        "  help: in_features=3600 in fc1 gives 10",
        "  help: kernel_size=4 in conv1 gives 10",
        "  help: an input of 1x31x31 gives 10",
    ]


def test_a_u_net_says_which_sides_fit():
    case = NINE["Sizes of tensors must match except in dimension 1"]
    found = diagnosed(made(case.text), case.input)
    assert "an input of 1x24x24 gives 8x24x24" in found.help
    assert "an input of 1x32x32 gives 8x32x32" in found.help
    assert found.help[-1] == "sides that are multiples of 8 fit: 24x24, 32x32, 40x40 were tried"
    found = diagnosed(made(case.text), (1, 24, 39))
    assert found.path == "up3.cat"
    assert "an input of 1x24x32 gives 32x6x8" in found.help


def test_the_plan_stops_where_the_diagnosis_does():
    case = NINE["expected input to have 8 channels, but got 16"]
    inspection = examine(made(case.text), case.input)
    last = inspection.network.nodes[-1]
    assert last.path.split(".")[0] == case.path
    assert last.source == f"net.py:{case.line}"


@pytest.mark.parametrize(
    ("features", "shown"),
    [(3136, "3136 = 16x14x14"), (3360, "3360"), (3137, "3137"), (16, "16 = 16x1x1")],
)
def test_what_is_expected_is_shown_as_a_picture_where_it_is_one(features, shown):
    text = NINE["mat1 and mat2 shapes cannot be multiplied"].text
    found = diagnosed(made(text.replace("16 * 14 * 14", str(features))), (1, 32, 32))
    assert found.cause == f"3600 = 16x15x15 arrive after flatten, {shown} are expected"


def test_a_batch_is_not_taken_for_channels():
    """An input of 3x28 would run too, as an image of 1 channel without a batch."""
    case = FURTHER["Expected 3D (unbatched) or 4D (batched) input"]
    found = diagnosed(made(case.text), case.input)
    assert found.help == ("an input of 1x28x28 gives 4x26x26", ONE_FIX)


def test_what_a_module_makes_up_itself_is_no_input():
    class Framed(nn.Module):
        def forward(self, x):
            return x + torch.ones(1, 1, 7, 7)

    found = diagnosed(Framed(), (3, 8, 8))
    assert found.cause.endswith("found 3x8x8 from the input and 1x7x7 from the module itself")
    assert "an input of 3x7x7 gives 3x7x7" in found.help


def test_where_compiled_code_fails():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        scripted = torch.jit.script(nn.Sequential(nn.Linear(3, 4), nn.Linear(5, 6)))
    found = diagnosed(nn.Sequential(nn.Identity(), scripted), (3,))
    assert found.cause.startswith("compiled code fails at `return F.linear(input, self.weight")


# -------------------------------------------------------------- making it


GROUPS = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 15, 3)
        self.mix = nn.Conv2d(15, 16, 3, groups=4)

    def forward(self, x):
        return self.mix(self.stem(x))
"""
SAME = GROUPS.replace("15, 16, 3, groups=4", "15, 16, 5, stride=2, padding='same'")
HEADS = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.GroupNorm(4, 30)

    def forward(self, x):
        return self.norm(x)
"""


def unmade(text, size):
    with pytest.raises(Exception) as caught:  # noqa: PT011
        made(text)
    drawn_so_far = torch.get_rng_state()
    found = diagnose_making(lambda: made(text), size, caught.value)
    assert torch.equal(torch.get_rng_state(), drawn_so_far)
    return found


@pytest.mark.parametrize(
    ("text", "size", "cause", "helps"),
    [
        (
            GROUPS,
            (3, 9, 9),
            "Conv2d (net.py:8): 15 channels do not fall into 4 groups",
            [
                "groups=1 in Conv2d gives 16x5x5",
                "in_channels=16 in Conv2d and out_channels=16 in stem give 16x5x5",
            ],
        ),
        (
            SAME,
            (3, 9, 9),
            "Conv2d (net.py:8): padding='same' keeps the size, and a stride of 2 does not",
            ["padding=2 in Conv2d gives 16x4x4", "stride=1 in Conv2d gives 16x7x7"],
        ),
        (
            HEADS,
            (30, 8, 8),
            "GroupNorm (net.py:7): 30 num_channels do not fall into 4 groups",
            ["num_groups=3 in GroupNorm gives 30x8x8", ONE_FIX],
        ),
    ],
)
def test_a_layer_that_refuses_to_be_made(text, size, cause, helps):
    original = nn.Conv2d.__init__, nn.GroupNorm.__init__
    found = unmade(text, size)
    assert found.message == cause
    assert list(found.help) == helps
    assert (nn.Conv2d.__init__, nn.GroupNorm.__init__) == original


def test_fixes_of_what_could_not_be_made_work_by_hand():
    x = torch.ones(1, 3, 9, 9)
    assert made(GROUPS.replace("groups=4", "groups=1"))(x).shape[1:] == (16, 5, 5)
    both = GROUPS.replace("(3, 15, 3)", "(3, 16, 3)").replace("(15, 16", "(16, 16")
    assert made(both)(x).shape[1:] == (16, 5, 5)
    assert made(SAME.replace("'same'", "2"))(x).shape[1:] == (16, 4, 4)
    assert made(SAME.replace("stride=2", "stride=1"))(x).shape[1:] == (16, 7, 7)


def test_what_fails_in_the_making_by_itself_is_not_diagnosed():
    assert (
        unmade("class Net:\n    def __init__(self):\n        raise KeyError('a')\n", (3,)) is None
    )


# -------------------------------------------------------------- calls and code of its own


def test_an_input_that_is_missing():
    class Masked(nn.Module):
        def forward(self, x, mask):
            return x * mask

    found = diagnosed(Masked(), (3, 8, 8))
    assert found.cause == "forward takes 2 inputs, x, mask, and 1 is given"
    assert found.help[0] == "inputs x of 3x8x8 and mask of 3x8x8 give 3x8x8"
    assert found.help[1] == "inputs x of 3x8x8 and mask of 1x8x8 give 3x8x8"
    for mask in ((3, 8, 8), (1, 8, 8)):
        assert examine(Masked(), [(3, 8, 8), mask]).trouble is None


def test_an_input_too_many():
    class Plain(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3)

        def forward(self, x):
            return self.conv(x)

    found = diagnosed(Plain(), [(3, 8, 8), (5, 8, 8)])
    assert found.cause == "forward takes 1 input, x, and 2 are given"
    assert found.help == ("the input x of 3x8x8 gives 4x6x6", ONE_FIX)


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("return {'a': x}['b']", "KeyError: 'b'"),
        ("assert x.shape[-1] == 9, 'sides are 9'", "AssertionError: sides are 9"),
        ("raise ValueError('only on Sundays')", "only on Sundays"),
    ],
)
def test_what_the_code_itself_raises_gets_no_invented_fix(line, cause):
    case = Failing("pass", f"def forward(self, x):\n    {line}  # here", (3, 8, 8), "", cause)
    found = diagnosed(made(case.text), case.input)
    assert (found.cause, found.source) == (cause, f"net.py:{case.line}")
    assert (found.fixes, found.help) == ((), (OWN,))


def test_what_cannot_be_mended_is_said():
    case = Failing("pass", "def forward(self, x):\n    return x[:, 7]  # here", (3, 8, 8), "", "")
    found = diagnosed(made(case.text), case.input)
    assert found.cause.endswith("index 7 is out of bounds for dimension 1 with size 3")
    assert found.help == (NO_FIX,)


def test_what_runs_only_on_numbers_is_no_misfit():
    class Asking(nn.Module):
        def forward(self, x):
            return x * x.mean().item()

    Asking()(torch.ones(1, 3))
    found = diagnosed(Asking(), (3, 8))
    assert found.help == (VALUES,)


def test_an_error_that_was_caught_is_no_trouble():
    class Careful(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.spare = nn.Conv2d(3, 4, 9), nn.Conv2d(3, 4, 3)

        def forward(self, x):
            try:
                return self.conv(x)
            except RuntimeError:
                return self.spare(x)

    assert examine(Careful(), (3, 5, 5)).trouble is None


# -------------------------------------------------------------- what is tried


def test_a_fix_that_only_moves_the_trouble_is_not_shown():
    """3600 features would suit view, and not the layer behind it: both change, or neither."""
    case = FURTHER["shape '[-1, 3136]' is invalid for input of size 3600"]
    first = diagnosed(made(case.text), case.input).help[0]
    line = f"(net.py:{case.line})"
    assert first == f"3600 in place of 3136 in view {line} and in_features=3600 in fc give 3600"


def test_every_fix_was_tried_to_the_end(monkeypatch):
    """If nothing ran, nothing would be shown."""
    case = NINE["mat1 and mat2 shapes cannot be multiplied"]
    module = made(case.text)
    monkeypatch.setattr(trials.Trials, "run", lambda self, *edits: None)
    found = diagnosed(module, case.input)
    assert (found.fixes, found.help) == ((), (NO_FIX,))


def test_the_tries_are_bounded(monkeypatch):
    tried = []
    rehearse = trials.rehearse

    def counting(*args):
        tried.append(args)
        return rehearse(*args)

    monkeypatch.setattr(trials, "rehearse", counting)
    for case in FAILING.values():
        tried.clear()
        diagnosed(made(case.text), case.input)
        assert len(tried) <= trials.TRIES


@pytest.mark.parametrize(
    ("fix", "good"),
    [
        ("in_features=3600 in fc1 gives 10", True),
        ("in_features=3600 in fc1 gives 11", False),
        ("in_features=3601 in fc1 gives 10", False),
        ("an input of 1x31x31 gives 10", True),
        ("an input of 1x33x33 gives 10", False),
        ("kernel_size=4 in conv1 gives 10", True),
        ("kernel_size=3 in conv1 gives 10", False),
        ("padding=1 in max_pool2d (net.py:12) gives 10", False),
    ],
)
def test_this_check_can_fail(fix, good):
    case = NINE["mat1 and mat2 shapes cannot be multiplied"]
    if good:
        assert_mends(case.text, case.input, fix)
    else:
        with pytest.raises((RuntimeError, AssertionError)):
            assert_mends(case.text, case.input, fix)


# -------------------------------------------------------------- as it is shown


def test_a_module_that_fails_is_planned_up_to_the_failing_row():
    case = NINE["mat1 and mat2 shapes cannot be multiplied"]
    network = follow(made(case.text), case.input)
    row = planned(network).rows[-1]
    assert (row.path, row.status, row.source) == ("fc1", "unknown", f"net.py:{case.line}")
    assert row.notes == ("3600 = 16x15x15 arrive after flatten, 3136 = 16x14x14 are expected",)
    assert network.error.help == [
        "in_features=3600 in fc1 gives 10",
        "kernel_size=4 in conv1 gives 10",
        "an input of 1x31x31 gives 10",
    ]
    assert str(planned(network)).endswith(str(network.error))
    assert planned(network).as_dict()["error"]["help"] == network.error.help
    assert [row.path for row in planned(network).rows][:2] == ["conv1", "relu"]
    assert network.error.message == diagnosed(made(case.text), case.input).message


def test_a_module_that_runs_is_followed_as_it_is_inspected():
    module = made(NINE["mat1 and mat2 shapes cannot be multiplied"].text)
    assert follow(module, (1, 31, 31)) == inspect(module, (1, 31, 31))


def test_a_module_that_cannot_be_made_is_a_shape_error():
    with pytest.raises(ShapeError, match="15 channels do not fall into 4 groups") as caught:
        make_or_diagnose(lambda: made(GROUPS), (3, 9, 9))
    assert caught.value.help[0] == "groups=1 in Conv2d gives 16x5x5"
    with pytest.raises(ZeroDivisionError):
        make_or_diagnose(lambda: 1 // 0, (3, 9, 9))
    assert isinstance(make_or_diagnose(lambda: nn.Linear(2, 3), (2,)), nn.Linear)


# -------------------------------------------------------------- random modules that fail


@st.composite
def drawn(draw):
    """A small network whose numbers need not agree, and an input."""
    number = lambda low, high: draw(st.integers(low, high))  # noqa: E731
    layers = [f"self.conv = nn.Conv2d({number(1, 3)}, 4, {number(1, 5)}, stride={number(1, 2)})"]
    forward = ["def forward(self, x):", "    x = self.conv(x)"]
    if draw(st.booleans()):
        layers.append(f"self.bn = nn.BatchNorm2d({number(3, 5)})")
        forward.append("    x = self.bn(x)")
    if draw(st.booleans()):
        forward.append(f"    x = F.max_pool2d(x, {number(2, 4)}, padding={number(0, 2)})")
    if draw(st.booleans()):
        layers.append(f"self.next = nn.Conv2d(4, 6, 3, groups={number(1, 2)}, padding=1)")
        forward.append("    x = self.next(x) + x" if number(0, 3) == 0 else "    x = self.next(x)")
    layers.append(f"self.fc = nn.Linear({number(1, 100)}, 5)")
    forward += ["    x = torch.flatten(x, 1)", "    return self.fc(x)"]
    size = (number(1, 3), number(3, 16), number(3, 16))
    return Failing("; ".join(layers), "\n".join(forward), size, "", "")


@given(drawn())
def test_every_fix_of_a_random_module_works_by_hand(case):
    module = made(case.text)
    try:
        with torch.no_grad():
            made(case.text).eval()(torch.ones(1, *case.input))
    except RuntimeError:
        found = diagnosed(module, case.input)
        for fix in found.fixes:
            assert_mends(case.text, case.input, str(fix))
    else:
        assert examine(module, case.input).trouble is None
        assume(False)
