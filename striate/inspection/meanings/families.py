"""Families of torch's functions that no record describes, by what each unit of theirs reads."""

from collections.abc import Callable, Mapping

from striate.arithmetic.reach import Reach


def _named(names: str) -> frozenset[str]:
    return frozenset(names.split())


PLACES = _named(
    "add iadd radd sub isub rsub mul imul rmul multiply subtract divide div idiv rdiv truediv "
    "itruediv rtruediv floordiv true_divide floor_divide remainder fmod pow ipow rpow square sqrt "
    "rsqrt exp expm1 log log1p log2 log10 abs neg negative sign sin cos tan asin acos atan atan2 "
    "sinh cosh erf erfc sinc reciprocal floor ceil round trunc logaddexp clamp clamp_min clamp_max "
    "clip maximum minimum where masked_fill lerp addcmul addcdiv relu relu6 leaky_relu prelu elu "
    "selu celu gelu silu mish tanh sigmoid softplus softsign hardswish hardsigmoid hardtanh "
    "hardshrink softshrink threshold logsigmoid rrelu tanhshrink batch_norm dropout "
    "feature_dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout "
    "local_response_norm bernoulli fill zero copy "
    "type_as half double bfloat16 bool int long eq ne lt le gt ge logical_and logical_or "
    "logical_not and or not xor isnan isfinite nan_to_num stack broadcast_to expand expand_as "
    "identity fake_quantize_per_tensor_affine striate.pool_channels"
)
"""The same place of everything that arrives."""

ALL = _named(
    "bilinear lstm gru rnn_tanh rnn_relu lstm_cell gru_cell multi_head_attention_forward "
    "scaled_dot_product_attention instance_norm group_norm native_group_norm fft fft2 rfft rfft2 "
    "fftn multi_head_attention native_multi_head_attention"
)
"""All that arrives."""

OVER = _named(
    "mean sum std var amax amin max min argmax argmin norm vector_norm logsumexp prod softmax "
    "log_softmax gumbel_softmax normalize sort topk glu median all any std_mean var_mean "
    "cosine_similarity pairwise_distance softmin aminmax"
)
"""All along the dimensions that they are told, or along all dimensions."""

VIEWS = _named(
    "getitem narrow select chunk split split_with_sizes tensor_split unsafe_chunk slice "
    "unsafe_split unbind hsplit vsplit dsplit"
)
"""One place each: they take a part."""

SHAPES = _named("view reshape flatten unflatten squeeze unsqueeze view_as reshape_as ravel")
"""One number each: they only count the dimensions in another way."""

MATRICES = _named("linear matmul rmatmul mm bmm addmm mv tensordot baddbmm")
"""All along the last dimension, if the other factor is a weight."""

FACTORS: Mapping[str, Callable[[int], Reach]] = {
    "pixel_shuffle": lambda factor: Reach(((0, 0),) * factor, 1),
    "pixel_unshuffle": lambda factor: Reach(((0, factor - 1),), factor),
}
"""What is read along every axis, by a factor."""

DIMENSIONS: Mapping[str, int] = {
    "normalize": 1,
    "cosine_similarity": 1,
    "pairwise_distance": -1,
    "glu": -1,
    "topk": -1,
    "sort": -1,
    "unbind": 0,
    "select": 0,
}
"""The dimension that is meant where none is told."""

TOLD: Mapping[str, int] = {
    "norm": 1,
    "topk": 1,
    "normalize": 1,
    "vector_norm": 1,
    "pairwise_distance": 2,
}
"""Where the dimension stands among the numbers that a function is given, if not first."""
