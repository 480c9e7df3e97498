"""A tree written as it stands: the same definitions and brackets, in one canonical spelling."""

from collections.abc import Mapping

from striate.language.spelling import plainly
from striate.language.tree import (
    Argument,
    Bracket,
    Branches,
    Call,
    Definition,
    Dimensions,
    Expression,
    Flow,
    Item,
    Listing,
    Name,
    Number,
    Operation,
    Tap,
    Tree,
    Word,
)

Known = Mapping[str, int]


def write_tree(tree: Tree) -> str:
    """A tree as text, a line for each definition and one for the network; arguments put in.

    >>> from striate.language import read
    >>> write_tree(read("[(CONV-RELU)*N-POOL?]*M,SOFTMAX", {"N": 2, "M": 3}))
    '[[CONV -> RELU]*2 -> POOL?]*3 -> SOFTMAX\\n'
    """
    lines = [_definition(definition, tree.arguments) for definition in tree.definitions.values()]
    if tree.asked is None:
        lines.append(_flow(tree.body, tree.arguments))
    else:
        given = (p.name for p in tree.asked.parameters if p.name in tree.arguments)
        numbers = ", ".join(f"{name}={tree.arguments[name]}" for name in given)
        if numbers or tree.asked.name != list(tree.definitions)[-1]:
            lines.append(f"{tree.asked.name}({numbers})" if numbers else tree.asked.name)
    return "\n".join(lines) + "\n"


def _definition(definition: Definition, known: Known) -> str:
    own = [parameter.name for parameter in definition.parameters]
    known = {name: number for name, number in known.items() if name not in own}
    given = [
        p.name if p.default is None else f"{p.name}={_value(p.default, known)}"
        for p in definition.parameters
    ]
    signature = f"{definition.name}({', '.join(given)})" if given else definition.name
    return f"{signature} = {_flow(definition.body, known)}"


def _flow(flow: Flow, known: Known) -> str:
    return " -> ".join(_item(item, known) for item in flow)


def _item(item: Item, known: Known) -> str:
    label = f"{item.label}: " if item.label else ""
    match item:
        case Word():
            return label + _word(item, known)
        case Call():
            return label + _call(item, known)
        case Tap():
            return f"{label}@{item.target}"
        case Bracket():
            return f"{label}[{_flow(item.body, known)}]{_repeat(item.repeat, known)}"
        case Branches():
            inside = f" {item.join} ".join(_flow(flow, known) for flow in item.flows)
            return f"{label}{{ {inside} }}{_repeat(item.repeat, known)}"


def _word(word: Word, known: Known) -> str:
    parts = [word.word + "?" * word.optional]
    parts += [_tight(argument, known) for argument in word.arguments]
    parts += [f"{name}={_tight(value, known)}" for name, value in word.options]
    return " ".join([*parts, *word.flags])


def _call(call: Call, known: Known) -> str:
    arguments = ", ".join(_argument(argument, known) for argument in call.arguments)
    return f"{call.name}({arguments})" if arguments else call.name


def _argument(argument: Argument, known: Known) -> str:
    value = _value(argument.value, known)
    return value if argument.name is None else f"{argument.name}={value}"


def _value(value: Expression | Call, known: Known) -> str:
    return _call(value, known) if isinstance(value, Call) else _tight(value, known)


def _repeat(repeat: Expression | None, known: Known) -> str:
    return "" if repeat is None else f"*{_tight(repeat, known)}"


def _tight(expression: Expression, known: Known) -> str:
    """An expression as it may stand outside parentheses: in parentheses unless it is simple."""
    shown = _expression(expression, known)
    return f"({shown})" if isinstance(expression, Operation) else shown


def _expression(expression: Expression, known: Known) -> str:
    match expression:
        case Number(value):
            return plainly(value)
        case Dimensions(numbers):
            return "x".join(map(str, numbers))
        case Name(name):
            return str(known.get(name, name))
        case Listing(text):
            return text if set(text) <= set("0123456789./x") else f'"{text}"'
        case Tap(target):
            return f"@{target}"
        case Operation(operator, left, right):
            return f"{_tight(left, known)}{operator}{_tight(right, known)}"
