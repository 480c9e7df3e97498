"""Kernels: what a function of torch comes down to, below the functions that a module calls.

Everything that multiplies is one of a few kernels of torch, whose products follow from the shapes
that they are given: one for each weight and place, as the records count. A kernel that runs while
no function was called is one of compiled code, such as TorchScript: there it is all that is seen.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from striate.inspection.ledger import memory

_IN_PLACE = frozenset(
    f"aten::{name}_" for name in ("add", "sub", "mul", "div", "hardtanh", "hardswish", "elu")
)
"""Kernels whose rules for tensors without numbers make torch load sympy, or its compiler."""

Shapes = tuple[torch.Size, ...]
Run = Callable[..., Any]


def _matrix(first: torch.Size, second: torch.Size, *_: Any) -> int:
    return prod(first) * (second[-1] if len(second) > 1 else 1)


def _added(_: torch.Size, first: torch.Size, second: torch.Size) -> int:
    return _matrix(first, second)


def _attended(query: torch.Size, key: torch.Size, value: torch.Size, *_: Any) -> int:
    return prod(query) * key[-2] + prod(query[:-1]) * key[-2] * value[-1]


def _convolved(shapes: Shapes, made: torch.Size, *, transposed: bool) -> int:
    """Each weight is used once at each place of what slides: the result, or what is spread."""
    given, weight = shapes[0], shapes[1]
    places = prod((given if transposed else made)[2:])
    return made[0] * places * prod(weight)


PRODUCTS: Mapping[str, Callable[..., int]] = {
    "aten::mm": _matrix,
    "aten::bmm": _matrix,
    "aten::mv": _matrix,
    "aten::dot": _matrix,
    "aten::vdot": _matrix,
    "aten::addmm": _added,
    "aten::addmv": _added,
    "aten::baddbmm": _added,
    "aten::_scaled_dot_product_flash_attention": _attended,
    "aten::_scaled_dot_product_flash_attention_for_cpu": _attended,
    "aten::_scaled_dot_product_efficient_attention": _attended,
    "aten::_scaled_dot_product_cudnn_attention": _attended,
}


UNCOUNTED = ("_fft", "_linalg", "linalg", "_cdist", "cholesky", "lu_", "triangular", "_trilinear")
"""How the names of kernels begin that multiply in ways of their own; so may those of others."""

NORMS = frozenset(("aten::linalg_vector_norm",))
"""Kernels that square each number on its own, as a product of two values does: nothing to count."""


@dataclass(eq=False)
class Counted:
    """What was counted while one function ran: products, and memory kept for backward."""

    products: int = 0
    uncounted: bool = False
    """Whether a kernel ran of which it is not known what it multiplies."""
    saved: dict[int, Tensor] = field(default_factory=dict[int, Tensor])
    """A tensor in each memory that is kept, so that no other memory gets its number."""

    def save(self, tensor: Tensor) -> None:
        """A tensor is kept for backward."""
        self.saved[memory(tensor)] = tensor

    def kept(
        self, made: Iterable[Tensor], known: Iterable[Tensor], there: Collection[int]
    ) -> tuple[int, tuple[int, ...]]:
        """The bytes of what is kept and lies nowhere else, and which of the known tensors are.

        These count from 0; -1 is the (first) result; `there` are memories that are there anyway.
        """
        places = [memory(tensor) for tensor in known]
        own = self.saved.keys() - {*places, *map(memory, made), *there}
        holds = [number for number, place in enumerate(places) if place in self.saved]
        holds += [-1 for tensor in made if memory(tensor) in self.saved]
        return sum(_bytes(self.saved[place]) for place in own), tuple(holds)


def _bytes(tensor: Tensor) -> int:
    """The bytes of the memory that a tensor lies in."""
    return tensor.untyped_storage().nbytes() if tensor.layout == torch.strided else 0


def _is_plain(name: str) -> bool:
    """Whether a kernel is one of torch's that multiply nothing by weights."""
    return name.startswith(("aten::", "prims::")) and not name[6:].startswith(UNCOUNTED)


def _settled(func: Any, args: tuple[Any, ...]) -> bool:
    """Whether a kernel writes to tensors without numbers, each alike: it need not be run."""
    if func._schema.name not in _IN_PLACE or not args[0].is_floating_point():
        return False
    tensors = [arg for arg in args if isinstance(arg, Tensor)]
    first = (args[0].shape, args[0].dtype, "meta")
    return all((one.shape, one.dtype, one.device.type) == first for one in tensors)


@dataclass(eq=False)
class Kernels(TorchDispatchMode):
    """While it is entered, products are counted; `alone` is given the kernels of no function.

    >>> kernels = Kernels(lambda func, args, kwargs: func(*args, **kwargs))
    >>> with kernels, kernels.counting() as counted:
    ...     _ = torch.einsum("ij,jk->ik", torch.ones(2, 3), torch.ones(3, 4))
    >>> counted.products
    24
    """

    alone: Run
    counted: Counted | None = None

    def __post_init__(self) -> None:
        super().__init__()

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # torch would load its compiler, to keep it from what is never compiled

    def counting(self) -> "Counting":
        """While it is entered, kernels belong to a function."""
        return Counting(self)

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Run a kernel, and count it."""
        if self.counted is None:
            return self.alone(func, args, kwargs or {})
        made = args[0] if _settled(func, args) else func(*args, **(kwargs or {}))
        self.count(func, args, made)
        return made

    def count(self, func: Any, args: tuple[Any, ...], made: Any) -> None:
        """Add the products of a kernel."""
        name, counted = func._schema.name, self.counted
        if counted is None:
            return
        if name in ("aten::convolution", "aten::_convolution"):
            shapes = args[0].shape, args[1].shape
            counted.products += _convolved(shapes, made.shape, transposed=args[6])
        elif name in PRODUCTS:
            shapes = tuple(arg.shape for arg in args if isinstance(arg, Tensor))
            counted.products += PRODUCTS[name](*shapes)
        elif name not in NORMS and not _is_plain(name):
            counted.uncounted = True

    def pack(self, tensor: Tensor) -> None:
        """A tensor is saved for backward; it is noted and not kept, for nothing runs backward."""
        if self.counted is not None:
            self.counted.save(tensor)


@dataclass(eq=False)
class Counting:
    """One function, while it runs."""

    kernels: Kernels

    def __enter__(self) -> Counted:
        self.kernels.counted = made = Counted()
        return made

    def __exit__(self, *_: object) -> None:
        self.kernels.counted = None
