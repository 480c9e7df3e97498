"""Numbers in the text: reading them from tokens, by precedence, blanks deciding where they end.

Outside parentheses an expression has no blanks and no minus (that is an arrow): 4*c, in/2, c+1.
"""

from fractions import Fraction

from striate.language.cursor import Cursor
from striate.language.tree import (
    Dimensions,
    Expression,
    Listing,
    Name,
    Number,
    Operation,
    Tap,
)

_LEVELS = (("==", "!=", "<=", ">=", "<", ">"), ("+", "-"), ("*", "/"))


def expression(cursor: Cursor, *, loose: bool = False, level: int = 0) -> Expression:
    """Read an expression; `loose` is inside parentheses, where blanks and minus may stand."""
    if level == len(_LEVELS):
        return _atom(cursor, loose)
    left = expression(cursor, loose=loose, level=level + 1)
    while _continues(cursor, _LEVELS[level], loose):
        operator = cursor.advance()
        right = expression(cursor, loose=loose, level=level + 1)
        left = Operation(operator.text, left, right, operator.place)
    return left


def _continues(cursor: Cursor, operators: tuple[str, ...], loose: bool) -> bool:
    token = cursor.peek
    if not token.is_symbol(*operators):
        return False
    return loose or (token.text != "-" and not token.blank and not cursor.after(1).blank)


def _listed(text: str) -> str:
    return text.strip('"') if text.startswith('"') else text.replace("×", "x")


def _atom(cursor: Cursor, loose: bool) -> Expression:
    token = cursor.peek
    if cursor.takes("("):
        with cursor.inside():
            inner = expression(cursor, loose=True)
            cursor.expect(")", "to close the parenthesis")
        return inner
    if loose and cursor.takes("-"):
        zero = Number(Fraction(0), token.place)
        with cursor.inside():
            return Operation("-", zero, _atom(cursor, loose), token.place)
    if token.kind == "number":
        value: Expression = Number(Fraction(token.text), token.place)
    elif token.kind == "size":
        sides = token.text.replace("×", "x").split("x")
        value = Dimensions(tuple(int(side) for side in sides), token.place)
    elif token.kind == "listing":
        value = Listing(_listed(token.text), token.place)
    elif token.kind == "name":
        value = Name(token.text, token.place)
    elif token.kind == "tap":
        value = Tap(token.text[1:], token.place)
    else:
        raise cursor.error("expected a number or a name")
    cursor.advance()
    return value
