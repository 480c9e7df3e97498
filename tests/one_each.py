"""One network out of every text of the zoo, with an input small enough to compute with."""

import striate
from striate.zoo import entries, families

ONE_EACH = [names[0] for names in families().values()] + ["resnet50"]
ONE_EACH += [entry.name for entry in entries() if entry.family not in families()]
SMALL = {
    "alexnet": (3, 195, 197),
    "alexnet-lecture": (3, 99, 101),
    "bottleneck": (192, 7, 9),
    "bottleneck-direct": (192, 7, 9),
    "c3d": (3, 16, 48, 50),
    "cifar_resnet20": (3, 17, 18),
    "convnext_tiny": (3, 96, 98),
    "densenet121": (3, 64, 66),
    "fcn_resnet50": (3, 33, 34),
    "googlenet": (3, 112, 114),
    "inception_v3": (3, 139, 141),
    "mobilenet_v1": (3, 100, 102),
    "mobilenet_v2": (3, 100, 102),
    "nin": (3, 33, 34),
    "r2plus1d_18": (3, 4, 32, 34),
    "resnet18": (3, 127, 129),
    "resnet50": (3, 127, 129),
    "squeezenet1_0": (3, 99, 101),
    "unet": (3, 48, 50),
    "vgg11": (3, 96, 98),
}
"""Odd sizes among them, and no squares."""


def small(name, *, classes=5):
    """A network of the zoo for a small image; for one of 64x64 if it takes any."""
    own = striate.read(name).complete
    return striate.resolve(
        name, input=SMALL.get(name, None if own else (3, 64, 64)), classes=classes
    )
