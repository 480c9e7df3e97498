"""Looking never changes anything: the module, its state and every random state stay as they are."""

import pickle
import random

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from striate.inspection import examine
from striate.inspection.twin import twin


class Everything(nn.Module):
    """Norms, buffers, hooks, counters, caches, random numbers, children in other modes."""

    def __init__(self, fails):
        super().__init__()
        self.conv, self.norm, self.drop = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout(0.5)
        self.frozen = nn.Conv2d(4, 4, 1).requires_grad_(False)
        self.body = torch.jit.script(nn.Sequential(nn.Conv2d(4, 4, 1), nn.BatchNorm2d(4)))
        self.register_buffer("mean", torch.zeros(4, 1, 1))
        self.calls, self.cache, self.fails, self.seen = 0, {}, fails, []
        self.conv.register_forward_hook(lambda module, args, made: self.seen.append(made))
        self.norm.register_forward_pre_hook(self.count)

    def count(self, module, args):
        self.calls += 1

    def forward(self, x):
        self.calls += 1
        random.random()
        np.random.rand()
        x = self.norm(self.conv(x)) + torch.rand(1)
        self.cache["last"] = x
        self.mean += x.mean()
        self.conv.weight.data.mul_(2)
        self.last = x
        x = self.body(self.frozen(self.drop(x)))
        if self.fails == "numbers" and x.sum() > 0:
            return x
        if self.fails == "raises":
            raise ValueError("no")
        return x


def prepared(fails):
    """A module that was trained for a step, with children in other modes."""
    module = Everything(fails="")
    module(torch.randn(2, 3, 8, 8)).sum().backward()
    module.train()
    module.norm.eval()
    module.frozen.eval()
    module.fails = fails
    return module


def state(module):
    """All that there is to see of a module and of the random numbers, as it is at this moment."""

    def seen(value):
        if isinstance(value, Tensor):
            return (id(value), value._version, value.requires_grad, value.detach().clone().tolist())
        if isinstance(value, dict):
            return {key: seen(part) for key, part in value.items()}
        return [seen(part) for part in value] if isinstance(value, list) else repr(value)

    parts = {}
    for path, part in module.named_modules():
        tensors = [*part.named_parameters(recurse=False), *part.named_buffers(recurse=False)]
        parts[path] = [
            [(name, seen(tensor)) for name, tensor in tensors],
            [seen(weight.grad) for weight in part.parameters() if weight.grad is not None],
            (part.training, [*part._forward_hooks], [*part._forward_pre_hooks]),
        ]
        if not isinstance(part, torch.jit.ScriptModule):
            plain = {key: value for key, value in vars(part).items() if not key.startswith("_")}
            parts[path].append(seen(plain))
    chance = (torch.get_rng_state().tolist(), random.getstate(), np.random.get_state())
    return pickle.dumps((parts, chance, torch.is_grad_enabled()))


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
@pytest.mark.parametrize("fails", ["", "numbers", "raises"])
def test_everything_is_as_it_was(fails):
    module = prepared(fails)
    before = state(module)
    found = examine(module, (3, 8, 8))
    assert state(module) == before
    assert bool(found.trouble) == bool(fails)
    assert len(found.network.nodes) > 5


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_a_forward_would_have_changed_it():
    """The witness above can see: what is looked at changes as soon as it is called."""
    module = prepared("")
    before = state(module)
    module(torch.randn(2, 3, 8, 8))
    assert state(module) != before


@pytest.mark.filterwarnings("ignore:.*torch.jit:DeprecationWarning")
def test_no_tensor_of_the_twin_has_numbers_but_small_whole_ones():
    made = twin(prepared("")).module
    held = [*made.parameters(), *made.buffers(), made.last, made.cache["last"], *made.seen]
    assert all(tensor.is_meta for tensor in held if tensor.is_floating_point())
    assert all(tensor.numel() == 1 for tensor in held if not tensor.is_meta)


def test_a_layer_of_a_thousand_million_weights():
    found = examine(nn.Linear(40_000, 25_000, device="meta"), (40_000,)).network
    assert found.nodes[1].size == (25_000,)
