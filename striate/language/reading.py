"""From text to tree: a text is definitions and one flow; a flow is items joined by arrows."""

from collections.abc import Iterator, Mapping

from striate.language.cursor import Cursor
from striate.language.items import item, value
from striate.language.names import check_arguments, check_names
from striate.language.tree import Call, Definition, Flow, Parameter, Place, Tree
from striate.language.words import RESERVED, WORDS


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
    cursor = Cursor(text, source)
    definitions: dict[str, Definition] = {}
    try:
        body = _text(cursor, definitions)
    except RecursionError:
        raise cursor.error("brackets are nested too deeply here", (), cursor.peek.place) from None
    if network is not None:
        body = _call(_asked(cursor, definitions, network))
    if not body:
        example = "INPUT 1x28x28 -> CONV 8 3x3 -> RELU -> POOL -> FC"
        raise cursor.error(
            "there is no network in the text", [f"for example {example}"], Place(1, 1)
        )
    name = network or _named(body) or "network"
    tree = Tree(definitions, body, name, source, text, dict(arguments or {}))
    check_names(tree)
    check_arguments(tree)
    return tree


def _text(cursor: Cursor, definitions: dict[str, Definition]) -> Flow:
    """All definitions, and the flow that stands last or the last definition as one."""
    body: Flow = ()
    cursor.skip_lines()
    while cursor.peek.kind != "end":
        if cursor.starts_definition():
            body = _call(_definition(cursor, definitions))
        else:
            body = flow(cursor)
        if cursor.peek.kind not in ("newline", "end"):
            raise cursor.error("expected an arrow or a new line")
        cursor.skip_lines()
    return body


def _call(definition: Definition) -> Flow:
    return (Call(definition.name, definition.place),)


def _named(body: Flow) -> str | None:
    return body[0].name if len(body) == 1 and isinstance(body[0], Call) else None


def _asked(cursor: Cursor, definitions: dict[str, Definition], network: str) -> Definition:
    if network not in definitions:
        help = [f"it defines {', '.join(definitions)}"] if definitions else []
        raise cursor.error(f"the text does not define '{network}'", help, Place(1, 1))
    return definitions[network]


def _definition(cursor: Cursor, known: dict[str, Definition]) -> Definition:
    name = _fresh_name(cursor, "definition")
    if name in known:
        raise cursor.error(f"'{name}' is defined already, in line {known[name].place.line}")
    place = cursor.advance().place
    parameters = tuple(_parameters(cursor)) if cursor.takes("(") else ()
    cursor.expect("=", "after the name of the definition")
    cursor.skip_lines()
    cursor.names = {name, *known, *(parameter.name for parameter in parameters)}
    known[name] = Definition(name, parameters, flow(cursor, place.column), place)
    cursor.names = set(known)
    return known[name]


def _parameters(cursor: Cursor) -> Iterator[Parameter]:
    while True:
        cursor.skip_lines()
        name = _fresh_name(cursor, "parameter")
        cursor.advance()
        yield Parameter(name, value(cursor) if cursor.takes("=") else None)
        if not cursor.takes(","):
            break
    cursor.expect(")", "to close the parameters")


def _fresh_name(cursor: Cursor, what: str) -> str:
    token = cursor.peek
    if token.kind != "name":
        raise cursor.error(f"expected the name of a {what}")
    if token.text in WORDS or token.text in RESERVED:
        message = f"'{token.text}' is a word of the language: this {what} needs another name"
        raise cursor.error(message, (), token.place)
    return token.text


def flow(cursor: Cursor, indent: int | None = None) -> Flow:
    """Items joined by arrows; `indent` is the column of the definition whose body it is."""
    items = [item(cursor, flow)]
    while _arrives_at_item(cursor, indent):
        items.append(item(cursor, flow))
    return tuple(items)


def _arrives_at_item(cursor: Cursor, indent: int | None) -> bool:
    """Take the arrow, or the new line that is one, if another item follows."""
    after = cursor.peek_line
    on_new_line = after is not cursor.peek
    if on_new_line and cursor.depth == 0:
        left_of_body = indent is not None and after.place.column <= indent
        if (left_of_body and not after.is_arrow) or cursor.starts_definition():
            return False
    if after.is_arrow:
        cursor.skip_lines()
        cursor.advance()
        cursor.skip_lines()
    elif not (on_new_line and after.starts_item):
        return False
    cursor.skip_lines()
    return True
