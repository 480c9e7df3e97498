"""The items of a flow: words, calls, brackets, branches and taps, each read by one function."""

import difflib
from collections.abc import Callable, Iterable, Iterator

from striate.errors import LanguageError
from striate.language.cursor import Cursor
from striate.language.expressions import expression
from striate.language.lexer import Token
from striate.language.tree import (
    Argument,
    Bracket,
    Branches,
    Call,
    Expression,
    Flow,
    Item,
    Operation,
    Tap,
    Word,
)
from striate.language.words import LISTS, PADDING_WORDS, WORDS, Vocabulary

ReadFlow = Callable[[Cursor], Flow]

_LONGEST = 9


def item(cursor: Cursor, flow: ReadFlow) -> Item:
    """Read one item, with its label; `flow` reads what stands inside brackets."""
    label = None
    if cursor.peek.kind == "label":
        label = _label(cursor)
    token = cursor.peek
    if token.kind == "tap":
        cursor.advance()
        return Tap(token.text[1:], token.place, label)
    if token.is_symbol("[", "("):
        return _bracket(cursor, flow, label)
    if token.is_symbol("{"):
        return _branches(cursor, flow, label)
    if token.kind != "name":
        raise cursor.error("expected a word, a name or a bracket")
    found = _word(cursor, label) if cursor.is_word(token) else _call(cursor, label)
    if cursor.peek.is_symbol("*"):
        help = [f"put it in brackets: [{token.text} ...]*n"]
        raise cursor.error(
            f"only a bracket repeats, {token.text} does not", help, cursor.peek.place
        )
    return found


def _call(cursor: Cursor, label: str | None) -> Call:
    token = cursor.advance()
    arguments = tuple(_arguments(cursor)) if cursor.takes("(") else ()
    if cursor.peek.kind in ("number", "size", "name"):
        raise _no_word(cursor, token)
    return Call(token.text, token.place, arguments, label)


def _label(cursor: Cursor) -> str:
    token = cursor.advance()
    if token.text.isdecimal() and len(token.text) > _LONGEST:
        raise cursor.error(f"the label {token.text} is too large a number", (), token.place)
    cursor.skip_lines()
    return token.text


def _no_word(cursor: Cursor, token: Token) -> LanguageError:
    if token.text in cursor.names:
        message = f"expected an arrow after '{token.text}', found {cursor.peek}"
        return cursor.error(
            message, [f"a definition takes arguments: {token.text}(...)"], token.place
        )
    message = f"'{token.text}' is neither a word nor defined in this text"
    known = [*WORDS, *cursor.names]
    return cursor.error(message, suggest(token.text.upper(), known), token.place)


def value(cursor: Cursor) -> Expression | Call:
    """Read an argument of a call: a number, a size, a name, or a call."""
    token = cursor.peek
    if token.kind == "name" and cursor.after(1).is_symbol("("):
        cursor.advance()
        cursor.advance()
        with cursor.inside():
            return Call(token.text, token.place, tuple(_arguments(cursor)))
    return expression(cursor, loose=True)


def suggest(found: str, known: Iterable[str]) -> list[str]:
    """A help line with the nearest known spelling, if there is one.

    >>> suggest("KONV", ["CONV", "POOL"])
    ["did you mean 'CONV'?"]
    """
    near = difflib.get_close_matches(found, list(known), n=1)
    return [f"did you mean '{near[0]}'?"] if near else []


def _bracket(cursor: Cursor, flow: ReadFlow, label: str | None) -> Bracket:
    opening = cursor.advance()
    closing = {"[": "]", "(": ")"}[opening.text]
    body = _inside(cursor, flow)
    cursor.expect(closing, f"to close the '{opening.text}' of line {opening.place.line}")
    return Bracket(body, opening.place, _repeat(cursor), label)


def _branches(cursor: Cursor, flow: ReadFlow, label: str | None) -> Branches:
    opening = cursor.advance()
    flows, join = [_inside(cursor, flow)], "+"
    while (token := cursor.peek_line).is_symbol("+", "|"):
        if len(flows) > 1 and token.text != join:
            help = ["put the inner join in braces of its own"]
            raise cursor.error("+ and | do not mix in one brace", help, token.place)
        join = token.text
        cursor.skip_lines()
        cursor.advance()
        if not (token.blank and (cursor.peek.blank or cursor.peek.kind == "newline")):
            raise cursor.error(f"write a blank on both sides of '{join}'", (), token.place)
        flows.append(_inside(cursor, flow))
    cursor.expect("}", f"to close the '{{' of line {opening.place.line}, or + or |")
    return Branches(join, tuple(flows), opening.place, _repeat(cursor), label)


