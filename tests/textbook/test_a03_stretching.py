"""A3: a hidden layer of the input's own size; what stretching an image makes of it."""

import striate


def test_a_hidden_layer_of_the_inputs_own_size():
    flat, hidden = striate.plan("INPUT 3x200x200 -> FLATTEN -> FC 120000 bias=no").rows
    assert flat.size == (120_000,)
    assert hidden.parameters.value == 14_400_000_000
    assert round(4 * hidden.parameters.value / 1e9) == 58


def test_a_small_image_stretches_to_3072():
    assert striate.plan("INPUT 3x32x32 -> FLATTEN").rows[0].size == (3_072,)
