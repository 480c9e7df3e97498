"""When something does not fit: what, where, the numbers, and fixes that were tried before shown."""

from striate.arithmetic.window import show
from striate.errors import OptionError, ShapeError
from striate.language import layers as L
from striate.language.lexer import line_of
from striate.language.network import Network
from striate.language.tree import Tree
from striate.planning.expansion import Settings, expand
from striate.planning.fixes import checked_fixes
from striate.planning.misfit import Misfit

NO_FIX = (
    "no single change of a number in the text, or of the input size, was found that makes it fit"
)


def resolve(tree: Tree, settings: Settings | None = None) -> Network:
    """A tree as a network of known sizes; a ShapeError with fixes where something does not fit.

    >>> from striate.language import read
    >>> resolve(read("INPUT 1x3x3 -> CONV 2 5x5"))
    Traceback (most recent call last):
    striate.errors.ShapeError: 0 (line 1): a 5x5 window is larger than its input, 3x3
        INPUT 1x3x3 -> CONV 2 5x5
                       ^
      help: pad=1 gives 2x1x1
      help: a kernel of 3 gives 2x1x1
      help: CONV?, which leaves it out, gives 1x3x3
      help: an input of 1x5x5 gives 2x1x1
    """
    settings = settings or Settings()
    try:
        return expand(tree, settings)
    except Misfit as misfit:
        raise _diagnosed(tree, settings, misfit) from None


def followed(tree: Tree, settings: Settings | None = None) -> Network:
    """A tree as a network of known sizes; where something does not fit, as far as it goes.

    Its error then says what `resolve` would have raised.

    >>> from striate.language import read
    >>> made = followed(read("INPUT 1x5x5 -> CONV 2 5x5 -> POOL 2"))
    >>> made.output, made.error.message
    ((2, 1, 1), '1 (line 1): a 2x2 window is larger than its input, 1x1')
    """
    settings = settings or Settings()
    try:
        return expand(tree, settings)
    except Misfit as misfit:
        error = _diagnosed(tree, settings, misfit)
        if not isinstance(error, ShapeError):
            raise error from None
        return Network(tree.name, misfit.nodes, misfit.inputs, error=error)


def _diagnosed(tree: Tree, settings: Settings, misfit: Misfit) -> ShapeError | OptionError:
    place = misfit.item.place
    kind = type(misfit.error)
    fixes = list(misfit.error.help)
    if kind is ShapeError:
        fixes = checked_fixes(tree, settings, misfit)
        if settings.strict and "does not tile" in misfit.error.message:
            fixes.append("or keep it, without --strict: what flooring drops is then only noted")
        elif len(fixes) < 2:
            fixes += [
                *misfit.error.help,
                NO_FIX if not fixes else "no other single change was found",
            ]
    return kind(
        f"{misfit.path} (line {place.line}): {misfit.error.message}{_origin(misfit)}",
        help=fixes,
        line=place.line,
        column=place.column,
        excerpt=line_of(tree.text, place),
        source=tree.source,
    )


def _origin(misfit: Misfit) -> str:
    """Where features come from: 3600 = 16x15x15."""
    origins: list[str] = []
    for number in misfit.inputs:
        node = misfit.nodes[number]
        while len(node.size) == 1 and node.inputs:
            before = misfit.nodes[node.inputs[0]]
            if isinstance(node.layer, L.Flatten):
                origins.append(f"{node.size[0]} = {show(before.size)}")
            node = before if not isinstance(node.layer, L.Linear) else misfit.nodes[0]
    return f" ({'; '.join(dict.fromkeys(origins))})" if origins else ""