def _inside(cursor: Cursor, flow: ReadFlow) -> Flow:
    with cursor.inside():
        cursor.skip_lines()
        return flow(cursor)


def _repeat(cursor: Cursor) -> Expression | None:
    return expression(cursor) if cursor.takes("*") else None


def _arguments(cursor: Cursor) -> Iterator[Argument]:
    cursor.skip_lines()
    while not cursor.takes(")"):
        name = None
        if cursor.peek.kind == "name" and cursor.after(1).is_symbol("="):
            name = cursor.advance().text
            cursor.advance()
        yield Argument(value(cursor), name)
        cursor.skip_lines()
        if not cursor.peek.is_symbol(")"):
            cursor.expect(",", "or ')' after an argument")
            cursor.skip_lines()


def _word(cursor: Cursor, label: str | None) -> Word:
    token = cursor.advance()
    word = token.text.upper()
    optional = not cursor.peek.blank and cursor.takes("?")
    arguments: list[Expression] = []
    options: dict[str, Expression] = {}
    flags: list[str] = []
    while _continues(cursor, WORDS[word]):
        cursor.skip_lines()
        after = cursor.peek
        if after.kind == "name" and cursor.after(1).is_symbol("="):
            _option(cursor, word, options)
        elif cursor.is_flag(after, WORDS[word].flags):
            flags.append(cursor.advance().text.lower())
        else:
            arguments.append(_argument(cursor, word, len(arguments)))
        if len({"pad", *PADDING_WORDS} & {*flags, *options}) > 1:
            raise cursor.error("the padding is given twice", (), after.place)
    given = tuple(options.items())
    return Word(word, token.place, tuple(arguments), given, tuple(flags), optional, label)


def _continues(cursor: Cursor, vocabulary: Vocabulary) -> bool:
    """Whether what comes next still belongs to the word; a new line may come before it."""
    token = cursor.peek_line
    if token is cursor.peek:
        return token.kind in ("number", "size", "name") or token.is_symbol("(")
    return token.kind in ("number", "size") or (
        token.kind == "name" and token.text in vocabulary.options and _is_tight_option(cursor)
    )


def _is_tight_option(cursor: Cursor) -> bool:
    ahead = 0
    while cursor.after(ahead).kind == "newline":
        ahead += 1
    return cursor.after(ahead + 1).is_symbol("=") and not cursor.after(ahead + 1).blank


def _option(cursor: Cursor, word: str, options: dict[str, Expression]) -> None:
    token = cursor.advance()
    name, known = token.text.lower(), WORDS[word].options
    if name not in known:
        help = suggest(name, known) or _help(word)
        raise cursor.error(f"{word} has no option '{token.text}'", help, token.place)
    if name in options:
        raise cursor.error(f"{name} is given twice", (), token.place)
    cursor.advance()
    options[name] = _named_value(cursor, name)


def _named_value(cursor: Cursor, name: str) -> Expression:
    token = cursor.peek
    value = expression(cursor)
    if isinstance(value, Tap) and name != "to":
        raise cursor.error(f"only `to` takes a tap, {name} a number", (), token.place)
    is_quotient = isinstance(value, Operation) and value.operator == "/"
    if name in LISTS and is_quotient and not token.is_symbol("("):
        help = [f"write {name}=(a/b), in parentheses"]
        raise cursor.error(f"in {name} a bare / separates: it does not divide", help, token.place)
    return value


def _argument(cursor: Cursor, word: str, count: int) -> Expression:
    token = cursor.peek
    if cursor.is_word(token):
        message = f"expected an arrow before {token}"
        raise cursor.error(message, [f"{word} -> {token.text}"], token.place)
    if count >= len(WORDS[word].arguments):
        message = f"{word} takes {_counted(WORDS[word].arguments)}: expected an arrow"
        raise cursor.error(f"{message} before {token}", _help(word), token.place)
    return expression(cursor)


def _counted(arguments: tuple[str, ...]) -> str:
    return f"only {' and '.join(arguments)}" if arguments else "no numbers"


def _help(word: str) -> list[str]:
    vocabulary = WORDS[word]
    lines = [f"for example {vocabulary.example}"] if vocabulary.example else []
    if vocabulary.options:
        lines.append(f"{word} has the options {', '.join(vocabulary.options)}")
    return lines
