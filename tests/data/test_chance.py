"""data.chance is checked against published SplitMix64 sequences and against Python's integers."""

import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from striate.data import chance

WORD = 2**64
PUBLISHED = {
    0: [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC],
    1234567: [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431],
}
whole = st.integers(-(2**70), 2**70)


def splitmix(state, place):
    """The same function over integers that never overflow."""
    mixed = (state + (place + 1) * 0x9E3779B97F4A7C15) % WORD
    mixed = (mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9 % WORD
    mixed = (mixed ^ mixed >> 27) * 0x94D049BB133111EB % WORD
    return mixed ^ mixed >> 31


@pytest.mark.parametrize("seed", PUBLISHED)
def test_the_generator_gives_the_published_numbers(seed):
    places = np.arange(4, dtype=np.uint64)
    assert chance.splitmix(np.uint64(seed), places).tolist() == PUBLISHED[seed]


@settings(deadline=None)
@given(whole, whole, st.lists(st.integers(0, 2**40), max_size=5), st.integers(0, 100))
def test_every_word_of_the_key_is_absorbed_in_turn(seed, epoch, index, draw):
    state = 0
    for word in (seed, epoch, draw):
        state = splitmix(state, word % WORD)
    expected = [splitmix(state, place) for place in index]
    assert chance.words(seed, epoch, np.array(index, dtype=np.int64), draw).tolist() == expected
    scaled = [word >> 11 for word in expected]
    numbers = chance.uniform(seed, epoch, np.array(index, dtype=np.int64), draw)
    assert (numbers * 2**53).tolist() == scaled
    assert all(0 <= number < 1 for number in numbers)


def test_the_numbers_are_these_on_every_machine():
    assert chance.order(7, 3, 12).tolist() == [4, 6, 5, 10, 8, 11, 2, 3, 7, 9, 0, 1]
    numbers = [0.7494258473294089, 0.2957477098503827, 0.9690691492986023]
    assert chance.uniform(7, 3, [0, 1, 59_999], chance.FLIP).tolist() == numbers


@settings(deadline=None)
@given(st.integers(0, 300), st.integers(0, 5), st.integers(0, 5))
def test_an_order_visits_every_image_once(count, seed, epoch):
    order = chance.order(seed, epoch, count)
    assert order.dtype == np.int64
    assert sorted(order.tolist()) == list(range(count))


def test_orders_differ_by_seed_by_epoch_and_by_draw():
    orders = [
        chance.order(0, 0, 50),
        chance.order(1, 0, 50),
        chance.order(0, 1, 50),
        chance.order(0, 0, 50, draw=chance.SPLIT),
    ]
    assert len({tuple(order) for order in orders}) == 4


@settings(deadline=None)
@given(st.permutations(range(20)), st.integers(1, 20))
def test_a_number_does_not_depend_on_its_company(places, many):
    alone = chance.uniform(5, 2, np.arange(20), chance.ROWS)
    together = chance.uniform(5, 2, np.array(places[:many]), chance.ROWS)
    assert together.tolist() == alone[places[:many]].tolist()


def test_a_number_keeps_the_shape_of_its_index():
    assert chance.uniform(0, 0, np.zeros((3, 2), int), 0).shape == (3, 2)


def test_numbers_fill_the_unit_evenly_and_draws_are_independent():
    rows = chance.uniform(0, 1, np.arange(100_000), chance.ROWS)
    columns = chance.uniform(0, 1, np.arange(100_000), chance.COLUMNS)
    met = np.histogram2d(rows, columns, bins=10, range=[[0, 1], [0, 1]])[0]
    assert ((met - 1000) ** 2 / 1000).sum() < 150  # chi-square, 99 degrees: above in 1 of 1500


def test_the_draws_that_are_taken_are_different():
    numbers = {name: n for name, n in vars(chance).items() if name.isupper() and name != "GOLDEN"}
    boxes = ("CROP", "ERASURE", "CUT")  # each takes four
    taken = [numbers[name] + more for name in boxes for more in range(4)]
    taken += [number for name, number in numbers.items() if name not in boxes]
    assert len(taken) > 20
    assert len(set(taken)) == len(taken)


def test_no_global_state_is_read_or_moved():
    states = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    first = chance.order(0, 0, 100).tolist()
    after = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()
    assert after == states
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    assert chance.order(0, 0, 100).tolist() == first
