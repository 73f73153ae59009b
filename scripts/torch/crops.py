"""Crops that a detector is trained on, made on the GPU: the same draws as `DetectorSample.swift` makes.

Lengths are pixels of the crop unless they are said to be the picture's; a pixel's centre is at a half. Colours are 0 to 255.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from jpeg import compressed
from scenes import BOX, Scenes
from torch import Tensor
from views import TEMPLATE

STRIDE = 8
CHANNELS = 15
LENGTH_UNIT, SIDE_UNIT = 8.0, 28.0
# Cells within the first of a face's centre, in its width and height, should find it; those within the other may.
FOUND, MAY = 0.22, 0.45
# Pasted faces: half axes of the ellipse at which it has half gone, in eye–mouth distances, and how far it is raised.
PASTE = (1.35, 1.6, 0.15)
# Side lengths of the grids in which faces are pasted: few and large, or a crowd.
FEW, CROWD = (1, 2), (3, 4, 5, 6)
NETWORK_GREY = 127.5
MIRRORED = [2, 3, 0, 1, 4, 5, 8, 9, 6, 7]


@dataclass
class View:
    """How crops look at pictures: one value a crop."""

    picture: Tensor
    x: Tensor
    y: Tensor
    # Picture pixels per crop pixel, and the angle from the picture's x axis to the crop's.
    step: Tensor
    angle: Tensor
    mirror: Tensor

    def where(self, condition: Tensor, other: View) -> View:
        """These where the condition holds, the other's elsewhere."""
        return View(**{name: torch.where(condition, value, getattr(other, name)) for name, value in vars(self).items()})


def column(values: Tensor) -> Tensor:
    return values.view(-1, 1, 1)


