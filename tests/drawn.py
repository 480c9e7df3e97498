"""Random networks as texts: every word, 1 to 3 axes, nested brackets, labels, taps, definitions.

Sizes are tracked by windows that walk until they fall off, so that what is drawn fits together.
"""

from dataclasses import dataclass, field
from itertools import count
from math import prod

from hypothesis import strategies as st

ARROWS = (" -> ", " → ", " - ", ", ", "\n", "  # a remark, -> [\n", " ->\n    ")
POINTWISE = ("RELU", "relu6", "GELU", "TANH", "SIGMOID", "BN", "ID", "DROPOUT", "LEAKYRELU 0.1")
MODES = ("zeros", "edge", "reflect", "circular")
LARGEST = 4000


def walked(n, k, stride=1, pad=(0, 0), dilation=1, *, ceil=False):
    """How many places a window has that walks along an axis of n until it falls off."""
    span, places = (k - 1) * dilation + 1, 0
    end = n + sum(pad)
    while places * stride + span <= end:
        places += 1
    start = places * stride
    reaches_on = start < n + pad[0] and start - stride + span < end
    return places + (ceil and reaches_on)


@dataclass(frozen=True)
class Drawn:
    """A network's text in pieces, the size that comes in, and the one that leaves its body."""

    body: str
    ending: str
    definitions: str
    input: tuple[int, ...]
    output: tuple[int, ...]

    @property
    def text(self):
        size = "x".join(map(str, self.input))
        return f"{self.definitions}INPUT {size}\n{self.body}{self.ending}\n"

    @property
    def unsized(self):
        return f"{self.definitions}{self.body}{self.ending}\n"


@dataclass(frozen=True)
class Spot:
    """A place in the text: what arrives, in which level, at which position, how deep."""

    size: tuple[int, ...]
    level: str = ""
    position: int = 0
    depth: int = 0
    repeats: int = 0

    def moved(self, **changes):
        return Spot(**{**self.__dict__, **changes})


