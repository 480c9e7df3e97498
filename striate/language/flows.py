"""Flows and definitions: items joined by arrows, and the names that a text gives them."""

from collections.abc import Iterator

from striate.language.cursor import Cursor
from striate.language.items import item, value
from striate.language.tree import Call, Definition, Flow, Parameter
from striate.language.words import RESERVED, WORDS


def parse(cursor: Cursor, definitions: dict[str, Definition]) -> Flow:
    """Read all definitions, and the flow that stands last or the last definition as one."""
    body: Flow = ()
    cursor.skip_lines()
    while cursor.peek.kind != "end":
        if cursor.starts_definition():
            body = called(_definition(cursor, definitions))
        else:
            body = flow(cursor)
        if cursor.peek.kind not in ("newline", "end"):
            raise cursor.error("expected an arrow or a new line")
        cursor.skip_lines()
    return body


def called(definition: Definition) -> Flow:
    """The flow that is a call of one definition, where that is written."""
    return (Call(definition.name, definition.place),)


def _definition(cursor: Cursor, known: dict[str, Definition]) -> Definition:
    name = _fresh_name(cursor, "definition")
    if name in known:
        raise cursor.error(f"'{name}' is defined already, in line {known[name].place.line}")
    place = cursor.advance().place
    parameters = tuple(_parameters(cursor)) if cursor.takes("(") else ()
    cursor.expect("=", "after the name of the definition")
    cursor.skip_lines()
    outside = {*cursor.names, name}
    cursor.names = {*outside, *(parameter.name for parameter in parameters)}
    known[name] = Definition(name, parameters, flow(cursor, place.column), place)
    cursor.names = outside
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
