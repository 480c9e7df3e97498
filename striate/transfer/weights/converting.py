"""The numbers in weights: another kind is said and converted, and what is no number refused."""

from collections.abc import Mapping

import torch
from torch import Tensor

from striate.errors import WeightsError
from striate.transfer.weights.record import Weights


def check_numbers(
    values: Mapping[str, Tensor], here: Mapping[str, Tensor], weights: Weights
) -> tuple[str, ...]:
    """What there is to say of the numbers in tensors that a network takes, by its keys.

    They are looked at as the network keeps them, one tensor at a time. Raises WeightsError for
    what a network cannot have: numbers of another kind, or that are not finite.
    """
    kinds: dict[tuple[str, str], int] = {}
    for key, value in values.items():
        if here[key].dtype.is_floating_point:
            _check(key, value, here[key].dtype, weights)
            if value.dtype != here[key].dtype:
                change = kind(value.dtype), kind(here[key].dtype)
                kinds[change] = kinds.get(change, 0) + 1
    return tuple(f"{count} tensors of {a} became {b}" for (a, b), count in kinds.items())


def kind(dtype: torch.dtype) -> str:
    """The name of a kind of number.

    >>> kind(torch.bfloat16)
    'bfloat16'
    """
    return str(dtype).removeprefix("torch.")


def _check(key: str, value: Tensor, dtype: torch.dtype, weights: Weights) -> None:
    """Raise WeightsError where a network that keeps this `dtype` cannot have these numbers."""
    if not value.dtype.is_floating_point:
        raise WeightsError(
            f"{weights.source} has {key} in {kind(value.dtype)}, and the network computes with "
            f"{kind(dtype)}",
            help=["use the weights from before they were quantised"],
        )
    numbers = value.to(dtype)
    if torch.isfinite(numbers.sum(dtype=torch.float64)):
        return
    wrong = int((~torch.isfinite(numbers)).sum())
    if wrong:
        raise WeightsError(
            f"{weights.source} is damaged: {wrong:,} of the {value.numel():,} numbers of {key} "
            f"are not finite in {kind(dtype)}",
            help=["its training went astray, or the file was changed: use other weights"],
        )
