"""The conditions of training: what the bits of the result depend on, besides recipe and images.

The same recipe gives the same weights, bit for bit, on the same machine with the same torch. A
run that goes on elsewhere is told what differs.
"""

import platform
from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from striate.errors import OptionError, RunError
from striate.nn import Tiled
from striate.ops import native
from striate.training.ranks import Ranks, here
from striate.training.recipe import Recipe


def conditions(recipe: Recipe, digest: str, model: nn.Module) -> dict[str, str]:
    """What must be the same when a run goes on, by its name: the recipe with it."""
    is_tiled = any(isinstance(module, Tiled) for module in model.modules())
    return {
        **({"tiled convolution": native.name()} if is_tiled else {}),
        "torch": torch.__version__,
        "processor": processor_name(),
        "instructions": torch.backends.cpu.get_cpu_capability(),
        "device": device_name(recipe.device),
        "images": digest,
        "processes": str(here().ranks),
    } | {f"recipe.{name}": str(value) for name, value in recipe.as_dict().items()}


def compare(
    then: dict[str, str], now: dict[str, str], folder: Path, *, inexact: bool = False
) -> None:
    """Raise RunError where the conditions are not what they were.

    If `inexact`, only where the steps would not even mean the same.
    """
    changed = [
        name for name in then if then[name] != now.get(name) and (name in STEPS or not inexact)
    ]
    if not changed:
        return
    listed = "; ".join(f"{name}: then {then[name]}, now {now.get(name)}" for name in changed)
    remedies = [f"or accept other bits: striate resume {folder} --inexact"]
    if set(changed) & set(STEPS):
        remedies = ["or train anew"]
    raise RunError(
        f"{folder} cannot go on as it began ({listed})",
        help=["bring back what it began with", *remedies],
    )


STEPS = ("images", "recipe.batch", "recipe.seed", "recipe.optimizer", "recipe.ema")
"""Without these, step n would look at other images than it did, or remember nothing."""


def choose_device(wanted: str) -> str:
    """The device that "auto" means here, or the one asked for. Raises OptionError if it is missing.

    Of several processes on a machine each takes a GPU of its own, and that is its "cuda".

    >>> choose_device("cpu")
    'cpu'
    """
    ranks = here()
    there = [name for name, found in _found().items() if found and (ranks.alone or name != "mps")]
    if wanted == "auto":
        wanted = there[0]
    if wanted not in there:
        raise OptionError(
            f"device = {wanted}, and torch {torch.__version__} finds no {wanted} here",
            help=[f"device takes {' or '.join(['auto', *there])} on this machine"],
        )
    if wanted == "cuda" and not ranks.alone:
        _take_gpu(ranks)
    return wanted


def suited(recipe: Recipe) -> Recipe:
    """The recipe with the device and the threads that several processes settle together."""
    ranks = here()
    if ranks.alone:
        return recipe
    device, threads = choose_device(recipe.device), recipe.threads or ranks.threads
    return replace(recipe, device=device, threads=threads)


def _take_gpu(ranks: Ranks) -> None:
    """Make one GPU of the machine that of this process."""
    count = torch.cuda.device_count()
    if ranks.local >= count:
        raise OptionError(
            f"process {ranks.rank} is number {ranks.local + 1} on its machine, and that has "
            f"{count} GPU{'s' * (count != 1)}",
            help=[f"torchrun --nproc_per_node {count} starts one for each", "or --device cpu"],
        )
    torch.cuda.set_device(ranks.local)


def device_name(device: str) -> str:
    """A device by the name that its maker gave it, where there is one."""
    return torch.cuda.get_device_name() if device == "cuda" else device


def processor_name() -> str:
    """The processor of this machine."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _found() -> dict[str, bool]:
    """Which devices torch can use, the fastest first."""
    return {
        "cuda": torch.cuda.is_available(),
        "mps": torch.backends.mps.is_available(),
        "cpu": True,
    }
