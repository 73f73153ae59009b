"""Boxes and captions on a copy of a photograph, for notebooks."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageOps

LONGEST_SIDE = 1024
COLOUR = (0, 200, 120)


def draw(photo: bytes, boxes: Sequence[tuple[tuple[float, float, float, float], str]]) -> bytes:
    """A PNG of the upright photograph, at most `LONGEST_SIDE` pixels a side, with (x, y, width, height) boxes."""
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(photo))).convert("RGB")
    scale = min(1.0, LONGEST_SIDE / max(image.size))
    image = image.resize((max(1, round(image.width * scale)), max(1, round(image.height * scale))))
    canvas = ImageDraw.Draw(image)
    width = max(2, image.width // 300)
    for (x, y, w, h), caption in boxes:
        left, top = x * scale, y * scale
        canvas.rectangle((left, top, left + w * scale, top + h * scale), outline=COLOUR, width=width)
        text = canvas.textbbox((left, top + h * scale + width), caption)
        canvas.rectangle(text, fill=COLOUR)
        canvas.text((left, top + h * scale + width), caption, fill=(0, 0, 0))
    output = io.BytesIO()
    image.save(output, "PNG")
    return output.getvalue()
