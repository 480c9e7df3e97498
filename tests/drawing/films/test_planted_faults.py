"""Faults planted in films are caught: in what they show, in what they light, in what they say."""

from dataclasses import replace

import numpy as np
import pytest
from drawing.films.drawn import growing, kernels, pairs, pools, steps
from drawing.films.judge.asking import judge

from striate.arithmetic import Window
from striate.drawing.films import Cell, record
from striate.drawing.films.kinds import staging
from striate.reference import connections

SIDES = ((1, 0), (0, 1))
WINDOW = Window((2, 2), (1, 1), SIDES, (1, 1))
HANGING = Window.of(3, rank=2, stride=2)
"""Over 4x4 its last place hangs over the end."""


def convolution(kernel, bias=(2,), groups=1, window=WINDOW, border="zeros"):
    """A case in two axes: three channels of 3x3 if there is a table, else two."""
    channels = 2 if isinstance(groups, int) else 3
    every = [(one, channel) for one in range(2) for channel in range(channels)]
    joined = every if groups == 1 else [(n, c) for n, row in enumerate(groups) for c in row]
    return kernels.Drawn(
        image=kernels.distinct((channels, 3, 3), 1),
        kernels=kernels.distinct(kernel, 2),
        bias=kernels.distinct(bias, 3),
        groups=groups,
        window=window,
        border=border,
        pairs=joined,
    )


SHARED = convolution((2, 2, 2, 2))
IMAGE = kernels.distinct((2, 4, 4), 4)
CASES = {
    "shared": lambda: kernels.convolved(SHARED),
    "edge": lambda: kernels.convolved(replace(SHARED, border="edge")),
    "strided": lambda: kernels.convolved(
        replace(SHARED, window=Window((2, 2), (2, 3), ((0, 0), (0, 0)), (1, 1)))
    ),
    "tiled": lambda: kernels.convolved(convolution((2, 2, 2, 2, 2, 2), (2, 2, 2))),
    "table": lambda: kernels.convolved(convolution((3, 2, 2), groups=((2, 0), (1,)))),
    "transposed": lambda: kernels.spread(
        replace(SHARED, bias=None), kernels.distinct((2, 3, 3), 5), (3, 3)
    ),
    "spread by a table": lambda: kernels.spread(
        convolution((2, 2, 2), groups=((2,), (2,))),
        kernels.distinct((2, 3, 3), 5),
        (3, 3),
    ),
    "separable": lambda: steps.stepped(
        steps.Steps(
            image=IMAGE,
            mixing=kernels.distinct((2, 2), 6),
            lines=[kernels.distinct((2, 2), 7), kernels.distinct((2, 2), 8)],
            bias=kernels.distinct((2,), 9),
            window=WINDOW,
            border="edge",
        )
    ),
    "max": lambda: pools.pooled(pools.Pooled(IMAGE, WINDOW, "max", "zeros", True, True)),
    "average": lambda: pools.pooled(pools.Pooled(IMAGE, WINDOW, "average", "zeros", True, True)),
    "partial": lambda: pools.pooled(pools.Pooled(IMAGE, HANGING, "max", "zeros", True, True)),
    "uncounted": lambda: pools.pooled(
        pools.Pooled(IMAGE, WINDOW, "average", "zeros", False, False)
    ),
    "adaptive": lambda: pools.binned(IMAGE, (3, 3), "average"),
    "channels": lambda: pools.joined(IMAGE, 2, "min"),
    "gradients": lambda: growing.grown(SHARED, None),
    "update": lambda: growing.grown(SHARED, 0.5),
    "matrix": lambda: pairs.beside_its_matrix(SHARED),
    "shift": lambda: pairs.moved_film(SHARED, (1, 0)),
    "kept": lambda: pairs.thinned_out(replace(SHARED, window=Window.of(2, rank=2, stride=2))),
}

# ------------------------------------------------------------------ how a film is spoiled


def sums(film, change, *, where=lambda one: True):
    """A film with other sums in place of those that are chosen."""
    frames = (
        replace(frame, sums=tuple(change(one) if where(one) else one for one in frame.sums))
        for frame in film.frames
    )
    return replace(film, frames=tuple(frames))


def terms(film, change, **how):
    return sums(film, lambda one: replace(one, terms=tuple(change(one.terms))), **how)


def cells(film, change, *roles):
    """A film that reads other cells in place of those of some roles."""

    def read(cell):
        return change(film, cell) if film.planes[cell.plane].role in roles else cell

    return terms(film, lambda given: [tuple(map(read, term)) for term in given])


def planes(film, change, *roles):
    """A film with other planes in place of those of some roles."""
    changed = (change(plane) if plane.role in roles else plane for plane in film.planes)
    return replace(film, planes=tuple(changed))


def further(film, cell):
    """The next cell of a plane, where there is one."""
    return Cell(cell.plane, min(cell.spot + 1, len(film.planes[cell.plane].values) - 1))


