"""ResNet, VGG and MobileNet v2 in plain torch, under the names of timm 1.0.

After its resnet.py, vgg.py, efficientnet.py and _efficientnet_blocks.py.
"""

from torch import nn
from torch.nn import functional as F


def conv(a, b, k=1, s=1, p=0, groups=1):
    return nn.Conv2d(a, b, k, s, p, groups=groups, bias=False)


class Block(nn.Module):
    """A block of timm's ResNets, with two convolutions or three."""

    def __init__(self, arriving, planes, stride, deep):
        super().__init__()
        leaving = planes * 4 if deep else planes
        self.deep = deep
        if deep:
            self.conv1, self.bn1 = conv(arriving, planes), nn.BatchNorm2d(planes)
            self.conv2, self.bn2 = conv(planes, planes, 3, stride, 1), nn.BatchNorm2d(planes)
            self.conv3, self.bn3 = conv(planes, leaving), nn.BatchNorm2d(leaving)
        else:
            self.conv1, self.bn1 = conv(arriving, planes, 3, stride, 1), nn.BatchNorm2d(planes)
            self.conv2, self.bn2 = conv(planes, planes, 3, 1, 1), nn.BatchNorm2d(planes)
        self.downsample = None
        if stride != 1 or arriving != leaving:
            step = conv(arriving, leaving, 1, stride)
            self.downsample = nn.Sequential(step, nn.BatchNorm2d(leaving))

    def forward(self, x):
        way = x if self.downsample is None else self.downsample(x)
        x = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(way + (self.bn3(self.conv3(F.relu(x))) if self.deep else x))


class TimmResNet(nn.Module):
    def __init__(self, counts, deep=False):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 64, 7, 2, 3), nn.BatchNorm2d(64)
        arriving = 64
        for stage, count in enumerate(counts):
            planes = 64 << stage
            blocks = []
            for number in range(count):
                blocks.append(Block(arriving, planes, 2 if stage and not number else 1, deep))
                arriving = planes * 4 if deep else planes
            self.add_module(f"layer{stage + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(arriving, 1000)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


class TimmVGG(nn.Module):
    def __init__(self, widths, hidden):
        super().__init__()
        layers, arriving = [], 3
        for width in widths:
            if width:
                layers += [nn.Conv2d(arriving, width, 3, padding=1), nn.ReLU()]
                arriving = width
            else:
                layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.pre_logits = nn.Module()
        self.pre_logits.fc1 = nn.Conv2d(arriving, hidden, 7)
        self.pre_logits.fc2 = nn.Conv2d(hidden, hidden, 1)
        self.head = nn.Module()
        self.head.fc = nn.Linear(hidden, 1000)

    def forward(self, x):
        x = F.adaptive_avg_pool2d(self.features(x), 7)
        x = F.relu(self.pre_logits.fc2(F.relu(self.pre_logits.fc1(x))))
        return self.head.fc(x.mean((2, 3)))


class Inverted(nn.Module):
    """timm's InvertedResidual; without a first 1x1, its DepthwiseSeparableConv."""

    def __init__(self, arriving, leaving, stride, widen):
        super().__init__()
        inner = arriving * widen
        self.adds, self.widen = stride == 1 and arriving == leaving, widen
        if widen == 1:
            self.conv_dw, self.bn1 = conv(inner, inner, 3, stride, 1, inner), nn.BatchNorm2d(inner)
            self.conv_pw, self.bn2 = conv(inner, leaving), nn.BatchNorm2d(leaving)
        else:
            self.conv_pw, self.bn1 = conv(arriving, inner), nn.BatchNorm2d(inner)
            self.conv_dw, self.bn2 = conv(inner, inner, 3, stride, 1, inner), nn.BatchNorm2d(inner)
            self.conv_pwl, self.bn3 = conv(inner, leaving), nn.BatchNorm2d(leaving)

    def forward(self, x):
        if self.widen == 1:
            new = self.bn2(self.conv_pw(F.relu6(self.bn1(self.conv_dw(x)))))
        else:
            new = F.relu6(self.bn2(self.conv_dw(F.relu6(self.bn1(self.conv_pw(x))))))
            new = self.bn3(self.conv_pwl(new))
        return x + new if self.adds else new


class TimmMobileNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv_stem, self.bn1 = conv(3, 32, 3, 2, 1), nn.BatchNorm2d(32)
        stages, arriving = [], 32
        for widen, leaving, count, stride in (
            (1, 16, 1, 1),
            (6, 24, 2, 2),
            (6, 32, 3, 2),
            (6, 64, 4, 2),
            (6, 96, 3, 1),
            (6, 160, 3, 2),
            (6, 320, 1, 1),
        ):
            blocks = []
            for number in range(count):
                blocks.append(Inverted(arriving, leaving, 1 if number else stride, widen))
                arriving = leaving
            stages.append(nn.Sequential(*blocks))
        self.blocks = nn.Sequential(*stages)
        self.conv_head, self.bn2 = conv(320, 1280), nn.BatchNorm2d(1280)
        self.classifier = nn.Linear(1280, 1000)

    def forward(self, x):
        x = self.blocks(F.relu6(self.bn1(self.conv_stem(x))))
        return self.classifier(F.relu6(self.bn2(self.conv_head(x))).mean((2, 3)))
