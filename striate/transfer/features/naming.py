"""Naming: features are kept under a digest of all that they follow from.

Of the body that is what it computes, step by step, how each of its layers is set, and every number
of its weights and statistics. A name that is wrong would be found only by wrong answers, so that
what may not matter is part of it too.
"""

import hashlib
from collections.abc import Iterator

import torch
from torch import Tensor, fx, nn

FORMAT = 1
"""The version of how features are named."""


def features_key(body: nn.Module, *what: bytes | str) -> str:
    """The SHA-256 (hex) of a body, of torch's version, and of what else features follow from.

    >>> body = nn.Conv2d(3, 4, 3)
    >>> features_key(body, "float32") == features_key(body, b"float32")
    True
    >>> features_key(body, "float32") == features_key(nn.Conv2d(3, 4, 3), "float32")
    False
    """
    sha = hashlib.sha256(f"{FORMAT} {torch.__version__}".encode())
    for said in (*_steps(body), *what):
        content = said.encode("utf-8", "surrogateescape") if isinstance(said, str) else said
        sha.update(f"\0{len(content)}\0".encode() + content)
    for name, tensor in (*body.named_parameters(), *body.named_buffers()):
        sha.update(f"\0{name} {tensor.dtype} {tuple(tensor.shape)}\0".encode())
        sha.update(_bytes(tensor))
    return sha.hexdigest()


def _steps(body: nn.Module) -> Iterator[str]:
    """What a body computes, and how each of its layers is set."""
    if isinstance(body, fx.GraphModule):
        yield body.code
    for path, module in body.named_modules():
        yield f"{path}: {type(module).__module__}.{type(module).__qualname__} {_settings(module)}"


def _settings(module: nn.Module) -> list[str]:
    """What a module keeps under names of its own, apart from its mode and its tensors."""
    kept = (
        (name, value)
        for name, value in vars(module).items()
        if not name.startswith("_") and name not in ("training", "meta")
    )
    return [f"{name}={value!r}" for name, value in kept if not isinstance(value, Tensor)]


def _bytes(tensor: Tensor) -> memoryview:
    """The bytes of a tensor, in the order of its axes."""
    flat = tensor.detach().cpu().contiguous().reshape(-1)
    return flat.view(torch.uint8).numpy().data
