"""Safetensors: a header of JSON, then numbers. Nothing in it can be run."""

from pathlib import Path

from safetensors import safe_open
from torch import Tensor

from striate.errors import WeightsError, in_short


def read_safetensors(file: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """The tensors of a file, mapped from it, and its metadata. Raises WeightsError."""
    try:
        with safe_open(file, framework="pt") as opened:
            metadata = dict(opened.metadata() or {})
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    except Exception as error:  # a header that lies may ask torch for anything
        raise WeightsError(
            f"{file} is no whole safetensors file: "
            + in_short(error).removeprefix("Error while deserializing header: "),
            help=["get it again: a download may have broken off"],
        ) from error
    return tensors, metadata