def across(film, cell):
    """The cell with rows and columns exchanged."""
    columns = film.planes[cell.plane].shape[1]
    row, column = divmod(cell.spot, columns)
    return Cell(cell.plane, column * columns + row)


def neighbour(role):
    """The same place in the next plane of a role."""

    def change(film, cell):
        if film.planes[cell.plane + 1].role != role:
            return cell
        return Cell(cell.plane + 1, cell.spot)

    return change


def without_bias(film):
    bias = {n for n, plane in enumerate(film.planes) if plane.role == "bias"}
    return terms(film, lambda given: [term for term in given if term[0].plane not in bias])


def without_padding(film):
    def real(term):
        return not any(film.planes[cell.plane].pads(cell.spot) for cell in term)

    return terms(film, lambda given: filter(real, given))


def padding_uncounted(film):
    return sums(without_padding(film), lambda one: replace(one, divisor=len(one.terms)))


def without_copies(film):
    alone = {one.result for one in film.sums() if len(one.terms) == len(one.terms[0]) == 1}
    frames = (
        replace(frame, sums=tuple(one for one in frame.sums if one.result not in alone))
        for frame in film.frames
    )
    return replace(film, frames=tuple(frames))


def one_more(values):
    return (values[0] + 1, *values[1:])


def shown_wrong(film, *roles):
    return planes(film, lambda plane: replace(plane, values=one_more(plane.values)), *roles)


def one_output_more(film):
    """The shown value and its sum agree with each other, and not with the reference."""
    result = next(one.result for one in film.frames[0].sums[::-1])
    first = film.frames[0].sums[-1]
    spoiled = replace(first, terms=(*first.terms, first.terms[0]))
    more = np.prod([film.planes[c.plane].values[c.spot] for c in first.terms[0]])
    plane = film.planes[result.plane]
    values = list(plane.values)
    values[result.spot] += more
    spoilt = replace(plane, values=tuple(values))
    frames = (replace(film.frames[0], sums=(*film.frames[0].sums[:-1], spoiled)), *film.frames[1:])
    every = (spoilt if n == result.plane else one for n, one in enumerate(film.planes))
    return replace(film, frames=frames, planes=tuple(every))


def unmarked(film):
    return planes(film, lambda plane: replace(plane, unseen=frozenset()), "input", "output")


def swapped_sides(film):
    def turned(plane):
        above, below, left, right = plane.padding
        return replace(plane, padding=(below, above, right, left))

    return planes(film, turned, "input", "output")


def renamed(film):
    frames = (replace(f, name=f.name.replace("row", "column")) for f in film.frames)
    return replace(film, frames=tuple(frames))


def exchanged_names(film, role):
    own = [n for n, plane in enumerate(film.planes) if plane.role == role]
    names = dict(zip(own, [film.planes[n].name for n in own[::-1]], strict=True))
    every = (replace(p, name=names.get(n, p.name)) for n, p in enumerate(film.planes))
    return replace(film, planes=tuple(every))


def miscounted(film, name):
    lines = (f"{line}0" if line.startswith(f"{name}:") else line for line in film.working)
    return replace(film, working=tuple(lines))


def backwards(film):
    return replace(film, frames=film.frames[::-1])


def first_term_only(film):
    return terms(film, lambda given: given[:1])


def last_term_lost(film):
    return terms(film, lambda given: given[:-1], where=lambda one: len(one.terms) > 1)


