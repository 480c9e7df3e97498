"""The order and the names of frames and planes, what is padding, and what no window sees."""

import re

import numpy as np
from drawing.films.judge.asking import HUGE

AXES = {0: [], 1: ["place"], 2: ["row", "column"], 3: ["slice", "row", "column"]}


def numbered(name):
    """The numbers that stand in a name, with their words: [("filter", 1), ("row", 0)]."""
    return [(word, int(number)) for word, number in re.findall(r"(\w+) (-?\d+)", name)]


def frames_are_in_order(case, *, of="output", first="filter"):
    """Each place of (filter, *places) has one frame, in order, and the frame has its name."""
    film, spots = case.film, case.spots[of]
    assert len(film.frames) == spots.size
    for number, (place, cell) in enumerate(np.ndenumerate(spots)):
        touched = film.made(number) | film.lit(number)
        assert touched & {*spots.flat} == ({cell} if film.frames[number].sums else set())
        wanted = [*zip([first, *AXES[spots.ndim - 1]], place, strict=True)]
        assert numbered(film.frames[number].name) == wanted[len(spots) == 1 :], place


def called(case, spots, rank, words, *, before=0):
    """The planes of an array have the numbers in their names that `words` gives of a place.

    Slices are counted from the first that is no padding; so many come before it.
    """
    for place, cell in np.ndenumerate(spots):
        wanted = words(place) + ([("slice", place[-3] - before)] if rank == 3 else [])
        assert numbered(case.film.planes[cell.plane].name) == wanted, wanted


def frame_is_marked(case, sides, *, of="input"):
    """What is called padding is what numpy has put around the image."""
    spots = case.spots[of]
    inside = np.zeros([n - sum(p) for n, p in zip(spots.shape[1:], sides, strict=True)], bool)
    mask = np.pad(inside, sides, constant_values=True)
    for place, cell in np.ndenumerate(spots):
        assert case.film.planes[cell.plane].pads(cell.spot) == mask[place[1:]], cell


def unseen_change_nothing(case, image, spots, *, step=HUGE):
    """A cell is called unseen where no result changes with it, and nowhere else."""
    more = {name: given for name, given in case.operands.items() if name != "input"}
    moved = image + step * np.eye(image.size).reshape(-1, *image.shape)
    before, after = (case.outcome(input=one, **more)["output"] for one in (image[None], moved))
    changed = ~np.isclose(after, before, equal_nan=True).reshape(image.size, -1)
    unseen = [cell.spot in case.film.planes[cell.plane].unseen for cell in spots.flat]
    assert unseen == (~changed.any(axis=1)).tolist()
