"""Networks in plain torch under names that are not torchvision's of today.

DenseNet-121 as torchvision's published files still have it, ConvNeXt in timm and as its authors
published it, and the ResNets for CIFAR of Idelbayev's repository.
"""

import torch
from torch import nn
from torch.nn import functional as F
from transfer.weights.timms import conv


class OldDenseNet(nn.Module):
    """DenseNet-121, whose layers call their parts norm.1 and conv.1; timm's norm1 and conv1."""

    def __init__(self, old):
        super().__init__()
        self.features = nn.Module()
        self.add("features.conv0", conv(3, 64, 7, 2, 3))
        self.add("features.norm0", nn.BatchNorm2d(64))
        self.counts, self.dot, channels = (6, 12, 24, 16), "." if old else "", 64
        for block, count in enumerate(self.counts, 1):
            for layer in range(1, count + 1):
                start = f"features.denseblock{block}.denselayer{layer}"
                self.add(f"{start}.norm{self.dot}1", nn.BatchNorm2d(channels))
                self.add(f"{start}.conv{self.dot}1", conv(channels, 128))
                self.add(f"{start}.norm{self.dot}2", nn.BatchNorm2d(128))
                self.add(f"{start}.conv{self.dot}2", conv(128, 32, 3, 1, 1))
                channels += 32
            if block < 4:
                self.add(f"features.transition{block}.norm", nn.BatchNorm2d(channels))
                channels //= 2
                self.add(f"features.transition{block}.conv", conv(channels * 2, channels))
        self.add("features.norm5", nn.BatchNorm2d(channels))
        self.classifier = nn.Linear(channels, 1000)

    def add(self, path, module):
        *levels, name = path.split(".")
        holder = self
        for one in levels:
            if not hasattr(holder, one):
                holder.add_module(one, nn.Module())
            holder = getattr(holder, one)
        holder.add_module(name, module)

    def forward(self, x):
        part = self.features.get_submodule
        x = F.max_pool2d(F.relu(part("norm0")(part("conv0")(x))), 3, 2, 1)
        for block, count in enumerate(self.counts, 1):
            for layer in range(1, count + 1):
                start = f"denseblock{block}.denselayer{layer}"
                new = x
                for half in "12":
                    new = F.relu(part(f"{start}.norm{self.dot}{half}")(new))
                    new = part(f"{start}.conv{self.dot}{half}")(new)
                x = torch.cat([x, new], 1)
            if block < 4:
                step = f"transition{block}"
                x = F.avg_pool2d(part(f"{step}.conv")(F.relu(part(f"{step}.norm")(x))), 2)
        return self.classifier(F.relu(part("norm5")(x)).mean((2, 3)))


class ChannelNorm(nn.LayerNorm):
    def __init__(self, channels):
        super().__init__(channels, eps=1e-6)

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class NextBlock(nn.Module):
    def __init__(self, channels, paper):
        super().__init__()
        self.paper = paper
        depthwise = nn.Conv2d(channels, channels, 7, padding=3, groups=channels)
        wide, narrow = nn.Linear(channels, 4 * channels), nn.Linear(4 * channels, channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.gamma = nn.Parameter(torch.ones(channels))
        if paper:
            self.dwconv, self.pwconv1, self.pwconv2 = depthwise, wide, narrow
        else:
            self.conv_dw, self.mlp = depthwise, nn.Module()
            self.mlp.fc1, self.mlp.fc2 = wide, narrow

    def forward(self, x):
        depthwise = self.dwconv if self.paper else self.conv_dw
        wide = self.pwconv1 if self.paper else self.mlp.fc1
        narrow = self.pwconv2 if self.paper else self.mlp.fc2
        new = narrow(F.gelu(wide(self.norm(depthwise(x).permute(0, 2, 3, 1)))))
        return x + (self.gamma * new).permute(0, 3, 1, 2)


class NextStage(nn.Module):
    def __init__(self, arriving, leaving, count):
        super().__init__()
        self.downsample = nn.Identity()
        if arriving != leaving:
            step = nn.Conv2d(arriving, leaving, 2, 2)
            self.downsample = nn.Sequential(ChannelNorm(arriving), step)
        self.blocks = nn.Sequential(*(NextBlock(leaving, False) for _ in range(count)))

    def forward(self, x):
        return self.blocks(self.downsample(x))


class TimmConvNeXt(nn.Module):
    def __init__(self, channels, counts):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, channels, 4, 4), ChannelNorm(channels))
        widths = [channels, channels, channels * 2, channels * 4, channels * 8]
        self.stages = nn.Sequential(
            *(NextStage(widths[n], widths[n + 1], count) for n, count in enumerate(counts))
        )
        self.head = nn.Module()
        self.head.norm, self.head.fc = ChannelNorm(widths[-1]), nn.Linear(widths[-1], 1000)

    def forward(self, x):
        x = self.stages(self.stem(x)).mean((2, 3), keepdim=True)
        return self.head.fc(self.head.norm(x).flatten(1))


class PaperConvNeXt(nn.Module):
    def __init__(self, channels, counts):
        super().__init__()
        widths = [channels << n for n in range(4)]
        stem = nn.Sequential(nn.Conv2d(3, channels, 4, 4), ChannelNorm(channels))
        steps = [nn.Sequential(ChannelNorm(w // 2), nn.Conv2d(w // 2, w, 2, 2)) for w in widths[1:]]
        self.downsample_layers = nn.ModuleList([stem, *steps])
        self.stages = nn.ModuleList(
            nn.Sequential(*(NextBlock(width, True) for _ in range(count)))
            for width, count in zip(widths, counts, strict=True)
        )
        self.norm = nn.LayerNorm(widths[-1], eps=1e-6)
        self.head = nn.Linear(widths[-1], 1000)

    def forward(self, x):
        for step, stage in zip(self.downsample_layers, self.stages, strict=True):
            x = stage(step(x))
        return self.head(self.norm(x.mean((2, 3))))


class SmallBlock(nn.Module):
    """A block for CIFAR whose way around has no parameters: every other place, padded channels."""

    def __init__(self, arriving, leaving, stride):
        super().__init__()
        self.conv1, self.bn1 = conv(arriving, leaving, 3, stride, 1), nn.BatchNorm2d(leaving)
        self.conv2, self.bn2 = conv(leaving, leaving, 3, 1, 1), nn.BatchNorm2d(leaving)
        self.steps = arriving != leaving

    def forward(self, x):
        way = x
        if self.steps:
            quarter = self.conv1.out_channels // 4
            way = F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, quarter, quarter))
        return F.relu(way + self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class SmallResNet(nn.Module):
    def __init__(self, count, last):
        super().__init__()
        self.conv1, self.bn1 = conv(3, 16, 3, 1, 1), nn.BatchNorm2d(16)
        arriving = 16
        for stage, width in enumerate((16, 32, 64), 1):
            blocks = []
            for number in range(count):
                blocks.append(SmallBlock(arriving, width, 2 if stage > 1 and not number else 1))
                arriving = width
            self.add_module(f"layer{stage}", nn.Sequential(*blocks))
        self.last = last
        self.add_module(last, nn.Linear(64, 10))

    def forward(self, x):
        x = self.layer3(self.layer2(self.layer1(F.relu(self.bn1(self.conv1(x))))))
        return self.get_submodule(self.last)(x.mean((2, 3)))
