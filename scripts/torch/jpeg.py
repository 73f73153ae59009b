"""What JPEG makes of pictures, on the GPU."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def compressed(pictures: Tensor, quality: Tensor) -> Tensor:
    """Pictures (n × 3 × height × width, 0 to 255, sides multiples of 16) as JPEG of these qualities (n) leaves them:
    cosines of 8 × 8 pixels quantised, colours at half the resolution."""
    factor = torch.where(quality < 50, 50 / quality, 2 - quality / 50).view(-1, 1, 1, 1, 1)
    to_ycc = pictures.new_tensor([[0.299, 0.587, 0.114], [-0.168736, -0.331264, 0.5], [0.5, -0.418688, -0.081312]])
    planes = torch.einsum("ij,njhw->nihw", to_ycc, pictures)
    luma = _quantised(planes[:, :1] - 128, LUMA.to(pictures.device), factor) + 128
    chroma = _quantised(F.avg_pool2d(planes[:, 1:], 2), CHROMA.to(pictures.device), factor)
    chroma = F.interpolate(chroma, scale_factor=2, mode="bilinear", align_corners=False)
    result = torch.einsum("ij,njhw->nihw", torch.linalg.inv(to_ycc), torch.cat((luma, chroma), 1))
    return result.clamp(0, 255).round()


def _quantised(planes: Tensor, table: Tensor, factor: Tensor) -> Tensor:
    count, channels, height, width = planes.shape
    blocks = planes.reshape(count, channels, height // 8, 8, width // 8, 8).permute(0, 1, 2, 4, 3, 5)
    blocks = blocks.reshape(count, channels, -1, 8, 8)
    steps = torch.arange(8, device=planes.device)
    cosines = torch.cos((2 * steps[None] + 1) * steps[:, None] * math.pi / 16) / 2
    cosines[0] /= math.sqrt(2)
    step = (table * factor).clamp(1, 255)
    coefficients = ((cosines @ blocks @ cosines.T) / step).round() * step
    blocks = cosines.T @ coefficients @ cosines
    blocks = blocks.view(count, channels, height // 8, width // 8, 8, 8).permute(0, 1, 2, 4, 3, 5)
    return blocks.reshape(count, channels, height, width)


# The quantisation tables of the JPEG standard (ITU-T T.81, annex K).
LUMA = torch.tensor(
    [[16, 11, 10, 16, 24, 40, 51, 61], [12, 12, 14, 19, 26, 58, 60, 55], [14, 13, 16, 24, 40, 57, 69, 56],
     [14, 17, 22, 29, 51, 87, 80, 62], [18, 22, 37, 56, 68, 109, 103, 77], [24, 35, 55, 64, 81, 104, 113, 92],
     [49, 64, 78, 87, 103, 121, 120, 101], [72, 92, 95, 98, 112, 100, 103, 99]], dtype=torch.float32
)
CHROMA = torch.full((8, 8), 99.0)
CHROMA[:4, :4] = torch.tensor([[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]])
