"""Where a module cannot be followed: a last row that says why and where, and never an exception."""

import numpy as np
import pytest
import torch
from torch import nn

from striate.inspection import examine
from striate.planning import plan


class Stopping(nn.Module):
    """A convolution, then something that cannot be planned."""

    def __init__(self, stop):
        super().__init__()
        self.conv, self.stop = nn.Conv2d(3, 4, 3), stop

    def forward(self, x):
        return self.stop(self.conv(x))


def raises(x):
    raise KeyError("no such thing")


NUMBERS = {
    "bool": lambda x: x * 2 if x.sum() > 0 else x,
    "item": lambda x: x * x.mean().item(),
    "tolist": lambda x: torch.tensor(x.flatten().tolist()),
    "nonzero": lambda x: torch.nonzero(x),
    "getitem": lambda x: x[x > 0],
    "masked_select": lambda x: x.masked_select(x > 0),
    "unique": lambda x: torch.unique(x),
    "numpy": lambda x: torch.from_numpy(x.detach().numpy() * 2),
    "array": lambda x: torch.from_numpy(np.asarray(x.detach()) * 2),
    "int": lambda x: x[:, : int(x.max())],
    "float": lambda x: x * float(x.max()),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_what_depends_on_numbers(name):
    found = examine(Stopping(NUMBERS[name]), (3, 8, 8))
    rows = plan(found.network).rows
    assert (rows[0].path, rows[0].products.value) == ("conv", 3888)
    last = rows[-1]
    assert (last.status, last.word) == ("unknown", name)
    assert last.source.startswith("test_stops.py:")
    reason = f"{name} ({last.source}) needs the numbers of an image: what follows depends on them"
    assert reason in last.notes
    assert found.trouble.source == last.source


@pytest.mark.parametrize(
    ("stop", "told"),
    [
        (raises, "forward (test_stops.py:{}) failed: KeyError: 'no such thing'"),
        (lambda x: x.view(-1, 7), "view (test_stops.py:{}) failed: RuntimeError: shape '[-1, 7]'"),
        (lambda x: x.nothing, "forward (test_stops.py:{}) failed: AttributeError: "),
    ],
)
def test_a_forward_that_raises(stop, told):
    found = examine(Stopping(stop), (3, 8, 8))
    last = plan(found.network).rows[-1]
    line = last.source.rpartition(":")[2]
    assert last.status == "unknown"
    assert last.notes[0].startswith(told.format(line))
    assert last.products.status == "unknown"


def test_an_error_that_the_module_catches_is_its_own_affair():
    def careful(x):
        try:
            return x.view(-1, 7)
        except RuntimeError:
            return torch.relu(x)

    found = examine(Stopping(careful), (3, 8, 8))
    assert found.trouble is None
    assert [row.path for row in plan(found.network).rows] == ["conv", "relu"]


def test_an_operation_without_a_rule_for_shapes_is_run_on_zeros():
    @torch.library.custom_op("striate_tests::halved", mutates_args=())
    def halved(x: torch.Tensor) -> torch.Tensor:
        return torch.from_numpy(x.numpy()[..., ::2].copy())

    found = examine(Stopping(lambda x: halved(x) + 1), (3, 8, 8))
    assert found.trouble is None
    assert [row.size for row in plan(found.network).rows] == [(4, 6, 6), (4, 6, 3), (4, 6, 3)]


def test_what_is_asked_of_the_device_is_answered():
    def moved(x):
        x = x.to("cpu").cuda().to(x.device, torch.float32)
        with torch.autocast(x.device.type, enabled=False):
            return x + torch.zeros(4, 6, 6, device=x.device) + torch.ones(1, device="cuda")

    found = examine(Stopping(moved), (3, 8, 8))
    assert found.trouble is None
    assert [row.word for row in plan(found.network).rows] == ["CONV", "add", "add"]
