"""The TDNN: eight ReLU layers that see 190 ms to each side of every third frame."""

import torch
from features import NMEL
from torch import nn
from units import UNITS

LAYERS = [  # (offsets at 10 ms, output dim); from layer 3 on only every 3rd frame is needed
    ((-2, -1, 0, 1, 2), 160),
    ((-1, 0, 1), 256),
    ((-1, 0, 1), 256),
    ((-3, 0, 3), 256),
    ((-3, 0, 3), 256),
    ((-3, 0, 3), 256),
    ((-6, 0, 6), 256),
    ((0,), 192),
]
SUBSAMPLING = 3
FIRST_SUBSAMPLED_LAYER = 2


def context_behind(layer: int) -> int:
    """Frames each side that the layers from this one on look at."""
    return sum(max(offsets) for offsets, _ in LAYERS[layer:])


CTX = context_behind(0)  # 19


def output_frames(input_frames: int) -> int:
    return (input_frames + 2) // SUBSAMPLING


def frames_computed(layer: int, outputs: int) -> range:
    """Numbers of the frames that a layer must compute, counted in the input of the network."""
    step = SUBSAMPLING if layer >= FIRST_SUBSAMPLED_LAYER else 1
    first = -(context_behind(layer + 1) // step) * step
    return range(first, SUBSAMPLING * (outputs - 1) - first + 1, step)


def spliced(x: torch.Tensor, have: range, want: range, offsets: tuple[int, ...]) -> torch.Tensor:
    """For each wanted frame, the frames at the offsets from it side by side."""
    stride = want.step // have.step
    starts = [(want.start + offset - have.start) // have.step for offset in offsets]
    return torch.cat([x[:, start : start + (len(want) - 1) * stride + 1 : stride] for start in starts], 2)


class Tdnn(nn.Module):
    """The names of the parts are those of the saved state."""

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(NMEL))
        self.register_buffer("istd", torch.ones(NMEL))
        self.aff, self.bn = nn.ModuleList(), nn.ModuleList()
        width = NMEL
        for offsets, next_width in LAYERS:
            self.aff.append(nn.Linear(width * len(offsets), next_width))
            self.bn.append(nn.BatchNorm1d(next_width, affine=False))
            width = next_width
        self.out = nn.Linear(width, len(UNITS))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """(batch, frames, 40) -> (batch, ceil(frames / 3), units) logits; edges are replicated"""
        outputs = output_frames(features.shape[1])
        x = (features - self.mean) * self.istd
        x = torch.cat([x[:, :1].expand(-1, CTX, -1), x, x[:, -1:].expand(-1, CTX + SUBSAMPLING, -1)], 1)
        have = range(-CTX, x.shape[1] - CTX)
        for layer, (offsets, _) in enumerate(LAYERS):
            want = frames_computed(layer, outputs)
            x = torch.relu(self.aff[layer](spliced(x, have, want, offsets)))
            x = self.bn[layer](x.reshape(-1, x.shape[2])).reshape(x.shape)
            have = want
        return self.out(x)


def load_network(path: str) -> tuple[Tdnn, torch.Tensor]:
    """-> the trained network and how often each unit was a target."""
    saved = torch.load(path, weights_only=False)  # our own file
    network = Tdnn()
    network.load_state_dict(saved["net"])
    return network, saved["counts"]
