"""Films as people get them (by their kind, of a layer, in the gallery) add up to what they show."""

import pytest
from drawing.films.judge.asking import gives_what_it_shows, own_numbers
from drawing.films.judge.writing import writes_what_it_says

import striate
from striate.drawing.films import Film
from striate.drawing.films.scenes.options import KINDS
from striate.drawing.gallery.example import examples

GALLERY = {one.name: one for one in examples() if not one.network}
LAYERS = (
    "lenet5#c1",
    "lenet5#c3",
    "lenet5#s2",
    "alexnet#1",
    "squeezenet1_0#features.6",
    "mobilenet_v2#features.1.conv.0.0",
)


def adds_up(film):
    assert film.frames
    assert isinstance(film, Film)
    writes_what_it_says(film)
    gives_what_it_shows(film, own_numbers(film))


@pytest.mark.parametrize("kind", KINDS)
def test_a_film_of_nothing_but_its_kind(kind):
    adds_up(striate.draw(kind))


@pytest.mark.parametrize("layer", LAYERS)
def test_a_film_of_a_layer(layer):
    adds_up(striate.draw(layer))


@pytest.mark.parametrize("name", GALLERY)
def test_a_film_of_the_gallery(name):
    adds_up(GALLERY[name].film)
