"""Modules that cannot run, as people write them; `# here` marks the line that fails.

Each has its text, the input, the path of what fails, and words of the cause.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Failing:
    init: str
    forward: str
    input: tuple
    path: str
    cause: str
    fixes: int = 2
    more: str = ""

    @property
    def text(self):
        """The file that somebody wrote."""
        lines = [
            "import torch",
            "import torch.nn.functional as F",
            "from torch import nn",
            *self.more.strip().splitlines(),
            "",
            "class Net(nn.Module):",
            "    def __init__(self):",
            "        super().__init__()",
            *(f"        {line}" for line in self.init.strip().split("; ")),
            "",
            *(f"    {line}" for line in self.forward.strip().splitlines()),
        ]
        return "\n".join(lines) + "\n"

    @property
    def line(self):
        """Where `# here` stands."""
        lines = self.text.split("\n")
        return next(n for n, line in enumerate(lines, 1) if line.endswith("# here"))


UNET = """
class Double(nn.Sequential):
    def __init__(self, a, b):
        super().__init__(nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.ReLU(inplace=True))

class Up(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.up = nn.ConvTranspose2d(a, b, 2, stride=2)
        self.conv = Double(2 * b, b)

    def forward(self, x, early):
        x = self.up(x)
        x = torch.cat([early, x], dim=1)  # here
        return self.conv(x)
"""

# The nine messages that torch is best known for.
NINE = {
    "mat1 and mat2 shapes cannot be multiplied": Failing(
        "self.conv1 = nn.Conv2d(1, 16, 3); self.fc1 = nn.Linear(16 * 14 * 14, 10)",
        """
def forward(self, x):
    x = F.max_pool2d(F.relu(self.conv1(x)), 2)
    x = torch.flatten(x, 1)
    return self.fc1(x)  # here""",
        (1, 32, 32),
        "fc1",
        "3600 = 16x15x15 arrive after flatten, 3136 = 16x14x14 are expected",
        3,
    ),
    "expected input to have 8 channels, but got 16": Failing(
        "self.conv1 = nn.Conv2d(3, 16, 3); self.bn1 = nn.BatchNorm2d(16); "
        "self.conv2 = nn.Conv2d(8, 16, 3)",
        """
def forward(self, x):
    x = F.relu(self.bn1(self.conv1(x)))
    return self.conv2(x)  # here""",
        (3, 32, 32),
        "conv2",
        "16 channels arrive (16x30x30 from bn1), 8 are expected",
    ),
    "Kernel size can't be greater than actual input size": Failing(
        "self.conv1 = nn.Conv2d(3, 8, 3, stride=2); self.conv2 = nn.Conv2d(8, 8, 5)",
        """
def forward(self, x):
    x = self.conv1(x)
    return self.conv2(x)  # here""",
        (3, 8, 8),
        "conv2",
        "a 5x5 window is larger than its input, 3x3 (conv1)",
        4,
    ),
    "Output size is too small": Failing(
        "self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.ReLU())",
        """
def forward(self, x):
    x = self.stem(x)
    return F.avg_pool2d(x, 7)  # here""",
        (3, 9, 9),
        "avg_pool2d",
        "a 7x7 window is larger than its input, 4x4 (stem.1)",
        4,
    ),
    "in_channels must be divisible by groups": Failing(
        "self.stem = nn.Conv2d(3, 15, 3); self.mix = nn.LazyConv2d(16, 3, groups=4)",
        """
def forward(self, x):
    x = self.stem(x)
    return self.mix(x)  # here""",
        (3, 9, 9),
        "mix",
        "15 channels (15x7x7 from stem) do not fall into 4 groups",
    ),
    "The size of tensor a must match the size of tensor b": Failing(
        "self.a = nn.Conv2d(3, 8, 3, padding=1, stride=2); "
        "self.b = nn.Conv2d(3, 8, 2, padding=1, stride=2)",
        """
def forward(self, x):
    y = self.b(x)
    return self.a(x) + y  # here""",
        (3, 28, 28),
        "add",
        "equal sizes are needed, found 8x14x14 from a and 8x15x15 from b",
        4,
    ),
    "padding='same' is not supported for strided convolutions": Failing(
        "self.w = nn.Parameter(torch.ones(8, 3, 5, 5))",
        """
def forward(self, x):
    x = F.conv2d(x, self.w, stride=2, padding="same")  # here
    return x.relu()""",
        (3, 28, 28),
        "conv2d",
        "padding='same' keeps the size, and a stride of 2 does not",
    ),
    "output padding must be smaller than either stride or dilation": Failing(
        "self.up = nn.ConvTranspose2d(3, 8, 3, stride=2, output_padding=2)",
        """
def forward(self, x):
    return self.up(x)  # here""",
        (3, 9, 9),
        "up",
        "an output padding of 2 is not smaller than the stride, 2, or the dilation, 1",
        3,
    ),
    "Sizes of tensors must match except in dimension 1": Failing(
        "self.down1 = Double(1, 4); self.down2 = Double(4, 8); self.down3 = Double(8, 16); "
        "self.bottom = Double(16, 32); self.up3 = Up(32, 16); self.up2 = Up(16, 8); "
        "self.up1 = Up(8, 4)",
        """
def forward(self, x):
    a = self.down1(x)
    b = self.down2(F.max_pool2d(a, 2))
    c = self.down3(F.max_pool2d(b, 2))
    d = self.bottom(F.max_pool2d(c, 2))
    return self.up1(self.up2(self.up3(d, c), b), a)""",
        (1, 25, 25),
        "up1.cat",
        "equal sizes but for the channels are needed, "
        "found 4x25x25 from down1.2 and 4x24x24 from up1.up",
        4,
        more=UNET,
    ),
}

