"""What a fix says, done to the file that somebody wrote, or to the module that it makes.

Nothing of the planner is used: the line is edited as text is, and layers are made again from what
they print of themselves.
"""

import ast
import re

import torch
from torch import nn

POSITIONS = {
    "max_pool2d": ("input", "kernel_size", "stride", "padding"),
    "avg_pool2d": ("input", "kernel_size", "stride", "padding"),
    "conv2d": ("input", "weight", "bias", "stride", "padding", "dilation", "groups"),
    "adaptive_avg_pool2d": ("input", "output_size"),
    "group_norm": ("input", "num_groups"),
    "pad": ("input", "pad", "mode"),
}
MADE_WITH = {
    "Conv2d": ("in_channels", "out_channels"),
    "ConvTranspose2d": ("in_channels", "out_channels"),
    "LazyConv2d": ("", "out_channels"),
    "BatchNorm1d": ("num_features",),
    "BatchNorm2d": ("num_features",),
    "LayerNorm": ("normalized_shape",),
    "LSTM": ("input_size", "hidden_size"),
}
ORDINALS = {"first": 0, "second": 1, "third": 2}


def made(text):
    """The module that a file defines."""
    scope = {}
    exec(compile(text, "net.py", "exec"), scope)
    torch.manual_seed(0)
    return scope["Net"]()


class Hand:
    """Somebody who reads fixes: the file, the module it makes, the input it is given."""

    def __init__(self, text, size):
        self.text, self.inputs = text, [torch.ones(1, *size)]
        self.afterwards = []

    def module(self):
        """The module that comes of it."""
        module = made(self.text)
        for change in self.afterwards:
            change(module)
        return module

    def follow(self, says):
        """Do what a fix says; all of it."""
        whole = [(p, m) for p in ALONE if (m := re.fullmatch(p, says))]
        if whole:
            [(pattern, match)] = whole
            ALONE[pattern](self, *match.groups())
            return
        for part in says.split(" and "):
            found = [(p, m) for p in EDITS if (m := re.fullmatch(p, part))]
            assert len(found) == 1, (part, found)
            [(pattern, match)] = found
            EDITS[pattern](self, *match.groups())

    # ---------------------------------------------------- in the file

    def on_line(self, line, change):
        """Change the one expression on a line that `change` knows what to do with."""
        lines = self.text.split("\n")
        indent = re.match(" *", lines[line - 1])[0]
        tree = ast.parse(lines[line - 1].strip())
        changer = Changer(change)
        tree = ast.fix_missing_locations(changer.visit(tree))
        assert changer.changed == 1, (lines[line - 1], changer.changed)
        lines[line - 1] = indent + ast.unparse(tree)
        self.text = "\n".join(lines)

    def call(self, numbers, name, line):
        def change(node):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                for key, value in numbers.items():
                    put(node, key, value, POSITIONS[name])
                return node
            return None

        self.on_line(int(line), change)

    def value(self, wrap, which, name, line):
        """Wrap one of the values that meet on a line."""
        place = ORDINALS[which]

        def change(node):
            if isinstance(node, ast.BinOp) and name in ("+", "mul", "matmul"):
                side = ("left", "right")[place]
                setattr(node, side, wrapped(wrap, getattr(node, side)))
                return node
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == name:
                parts = node.args[0].elts if isinstance(node.args[0], ast.List) else node.args
                parts[place] = wrapped(wrap, parts[place])
                return node
            return None

        self.on_line(int(line), change)

    def side_by_side(self, line):
        def change(node):
            if isinstance(node, ast.BinOp):
                both = f"({ast.unparse(node.left)}), ({ast.unparse(node.right)})"
                return ast.parse(f"torch.cat(({both}), 1)", mode="eval").body
            return None

        self.on_line(int(line), change)

    def constant(self, new, old, line):
        lines = self.text.split("\n")
        assert lines[int(line) - 1].count(old) == 1
        lines[int(line) - 1] = lines[int(line) - 1].replace(old, new)
        self.text = "\n".join(lines)

    # ---------------------------------------------------- in the module

    def layer(self, path, change):
        """Another layer at a path."""

        def replace(module):
            module.set_submodule(path, change(module.get_submodule(path)))

        self.afterwards.append(replace)

    def weight(self, shape):
        def replace(module):
            module.w = nn.Parameter(torch.ones(shape))

        self.afterwards.append(replace)


class Changer(ast.NodeTransformer):
    """Changes the outermost expression that a function changes."""

    def __init__(self, change):
        self.change, self.changed = change, 0

    def generic_visit(self, node):
        new = self.change(node) if not self.changed else None
        if new is not None:
            self.changed += 1
            return new
        return super().generic_visit(node)


def wrapped(wrap, node):
    """An expression in which x is another one."""

    class Into(ast.NodeTransformer):
        def visit_Name(self, name):
            return node if name.id == "x" else name

    return Into().visit(ast.parse(wrap, mode="eval").body)


