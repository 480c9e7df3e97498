"""Functions that tell of themselves, as torch's own do, to whoever follows what a module calls."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from torch import Tensor
from torch.overrides import handle_torch_function, has_torch_function

Given = ParamSpec("Given")


def announced(function: Callable[Given, Tensor]) -> Callable[Given, Tensor]:
    """The same function; where calls are followed it is seen as one, and not what it is made of.

    >>> import torch
    >>> from torch.overrides import TorchFunctionMode
    >>> class Follow(TorchFunctionMode):
    ...     def __torch_function__(self, func, types, args=(), kwargs=None):
    ...         print(func.__name__)
    ...         return func(*args, **(kwargs or {}))
    >>> @announced
    ... def half(x):
    ...     return x * 0.5
    >>> with Follow():
    ...     y = half(torch.ones(2))
    ones
    half
    """

    @wraps(function)
    def call(*args: Given.args, **kwargs: Given.kwargs) -> Tensor:
        if has_torch_function(args):
            return handle_torch_function(call, args, *args, **kwargs)
        return function(*args, **kwargs)

    return call
