"""Films of which pictures are taken, and what a picture of them has to show, from the record."""

import re
from xml.etree import ElementTree

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from reference.layers import cases

from striate import reference
from striate.arithmetic import Window
from striate.drawing.films.kinds.convolution import convolution
from striate.drawing.films.kinds.gradients import gradients
from striate.drawing.films.kinds.pooling import pooling
from striate.drawing.films.kinds.transposition import transposed
from striate.drawing.films.record import Cell

SVG = "{http://www.w3.org/2000/svg}"
DEEP = {"input", "output", "partial", "matrix"}  # planes whose cells are shaded where they are read
ARRIVED = {"upstream": "arrived"}  # and those that have a shade of their own


def distinct(shape, seed):
    """Numbers that are all different, in quarters, half of them negative."""
    drawn = np.random.default_rng(seed)
    count = int(np.prod(shape))
    return ((drawn.permutation(count) - count // 2) / 4).reshape(shape)


@st.composite
def convolutions(draw):
    """The film of a convolution of any kind, in 1 to 3 axes."""
    like = draw(cases())
    assume(like.kernels.size)
    sweep, seed = like.sweep, draw(st.integers(0, 99))
    return convolution(
        distinct(like.images.shape[1:], seed),
        distinct(like.kernels.shape, seed + 1),
        Window(like.kernel, sweep.stride, sweep.padding, sweep.dilation),
        bias=None if like.bias is None else distinct(like.bias.shape, seed + 2),
        groups=like.groups,
        border=sweep.border,
    )


@st.composite
def transposes(draw):
    """The film of a transposed convolution of shared kernels."""
    like = draw(cases(kinds=("shared",), borders=("zeros",)))
    assume(like.kernels.size)
    sweep, size = like.sweep, like.images.shape[2:]
    kernels = distinct(like.kernels.shape, 1)
    maps = reference.convolve(like.images[0], kernels, sweep, groups=like.groups).values
    window = Window(like.kernel, sweep.stride, sweep.padding, sweep.dilation)
    return transposed(distinct(maps.shape, 2), kernels, window, size=size, groups=like.groups)


films = st.one_of(convolutions(), transposes())


def learned():
    """A film of gradients: upstream, kernels that are updated, a rate."""
    window = Window.of(3, rank=2)
    given = (distinct((1, 3, 3), 1), distinct((1, 5, 5), 2), distinct((1, 1, 3, 3), 3))
    return gradients(*given, window, bias=[1.0], rate=0.1)


def pooled():
    """A film of a pool that does not fit: a row and a column are never seen."""
    return pooling(distinct((1, 6, 6), 1), Window.of(3, rank=2, stride=2))


def convolved_here(size, kernel, window):
    """The film of a convolution of one channel by one filter."""
    return convolution(distinct((1, *size), 1), distinct((1, 1, *kernel), 2), window)


def uses(film, number):
    """The cells that a frame reads, each with what it is multiplied by, and what it works out."""
    read, made = {}, {}
    for one in film.frames[number].sums:
        made[one.result] = film.outcome(one)
        for term in one.terms:
            for cell in term:
                others = [film.text(other) for other in term if other is not cell]
                read.setdefault(cell, set()).update(others)
    return read, made


def numbers(film, number):
    """The number that stands in each cell that a frame shows: worked out by then, or given."""
    standing = {}
    for past in range(number + 1):
        standing |= uses(film, past)[1]
    read, made = uses(film, number)
    used = {cell.plane for cell in (*read, *made)}
    later = {one.result for frame in film.frames for one in frame.sums}
    found = {}
    for plane, drawn in enumerate(film.planes):
        for spot, text in enumerate(drawn.texts):
            cell = Cell(plane, spot)
            if not drawn.passing or plane in used:
                found[cell] = standing.get(cell, "") if cell in later else text
    return found


def cells(text):
    """The cells of a still: for each its face, its number and its weight, from the SVG."""
    found = {}
    for group in ElementTree.fromstring(text).iter(f"{SVG}g"):
        if "data-cell" in group.attrib:
            cell = Cell(*map(int, group.get("data-cell").split(".")))
            words = [one.text for one in group.findall(f"{SVG}text")]
            weight = [one for one in words if one.startswith("×")]
            number = "".join(one for one in words if not one.startswith("×"))
            assert cell not in found
            found[cell] = (group.find(f"{SVG}rect"), number, "".join(weight))
    return found


def words(text):
    """All words of an SVG that are not in a cell, without their spaces."""
    root = ElementTree.fromstring(text)
    return "".join(re.sub(r"\s", "", one.text or "") for one in root.iter(f"{SVG}text"))
