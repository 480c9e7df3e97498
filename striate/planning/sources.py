"""Where the rules come from: the paper or book behind a layer's size, counts and field."""

from collections.abc import Mapping

from striate.language import layers as L

GUIDE = "Dumoulin & Visin 2016 (arXiv 1603.07285)"
FIELDS = "Araujo, Norris & Sim 2019 (Distill)"
BOOK = "Goodfellow, Bengio & Courville 2016, section 9.5"
LENET = "LeCun et al. 1998, section II"

SAVED = "torch's derivatives (tools/autograd/derivatives.yaml)"

_Sources = Mapping[type[L.Layer], str]

SIZES: _Sources = {
    **dict.fromkeys(
        (L.Convolution, L.Unshared, L.Tiled, L.Separable),
        f"{GUIDE}, relationship 6 (dilated: 15)",
    ),
    L.Pool: f"{GUIDE}, relationship 7; a partial last window as in torch",
    L.Transposed: f"{GUIDE}, relationship 14",
}

COUNTS: _Sources = {
    L.Convolution: LENET,
    L.Linear: LENET,
    L.Dense: "Lin, Chen & Yan 2014 (arXiv 1312.4400)",
    L.Unshared: f"{BOOK} (unshared convolution)",
    L.Tiled: f"{BOOK} (tiled convolution)",
    L.Separable: "Jin, Dundar & Culurciello 2015 (arXiv 1412.5474)",
    L.Transposed: f"{GUIDE}, chapter 4",
    L.BatchNorm: "Ioffe & Szegedy 2015 (arXiv 1502.03167)",
    L.LayerNorm: "Ba, Kiros & Hinton 2016 (arXiv 1607.06450)",
    L.Scale: "Touvron et al. 2021 (arXiv 2103.17239)",
    L.Operation: "counted where the module computes it",
}

SPATIAL = (L.Convolution, L.Unshared, L.Tiled, L.Separable, L.Pool, L.Transposed)
_COUNTED = ("parameters", "products", "additions")


def source_of(layer: L.Layer, number: str) -> str:
    """Where the rule of a layer's number comes from; nothing where it says no more than itself.

    >>> source_of(L.BatchNorm(), "parameters")
    'Ioffe & Szegedy 2015 (arXiv 1502.03167)'
    >>> source_of(L.BatchNorm(), "height")
    ''
    """
    if number == "saved":
        return SAVED
    if number == "field":
        return FIELDS if isinstance(layer, SPATIAL) else ""
    if number in _COUNTED:
        if isinstance(layer, L.Activation) and layer.kind == "prelu":
            return "He et al. 2015 (arXiv 1502.01852)"
        return COUNTS.get(type(layer), "")
    return "" if number in ("bytes", "channels", "features") else SIZES.get(type(layer), "")
