"""From text to tree: what is read, which network of the text is meant, and whether it can be."""

from collections.abc import Mapping

from striate.language.blocks import blocks
from striate.language.cursor import Cursor
from striate.language.flows import called, parse
from striate.language.names import check_arguments, check_names
from striate.language.tree import Call, Definition, Flow, Place, Tree


def read(
    text: str,
    arguments: Mapping[str, int] | None = None,
    *,
    network: str | None = None,
    source: str | None = None,
) -> Tree:
    """Read a text; `network` asks for one of its definitions, `arguments` are its free numbers.

    A file's network is its last item. Errors are LanguageErrors with line, column and help.

    >>> tree = read("INPUT 1x8x8 -> [CONV 8 3x3 -> RELU]*N -> FC", {"N": 2})
    >>> len(tree.body)
    3
    """
    cursor = Cursor(text, source, names=blocks())
    definitions: dict[str, Definition] = {}
    try:
        body = parse(cursor, definitions)
    except RecursionError:
        raise cursor.error("brackets are nested too deeply here", (), cursor.peek.place) from None
    if network is not None:
        body = called(_asked(cursor, definitions, network))
    if not body:
        example = "INPUT 1x28x28 -> CONV 8 3x3 -> RELU -> POOL -> FC"
        raise cursor.error(
            "there is no network in the text", [f"for example {example}"], Place(1, 1)
        )
    name = network or _named(body) or "network"
    tree = Tree(definitions, body, name, source, text, dict(arguments or {}), blocks())
    check_names(tree)
    check_arguments(tree)
    return tree


def _named(body: Flow) -> str | None:
    return body[0].name if len(body) == 1 and isinstance(body[0], Call) else None


def _asked(cursor: Cursor, definitions: dict[str, Definition], network: str) -> Definition:
    if network not in definitions:
        help = [f"it defines {', '.join(definitions)}"] if definitions else []
        raise cursor.error(f"the text does not define '{network}'", help, Place(1, 1))
    return definitions[network]
