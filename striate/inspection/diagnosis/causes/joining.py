"""Why tensors that meet do not fit each other, or do not fall into parts."""

from collections.abc import Callable, Mapping

from striate.inspection.calls import tensors_in
from striate.inspection.diagnosis.phrases import shown, whence
from striate.inspection.diagnosis.rehearsal import Performed, Rehearsal

_SHOWN = 4


def joined(failure: Rehearsal, done: Performed) -> str | None:
    """Of a sum, a concatenation, a stack."""
    parts = list(tensors_in((done.args, done.kwargs)))
    if len({tuple(part.shape) for part in parts}) < 2:
        return None
    found = " and ".join(whence(failure, part) for part in parts[:_SHOWN])
    but = " but for the channels" if done.name.startswith(("cat", "concat")) else ""
    return f"equal sizes{but} are needed, found {found}"


def multiplied(failure: Rehearsal, done: Performed) -> str | None:
    """Of a product of matrices."""
    one, other = list(tensors_in(done.args))[:2]
    if min(one.ndim, other.ndim) < 2 or one.shape[-1] == other.shape[-2]:
        return None
    return (
        f"rows of {one.shape[-1]} ({whence(failure, one)}) cannot be multiplied "
        f"with columns of {other.shape[-2]} ({whence(failure, other)})"
    )


def attended(failure: Rehearsal, done: Performed) -> str | None:
    """Of queries and keys."""
    one, other = list(tensors_in((done.args, done.kwargs)))[:2]
    if one.shape[-1] == other.shape[-1]:
        return None
    queries = f"queries of {one.shape[-1]} numbers ({whence(failure, one)})"
    return f"{queries} and keys of {other.shape[-1]} ({whence(failure, other)}) have no product"


def summed(failure: Rehearsal, done: Performed) -> str | None:
    """Of an equation in letters."""
    said = str(failure.error).splitlines()[0].removeprefix("einsum(): ")
    met = " and ".join(whence(failure, tensor) for tensor in tensors_in(done.args))
    return f"{said} ({met})"


def parted(failure: Rehearsal, done: Performed) -> str | None:
    """Of a split into parts."""
    lengths = done.args[1] if len(done.args) > 1 else None
    if not isinstance(lengths, list | tuple):
        return None
    total = f"{' + '.join(map(str, lengths))} = {sum(lengths)}"
    return f"{shown(done.given[0])} does not fall into parts of {total}"


_JOINS = ("add", "iadd", "radd", "sub", "isub", "rsub", "mul", "imul", "div", "truediv", "itruediv")

CAUSES: Mapping[str, Callable[[Rehearsal, Performed], str | None]] = {
    **dict.fromkeys((*_JOINS, "stack", "cat", "concat", "concatenate"), joined),
    **dict.fromkeys(("matmul", "bmm", "mm"), multiplied),
    "scaled_dot_product_attention": attended,
    "einsum": summed,
    "split": parted,
}