@dataclass
class Pen:
    """Writes items one by one; each method gives the text and the spot behind it."""

    draw: object
    buildable: bool
    numbers: object = field(default_factory=lambda: count(1))
    labels: list = field(default_factory=list)
    definitions: list = field(default_factory=list)

    def one_of(self, *choices):
        return self.draw(st.sampled_from(choices))

    def number(self, low, high):
        return self.draw(st.integers(low, high))

    def chance(self, percent):
        return self.number(1, 100) > 100 - percent

    def each(self, n, low, high):
        return [self.number(low, high) for _ in range(n)]

    # -------------------------------------------------------------- flows and brackets

    def flow(self, spot, *, keeps=False, most=4):
        items = []
        for place in range(self.number(1, most)):
            text, spot = self.item(spot, keeps=keeps, taps=place == 0 or spot.depth == 0)
            items.append(text)
        return self.joined(items), spot

    def joined(self, items):
        text = items[0]
        for item in items[1:]:
            text += self.one_of(*ARROWS) + item
        return text

    def item(self, spot, *, keeps, taps):
        deep = spot.depth >= 2
        kind = "word" if deep else self.one_of("word", "word", "word", "bracket", "brace", "call")
        known = [(path, size) for path, size in self.labels if not keeps or size == spot.size]
        if known and taps and spot.repeats == 0 and self.chance(20):
            path, size = self.one_of(*known)
            return f"@{self.nearer(path, spot)}", spot.moved(size=size)
        if kind == "bracket":
            return self.bracket(spot, keeps=keeps)
        label, spot = self.label(spot) if kind != "brace" else ("", spot)
        if kind == "brace":
            return self.brace(spot, keeps=keeps)
        if kind == "call":
            text, after = self.call(spot, keeps=keeps)
        else:
            text, size = self.word(spot.size, keeps=keeps)
            after = spot.moved(size=size)
        self.remember(label, spot, after.size)
        shown = f"{label}: {text}" if label else text
        return shown, after.moved(position=spot.position + 1)

    def label(self, spot):
        """A label that is free here, or none; a number moves the position."""
        if not self.chance(35) or spot.repeats > 1:
            return "", spot
        name = f"{self.one_of('a', 'conv', 'é', 'up_')}{next(self.numbers)}"
        if spot.repeats == 1:
            return name + "_{i}", spot
        if self.chance(15):
            spot = spot.moved(position=spot.position + self.number(0, 2))
            return str(spot.position), spot
        return (f"{name}.b" if self.chance(15) else name), spot

    def remember(self, label, spot, size):
        if label and spot.repeats == 0:
            path = f"{spot.level}.{label}" if spot.level else label
            self.labels.append((path, size))

    def nearer(self, path, spot):
        return path.removeprefix(f"{spot.level}.") if self.chance(50) else path

    def bracket(self, spot, *, keeps):
        opening, closing = self.one_of("[]", "()")
        times = self.number(0, 3) if self.chance(50) else None
        label, spot = self.label(spot) if times in (None, 1) else ("", spot)
        inside = spot.moved(depth=spot.depth + 1, repeats=spot.repeats + (times is not None))
        if label:
            level = f"{spot.level}.{label}" if spot.level else label
            inside = inside.moved(level=level, position=0, repeats=inside.repeats * 2)
        body, after = self.flow(inside, keeps=keeps or times is not None, most=3)
        taken = (after.position - inside.position) * (1 if times is None else times)
        size = spot.size if times == 0 else after.size
        self.remember(label, spot, size)
        blank = self.one_of("", " ")
        repeat = "" if times is None else f"{blank}*{self.one_of(str(times), f'({times + 1}-1)')}"
        text = f"{label + ': ' if label else ''}{opening}{body}{closing}{repeat}"
        position = spot.position + (1 if label else taken)
        return text, spot.moved(size=size, position=position)

    def brace(self, spot, *, keeps):
        join = "+" if keeps else self.one_of("+", "|")
        ending = "" if keeps else self.one_of("", "filters", "half")
        filters = self.number(1, 4)
        here, branches, channels = spot.moved(depth=spot.depth + 1), [], 0
        for _ in range(self.number(1, 3)):
            text, after = self.branch(here, ending, filters)
            branches.append(text)
            channels += after.size[0]
            here = here.moved(position=after.position)
        text = "{ " + self.one_of(f" {join} ", f"\n  {join} ").join(branches) + " }"
        size = (channels if join == "|" else after.size[0], *after.size[1:])
        return text, spot.moved(size=size, position=here.position)

    def branch(self, spot, ending, filters):
        if not ending and self.chance(30):
            empty = "[CONV 99 99]*0" if self.chance(50) and len(spot.size) > 1 else "ID"
            return empty, spot.moved(position=spot.position + (empty == "ID"))
        text, after = self.flow(spot, keeps=True, most=2)
        if not ending or len(spot.size) == 1:
            return text, after
        word = f"CONV {filters} 1" if ending == "filters" else f"CONV {filters} 3 stride=2 pad=1"
        axes = after.size[1:] if ending == "filters" else [(n + 1) // 2 for n in after.size[1:]]
        after = after.moved(size=(filters, *axes), position=after.position + 1)
        return self.joined([text, word]), after

    def call(self, spot, *, keeps):
        """A call of a definition that keeps the axes; made up where it is needed."""
        channels = spot.size[0]
        filters = channels if keeps else self.number(1, 4)
        if len(spot.size) == 1:
            return self.defined("", "RELU -> a: DROPOUT 0.2"), spot
        if self.chance(25):
            return self.block(filters), spot.moved(size=(filters, *spot.size[1:]))
        kernel = self.one_of(1, 3)
        inner = self.one_of("conv: ", "", "x.y: ")
        body = f"{inner}CONV c k pad=((k-1)/2) bias={self.one_of('yes', 'no')} -> RELU"
        name = self.defined("(c, k=1)", body)
        given = self.one_of(f"{filters}, {kernel}", f"c={filters}, k={kernel}", f"{filters}")
        call = f"{name}({given})"
        wrapped = self.one_of("", "plain", "definition", "call", "in", "same")
        if wrapped == "plain":
            call = self.defined("", call)
        elif wrapped == "definition":
            call = f"{self.defined('(B)', f'b: B({given}) -> BN')}({name})"
        elif wrapped == "call":
            call = f"{self.defined('(B, n=2)', '[b{i}: B -> ID]*n')}({call}, n={self.number(1, 2)})"
        elif wrapped == "in":
            call = f"{self.defined('', f'CONV 2*in 1 -> {name}(in/2) -> CONV {filters} 1')}"
        elif wrapped == "same":
            call = (
                f"{self.defined('(d)', f'{{ [{name}(d)]*(in!=d) -> ID + CONV d 1 }}')}({filters})"
            )
        return call, spot.moved(size=(filters, *spot.size[1:]))

    def block(self, filters):
        """A call of a block that needs no definition, and keeps the axes."""
        calls = [f"RESIDUAL({filters})", f"RESIDUAL(stride=1, filters={filters})"]
        if filters > 1:
            calls.append(f"FIRE({self.number(1, 3)}, 1, {filters - 1})")
        if filters > 3:
            calls.append(f"INCEPTION({filters - 3}, 2, 1, ch5x5red=1, ch5x5=1, pool_proj=1)")
        return self.one_of(*calls)

    def defined(self, parameters, body):
        name = f"D{next(self.numbers)}"
        self.definitions.append(f"{name}{parameters} = {body}\n")
        return name

    # -------------------------------------------------------------- words

    def word(self, size, *, keeps):
        """A word with what stands behind it, and the size that leaves it."""
        if keeps:
            makers = [self.pointwise] + [self.keeping] * (len(size) > 1)
        elif len(size) == 1:
            makers = [self.pointwise, self.features]
        else:
            makers = [self.pointwise, self.keeping, self.sliding, self.sliding, self.pooling]
            makers += [self.transposed, self.resizing, self.mixing]
        return self.one_of(*makers)(size)

    def pointwise(self, size):
        word = self.one_of(*POINTWISE, "SCALE", "SCALE 0.000001", "LAYERNORM", "BN eps=0.001")
        if len(size) > 1 and self.chance(10):
            word = "LRN 3 alpha=0.001"
        return word, size

    def keeping(self, size):
        kernel = self.one_of(1, 3, 5)
        pad = self.one_of("same", f"pad={kernel // 2}")
        groups = f" groups={self.groups(size[0])}" * self.chance(30)
        return f"CONV {size[0]} {kernel} {pad}{groups}", size

    def features(self, size):
        made = self.number(1, 6)
        return self.one_of(
            (f"FC {made}", (made,)),
            (f"DENSE {made} bias=no", (made,)),
            ("FC 2x3x4", (2, 3, 4)),
            ("FLATTEN", size),
        )

    def window(self, axes, *, modes=MODES):
        """(kernel, options, walk): a window that fits, and a function that gives its places."""
        n = len(axes)
        kernel, stride, rate = self.each(n, 1, 3), self.each(n, 1, 2), self.each(n, 1, 2)
        low, high = self.each(n, 0, 2), self.each(n, 0, 2)
        pad = list(zip(low, low if self.chance(50) else high, strict=True))
        spans = [(k - 1) * d + 1 for k, d in zip(kernel, rate, strict=True)]
        mode = self.one_of(*modes)
        tight = any(max(p) >= size for p, size in zip(pad, axes, strict=True))
        if tight and mode not in ("zeros", "edge"):
            mode = "zeros"
        options = [f"stride={self.size(stride)}", f"pad={self.sides(pad)}"]
        options += [f"dilation={self.size(rate)}"] if max(rate) > 1 else []
        word = self.one_of("", "", "valid", "same", "full")
        if word and modes:
            pad = [
                {"valid": (0, 0), "full": (f - 1, f - 1), "same": ((f - 1) // 2, f // 2)}[word]
                for f in spans
            ]
            options[1], mode = self.one_of(word, f"pad={word}"), "zeros"
        if mode != "zeros":
            options.append(f"mode={mode}")
        if any(f > size + sum(p) for f, size, p in zip(spans, axes, pad, strict=True)):
            return "1", [], lambda ceil: list(axes)

        def walk(ceil):
            sides = zip(axes, kernel, stride, pad, rate, strict=True)
            return [walked(*side, ceil=ceil) for side in sides]

        return self.size(kernel), options, walk

    def sliding(self, size):
        filters = self.number(1, 4)
        word = "CONV" if self.buildable else self.one_of("CONV", "UNSHARED", "TILED", "SEPARABLE")
        kernel, options, walk = self.window(size[1:])
        if word == "CONV" and self.chance(30):
            groups = self.groups(size[0])
            filters = groups * self.number(1, 2)
            options.append(f"groups={groups}")
        elif word == "CONV" and self.chance(20):
            rows = [
                sorted({self.number(0, min(size[0], 9) - 1) for _ in "ab"}) for _ in "x" * filters
            ]
            options.append("connect=" + "/".join("".join(map(str, row)) for row in rows))
        if word == "TILED":
            tiles = [self.number(1, min(3, places)) for places in walk(False)]
            options.append(f"tiles={self.size(tiles)}")
        options.append(f"bias={self.one_of('yes', 'no')}")
        return f"{word} {filters} {kernel} {' '.join(options)}", (filters, *walk(False))

    def pooling(self, size):
        word = self.one_of("POOL", "maxpool", "MINPOOL", "AVGPOOL", "POOL?")
        if word == "POOL?":
            fits = all(n >= 3 for n in size[1:])
            return "POOL? 3", (size[0], *((n // 3 for n in size[1:]) if fits else size[1:]))
        kernel, options, walk = self.window(size[1:])
        if not options:
            return f"{word} 1", size
        ceil, alone = self.chance(40), word == "AVGPOOL" and self.chance(30)
        flags = " count=no" * alone + " ceil" * ceil
        return f"{word} {kernel} {' '.join(options)}{flags}", (size[0], *walk(ceil))

    def transposed(self, size):
        filters, n = self.number(1, 4), len(size) - 1
        kernel, stride, rate = self.each(n, 1, 3), self.each(n, 1, 3), self.each(n, 1, 2)
        pad = [(side, side) for side in self.each(n, 0, 1)]
        extra = [self.number(0, s - 1) for s in stride]
        axes = list(zip(size[1:], kernel, stride, pad, rate, strict=True))
        back = [[m for m in range(1, 99) if walked(m, *axis[1:]) == axis[0]] for axis in axes]
        if any(len(sizes) < s for sizes, s in zip(back, stride, strict=True)):
            return "DECONV 2 2 stride=2", (2, *(2 * m for m in size[1:]))
        made = [sizes[e] for sizes, e in zip(back, extra, strict=True)]
        if prod(made) > LARGEST:
            return "ID", size
        to = f" to={self.size(made)}" if any(extra) or self.chance(20) else ""
        options = f"stride={self.size(stride)} pad={self.sides(pad)} dilation={self.size(rate)}"
        if self.chance(60):
            groups = self.groups(size[0])
            filters = groups * self.number(1, 2)
            options += f" groups={groups}"
        return f"DECONV {filters} {self.size(kernel)} {options}{to}", (filters, *made)

    def resizing(self, size):
        axes = size[1:]
        sides = [(self.number(0, 2), self.number(0, 2)) for _ in axes]
        cut, bins = [self.number(1, n) for n in axes], self.each(len(axes), 1, 4)
        padded = [n + sum(side) for n, side in zip(axes, sides, strict=True)]
        mode = self.one_of("nearest", "linear")
        choices = [
            (f"CROP {self.size(cut)}", cut),
            (f"PAD pad={self.sides(sides)} mode={self.one_of('zeros', 'edge')}", padded),
            (f"ADAPTIVE {self.size(bins)} mode={self.one_of('average', 'max')}", bins),
            (f"UP to={self.size(bins)} mode={mode}", bins),
            ("GAP", [1] * len(axes)),
        ]
        if prod(axes) * 2 ** len(axes) <= LARGEST:
            choices.append((f"UP 2 mode={mode}", [2 * n for n in axes]))
        text, axes = self.one_of(*choices)
        return text, (size[0], *axes)

    def mixing(self, size):
        """Words that change the channels, or make features."""
        made = self.number(1, 4)
        group = self.groups(size[0])
        return self.one_of(
            (f"DENSE {made}", (made, *size[1:])),
            (f"CHANNELPOOL {group}", (size[0] // group, *size[1:])),
            (f"CHANNELPAD {size[0] + made - 1}", (size[0] + made - 1, *size[1:])),
            (f"FC {made}", (made,)),
            ("FLATTEN", (prod(size),)),
        )

    def groups(self, channels):
        """A number of equal groups of so many channels; rather many, or hardly any would be."""
        whole = [g for g in range(1, channels + 1) if channels % g == 0]
        return self.one_of(*whole[1:], *whole)

    def size(self, numbers):
        if len(set(numbers)) == 1 and (len(numbers) == 1 or self.chance(50)):
            return str(numbers[0])
        return self.one_of("x", "×").join(map(str, numbers))

    def sides(self, pad):
        if all(a == b for a, b in pad) and self.chance(50):
            return self.size([a for a, _ in pad])
        return "x".join(f"{a}/{b}" for a, b in pad)


@st.composite
def networks(draw, *, buildable=False, most=5):
    """A random network; `buildable` leaves out the words that have no torch module yet."""
    pen = Pen(draw, buildable)
    rank = pen.number(1, 3)
    size = (pen.number(1, 3), *pen.each(rank, 5, {1: 12, 2: 8, 3: 6}[rank]))
    body, after = pen.flow(Spot(size), most=most)
    ending = pen.one_of("", "", " -> FC 3", " -> FC", " -> FC classes -> SOFTMAX", ", SOFTMAX")
    return Drawn(body, ending, "".join(pen.definitions), size, after.size)
