"""A part of a drawing as shapes: a stack with thin slabs behind it, a circled sign, a frame.

Slabs are what follows a layer in place: norms and activations. A frame holds layers that can be
opened. Under each stands what it is called.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from striate.drawing.networks.grouping import Part
from striate.drawing.networks.naming import Said
from striate.drawing.networks.stacks import Stack
from striate.drawing.pictures.shapes import Line, Point, Rect, Shape, Words
from striate.language import layers as L
from striate.language.network import Node
from striate.language.spelling import word_of

Kind = Literal["stack", "slab", "join", "point", "group", "entry"]
Wrap = Callable[[int | Part, tuple[Shape, ...]], Shape]
"""Makes a group of the shapes of a node, or of a whole part."""

SLAB, RADIUS, DOT, FRAME, BEHIND, LEADING = 5.0, 9.0, 4.0, 8.0, 5.0, 13.0
_SLABS: Mapping[type[L.Layer], str] = {
    L.Activation: "kernel",
    L.BatchNorm: "bias",
    L.LayerNorm: "bias",
    L.LocalResponse: "bias",
    L.Dropout: "paper",
}
SLAB_LEGEND = (("bias", "norm"), ("kernel", "activation"), ("paper", "dropout"))


@dataclass(frozen=True)
class Item:
    """A part as it is drawn, with the left of its body at x and its middle line at y."""

    part: Part
    kind: Kind
    nodes: tuple[Node, ...]
    stack: Stack
    said: tuple[Said, ...]
    times: int = 1

    @property
    def slabs(self) -> tuple[tuple[int, Node], ...]:
        """What stands behind the stack, by its number in the network."""
        pairs = zip(self.part.nodes, self.nodes, strict=True)
        return () if self.kind in ("group", "entry") else tuple(pairs)[1:]

    @property
    def core(self) -> float:
        """The width of the body without its slabs."""
        match self.kind:
            case "group":
                return self.stack.width + self.stack.depth + 2 * FRAME + self._behind
            case "stack":
                return self.stack.width + self.stack.depth
            case "join":
                return 2 * RADIUS
            case "slab":
                return SLAB
            case _:
                return 2 * DOT

    @property
    def body(self) -> float:
        """The width of what is drawn, words aside."""
        return self.core + len(self.slabs) * (SLAB + 2)

    @property
    def width(self) -> float:
        """The width with the words."""
        return max(self.body, *(said.width for said in self.said), 0)

    @property
    def above(self) -> float:
        """How far it reaches above its middle line."""
        match self.kind:
            case "group":
                return self.stack.height / 2 + self.stack.depth + FRAME + self._behind
            case "stack":
                return self.stack.height / 2 + self.stack.depth
            case "slab":
                return self.stack.height / 2
            case "join":
                return max(RADIUS, self.stack.height / 2 if self.slabs else 0)
            case _:
                return DOT

    @property
    def foot(self) -> float:
        """How far its body reaches below its middle line."""
        match self.kind:
            case "group":
                return self.stack.height / 2 + FRAME
            case "stack" | "slab":
                return self.stack.height / 2
            case _:
                return self.above

    @property
    def below(self) -> float:
        """How far it reaches below its middle line, words included."""
        return self.foot + 4 + LEADING * len(self.said)

    def leaves(self, x: float) -> float:
        """Where a line at its middle leaves it."""
        if self.kind == "stack" and not self.slabs:
            return x + self.stack.right
        return x + self.body

    def face(self, x: float, y: float) -> Rect | None:
        """The plane to scale with rows and columns, if there is one."""
        if self.stack.bar or self.kind not in ("stack", "group"):
            return None
        return self.stack.face(x + (FRAME if self.kind == "group" else 0), y)

    def top(self, x: float, y: float) -> Point:
        """Where an arc comes down on it."""
        face = self.face(x, y)
        middle = x + self.core / 2 if face is None else face.x + face.width / 2
        return (middle, y - (RADIUS if self.kind == "join" else self.above))

    def shapes(self, x: float, y: float, wrap: Wrap) -> tuple[Shape, ...]:
        """All its shapes: those of each node in a group of their own."""
        words = tuple(
            Words(
                x + self.body / 2,
                y + self.foot + 12 + LEADING * line,
                said.text,
                said.role,
                said.size,
                bold=said.bold,
            )
            for line, said in enumerate(self.said)
        )
        own = (*self._core(x, y), *words)
        if self.kind == "entry":
            return own
        first = self.part if self.kind == "group" else self.part.nodes[0]
        return (wrap(first, own), *self._slabs(x + self.core, y, wrap))

    def _slabs(self, x: float, y: float, wrap: Wrap) -> tuple[Shape, ...]:
        return tuple(
            wrap(number, (_slab(node, x + 2 + place * (SLAB + 2), y, self.stack.height),))
            for place, (number, node) in enumerate(self.slabs)
        )

    def _core(self, x: float, y: float) -> tuple[Shape, ...]:
        match self.kind:
            case "group":
                return self._framed(x, y)
            case "stack":
                return self.stack.shapes(x, y)
            case "slab":
                return (_slab(self.nodes[0], x, y, self.stack.height),)
            case "join":
                return _circled(word_of(self.nodes[0].layer), x, y)
            case _:
                dot = Rect(x, y - DOT, 2 * DOT, 2 * DOT, "muted", thickness=0, rounded=DOT)
                return (dot,)

    def _framed(self, x: float, y: float) -> tuple[Shape, ...]:
        width, top = self.core - self._behind, y - self.above + self._behind
        height = y + self.foot - top
        frames = [
            Rect(x + away, top - away, width, height, "matrix", rounded=6)
            for away in ([BEHIND] if self.times > 1 else []) + [0]
        ]
        return (*frames, *self.stack.shapes(x + FRAME, y))

    @property
    def _behind(self) -> float:
        """How far the frame behind another shows that there are several."""
        return BEHIND if self.times > 1 else 0


def _slab(node: Node, x: float, y: float, height: float) -> Rect:
    role = slab_role(node)
    dashed = isinstance(node.layer, L.Dropout)
    height = max(height, 2 * RADIUS)
    return Rect(x, y - height / 2, SLAB, height, role, dashed=dashed, rounded=1)


def slab_role(node: Node) -> str:
    """The colour of a slab, by what it does; grey for what has none."""
    return _SLABS.get(type(node.layer), "matrix")


def _circled(sign: str, x: float, y: float) -> tuple[Shape, ...]:
    """A sign in a circle: plus for a sum, a bar for values side by side."""
    middle, arm = x + RADIUS, RADIUS - 4
    upright = Line(((middle, y - arm), (middle, y + arm)), "ink")
    level = Line(((middle - arm, y), (middle + arm, y)), "ink")
    circle = Rect(x, y - RADIUS, 2 * RADIUS, 2 * RADIUS, "output", rounded=RADIUS)
    return (circle, upright, *([level] if sign == "+" else []))