FAULTS = {
    "window off by one": ("shared", lambda film: cells(film, further, "input")),
    "window off by one, edge": ("edge", lambda film: cells(film, further, "input")),
    "kernel transposed": ("shared", lambda film: cells(film, across, "kernel")),
    "channels exchanged": ("shared", lambda film: cells(film, neighbour("input"), "input")),
    "next channel's kernel": ("shared", lambda film: cells(film, neighbour("kernel"), "kernel")),
    "bias forgotten": ("shared", without_bias),
    "wrong bias": ("shared", lambda film: cells(film, further, "bias")),
    "padding dropped": ("shared", without_padding),
    "a term twice, shown so": ("shared", one_output_more),
    "wrong input shown": ("shared", lambda film: shown_wrong(film, "input")),
    "wrong kernel shown": ("shared", lambda film: shown_wrong(film, "kernel")),
    "wrong partial map shown": ("shared", lambda film: shown_wrong(film, "partial")),
    "wrong output shown": ("shared", lambda film: shown_wrong(film, "output")),
    "sides of the padding exchanged": ("shared", swapped_sides),
    "unseen forgotten": ("strided", unmarked),
    "frames backwards": ("shared", backwards),
    "frames called wrongly": ("shared", renamed),
    "a frame lost": ("shared", lambda film: replace(film, frames=film.frames[1:])),
    "kernels called wrongly": ("shared", lambda film: exchanged_names(film, "kernel")),
    "outputs called wrongly": ("shared", lambda film: exchanged_names(film, "output")),
    "products miscounted": ("shared", lambda film: miscounted(film, "products")),
    "size miscounted": ("shared", lambda film: miscounted(film, "height")),
    "wrong tile": ("tiled", lambda film: cells(film, neighbour("kernel"), "kernel")),
    "tiles called wrongly": ("tiled", lambda film: exchanged_names(film, "kernel")),
    "table's channels exchanged": ("table", lambda film: cells(film, neighbour("input"), "input")),
    "spread from the wrong value": ("transposed", lambda film: cells(film, further, "input")),
    "running sum forgotten": (
        "transposed",
        lambda film: sums(film, lambda one: replace(one, before=0.0)),
    ),
    "spread kernels called wrongly": (
        "transposed",
        lambda film: exchanged_names(film, "kernel"),
    ),
    "spread weights miscounted": ("transposed", lambda film: miscounted(film, "parameters")),
    "a channel that no filter sees": ("spread by a table", unmarked),
    "copies in the frame forgotten": ("separable", without_copies),
    "wrong step read": ("separable", lambda film: cells(film, neighbour("partial"), "partial")),
    "products of the steps miscounted": (
        "separable",
        lambda film: miscounted(film, "products"),
    ),
    "weights of the steps miscounted": (
        "separable",
        lambda film: miscounted(film, "parameters"),
    ),
    "gradients called by wrong places": ("gradients", renamed),
    "products of the gradients miscounted": (
        "gradients",
        lambda film: miscounted(film, "products"),
    ),
    "a pixel of the pool lost": ("max", last_term_lost),
    "padding is chosen": ("max", lambda film: planes(
        film, lambda one: replace(one, values=tuple(max(v, -99.0) for v in one.values)), "input"
    )),
    "smallest for largest": (
        "max",
        lambda film: sums(film, lambda one: replace(one, operation="min")),
    ),
    "divided by one more": (
        "average",
        lambda film: sums(film, lambda one: replace(one, divisor=one.divisor + 1)),
    ),
    "padding not averaged": ("average", padding_uncounted),
    "a partial window's pixel is called unseen": (
        "partial",
        lambda film: planes(film, lambda one: replace(one, unseen=frozenset({15})), "input"),
    ),
    "padding averaged": (
        "uncounted",
        lambda film: sums(film, lambda one: replace(one, divisor=4)),
    ),
    "bins off by one": ("adaptive", lambda film: cells(film, further, "input")),
    "one channel pooled": ("channels", first_term_only),
    "the shared weight's last place": ("gradients", first_term_only),
    "gradient from the wrong place": ("gradients", lambda film: cells(film, further, "upstream")),
    "gradients called wrongly": ("gradients", lambda film: exchanged_names(film, "gradient")),
    "update without its gradient": ("update", lambda film: terms(
        film, lambda given: given[:1], where=lambda one: len(one.terms) == 2
    )),
    "wrong row of the matrix": ("matrix", lambda film: cells(film, further, "matrix")),
    "wrong matrix shown": ("matrix", lambda film: shown_wrong(film, "matrix")),
    "shifted pairs off by one": ("shift", lambda film: replace(
        film,
        frames=tuple(
            replace(one, sums=other.sums)
            for one, other in zip(film.frames, (*film.frames[1:], film.frames[0]), strict=True)
        ),
    )),
    "said to be equal": ("shift", lambda film: replace(
        film, frames=tuple(replace(one, name=f"{one.name}: equal") for one in film.frames)
    )),
    "thrown away, not marked": ("kept", unmarked),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_film_without_a_fault_passes(name):
    judge(CASES[name]())


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_caught(fault):
    name, spoil = FAULTS[fault]
    case = CASES[name]()
    spoiled = replace(case, film=spoil(case.film))
    assert spoiled.film != case.film
    with pytest.raises(AssertionError):
        judge(spoiled)


def test_a_tile_that_the_builder_takes_wrongly_is_caught(monkeypatch):
    wrong = lambda place, tiles: connections.tile([n + 1 for n in place], tiles)  # noqa: E731
    monkeypatch.setattr(staging, "tile", wrong)
    with pytest.raises(AssertionError):
        judge(CASES["tiled"]())


@pytest.mark.parametrize("sign", ["=", "≈"])
def test_a_sum_that_is_wrongly_said_to_be_exact_or_rounded_is_caught(sign, monkeypatch):
    thirds = {"=": replace(SHARED, kernels=SHARED.kernels / 3), "≈": SHARED}
    judge(kernels.convolved(thirds[sign]))
    monkeypatch.setattr(record, "rounded", lambda value: sign == "≈")
    with pytest.raises(AssertionError):
        judge(kernels.convolved(thirds[sign]))


def test_numbers_that_are_written_too_short_are_caught(monkeypatch):
    monkeypatch.setattr(record, "shown", lambda value: f"{value:.1g}")
    with pytest.raises(AssertionError):
        judge(CASES["shared"]())
