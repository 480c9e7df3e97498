"""What a network takes in training, laid out as a table, and said in sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from striate.arithmetic.formula import Quantity
from striate.arithmetic.window import show
from striate.planning.memory.peaks import Peak
from striate.planning.memory.shares import COUNTS, Share
from striate.planning.printing.figures import memory as bytes_as_told
from striate.planning.printing.figures import share
from striate.planning.printing.sheet import named
from striate.planning.printing.tables import Cell, Column, Table

if TYPE_CHECKING:
    from striate.planning.memory.demand import Memory

COLUMNS = (
    Column("path", shorten="middle", least=16),
    Column("layer", need=5, shorten="end", least=8),
    Column("parameters", number=True, need=6),
    Column("gradients", number=True, need=3),
    Column("optimizer", number=True, need=4),
    Column("buffers", number=True, need=1),
    Column("saved", number=True),
    Column("saved%", "%", number=True, need=7),
    Column("what it saves", need=2, shorten="end", least=10),
)
COUNTED = (
    "saved is what torch keeps for the way back on a CPU; the input, the parameters and the "
    "buffers are there anyway. All in float32; not counted: workspace of kernels, the loss, a mean "
    "of weights, weights that are computed from others"
)


def sheet(memory: "Memory") -> Table:
    """The table: a line for each layer, the totals, and what follows from them."""
    totals = memory.totals
    sizes = " and ".join(show(node.size) for node in memory.network.inputs)
    foot = (*(_bytes(totals[name]) for name in COUNTS), Cell("100"), Cell())
    return Table(
        caption=f"{memory.network.name}: input {sizes}, batch {memory.batch}, {memory.optimizer}",
        columns=COLUMNS,
        lines=tuple(_line(row, totals["saved"].value) for row in memory.rows),
        foot=((Cell("total"), Cell(), *foot),),
        remarks=tuple(says(memory)),
        notes=(COUNTED, *_unknown(memory)),
    )


def _line(row: Share, saved: int) -> tuple[Cell, ...]:
    numbers = (_bytes(getattr(row, name)) for name in COUNTS)
    part = Cell(share(row.saved.value, saved))
    return (Cell(row.path), Cell(row.word), *numbers, part, Cell(", ".join(row.keeps)))


def _bytes(quantity: Quantity) -> Cell:
    """A number of bytes; nothing where there are none."""
    mark = {"unknown": " ?", "upper bound": " at most"}.get(quantity.status, "")
    told = bytes_as_told(quantity.value) if quantity.value or mark else ""
    return Cell(f"{told}{mark}", str(quantity))


def _unknown(memory: "Memory") -> list[str]:
    paths = [row.path for row in memory.rows if row.saved.status == "unknown"]
    told = "saved as measured without numbers; the kernel of a device may keep more or less"
    return [f"{named(paths)}: {told}"] if paths else []


def says(memory: "Memory") -> Iterator[str]:
    """What all layers take together, only run and in training, and what fits into a budget."""
    totals = memory.totals
    named = ("parameters", "gradients", "optimizer", "buffers", "input", "saved", "passing")
    parts = " + ".join(f"{name} {bytes_as_told(totals[name].value)}" for name in named)
    yield (
        f"training: {bytes_as_told(totals['training'].value)} at most = {parts}; "
        f"the most at once {_where(memory.training)}"
    )
    yield (
        f"only run: {bytes_as_told(totals['running'].value)} at most, of which values "
        f"{bytes_as_told(totals['forward'].value)}, the most {_where(memory.forward)}"
    )
    if memory.budget is not None:
        yield from fitting(memory, memory.budget)


def _where(peak: Peak) -> str:
    return f"on the way back, at {peak.path}" if peak.back else f"at {peak.path}"


def fitting(memory: "Memory", room: int) -> Iterator[str]:
    """The largest batch that fits, or what is too large and what to change."""
    largest, told = memory.largest(room), bytes_as_told(room)
    if largest.value:
        yield f"{told} hold batches of up to {largest.value:,} images: {largest}"
        if memory.batch > largest.value:
            yield f"a batch of {memory.batch:,} takes more"
        return
    fixed, one = bytes_as_told(memory.fixed), bytes_as_told(memory.training.bytes)
    alone = f"parameters, gradients, {memory.optimizer} and buffers alone take {fixed}"
    left = f"{one} for it, beside {fixed} for parameters, gradients, {memory.optimizer} and buffers"
    yield f"{told} do not hold one image: {alone if memory.fixed >= room else left}"
    yield _remedy(memory, room)


def _remedy(memory: "Memory", room: int) -> str:
    """What leaves room for an image."""
    without = memory.largest_without_state(room).value
    if without:
        return f"plain-sgd remembers nothing: with it batches of up to {without:,} images fit"
    if memory.fixed - memory.totals["optimizer"].value >= room:
        where = _largest(memory, "parameters")
        return f"fewer parameters are needed, whatever the optimizer; most are those of {where}"
    where = _largest(memory, "saved")
    return f"a smaller input is needed, or fewer channels; most is saved by {where}"


def _largest(memory: "Memory", name: str) -> str:
    """The layer that takes most of something, and its share."""
    if not memory.rows:
        return "no layer"
    row = max(memory.rows, key=lambda row: getattr(row, name).value)
    percent = share(getattr(row, name).value, memory.totals[name].value)
    return f"{row.path} ({percent} %)"
