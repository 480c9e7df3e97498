"""Weights: tensors that somebody trained, and what is known of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from torch import Tensor

from striate.data.look import Look


@dataclass(frozen=True, eq=False)
class Weights:
    """Tensors by their names in a file, and what the file and its source say of them.

    >>> import torch
    >>> weights = Weights({"fc.weight": torch.zeros(10, 4)}, "FILE", Path("FILE"), "0" * 64)
    >>> weights.parameters
    40
    """

    tensors: Mapping[str, Tensor]
    source: str
    """What was asked for."""
    file: Path
    sha256: str
    licence: str = ""
    look: Look | None = None
    """How pictures have to be prepared for them, where that is known."""
    classes: tuple[str, ...] = ()
    network: str = ""
    """The network that they were trained in, where that is known."""
    notes: tuple[str, ...] = ()
    """What there is to say of how the file was read."""
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    """What a safetensors file says of itself, as it stands there."""

    @property
    def parameters(self) -> int:
        """How many numbers there are."""
        return sum(tensor.numel() for tensor in self.tensors.values())
