"""The stream of views that teacher and student see, made on the GPU: the same draws as `FaceTraining/Teaching` makes.

All lengths are pixels of the stored pictures, whose top-left pixel has its centre at 0.5; colours are 0 to 255.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from jpeg import compressed
from torch import Tensor

# Right eye, left eye, nose, right and left mouth corner, in eye–mouth distances about the frame's centre (FaceTemplate).
TEMPLATE = torch.tensor(
    [[-0.433, -0.500], [0.433, -0.500], [0.0, -0.005], [-0.358, 0.500], [0.358, 0.500]], dtype=torch.float64
)


@dataclass
class Frames:
    """Where faces are: centre, eye–mouth distance and roll in radians, each a vector over faces."""

    x: Tensor
    y: Tensor
    distance: Tensor
    roll: Tensor

    def __getitem__(self, index: Tensor) -> Frames:
        return Frames(self.x[index], self.y[index], self.distance[index], self.roll[index])

    def where(self, condition: Tensor, other: Frames) -> Frames:
        """These where the condition holds, the other's elsewhere."""
        pairs = ((self.x, other.x), (self.y, other.y), (self.distance, other.distance), (self.roll, other.roll))
        return Frames(*(torch.where(condition, a, b) for a, b in pairs))


def fit_frames(landmarks: Tensor) -> Frames:
    """The upright frames that fit landmarks (n × 5 × 2) best (`FaceFrame.init(fitting:)`)."""
    points = torch.view_as_complex(landmarks.double().contiguous())
    template = torch.view_as_complex(TEMPLATE)
    middle, origin = points.mean(1, keepdim=True), template.mean()
    moved = template - origin
    factor = ((points - middle) * moved.conj()).sum(1) / moved.abs().square().sum()
    centre = middle[:, 0] - factor * origin
    return Frames(*(t.float() for t in (centre.real, centre.imag, factor.abs(), factor.angle())))