def put(node, key, value, positions):
    """Give a call another argument."""
    value = ast.parse(value, mode="eval").body
    place = positions.index(key) if key in positions else len(node.args)
    if place < len(node.args):
        node.args[place] = value
    else:
        node.keywords = [k for k in node.keywords if k.arg != key]
        node.keywords.append(ast.keyword(key, value))


def again(layer, numbers, kind=None):
    """A layer made again from what it prints, with other numbers."""
    if isinstance(layer, nn.MultiheadAttention):
        known = {"embed_dim": layer.embed_dim, "num_heads": layer.num_heads, "batch_first": True}
        return nn.MultiheadAttention(**known | {k: int(v) for k, v in numbers.items()})
    if isinstance(layer, nn.LazyConv2d):
        known = {"out_channels": 16, "kernel_size": 3, "groups": 4}
        return nn.LazyConv2d(**known | {k: int(v) for k, v in numbers.items()})
    node = ast.parse(repr(layer), mode="eval").body
    name = node.func.id
    for key, value in numbers.items():
        put(node, key, value, MADE_WITH.get(name, ()))
    node.func.id = kind or name
    if kind:
        for keyword in node.keywords:
            if isinstance(keyword.value, ast.Tuple):
                keyword.value = keyword.value.elts[0]
    scope = vars(nn)
    return eval(compile(ast.fix_missing_locations(ast.Expression(node)), "layer", "eval"), scope)


def numbers_in(says):
    """What `a=1, b=(2, 2)` says."""
    call = ast.parse(f"f({says})", mode="eval").body
    return {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}


def size_of(text):
    return tuple(map(int, text.split("x")))


def _inputs(hand, *sizes):
    hand.inputs = [torch.ones(1, *size_of(size)) for size in sizes]


PLACE = r"\(net\.py:(\d+)\)"
NUMBERS = r"(\w+=(?:True|[^a-z]*)(?:'\w+')?(?:, \w+=[^a-z]+)*)"
ALONE = {
    r"inputs x of ([\dx]+) and mask of ([\dx]+)": _inputs,
    rf"groups=1 and a weight of ([\dx]+) in conv2d {PLACE}": lambda hand, shape, line: (
        hand.call({"groups": "1"}, "conv2d", line),
        hand.weight(size_of(shape)),
    ),
}
EDITS = {
    r"an input of ([\dx]+)": _inputs,
    r"an input of whole numbers, torch.zeros\((\(.*\)), dtype=torch.long\),": lambda hand, shape: (
        setattr(hand, "inputs", [torch.zeros(ast.literal_eval(shape), dtype=torch.long)])
    ),
    rf"{NUMBERS} in ([\w.]+)": lambda hand, says, path: hand.layer(
        path, lambda layer: again(layer, numbers_in(says))
    ),
    rf"{NUMBERS} in (\w+) {PLACE}": lambda hand, says, name, line: hand.call(
        numbers_in(says), name, line
    ),
    rf"a weight of ([\dx]+) in \w+ {PLACE}": lambda hand, shape, _: hand.weight(size_of(shape)),
    r"torch\.flatten\(x, 1\) before ([\w.]+)": lambda hand, path: hand.layer(
        path, lambda layer: nn.Sequential(nn.Flatten(1), layer)
    ),
    r"([\w.]+)\.(float|double|half)\(\)": lambda hand, path, kind: hand.layer(
        path, lambda layer: getattr(layer, kind)()
    ),
    r"x\.(float|double|half|long)\(\) before ([\w.]+)": lambda hand, kind, path: hand.layer(
        path, lambda layer: nn.Sequential(Cast(kind), layer)
    ),
    rf"(F\.pad\(.*\)|x\[.*\]|x\.mean\(.*\)) of the (\w+) value in (\S+) {PLACE}": Hand.value,
    rf"transpose\(-2, -1\) of the (\w+) value in (\S+) {PLACE}": lambda hand, which, name, line: (
        hand.value("x.transpose(-2, -1)", which, name, line)
    ),
    rf"torch\.cat\(\(a, b\), 1\) in place of \S+ {PLACE}": Hand.side_by_side,
    rf"(\d+) in place of (\d+) in \w+ {PLACE}": Hand.constant,
    r"(\w+[123]d) in place of \w+ in ([\w.]+)": lambda hand, kind, path: hand.layer(
        path, lambda layer: again(layer, {}, kind)
    ),
    rf"parts of (\[.*\]) in split {PLACE}": lambda hand, parts, line: hand.constant(
        parts, "[4, 4]", line
    ),
}


class Cast(nn.Module):
    """Numbers of another kind."""

    def __init__(self, kind):
        super().__init__()
        self.kind = kind

    def forward(self, x):
        return getattr(x, self.kind)()
