"""A tree written as it stands: the same definitions and brackets, in one canonical spelling."""

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


def write_tree(tree: Tree) -> str:
    """A tree as text, a line for each definition and one for the network; arguments put in.

    >>> from striate.language import read
    >>> write_tree(read("[(CONV-RELU)*N-POOL?]*M,SOFTMAX", {"N": 2, "M": 3}))
    '[[CONV -> RELU]*2 -> POOL?]*3 -> SOFTMAX\\n'
    """
    lines = [_definition(definition) for definition in tree.definitions.values()]
    last = tree.body[0] if len(tree.body) == 1 else None
    own = isinstance(last, Call) and last.label is None and last.name in tree.definitions
    if not (own and list(tree.definitions)[-1] == tree.name):
        lines.append(_flow(tree.body, tree))
    return "\n".join(lines) + "\n"


def _definition(definition: Definition) -> str:
    given = [
        p.name if p.default is None else f"{p.name}={_value(p.default)}"
        for p in definition.parameters
    ]
    signature = f"{definition.name}({', '.join(given)})" if given else definition.name
    return f"{signature} = {_flow(definition.body)}"


def _flow(flow: Flow, tree: Tree | None = None) -> str:
    return " -> ".join(_item(item, tree) for item in flow)


def _item(item: Item, tree: Tree | None) -> str:
    label = f"{item.label}: " if item.label else ""
    match item:
        case Word():
            return label + _word(item, tree)
        case Call():
            return label + _call(item, tree)
        case Tap():
            return f"{label}@{item.target}"
        case Bracket():
            return f"{label}[{_flow(item.body, tree)}]{_repeat(item.repeat, tree)}"
        case Branches():
            inside = f" {item.join} ".join(_flow(flow, tree) for flow in item.flows)
            return f"{label}{{ {inside} }}{_repeat(item.repeat, tree)}"


def _word(word: Word, tree: Tree | None) -> str:
    parts = [word.word + "?" * word.optional]
    parts += [_tight(argument, tree) for argument in word.arguments]
    parts += [f"{name}={_tight(value, tree)}" for name, value in word.options]
    return " ".join([*parts, *word.flags])


def _call(call: Call, tree: Tree | None) -> str:
    arguments = ", ".join(_argument(argument, tree) for argument in call.arguments)
    return f"{call.name}({arguments})" if arguments else call.name


def _argument(argument: Argument, tree: Tree | None) -> str:
    value = _value(argument.value, tree)
    return value if argument.name is None else f"{argument.name}={value}"


def _value(value: Expression | Call, tree: Tree | None = None) -> str:
    return _call(value, tree) if isinstance(value, Call) else _tight(value, tree)


def _repeat(repeat: Expression | None, tree: Tree | None) -> str:
    return "" if repeat is None else f"*{_tight(repeat, tree)}"


def _tight(expression: Expression, tree: Tree | None) -> str:
    """An expression as it may stand outside parentheses: in parentheses unless it is simple."""
    shown = _expression(expression, tree)
    return f"({shown})" if isinstance(expression, Operation) else shown


def _expression(expression: Expression, tree: Tree | None) -> str:
    match expression:
        case Number(value):
            exact = f"{float(value):.12f}".rstrip("0").rstrip(".")
            return exact if value.denominator > 1 else str(value)
        case Dimensions(numbers):
            return "x".join(map(str, numbers))
        case Name(name):
            known = tree.arguments if tree else {}
            return str(known.get(name, name))
        case Listing(text):
            return text if set(text) <= set("0123456789./x") else f'"{text}"'
        case Tap(target):
            return f"@{target}"
        case Operation(operator, left, right):
            return f"{_tight(left, tree)}{operator}{_tight(right, tree)}"
