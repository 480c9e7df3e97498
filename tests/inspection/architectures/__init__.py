"""Well-known networks in plain torch, as people write them: classes with a forward.

Nothing of striate is in them, so that they can judge it. Their keys and shapes are the published
ones; sizes and depths are arguments, and a family is a file.

    model = ARCHITECTURES["resnet50"]()
"""

from collections.abc import Callable
from functools import partial

from inspection.architectures.alexnet import AlexNet
from inspection.architectures.convnext import ConvNeXt
from inspection.architectures.densenet import DenseNet
from inspection.architectures.googlenet import GoogLeNet
from inspection.architectures.inception import Inception3
from inspection.architectures.mobilenet import MobileNetV2
from inspection.architectures.resnet import Basic, Bottleneck, ResNet
from inspection.architectures.squeezenet import SqueezeNet
from inspection.architectures.vgg import VGG
from torch import nn

ARCHITECTURES: dict[str, Callable[[], nn.Module]] = {
    "alexnet": AlexNet,
    "vgg11": partial(VGG, (1, 1, 2, 2, 2)),
    "vgg11_bn": partial(VGG, (1, 1, 2, 2, 2), norm=True),
    "vgg13": partial(VGG, (2, 2, 2, 2, 2)),
    "vgg16": partial(VGG, (2, 2, 3, 3, 3)),
    "vgg16_bn": partial(VGG, (2, 2, 3, 3, 3), norm=True),
    "vgg19": partial(VGG, (2, 2, 4, 4, 4)),
    "googlenet": GoogLeNet,
    "inception_v3": Inception3,
    "resnet18": partial(ResNet, Basic, (2, 2, 2, 2)),
    "resnet34": partial(ResNet, Basic, (3, 4, 6, 3)),
    "resnet50": partial(ResNet, Bottleneck, (3, 4, 6, 3)),
    "resnet101": partial(ResNet, Bottleneck, (3, 4, 23, 3)),
    "resnet152": partial(ResNet, Bottleneck, (3, 8, 36, 3)),
    "squeezenet1_0": partial(SqueezeNet, "1_0"),
    "squeezenet1_1": partial(SqueezeNet, "1_1"),
    "mobilenet_v2": MobileNetV2,
    "densenet121": partial(DenseNet, (6, 12, 24, 16)),
    "convnext_tiny": partial(ConvNeXt, (3, 3, 9, 3)),
}

__all__ = ["ARCHITECTURES"]
