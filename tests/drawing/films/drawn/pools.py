"""Films of pools, drawn by chance, each as a case for the judge."""

from dataclasses import dataclass

import numpy as np
from drawing.films.drawn.kernels import convolutions, distinct, words
from drawing.films.judge.asking import HUGE, Case
from drawing.films.judge.cells import MODES, laid, padded, planes
from drawing.films.judge.order import (
    called,
    frame_is_marked,
    frames_are_in_order,
    unseen_change_nothing,
)
from hypothesis import strategies as st

from striate import reference
from striate.arithmetic import Window
from striate.drawing.films.kinds.channels import channel_pooling
from striate.drawing.films.kinds.pooling import adaptive, pooling
from striate.reference import Sweep

NEVER = {"max": -np.inf, "min": np.inf, "average": 0.0}
KINDS = st.sampled_from(("max", "min", "average"))


@dataclass(frozen=True)
class Pooled:
    """A pool: its image (channel, *size), its window and its options."""

    image: np.ndarray
    window: Window
    kind: str
    border: str
    ceil: bool
    counted: bool

    def outcome(self, input):
        """What reference makes of any image, or of several."""
        window = self.window
        sweep = Sweep(window.stride, window.padding, window.dilation, self.border)
        more = {"partial": self.ceil, "count_padding": self.counted}
        return {"output": reference.pool(input, window.kernel, self.kind, sweep, **more)}


@st.composite
def pools(draw):
    borders = ("zeros", "zeros", "zeros", *MODES)
    like = draw(convolutions(kinds=("shared",), tables=(False,), borders=borders))
    flags = draw(st.booleans()), draw(st.booleans())
    return Pooled(like.image, like.window, draw(KINDS), like.border, *flags)


def pooled(drawn):
    """The film of a pool, for the judge."""
    film = pooling(
        *(drawn.image, drawn.window, drawn.kind),
        ceil=drawn.ceil,
        border=drawn.border,
        count_padding=drawn.counted,
    )

    def frame(image):
        return padded(image, drawn.window.padding, drawn.border, NEVER[drawn.kind])

    def unseen(case):
        if drawn.border == "zeros":
            inside = laid(planes(case.film, "input", without_frame=True), drawn.image.shape)
            step = -HUGE if drawn.kind == "min" else HUGE
            unseen_change_nothing(case, drawn.image, inside, step=step)

    before = drawn.window.padding[0][0]
    checks = (unseen, lambda case: frame_is_marked(case, drawn.window.padding))
    return pool_case(film, drawn.image, drawn.outcome, frame, checks, before)


def pool_case(film, image, outcome, frame=np.asarray, checks=(), before=0):
    spots = {
        "input": laid(planes(film, "input"), frame(image).shape),
        "output": laid(planes(film, "output"), outcome(image)["output"].shape),
    }

    def named(case):
        for array, first in (spots["input"], before), (spots["output"], 0):
            named = lambda place: words(channel=(place[0], len(array)))  # noqa: B023, E731
            called(case, array, image.ndim - 1, named, before=first)

    order = lambda case: frames_are_in_order(case, first="channel")  # noqa: E731
    checks = (*checks, named, order)
    operands, shown = {"input": image}, {"input": frame}
    return Case(film, operands, outcome, spots, shown, linear=False, checks=checks)


@st.composite
def bins(draw):
    """An image that is pooled into so many bins, and the kind."""
    rank = draw(st.integers(1, 3))
    size = [draw(st.integers(1, 6)) for _ in range(rank)]
    count = tuple(draw(st.integers(1, 4)) for _ in size)
    return distinct((draw(st.integers(1, 2)), *size), sum(size)), count, draw(KINDS)


def binned(image, count, kind):
    def outcome(input):
        return {"output": reference.adaptive(input, count, kind)}

    return pool_case(adaptive(image, count, kind), image, outcome)


@st.composite
def neighbours(draw):
    """An image whose channels are pooled in groups, and the kind."""
    group, groups, rank = (draw(st.integers(1, 3)) for _ in "abc")
    size = [draw(st.integers(1, 4)) for _ in range(rank)]
    return distinct((group * groups, *size), sum(size)), group, draw(KINDS)


def joined(image, group, kind):
    def outcome(input):
        return {"output": reference.pool_channels(input, group, kind)}

    return pool_case(channel_pooling(image, group, kind), image, outcome)
