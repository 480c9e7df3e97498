"""What is shown of a plan, and in which form: a field is a flag, with the help that is below it."""

from dataclasses import dataclass
from typing import Annotated, Literal

from cyclopts import Group, Parameter

from striate.cli.values import bytes_of

Format = Literal["text", "markdown", "html", "json"]
_OF_ONE = Parameter(consume_multiple=(0, 1))


@Parameter(name="*", group=Group("What is asked", sort_key=1))
@dataclass(frozen=True)
class Asked:
    """What is asked of a plan besides its table."""

    explain: Annotated[list[str] | None, _OF_ONE] = None
    """Show the rule behind each number and where it comes from: of a PATH, or of all layers."""
    unit: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None
    """Say which pixels one unit sees: the PATH of a layer, and a place in it for each of its axes.
    """


@Parameter(name="*", group=Group("Memory", sort_key=2))
@dataclass(frozen=True)
class Training:
    """What is asked about the memory that training takes."""

    memory: Annotated[list[str] | None, _OF_ONE] = None
    """Show what training takes, layer by layer and in all; with an amount, 8GB, the largest batch
    that fits."""
    batch: int | None = None
    """Show what training takes with so many images in each step."""
    optimizer: str | None = None
    """Show what training takes with sgd, adam, adamw, or plain-sgd, which has no momentum."""

    @property
    def asked(self) -> bool:
        """Whether anything of this was typed."""
        return (self.memory, self.batch, self.optimizer) != (None, None, None)

    @property
    def budget(self) -> int | None:
        """The bytes that all is to fit into, if an amount was typed."""
        return bytes_of(self.memory[0]) if self.memory else None


@Parameter(name="*", group=Group("Table", sort_key=3))
@dataclass(frozen=True)
class Look:
    """How a plan is printed."""

    columns: str | None = None
    """What the table shows: path,layer,output,parameters,parameters%,products,products%,field,
    additions,flops,bytes,stride,centre,status,where."""
    sort: str = "graph"
    """The largest first: parameters, products, additions, flops, bytes, output or field; path by
    name; graph in the order of the network."""
    depth: int | None = None
    """One row for all layers whose paths begin with the same DEPTH parts."""
    format: Format = "text"
    """Print it as text, as markdown, as html, or as json for another program."""
    json: bool = False
    """Print it for another program: --format json."""

    @property
    def form(self) -> Format:
        """The form that was asked for."""
        return "json" if self.json else self.format
