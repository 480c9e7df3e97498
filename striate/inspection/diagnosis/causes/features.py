"""Why features or channels do not agree: in number, in shape, in kind."""

from collections.abc import Callable, Mapping
from math import prod

from striate.arithmetic.window import show
from striate.inspection.diagnosis.earlier import maker
from striate.inspection.diagnosis.numbers import asked_shape, given_by_name
from striate.inspection.diagnosis.phrases import (
    arriving,
    as_picture,
    flattened_from,
    kinds,
    known_of,
    shown,
    whence,
)
from striate.inspection.diagnosis.rehearsal import Performed, Rehearsal


def linear(failure: Rehearsal, done: Performed) -> str | None:
    """Of a linear layer."""
    input, weight = done.given[0], given_by_name(done)["weight"]
    number, expected = input.shape[-1], weight.shape[1]
    if number == expected:
        return kinds(done)
    if input.ndim > 2:
        total = f"{prod(input.shape[1:])} = {shown(input)}"
        return (
            f"{shown(input)} arrives, of which a linear layer takes the last axis, {number}; "
            f"{expected} are expected, and flattened it would be {total}"
        )
    before = flattened_from(failure, input)
    meant = as_picture(expected, before)
    if before is None:
        return f"{arriving(number, 'feature')} ({whence(failure, input)}), {meant} are expected"
    return f"{number} = {shown(before)} arrive after flatten, {meant} are expected"


def view(failure: Rehearsal, done: Performed) -> str | None:
    """Of a tensor that is asked for another shape."""
    input, shape = done.given[0], asked_shape(done)
    if not shape:
        return None
    number = input.numel() // max(1, input.shape[0])
    like = input if input.ndim > 2 else None
    origin = f"{number} = {shown(input)}" if like is not None else str(number)
    meant = as_picture(prod(n for n in shape[1:] if n > 0), like)
    return f"{origin} numbers arrive for each image, and {done.name} asks for {meant}"


def unflattened(failure: Rehearsal, done: Performed) -> str | None:
    """Of features that are given a shape."""
    shape = tuple(known_of(done).get("unflattened_size", done.args[-1]))
    found = f"{arriving(done.given[0].shape[1], 'feature')} ({whence(failure, done.given[0])})"
    return f"{found}, and {show(shape)} holds {prod(shape)}"


def norm(failure: Rehearsal, done: Performed) -> str | None:
    """Of a layer with a number for each channel."""
    input, known = done.given[0], known_of(done)
    names = ("num_features", "num_channels", "num_parameters")
    expected = next((known[name] for name in names if name in known), None)
    if expected is None and done.name in ("batch_norm", "prelu"):
        expected = done.given[1].numel()
    if expected is None or input.ndim < 2 or input.shape[1] == expected:
        return None
    found = f"{arriving(input.shape[1], 'channel')} ({whence(failure, input)})"
    return f"{found}, {expected} are expected"


def group_norm(failure: Rehearsal, done: Performed) -> str | None:
    """Of a norm over groups of channels."""
    groups = known_of(done).get("num_groups", done.args[1])
    channels = f"{done.given[0].shape[1]} channels ({whence(failure, done.given[0])})"
    return norm(failure, done) or f"{channels} do not fall into {groups} groups"


def layer_norm(failure: Rehearsal, done: Performed) -> str | None:
    """Of a norm over the last axes."""
    expected = known_of(done).get("normalized_shape", done.args[1])
    rank, input = len(expected), done.given[0]
    found = f"the last {'axis' if rank == 1 else f'{rank} axes'} of {whence(failure, input)}"
    return f"{found}: {show(input.shape[-rank:])} arrives, {show(expected)} is expected"


def attention(failure: Rehearsal, done: Performed) -> str | None:
    """Of an attention layer."""
    input = failure.visited.get(done.path, (done.given[0],))[0]
    expected = known_of(done).get("embed_dim")
    if expected in (None, input.shape[-1]):
        return None
    found = f"{arriving(input.shape[-1], 'feature')} at each place"
    origin = f"{shown(input)} from {maker(failure, input)}"
    return f"{found} ({origin}), {expected} are expected"


def embedding(failure: Rehearsal, done: Performed) -> str | None:
    """Of a table that is looked up."""
    kind = next((t.dtype for t in done.given if t.dtype.is_floating_point), None)
    name = str(done.given[0].dtype).removeprefix("torch.")
    return f"places of a table are whole numbers, and {name} arrives" if kind else None


def shuffled(failure: Rehearsal, done: Performed) -> str | None:
    """Of channels that become places."""
    factor = (*done.args[1:], *done.kwargs.values())[0]
    channels = f"{done.given[0].shape[1]} channels ({whence(failure, done.given[0])})"
    return f"{channels} do not fall into squares of {factor}x{factor}"


CAUSES: Mapping[str, Callable[[Rehearsal, Performed], str | None]] = {
    "linear": linear,
    "view": view,
    "reshape": view,
    "unflatten": unflattened,
    **dict.fromkeys(("batch_norm", "instance_norm", "prelu"), norm),
    "group_norm": group_norm,
    "layer_norm": layer_norm,
    "multi_head_attention_forward": attention,
    "embedding": embedding,
    "pixel_shuffle": shuffled,
}