# What else goes wrong.
FURTHER = {
    "nothing flattens": Failing(
        "self.conv = nn.Conv2d(3, 4, 3); self.fc = nn.Linear(4 * 6 * 6, 10)",
        """
def forward(self, x):
    x = self.conv(x)
    return self.fc(x)  # here""",
        (3, 8, 8),
        "fc",
        "4x6x6 arrives, of which a linear layer takes the last axis, 6; 144 are expected",
    ),
    "running_mean should contain 16 elements not 8": Failing(
        "self.conv = nn.Conv2d(3, 16, 3); self.bn = nn.BatchNorm2d(8)",
        """
def forward(self, x):
    return self.bn(self.conv(x))  # here""",
        (3, 9, 9),
        "bn",
        "16 channels arrive (16x7x7 from conv), 8 are expected",
    ),
    "expected 4D input (got 3D input)": Failing(
        "self.conv = nn.Conv2d(1, 4, 3); self.bn = nn.BatchNorm2d(4)",
        """
def forward(self, x):
    return self.bn(self.conv(x))  # here""",
        (28, 28),
        "bn",
        "26x26 arrives where (channels, *axes) is expected",
    ),
    "Expected 3D (unbatched) or 4D (batched) input": Failing(
        "self.conv = nn.Conv2d(1, 4, 3)",
        """
def forward(self, x):
    return self.conv(x)  # here""",
        (28,),
        "conv",
        "conv2d slides along 2 axes of (channels, *axes), but 28 arrives",
        1,
    ),
    "stack expects each tensor to be equal size": Failing(
        "self.a = nn.Conv2d(3, 8, 3); self.b = nn.Conv2d(3, 8, 5)",
        """
def forward(self, x):
    return torch.stack([self.a(x), self.b(x)])  # here""",
        (3, 9, 9),
        "stack",
        "equal sizes are needed, found 8x7x7 from a and 8x5x5 from b",
    ),
    "shape '[-1, 3136]' is invalid for input of size 3600": Failing(
        "self.conv = nn.Conv2d(3, 16, 3); self.fc = nn.Linear(3136, 10)",
        """
def forward(self, x):
    x = self.conv(x)
    x = x.view(-1, 3136)  # here
    return self.fc(x)""",
        (3, 17, 17),
        "view",
        "3600 = 16x15x15 numbers arrive for each image, and view asks for 3136 = 16x14x14",
        3,
    ),
    "unflatten: sizes don't multiply up": Failing(
        "self.fc = nn.Linear(20, 512); self.shape = nn.Unflatten(1, (16, 6, 6))",
        """
def forward(self, x):
    return self.shape(self.fc(x))  # here""",
        (20,),
        "shape",
        "512 features arrive (512 from fc), and 16x6x6 holds 576",
        1,
    ),
    "mat1 and mat2 must have the same dtype": Failing(
        "self.a = nn.Linear(8, 8); self.b = nn.Linear(8, 4).double()",
        """
def forward(self, x):
    return self.b(self.a(x))  # here""",
        (8,),
        "b",
        "numbers of kind float32 arrive, and the weights are float64",
    ),
    "Expected tensor for argument #1 'indices'": Failing(
        "self.table = nn.Embedding(100, 8); self.fc = nn.Linear(8, 2)",
        """
def forward(self, x):
    return self.fc(self.table(x))  # here""",
        (12,),
        "table",
        "places of a table are whole numbers, and float32 arrives",
    ),
    "a sum of other channels": Failing(
        "self.conv = nn.Conv2d(3, 16, 3, padding=1); self.bn = nn.BatchNorm2d(16)",
        """
def forward(self, x):
    return self.bn(self.conv(x)) + x  # here""",
        (3, 9, 9),
        "add",
        "equal sizes are needed, found 16x9x9 from bn and 3x9x9 from the input",
    ),
    "weights of channels without axes": Failing(
        "self.conv = nn.Conv2d(3, 16, 3); self.fc = nn.Linear(16, 16)",
        """
def forward(self, x):
    x = self.conv(x)
    s = torch.sigmoid(self.fc(x.mean((2, 3))))
    return x * s  # here""",
        (3, 9, 9),
        "mul",
        "equal sizes are needed, found 16x7x7 from conv and 16 from fc",
    ),
    "pad should be at most half of effective kernel size": Failing(
        "self.pool = nn.MaxPool2d(3, stride=2, padding=2)",
        """
def forward(self, x):
    return self.pool(x)  # here""",
        (3, 9, 9),
        "pool",
        "a padding of 2 is more than half of a 3x3 window",
    ),
    "a pool that is called once too often": Failing(
        "self.pool = nn.MaxPool2d(2)",
        """
def forward(self, x):
    x = self.pool(self.pool(x))
    return self.pool(x)  # here""",
        (3, 6, 6),
        "pool#3",
        "a 2x2 window is larger than its input, 1x1 (pool)",
    ),
    "output_size must be 2": Failing(
        "self.conv = nn.Conv2d(3, 4, 3)",
        """
def forward(self, x):
    return F.adaptive_avg_pool2d(self.conv(x), (1, 1, 1))  # here""",
        (3, 9, 9),
        "adaptive_avg_pool2d",
        "an output of 1x1x1 does not suit the 2 axes of 4x7x7",
        1,
    ),
    "a weight of other channels": Failing(
        "self.c = nn.Conv2d(3, 15, 3); self.w = nn.Parameter(torch.ones(16, 4, 3, 3))",
        """
def forward(self, x):
    return F.conv2d(self.c(x), self.w, groups=4)  # here""",
        (3, 9, 9),
        "conv2d",
        "15 channels arrive (15x7x7 from c), 16 are expected",
    ),
    "heads of other sizes": Failing(
        "self.q = nn.Linear(16, 32); self.k = nn.Linear(16, 24)",
        """
def forward(self, x):
    return self.q(x) @ self.k(x).transpose(1, 2)  # here""",
        (5, 16),
        "matmul",
        "rows of 32 (5x32 from q) cannot be multiplied with columns of 24 (24x5 from k)",
    ),
    "a product that is not turned": Failing(
        "self.q = nn.Linear(16, 32); self.k = nn.Linear(16, 32)",
        """
def forward(self, x):
    return torch.matmul(self.q(x), self.k(x))  # here""",
        (5, 16),
        "matmul",
        "rows of 32 (5x32 from q) cannot be multiplied with columns of 5 (5x32 from k)",
    ),
    "einsum(): subscript d": Failing(
        "self.q = nn.Linear(16, 32); self.k = nn.Linear(16, 24)",
        """
def forward(self, x):
    return torch.einsum("bnd,bmd->bnm", self.q(x), self.k(x))  # here""",
        (5, 16),
        "einsum",
        "(5x32 from q and 5x24 from k)",
    ),
    "was expecting embedding dimension of 32, but got 16": Failing(
        "self.mix = nn.MultiheadAttention(32, 4, batch_first=True)",
        """
def forward(self, x):
    return self.mix(x, x, x)[0]  # here""",
        (5, 16),
        "mix",
        "16 features arrive at each place (5x16 from the input), 32 are expected",
    ),
    "input.size(-1) must be equal to input_size": Failing(
        "self.lstm = nn.LSTM(32, 4, batch_first=True)",
        """
def forward(self, x):
    return self.lstm(x)[0]  # here""",
        (5, 16),
        "lstm",
        "16 features arrive at each step (5x16 from the input), 32 are expected",
    ),
    "Given normalized_shape=[32]": Failing(
        "self.norm = nn.LayerNorm(32)",
        """
def forward(self, x):
    return self.norm(x)  # here""",
        (5, 16),
        "norm",
        "the last axis of 5x16 from the input: 16 arrives, 32 is expected",
    ),
    "number of channels divisible by num_groups": Failing(
        "self.conv = nn.Conv2d(3, 10, 3)",
        """
def forward(self, x):
    return F.group_norm(self.conv(x), 4)  # here""",
        (3, 9, 9),
        "group_norm",
        "10 channels (10x7x7 from conv) do not fall into 4 groups",
    ),
    "Mismatch of parameter numbers and input channel size": Failing(
        "self.conv = nn.Conv2d(3, 10, 3); self.act = nn.PReLU(8)",
        """
def forward(self, x):
    return self.act(self.conv(x))  # here""",
        (3, 9, 9),
        "act",
        "10 channels arrive (10x7x7 from conv), 8 are expected",
    ),
    "Padding size should be less than the input dimension": Failing(
        "self.conv = nn.Conv2d(3, 4, 3, stride=2)",
        """
def forward(self, x):
    return F.pad(self.conv(x), (4, 4, 4, 4), mode="reflect")  # here""",
        (3, 9, 9),
        "pad",
        "reflect padding is at most 3 beside 4, not 4",
    ),
    "pixel_shuffle expects its channels to be divisible": Failing(
        "self.conv = nn.Conv2d(3, 10, 3); self.shuffle = nn.PixelShuffle(2)",
        """
def forward(self, x):
    return self.shuffle(self.conv(x))  # here""",
        (3, 9, 9),
        "shuffle",
        "10 channels (10x7x7 from conv) do not fall into squares of 2x2",
    ),
    "split_with_sizes expects split_sizes to sum exactly": Failing(
        "self.conv = nn.Conv2d(3, 10, 3)",
        """
def forward(self, x):
    a, b = self.conv(x).split([4, 4], 1)  # here
    return a""",
        (3, 9, 9),
        "split",
        "10x7x7 does not fall into parts of 4 + 4 = 8",
    ),
}