class CropMaker:
    """Makes batches of crops and what every cell should say of them."""

    def __init__(self, scenes: Scenes, recipe: dict[str, Any]) -> None:
        self.data = scenes
        self.plan, self.sizes = recipe["crops"], recipe["sizes"]
        self.harm = self.plan["harm"]
        self.side = self.plan["pixels"]
        self.device = scenes.pixels.device
        steps = torch.arange(self.side, device=self.device) + 0.5
        self.across, self.down = steps.view(1, 1, -1), steps.view(1, -1, 1)
        cells = (torch.arange(self.side // STRIDE, device=self.device) + 0.5) * STRIDE
        self.cell_y, self.cell_x = (grid.flatten() for grid in torch.meshgrid(cells, cells, indexing="ij"))

    # Draws

    def _uniform(self, *shape: int, low: float = 0, high: float = 1) -> Tensor:
        return torch.rand(*shape, device=self.device) * (high - low) + low

    def _share(self, count: int, share: float) -> Tensor:
        return self._uniform(count) < share

    def _one(self, places: Tensor, *shape: int) -> Tensor:
        return places[(torch.rand(*shape, device=self.device) * len(places)).long()]

    def _logarithmic(self, low: Tensor | float, high: Tensor) -> Tensor:
        return low * (high / low) ** torch.rand_like(high)

    def _turn(self, *shape: int) -> Tensor:
        plan = self.plan
        upright = torch.randn(*shape, device=self.device) * plan["uprightRotation"]
        any_way = self._uniform(*shape, low=-1) * plan["rotation"]
        return torch.where(self._uniform(*shape) < plan["uprightShare"], upright, any_way) * math.pi / 180

    def _anywhere(self, picture: Tensor, furthest: Tensor) -> View:
        """furthest: how many times the whole picture's scale at most."""
        count = len(picture)
        width, height = self.data.width[picture, 0].float(), self.data.height[picture, 0].float()
        whole = torch.maximum(width, height) / self.side
        return View(
            picture, self._uniform(count, low=0.1, high=0.9) * width, self._uniform(count, low=0.1, high=0.9) * height,
            self._logarithmic(0.7, (furthest * whole).clamp(min=1)), self._turn(count), self._share(count, 0.5))

    def _background(self, count: int) -> View:
        hard = self._share(count, self.plan["hardShare"])
        picture = torch.where(hard, self._one(self.data.hard, count), self._one(self.data.backgrounds, count))
        return self._anywhere(picture, torch.full((count,), 2.0, device=self.device))

    # Sampling

    def _pixels(self, picture: Tensor, x: Tensor, y: Tensor, step: Tensor) -> Tensor:
        """Bilinear samples at points of pictures, beyond the edge that of the edge: n × 3 × height × width.

        picture and step (picture pixels per sample) are broadcast to x and y, which are n × height × width.
        """
        data = self.data
        level = (step / 0.75).clamp(min=1).log2().floor().long().minimum(data.levels[picture] - 1)
        shrink = torch.exp2(level.float())
        width, height, start = data.width[picture, level], data.height[picture, level], data.offset[picture, level]
        x = (x / shrink - 0.5).maximum(torch.zeros_like(x)).minimum((width - 1).float())
        y = (y / shrink - 0.5).maximum(torch.zeros_like(y)).minimum((height - 1).float())
        left, top = x.long(), y.long()
        right, below = (left + 1).minimum(width - 1), (top + 1).minimum(height - 1)
        share_x, share_y = (x - left)[:, None], (y - top)[:, None]

        def at(row: Tensor, place: Tensor) -> Tensor:
            packed = data.pixels[start + row * width + place]
            return torch.stack([(packed >> shift & 255).float() for shift in (0, 8, 16)], 1)

        upper = at(top, left) * (1 - share_x) + at(top, right) * share_x
        lower = at(below, left) * (1 - share_x) + at(below, right) * share_x
        return upper * (1 - share_y) + lower * share_y

    def _seen(self, view: View, across: Tensor, down: Tensor) -> tuple[Tensor, Tensor]:
        """The view at points of the crop, and which of them the picture covers."""
        u, v = across - self.side / 2, down - self.side / 2
        u = torch.where(column(view.mirror), -u, u)
        cosine, sine = column(view.angle.cos() * view.step), column(view.angle.sin() * view.step)
        x, y = column(view.x) + u * cosine - v * sine, column(view.y) + u * sine + v * cosine
        picture = column(view.picture)
        width, height = self.data.width[picture, 0], self.data.height[picture, 0]
        covered = (x >= 0) & (y >= 0) & (x <= width) & (y <= height)
        return self._pixels(picture, x, y, column(view.step)), covered

    def _moved(self, view: View, faces: Tensor) -> Tensor:
        """Faces (n × k × 14) of the pictures in the crop's pixels."""
        cosine, sine = (view.angle.cos() / view.step)[:, None], (view.angle.sin() / view.step)[:, None]
        sign = torch.where(view.mirror, -1.0, 1.0)[:, None]

        def move(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
            dx, dy = x - view.x[:, None], y - view.y[:, None]
            return self.side / 2 + sign * (dx * cosine + dy * sine), self.side / 2 + dy * cosine - dx * sine

        width, height = faces[..., 2], faces[..., 3]
        numbers = [*move(faces[..., 0], faces[..., 1])]
        numbers += [torch.hypot(width * cosine, height * sine), torch.hypot(width * sine, height * cosine)]
        for point in range(5):
            numbers += move(faces[..., 4 + 2 * point], faces[..., 5 + 2 * point])
        moved = torch.stack(numbers, -1)
        return torch.where(view.mirror.view(-1, 1, 1), mirrored(moved), moved)

    # One batch

    def batch(self, count: int) -> tuple[Tensor, Tensor]:
        """Numbers for the network (n × 3 × side × side) and targets (n × cells × channels)."""
        view, kind, cut = self._views(count)
        faces = self._moved(view, self.data.faces[view.picture])
        there = torch.arange(faces.shape[1], device=self.device) < self.data.count[view.picture][:, None]
        source = self.data.faces[view.picture]
        verified = (source[..., 2] * source[..., 3]).sqrt() >= self.sizes["unverified"]
        middle_x, middle_y = faces[..., 0], faces[..., 1]
        left, top, right, bottom = (side[:, None] for side in cut)
        verified &= (middle_x > left) & (middle_x < right) & (middle_y > top) & (middle_y < bottom)

        # A picture that is cut is repeated beyond its edge, gives way to one colour, or to another picture.
        fill = self._uniform(count)
        repeats = fill < 0.35
        across = self.across.expand(count, self.side, self.side)
        down = self.down.expand(count, self.side, self.side)
        inside = (across > column(cut[0])) & (across < column(cut[2])) & (down > column(cut[1])) & (down < column(cut[3]))
        held_x = across.maximum(column(cut[0]) + 0.5).minimum(column(cut[2]) - 0.5)
        held_y = down.maximum(column(cut[1]) + 0.5).minimum(column(cut[3]) - 0.5)
        shown, covered = self._seen(view, held_x, held_y)
        is_cut = kind == TIGHT
        around, _ = self._seen(self._background(count), across, down)
        one_colour = is_cut & (fill >= 0.35) & (fill < 0.85)
        covered = torch.where(column(is_cut & repeats), covered, covered & inside)
        pictures = torch.where(covered[:, None], shown, around)

        pictures, pasted, was_pasted = self._pasted(pictures, kind, faces, there)
        faces = torch.cat((faces, pasted), 1)
        there = torch.cat((there, was_pasted), 1)
        verified = torch.cat((verified, torch.ones_like(was_pasted)), 1)
        size = (faces[..., 2] * faces[..., 3]).sqrt()
        counts = there & verified & (size >= self.sizes["smallest"]) & (size <= self.sizes["largest"])
        pictures = self._harmed(pictures, faces, counts)
        colour = torch.where(fill < 0.6, NETWORK_GREY, torch.where(fill < 0.78, 0.0, 255.0))
        pictures = torch.where((column(one_colour) & ~inside)[:, None], colour.view(-1, 1, 1, 1), pictures)
        return (pictures - 127.5) / 128, self._targets(faces, there, counts)

    def _views(self, count: int) -> tuple[View, Tensor, tuple[Tensor, ...]]:
        """What each crop shows, of which kind it is, and the cut: left, top, right and bottom edge in the crop."""
        plan, data = self.plan, self.data
        shares = [plan["faceShare"], plan["tightShare"], plan["sceneShare"], plan["pasteShare"]]
        borders = torch.tensor(shares, device=self.device).cumsum(0)
        kind = torch.searchsorted(borders, self._uniform(count), right=True)

        # About a face of a photograph; for the cut ones of a square as often.
        chosen = self._one(data.targets, count)
        square = self._one(data.squares, count)
        of_square = (kind == TIGHT) & self._share(count, 0.5)
        picture = torch.where(of_square, square, chosen[:, 0])
        face = data.faces[picture, torch.where(of_square, 0, chosen[:, 1])]
        size = (face[:, 2] * face[:, 3]).sqrt()
        largest = (size * plan["enlargement"]).clamp(max=self.sizes["largest"]).clamp(min=self.sizes["smallest"])
        wanted = self._logarithmic(self.sizes["smallest"], largest)
        tight = kind == TIGHT
        angle = torch.where(tight, torch.randn(count, device=self.device) * math.radians(plan["uprightRotation"]), self._turn(count))
        about = View(picture, face[:, 0], face[:, 1], size / wanted, angle, self._share(count, 0.5))
        width, height = face[:, 2] / about.step, face[:, 3] / about.step
        to_left, to_right = (self._uniform(count, low=0.36, high=0.8) * width for _ in range(2))
        to_top, to_bottom = (self._uniform(count, low=0.3, high=0.75) * height for _ in range(2))
        # In the upper left, as small levels of a photograph lie on their canvas, or anywhere.
        corner = tight & self._share(count, 0.4)
        place_x = torch.where(corner, to_left, self.side * (0.5 + 0.42 * self._uniform(count, low=-1)))
        place_y = torch.where(corner, to_top, self.side * (0.5 + 0.42 * self._uniform(count, low=-1)))
        # The view's middle is the crop's; the face comes to lie at `place`.
        u, v = self.side / 2 - place_x, self.side / 2 - place_y
        u = torch.where(about.mirror, -u, u)
        cosine, sine = about.angle.cos() * about.step, about.angle.sin() * about.step
        about.x, about.y = face[:, 0] + u * cosine - v * sine, face[:, 1] + u * sine + v * cosine
        far = torch.full((count,), 1e6, device=self.device)
        cut = tuple(
            torch.where(tight, edge, other) for edge, other in (
                (place_x - to_left, -far), (place_y - to_top, -far), (place_x + to_right, far), (place_y + to_bottom, far))
        )

        on_scene = (kind == SCENE) | ((kind == PASTED) & self._share(count, 0.25))
        where_scene = torch.where(on_scene, self._one(data.scenes, count), self._one(data.backgrounds, count))
        anywhere = self._anywhere(where_scene, torch.where(kind == PASTED, 1.0, 2.0))
        other = anywhere.where(kind < NOTHING, self._background(count))
        return about.where(kind <= TIGHT, other), kind, cut

    def _pasted(
        self, pictures: Tensor, kind: Tensor, others: Tensor, there: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Faces of squares in the fields of a grid, where no other is: the pictures, the faces, and which there are."""
        count, most = len(pictures), max(CROWD)
        crowd = self._share(count, self.plan["crowdShare"])
        fields = torch.where(
            crowd, self._one(torch.tensor(CROWD, device=self.device), count),
            self._one(torch.tensor(FEW, device=self.device), count))
        pitch = self.side / fields.float()
        slots = most * most
        number = torch.arange(slots, device=self.device)
        field_x, field_y = (number % most).float(), (number // most).float()
        square = self._one(self.data.squares, count, slots)
        source = self.data.faces[square, 0]
        largest = (pitch / 1.3).clamp(min=self.sizes["smallest"], max=self.sizes["largest"])[:, None].expand(-1, slots)
        size = self._logarithmic(self.sizes["smallest"], largest)
        distance = size / math.sqrt(BOX[0] * BOX[1])
        angle = self._turn(count, slots)
        mirror = self._uniform(count, slots) < 0.5
        x = (field_x + self._uniform(count, slots, low=0.3, high=0.7)) * pitch[:, None]
        y = (field_y + self._uniform(count, slots, low=0.3, high=0.7)) * pitch[:, None]
        # The square's own frame: from its landmarks' box, whose numbers come from it.
        roll, from_distance, from_x, from_y = frame_of(source)
        sine, cosine = angle.sin(), angle.cos()

        # The face's numbers where it comes to lie.
        def place(px: Tensor, py: Tensor) -> tuple[Tensor, Tensor]:
            dx, dy = (px - from_x) / from_distance, (py - from_y) / from_distance
            right, down = dx * roll.cos() + dy * roll.sin(), dy * roll.cos() - dx * roll.sin()
            right = torch.where(mirror, -right, right)
            return x + (right * cosine - down * sine) * distance, y + (right * sine + down * cosine) * distance

        numbers = [x + BOX[2] * distance * sine, y - BOX[2] * distance * cosine]
        numbers += [torch.hypot(BOX[0] * cosine, BOX[1] * sine) * distance, torch.hypot(BOX[0] * sine, BOX[1] * cosine) * distance]
        for point in range(5):
            numbers += place(source[..., 4 + 2 * point], source[..., 5 + 2 * point])
        faces = torch.stack(numbers, -1)
        faces = torch.where(mirror[..., None], mirrored(faces), faces)

        reach = 0.75 * ((others[..., 2] * others[..., 3]).sqrt()[:, None] + size[..., None])
        apart_x = (others[:, None, :, 0] - faces[..., None, 0]).abs() > reach
        apart_y = (others[:, None, :, 1] - faces[..., None, 1]).abs() > reach
        free = (apart_x | apart_y | ~there[:, None]).all(2)
        share = torch.where(crowd, 0.85, 0.6)[:, None]
        has = (kind == PASTED)[:, None] & free & (self._uniform(count, slots) < share)
        has &= (field_x < fields[:, None]) & (field_y < fields[:, None])

        # Every pixel belongs to one field.
        field = ((self.down / column(pitch)).long() * most + (self.across / column(pitch)).long()).flatten(1)

        def of(values: Tensor) -> Tensor:
            return values.gather(1, field).view(count, self.side, self.side)

        step = of(1 / distance)
        dx, dy = self.across - of(x), self.down - of(y)
        turned_x, turned_y = of(cosine), of(sine)
        right, down = (dx * turned_x + dy * turned_y) * step, (dy * turned_x - dx * turned_y) * step
        norm = torch.hypot(right / PASTE[0], (down + PASTE[2]) / PASTE[1])
        weight = ((1.15 - norm) / 0.3).clamp(0, 1) * of(has.float())
        right = torch.where(of(mirror), -right, right)
        scale = of(from_distance)
        across, along = of(roll.cos() * from_distance), of(roll.sin() * from_distance)
        colours = self._pixels(
            of(square), of(from_x) + right * across - down * along, of(from_y) + right * along + down * across, scale * step)
        return pictures + weight[:, None] * (colours - pictures), faces, has

    # Harm

    def _harmed(self, pictures: Tensor, faces: Tensor, counts: Tensor) -> Tensor:
        """Covered, lit from a side, blurred, coarse, noisy or compressed, each in its share."""
        plan, light, count = self.harm, self.plan["light"], len(pictures)
        main = (torch.rand(counts.shape, device=self.device) * counts).argmax(1)
        face = faces[torch.arange(count, device=self.device), main]
        has_face = counts.any(1)
        pictures = self._covered(pictures, face, has_face & self._share(count, plan["occlusion"]))
        pictures = self._side_lit(pictures, face, has_face, self._share(count, plan["sideLight"]))
        exponent = torch.exp(self._uniform(count, low=-0.6, high=0.6) * self._share(count, plan["gamma"]))
        pictures = 255 * (pictures.clamp(0, 255) / 255) ** exponent.view(-1, 1, 1, 1)
        grey = self._share(count, light["grey"]).view(-1, 1, 1, 1)
        luma = (pictures * pictures.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
        pictures = torch.where(grey, luma, pictures)
        pictures = self._coarse(pictures, self._share(count, plan["lowResolution"]))
        rounds = (self._uniform(count, high=plan["blurs"]).floor() + 1) * self._share(count, plan["blur"])
        rounds = rounds + self._share(count, light["blur"])
        kernel = pictures.new_tensor([0.25, 0.5, 0.25])
        binomial = (kernel[:, None] * kernel).expand(3, 1, 3, 3)
        for number in range(plan["blurs"] + 1):
            blurred = F.conv2d(F.pad(pictures, (1, 1, 1, 1), mode="replicate"), binomial, groups=3)
            pictures = torch.where((rounds > number).view(-1, 1, 1, 1), blurred, pictures)
        gain = 1 + self._uniform(count, low=-1) * light["contrast"]
        lift = self._uniform(count, low=-1) * light["brightness"] + 127.5 * (1 - gain)
        colour = 1 + self._uniform(count, 3, low=-1) * light["colour"]
        pictures = pictures * (gain[:, None] * colour).view(count, 3, 1, 1) + lift.view(-1, 1, 1, 1)
        level = self._uniform(count) * light["noiseLevel"] * self._share(count, light["noise"])
        pictures = pictures + (torch.rand_like(pictures) - 0.5) * (level * math.sqrt(12)).view(-1, 1, 1, 1)
        pictures = pictures.clamp(0, 255)
        wanted = round(plan["compression"] * count)
        if wanted:
            pictures = torch.cat((pictures[:-wanted], compressed(pictures[-wanted:], self._uniform(wanted, low=15, high=60))))
        return pictures.round()

    def _covered(self, pictures: Tensor, face: Tensor, wanted: Tensor) -> Tensor:
        """Two hand-like shapes over a face's edge: of its own colour, or of what another crop shows there."""
        count = len(pictures)
        size = (face[:, 2] * face[:, 3]).sqrt()
        x, y = face[:, 0].long().clamp(0, self.side - 1), face[:, 1].long().clamp(0, self.side - 1)
        own = pictures[torch.arange(count, device=self.device), :, y, x] * self._uniform(count, 1, low=0.6, high=1.25)
        shade = 1 + 0.25 * torch.sin((self.across + self.down) * column(self._uniform(count, low=0.05, high=0.4)))
        own = own[:, :, None, None] * shade[:, None]
        fill = torch.where(self._share(count, 0.5).view(-1, 1, 1, 1), own, pictures.roll(1, 0))
        toward = self._uniform(count, high=2 * math.pi)
        for _ in range(2):
            direction = toward + self._uniform(count, low=-0.5, high=0.5)
            away = self._uniform(count, low=0.4, high=0.75)
            middle_x, middle_y = face[:, 0] + direction.cos() * away * face[:, 2], face[:, 1] + direction.sin() * away * face[:, 3]
            angle = self._uniform(count, high=math.pi)
            # Where there is no face, its size is nothing, and nothing must be divided by.
            least = size.clamp(min=1)
            long, short = least * self._uniform(count, low=0.25, high=0.6), least * self._uniform(count, low=0.1, high=0.35)
            dx, dy = self.across - column(middle_x), self.down - column(middle_y)
            cosine, sine = column(angle.cos()), column(angle.sin())
            u, v = (dx * cosine + dy * sine) / column(long), (dy * cosine - dx * sine) / column(short)
            power = column(torch.where(self._share(count, 0.6), 2.0, 6.0))
            norm = (u.abs() ** power + v.abs() ** power) ** (1 / power)
            weight = ((1.08 - norm) / 0.16).clamp(0, 1) * column(wanted.float())
            pictures = pictures + weight[:, None] * (fill - pictures)
        return pictures

    def _side_lit(self, pictures: Tensor, face: Tensor, has_face: Tensor, wanted: Tensor) -> Tensor:
        """Brighter on one side of a line, darker on the other."""
        count = len(pictures)
        x = torch.where(has_face, face[:, 0], self._uniform(count) * self.side)
        y = torch.where(has_face, face[:, 1], self._uniform(count) * self.side)
        angle = self._uniform(count, high=2 * math.pi)
        along = (self.across - column(x)) * column(angle.cos()) + (self.down - column(y)) * column(angle.sin())
        width = column(self._uniform(count, low=3, high=30))
        strength = column(self._uniform(count, low=0.2, high=1.1) * wanted)
        return pictures * torch.exp(strength * torch.tanh(along / width))[:, None]

    def _coarse(self, pictures: Tensor, wanted: Tensor) -> Tensor:
        """At half the resolution."""
        small = F.avg_pool2d(pictures, 2)
        large = F.interpolate(small, scale_factor=2, mode="bilinear", align_corners=False)
        return torch.where(wanted.view(-1, 1, 1, 1), large, pictures)

    # Targets

    def _targets(self, faces: Tensor, there: Tensor, counts: Tensor) -> Tensor:
        """DetectorTargets: label and numbers of every cell; of two faces that want a cell, the nearer has it."""
        width, height = faces[..., 2].clamp(min=8), faces[..., 3].clamp(min=8)
        size = (faces[..., 2] * faces[..., 3]).sqrt()
        there = there & (size < self.sizes["ignoredTo"])
        dx = self.cell_x.view(1, -1, 1) - faces[:, None, :, 0]
        dy = self.cell_y.view(1, -1, 1) - faces[:, None, :, 1]
        distance = torch.hypot(dx / width[:, None], dy / height[:, None])
        half = STRIDE / 2
        nearest = (dx > -half) & (dx <= half) & (dy > -half) & (dy <= half)
        found = counts[:, None] & there[:, None] & ((distance < FOUND) | nearest)
        may = there[:, None] & (distance < MAY)
        best = torch.where(found, distance, math.inf).min(2)
        label = torch.where(found.any(2), 1.0, torch.where(may.any(2), -1.0, 0.0))
        chosen = faces.gather(1, best.indices[..., None].expand(-1, -1, 14))
        points = chosen[..., 4:].unflatten(-1, (5, 2))
        cell = torch.stack((self.cell_x, self.cell_y), -1)
        numbers = torch.cat((
            label[..., None], (chosen[..., :2] - cell) / LENGTH_UNIT, (chosen[..., 2:4] / SIDE_UNIT).clamp(min=1e-3).log(),
            ((points - cell[:, None]) / LENGTH_UNIT).flatten(-2)), -1)
        return torch.where(label[..., None] > 0, numbers, F.pad(label[..., None], (0, CHANNELS - 1)))


# Kinds of crops, in the order of their shares.
FACE, TIGHT, SCENE, PASTED, NOTHING = range(5)


def mirrored(faces: Tensor) -> Tensor:
    """The right of a mirrored face is what was its left."""
    return torch.cat((faces[..., :4], faces[..., 4:][..., MIRRORED]), -1)


def frame_of(faces: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Roll, eye–mouth distance and centre of the frames that fit the landmarks of faces best (`FaceFrame.init(fitting:)`).

    In real numbers, not complex ones: a compiled function can't have those.
    """
    points = faces[..., 4:].unflatten(-1, (5, 2))
    template = TEMPLATE.to(faces)
    origin = template.mean(0)
    moved = template - origin
    middle = points.mean(-2)
    x, y = (points - middle[..., None, :]).unbind(-1)
    squares = moved.square().sum()
    cosine = (x * moved[:, 0] + y * moved[:, 1]).sum(-1) / squares
    sine = (y * moved[:, 0] - x * moved[:, 1]).sum(-1) / squares
    centre_x = middle[..., 0] - (cosine * origin[0] - sine * origin[1])
    centre_y = middle[..., 1] - (sine * origin[0] + cosine * origin[1])
    return torch.atan2(sine, cosine), torch.hypot(cosine, sine), centre_x, centre_y