def sample(pictures: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Bilinear samples at points of pictures (n × 3 × height × width); beyond the edge, the edge is repeated."""
    height, width = pictures.shape[-2:]
    grid = torch.stack((x * (2 / width) - 1, y * (2 / height) - 1), dim=-1)
    return F.grid_sample(pictures, grid, mode="bilinear", padding_mode="border", align_corners=False)


def crop(pictures: Tensor, frames: Frames, side: float, raise_: float, pixels: int, mirrored: Tensor) -> Tensor:
    """The network's crop (`InputSpecification.crop`): `side` eye–mouth distances about a point `raise_` above the centre."""
    steps = (torch.arange(pixels, device=pictures.device) + 0.5) / pixels - 0.5
    right = steps.view(1, 1, -1) * side * torch.where(mirrored, -1.0, 1.0).view(-1, 1, 1)
    down = steps.view(1, -1, 1) * side - raise_
    cosine = (frames.roll.cos() * frames.distance).view(-1, 1, 1)
    sine = (frames.roll.sin() * frames.distance).view(-1, 1, 1)
    x = frames.x.view(-1, 1, 1) + right * cosine - down * sine
    y = frames.y.view(-1, 1, 1) + right * sine + down * cosine
    return sample(pictures, x, y)


class ViewMaker:
    """Draws views of pictures on a device, as a recipe's `teaching` and `augmentation` say."""

    def __init__(self, pictures: Tensor, landmarks: Tensor, training: Tensor, recipe: dict[str, Any]) -> None:
        """pictures: n × 3 × side × side bytes. training: places of the pictures that may be shown."""
        device = pictures.device
        self.pictures = pictures
        self.frames = Frames(*(t.to(device) for t in vars(fit_frames(landmarks)).values()))
        self.training = training.to(device)
        self.recipe = recipe
        nose = torch.view_as_complex(landmarks[:, 2].float().contiguous().to(device))
        turn = torch.polar(1 / self.frames.distance, -self.frames.roll)
        self.pose = (nose - torch.complex(self.frames.x, self.frames.y)) * turn
        self.order = self.training[self.pose.real[self.training].argsort()]
        self.position = torch.full((len(pictures),), -1, dtype=torch.long, device=device)
        self.position[self.order] = torch.arange(len(self.order), device=device)

    def _uniform(self, count: int, low: float = 0, high: float = 1) -> Tensor:
        return torch.empty(count, device=self.pictures.device).uniform_(low, high)

    def _share(self, count: int, share: float) -> Tensor:
        return self._uniform(count) < share

    def partners(self, picture: Tensor) -> Tensor:
        """Of some random pictures that are turned about as far, the one of the nearest pose (`PosePartners`)."""
        count, candidates = len(picture), self.recipe["teaching"]["candidates"]
        reach = max(len(self.order) // 20, 2)
        low = (self.position[picture] - reach).clamp(min=0)
        high = (self.position[picture] + reach).clamp(max=len(self.order) - 1)
        draws = torch.rand(count, candidates, device=picture.device)
        places = low[:, None] + (draws * (high - low + 1)[:, None]).long()
        others = self.order[places]
        distance = (self.pose[others] - self.pose[picture][:, None]).abs()
        distance = distance.masked_fill(others == picture[:, None], math.inf)
        return others.gather(1, distance.argmin(1, keepdim=True))[:, 0]

    def _mask(self, count: int, right: Tensor, down: Tensor) -> Tensor:
        """The first face's share at points of its frame (`BlendMask`), each mask drawn anew."""
        shape = torch.randint(0, 4, (count,), device=right.device)
        share = torch.where(shape == 0, self._uniform(count, 0.3, 0.7), self._uniform(count, 0.85, 1))
        borders = torch.stack(
            (self._uniform(count, 0, 0), self._uniform(count, -0.3, 0.4), self._uniform(count, -0.25, 0.25),
             self._uniform(count, 0.75, 1.15))
        )
        border = borders.gather(0, shape[None])[0].view(-1, 1, 1)
        softness = self._uniform(count, 0.08, 0.35).view(-1, 1, 1)
        share = torch.where(self._share(count, 0.5), 1 - share, share).view(-1, 1, 1)
        shape = shape.view(-1, 1, 1)
        across = torch.hypot(right / 0.75, down / 0.85)
        beyond = torch.where(shape == 1, down, torch.where(shape == 2, right, across)) - border
        second = torch.sigmoid(4 * beyond / softness)
        return torch.where(shape == 0, share.expand_as(second), share + (1 - 2 * share) * second)

    def clean(self, count: int) -> tuple[Tensor, Frames]:
        """Views as they are drawn, neither moved nor harmed: pictures and where the face is."""
        device = self.pictures.device
        picture = self.training[torch.randint(0, len(self.training), (count,), device=device)]
        first, frame = self.pictures[picture].float(), self.frames[picture]
        partner = self.partners(picture)
        second, other = self.pictures[partner].float(), self.frames[partner]
        size = first.shape[-1]
        steps = torch.arange(size, device=device) + 0.5
        u = steps.view(1, 1, -1) - frame.x.view(-1, 1, 1)
        v = steps.view(1, -1, 1) - frame.y.view(-1, 1, 1)
        cosine = (frame.roll.cos() / frame.distance).view(-1, 1, 1)
        sine = (frame.roll.sin() / frame.distance).view(-1, 1, 1)
        right, down = u * cosine + v * sine, v * cosine - u * sine

        def at(frames: Frames, right: Tensor, down: Tensor) -> tuple[Tensor, Tensor]:
            c = (frames.roll.cos() * frames.distance).view(-1, 1, 1)
            s = (frames.roll.sin() * frames.distance).view(-1, 1, 1)
            return frames.x.view(-1, 1, 1) + right * c - down * s, frames.y.view(-1, 1, 1) + right * s + down * c

        warped = sample(second, *at(other, right, down))
        middle = torch.linspace(-0.5, 0.5, 9, device=device)
        square = (middle.view(1, 1, -1).expand(count, 9, 9), middle.view(1, -1, 1).expand(count, 9, 9))
        means = sample(first, *at(frame, *square)) - sample(second, *at(other, *square))
        warped = warped + means.mean((2, 3), keepdim=True)
        weight = self._mask(count, right, down)
        single = ~self._share(count, self.recipe["teaching"]["blends"])
        weight = weight.masked_fill(single.view(-1, 1, 1), 1).unsqueeze(1)
        return (weight * first + (1 - weight) * warped).clamp(0, 255), frame

    def moved(self, frame: Frames, crop_side: float, pixels: int) -> Frames:
        """Frames shifted, scaled and turned at random."""
        plan, count = self.recipe["augmentation"], len(frame.x)
        shift = plan["shift"] * frame.distance * crop_side / pixels
        return Frames(
            frame.x + self._uniform(count, -1, 1) * shift,
            frame.y + self._uniform(count, -1, 1) * shift,
            frame.distance * (1 + self._uniform(count, -1, 1) * plan["scale"]),
            frame.roll + self._uniform(count, -1, 1) * plan["rotation"] * math.pi / 180,
        )

    def harmed(self, pictures: Tensor) -> Tensor:
        """Pictures at a low resolution, in another light, blurred, noisy, covered or compressed, each in its share."""
        plan, light = self.recipe["teaching"], self.recipe["augmentation"]["light"]
        count, size = len(pictures), pictures.shape[-1]
        pictures = self._low_resolution(pictures, plan["lowResolution"])
        grey = self._share(count, light["grey"]).view(-1, 1, 1, 1)
        luma = (pictures * pictures.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
        pictures = torch.where(grey, luma, pictures)
        kernel = pictures.new_tensor([0.25, 0.5, 0.25])
        padded = F.pad(pictures, (1, 1, 1, 1), mode="replicate")
        binomial = (kernel[:, None] * kernel).expand(3, 1, 3, 3)
        blurred = F.conv2d(padded, binomial, groups=3)
        pictures = torch.where(self._share(count, light["blur"]).view(-1, 1, 1, 1), blurred, pictures)
        gain = 1 + self._uniform(count, -1, 1) * light["contrast"]
        lift = self._uniform(count, -1, 1) * light["brightness"] + 127.5 * (1 - gain)
        colour = 1 + self._uniform(3 * count, -1, 1).view(count, 3) * light["colour"]
        pictures = pictures * (gain[:, None] * colour).view(count, 3, 1, 1) + lift.view(-1, 1, 1, 1)
        level = self._uniform(count) * light["noiseLevel"] * self._share(count, light["noise"])
        pictures = pictures + (torch.rand_like(pictures) - 0.5) * (level * math.sqrt(12)).view(-1, 1, 1, 1)
        pictures = self._covered(pictures.clamp(0, 255), self.recipe["augmentation"].get("occlusion", 0), size)
        return self._compressed(pictures, plan["compression"])

    def _low_resolution(self, pictures: Tensor, share: float) -> Tensor:
        """Shrunk to a side of 24 to 64 and enlarged again: the first ones of the batch, whose order is random anyway."""
        wanted, size = round(share * len(pictures)), pictures.shape[-1]
        if not wanted:
            return pictures
        parts = []
        for part in pictures[:wanted].chunk(4):
            side = int(torch.randint(24, 65, ()))
            small = F.interpolate(part, size=(side, side), mode="bilinear", antialias=True, align_corners=False)
            parts.append(F.interpolate(small, size=(size, size), mode="bilinear", align_corners=False))
        return torch.cat((*parts, pictures[wanted:]))

    def _covered(self, pictures: Tensor, share: float, size: int) -> Tensor:
        """A rectangle of one colour over a share of the pictures (`RandomErasing`)."""
        count = len(pictures)
        area = self._uniform(count, 0.02, 0.3) * size * size
        ratio = (self._uniform(count, -1, 1) * math.log(3)).exp()
        across, down = (area * ratio).sqrt().clamp(1, size).round(), (area / ratio).sqrt().clamp(1, size).round()
        left = (self._uniform(count) * (size - across + 1)).floor()
        top = (self._uniform(count) * (size - down + 1)).floor()
        steps = torch.arange(size, device=pictures.device)
        inside_x = (steps >= left[:, None]) & (steps < (left + across)[:, None])
        inside_y = (steps >= top[:, None]) & (steps < (top + down)[:, None])
        inside = inside_x[:, None, :] & inside_y[:, :, None] & self._share(count, share).view(-1, 1, 1)
        colours = self._uniform(3 * count, 0, 255).view(count, 3, 1, 1)
        return torch.where(inside[:, None], colours, pictures)

    def _compressed(self, pictures: Tensor, share: float) -> Tensor:
        """The last ones of the batch, so that a picture is not always harmed in both ways."""
        wanted = round(share * len(pictures))
        if not wanted:
            return pictures
        part = compressed(pictures[-wanted:], self._uniform(wanted, 15, 60))
        return torch.cat((pictures[:-wanted], part))
