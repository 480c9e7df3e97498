"""What `torch.save` wrote, read with `weights_only`: tensors and plain containers, never code.

Training scripts keep the weights beside other things (the optimizer's memory, an epoch), under a
name of their own; the usual names are tried first, then the place with the most tensors.
"""

import pickle
import re
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from striate.errors import WeightsError, in_short

ENVELOPES = (
    "state_dict_ema",
    "model_ema",
    "params_ema",
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "network",
    "net",
    "params",
    "weights",
    "module",
)
"""Under which names weights are kept in a file, the best first: means over steps answer better."""

NOT_WEIGHTS = ("optimizer", "optimizer_state_dict", "optim", "scheduler", "lr_scheduler", "scaler")

_DEPTH = 4
_ASKED = re.compile(r"GLOBAL ([\w.]+)|type (?:reference |class )?([\w.]+) ")


def read_pickle(file: Path) -> tuple[dict[str, Tensor], tuple[str, ...]]:
    """The tensors of a file, and what there is to say of where they were. Raises WeightsError."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of other ways to write such files
            held = _load(file)
    except Exception as error:  # damaged bytes raise anything
        raise _unreadable(file, error) from error
    return _unwrapped(held, file)


def _load(file: Path) -> Any:
    """What is in a file, its tensors mapped where it is an archive."""
    if zipfile.is_zipfile(file) and file.suffix != ".safetensors":
        return torch.load(file, map_location="cpu", weights_only=True, mmap=True)
    with file.open("rb") as opened:  # of its name torch might think that it knows better
        return torch.load(opened, map_location="cpu", weights_only=True)


def _unwrapped(held: Any, file: Path) -> tuple[dict[str, Tensor], tuple[str, ...]]:
    """The tensors in what a file holds, however deep they lie in it."""
    path: list[str] = []
    beside: list[str] = []
    while name := _envelope(held) if len(path) < _DEPTH else None:
        beside += [str(other) for other in held if other != name]
        path.append(name)
        held = held[name]
    if not isinstance(held, Mapping):
        raise WeightsError(
            f"{file} holds {_told(held)}, and not tensors by name",
            help=["save the state_dict() of the network"],
        )
    tensors = {
        key: _plain(key, value, file)
        for key, value in held.items()
        if isinstance(key, str) and isinstance(value, Tensor)
    }
    return tensors, _notes(path, beside)


def _plain(key: str, value: Tensor, file: Path) -> Tensor:
    """A tensor as numbers in rows. Raises WeightsError for one that is kept in another way."""
    odd = {
        "quantised": value.is_quantized,
        "nested": value.is_nested,
        "without numbers": value.is_meta,
        "sparse": value.layout is not torch.strided,
    }
    for what, holds in odd.items():
        if holds:
            raise WeightsError(
                f"{file} has {key} as a tensor that is {what}, and a network takes dense ones",
                help=["save the weights as dense tensors: .dequantize() or .to_dense()"],
            )
    return value.detach()


def _envelope(held: Any) -> str | None:
    """Under which name the weights are, in what is no mapping from names to tensors itself."""
    if not isinstance(held, Mapping) or _count(held) > 1:
        return None
    inside = {
        name: _deep_count(value)
        for name, value in held.items()
        if isinstance(name, str) and isinstance(value, Mapping) and name not in NOT_WEIGHTS
    }
    inside = {name: count for name, count in inside.items() if count}
    known = [name for name in ENVELOPES if name in inside]
    return known[0] if known else max(inside, key=inside.__getitem__, default=None)


def _count(held: Mapping[Any, Any]) -> int:
    return sum(isinstance(value, Tensor) for value in held.values())


def _deep_count(held: Mapping[Any, Any], depth: int = 0) -> int:
    """How many tensors there are in a mapping and the mappings in it."""
    inner = [value for value in held.values() if isinstance(value, Mapping) and depth < _DEPTH]
    return _count(held) + sum(_deep_count(value, depth + 1) for value in inner)


def _notes(path: list[str], beside: list[str]) -> tuple[str, ...]:
    if not path:
        return ()
    others = ", ".join(beside[:5]) + (" and more" if len(beside) > 5 else "")
    where = f"the weights are under '{'.'.join(path)}' in the file"
    return (f"{where}; not read: {others}" if beside else where,)


def _told(held: Any) -> str:
    if isinstance(held, Tensor):
        return "one tensor"
    return f"a {type(held).__name__}"


def _unreadable(file: Path, error: Exception) -> WeightsError:
    """The sentence for a file that torch does not read."""
    text = " ".join(str(error).split())
    if "TorchScript" in text:
        return WeightsError(
            f"{file} holds a TorchScript program, and weights are tensors alone",
            help=["torch.jit.load it where you trust it, and save its state_dict()"],
        )
    asked = _ASKED.search(text)
    if asked or isinstance(error, pickle.UnpicklingError):
        name = next((group for group in asked.groups() if group), "") if asked else ""
        what = f"code ({name.strip('.')})" if name else "something other than tensors"
        return WeightsError(
            f"{file} asks for {what}: it was not run, and nothing was loaded",
            help=[
                "use a .safetensors file of these weights",
                "where you trust it: open it in the program that wrote it, and torch.save the "
                "network's state_dict()",
            ],
        )
    return WeightsError(
        f"{file} is no whole file of weights: {in_short(error)}",
        help=["get it again: a download may have broken off"],
    )
