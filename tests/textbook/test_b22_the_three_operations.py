"""B22: convolution, and its gradients for the weights and for the input, suffice for training."""

import numpy as np

from striate.reference import convolve, gradients, transpose, updated

IMAGE = np.array([[[1.0, 2, 3], [4, 5, 6], [7, 8, 9]]])
KERNEL = np.array([[[[1.0, 0], [2, -1]]]])
UPSTREAM = np.array([[[1.0, 10], [100, 1000]]])  # dL/da, dL/db, dL/dc, dL/dd


def test_a_shared_weight_learns_from_every_place_where_it_was_used():
    grown = gradients(UPSTREAM, IMAGE, KERNEL).kernels
    a, b, c, d = UPSTREAM.ravel()
    assert grown.values[0, 0, 1, 1] == 5 * a + 6 * b + 8 * c + 9 * d
    assert grown.values[0, 0, 0, 0] == 1 * a + 2 * b + 4 * c + 5 * d
    assert grown.products == 4 * 4


def test_on_an_image_of_ones_the_fourth_weight_gets_the_sum():
    grown = gradients(UPSTREAM, np.ones((1, 3, 3)), KERNEL).kernels
    assert grown.values[0, 0, 1, 1] == UPSTREAM.sum()


def test_the_gradient_for_the_input_is_the_transposed_convolution():
    grown = gradients(UPSTREAM, IMAGE, KERNEL).image
    assert np.array_equal(grown.values, transpose(UPSTREAM, KERNEL, size=(3, 3)).values)
    assert grown.values[0, 1, 1] == -1 * 1 + 2 * 10 + 0 * 100 + 1 * 1000


def test_the_update_takes_the_gradient_times_the_rate_from_each_weight():
    grown = gradients([[[1, 0], [-1, 2]]], IMAGE, KERNEL).kernels.values
    assert grown[0, 0].tolist() == [[7, 9], [13, 15]]
    learned = updated(KERNEL, grown, 0.1)[0, 0]
    np.testing.assert_allclose(learned, [[0.3, -0.9], [0.7, -2.5]], rtol=1e-12)


def test_the_update_lessens_the_loss():
    wanted = np.array([[[0.0, 1], [1, 0]]])
    kernel, losses = KERNEL.copy(), []
    for _ in range(5):
        error = convolve(IMAGE, kernel).values - wanted
        losses.append((error**2).sum() / 2)
        kernel = updated(kernel, gradients(error, IMAGE, kernel).kernels.values, 0.002)
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < losses[0] / 2
