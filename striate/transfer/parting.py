"""Parting: a network whose beginning is frozen, as a body that is computed once and a head.

The body gives one row of numbers for each image, the head goes on from rows. Together they compute
what the network computes, on the very tensors of the network.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import torch
from torch import Tensor, fx, nn

from striate.arithmetic.window import Size
from striate.errors import OptionError
from striate.transfer.boundary import boundary
from striate.transfer.following import beginning, sharing, trace
from striate.transfer.freezing import hold_still
from striate.transfer.halves import Body, Head, after, before


@dataclass(frozen=True, eq=False)
class Parts:
    """A frozen body from images to rows float32 (image, number), and a head from rows to logits.

    Both hold the parameters of the network itself: what the head learns the network has learned.
    The head's state_dict has all keys of the network, in their order. `number` is the length of a
    row, and `sizes` are those of the values that it consists of.
    """

    body: nn.Module
    head: nn.Module
    sizes: tuple[Size, ...] = ()

    @property
    def number(self) -> int:
        """How many numbers the body gives for each image."""
        return sum(map(prod, self.sizes))


def part(model: nn.Module, size: Size | None = None) -> Parts | None:
    """The parts of a model for inputs of a size (channels, *axes), which a built network knows.

    None where nothing is frozen before what is trained, and where the model cannot be followed; it
    stays as it is. Raises OptionError where the size is not known.

    >>> model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16, 2))
    >>> _ = model[0].requires_grad_(False)
    >>> parts = part(model, (3, 4, 4))
    >>> parts.body(torch.zeros(5, 3, 4, 4)).shape, parts.head(torch.zeros(5, 16)).shape
    (torch.Size([5, 16]), torch.Size([5, 2]))
    >>> list(parts.head.state_dict()) == list(model.state_dict())
    True
    """
    graph = _steady(model)
    if graph is None or len(graph.find_nodes(op="placeholder")) != 1:
        return None
    start = beginning(model, graph)
    if not start.needed or all(
        node in start.inside for node in graph.output_node().all_input_nodes
    ):
        return None
    size = size or _known(graph)
    if size is None:
        raise OptionError(
            "a network cannot be parted for inputs of an unknown size",
            help=["say which: part(model, (3, 224, 224))"],
        )
    cut = boundary(model, graph, start, size)
    if cut is None:
        return None
    body, head = Body(sharing(model), before(graph, cut)), Head(sharing(model), after(graph, cut))
    parts = Parts(body, head, cut.sizes)
    if list(head.state_dict()) != list(model.state_dict()):
        return None
    built = isinstance(model, fx.GraphModule)
    return parts if built or _is_equal(parts, model, size) else None


def _steady(model: nn.Module) -> fx.Graph | None:
    """The graph of a model, if it is the same in training, with what is frozen held still."""
    if isinstance(model, fx.GraphModule):
        return model.graph
    held = sharing(model).train()
    hold_still(held)
    training, evaluating = trace(held), trace(held.eval())
    if training is None or evaluating is None:
        return None
    same = training.python_code("self").src == evaluating.python_code("self").src
    return evaluating if same else None


def _known(graph: fx.Graph) -> Size | None:
    """The size that a built network knows of its input."""
    (given,) = graph.find_nodes(op="placeholder")
    return given.meta.get("size")


def _is_equal(parts: Parts, model: nn.Module, size: Size) -> bool:
    """Whether the parts compute what a model of foreign code computes, whatever is beside it."""
    whole = sharing(model).eval()
    weight = next(whole.parameters())
    draw = torch.Generator().manual_seed(0)
    x = torch.rand(2, *size, generator=draw).to(weight)
    with torch.inference_mode():
        rows = torch.cat([parts.body(image) for image in x.split(1)])
        pairs = zip(_tensors(whole(x)), _tensors(sharing(parts.head).eval()(rows)), strict=True)
        return all(torch.allclose(*pair, rtol=1e-3, atol=1e-4) for pair in pairs)


def _tensors(result: Any) -> Sequence[Tensor]:
    return [result] if isinstance(result, Tensor) else list(result)
