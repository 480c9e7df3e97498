"""A module at every input size: traced anew at each, refused where its forward fails."""

from torch import nn

from striate.arithmetic.window import Size
from striate.errors import ShapeError
from striate.inspection.inspecting import examine
from striate.language.network import Network
from striate.planning.free import FreePlan, FreeSize, free_of


def free_plan(module: nn.Module, size: FreeSize | str, *, name: str | None = None) -> FreePlan:
    """The plan of a module for inputs with letters; its weights are there, and for some sizes.

    >>> module = nn.Sequential(nn.Conv2d(3, 8, 3), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(72, 9))
    >>> made = free_plan(module, "3xHxH")
    >>> print(made.row("1").size[1], "where", made.found[0].fits)
    H//2 - 1 where H: only 8, 9
    """
    size = FreeSize.of(size) if isinstance(size, str) else size

    def network(numbers: Size) -> Network:
        made = examine(module, numbers, name=name)
        if made.trouble is not None:
            source = f"({made.trouble.source})" if made.trouble.source else ""
            where = " ".join(filter(None, (made.trouble.path, source)))
            raise ShapeError(f"{where}: {str(made.trouble.error).splitlines()[0]}")
        return made.network

    return free_of(network, size, built=True)
