"""From whatever a program holds a picture in to the bytes of an image file."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MAXIMUM_FILE_BYTES = 256 << 20


@dataclass(frozen=True, eq=False, slots=True)
class BGR:
    """An array whose channels are blue, green, red."""

    pixels: NDArray[np.uint8]


Photo: TypeAlias = "str | os.PathLike[str] | bytes | bytearray | memoryview | NDArray[Any] | Image.Image | BGR"
"""A path, the bytes of an image file, an array of the shape (height, width, 3), RGB, or (height, width), grey, a PIL
image, or `faced.bgr(frame)` for a frame of OpenCV."""


def bgr(frame: NDArray[np.uint8]) -> BGR:
    """Marks an array as a frame of OpenCV's, whose channels are blue, green, red."""
    return BGR(frame)


def photo_bytes(photo: Photo) -> bytes:
    """The bytes of an image file. Pixels are encoded as PNG, so nothing is lost."""
    if isinstance(photo, bytes | bytearray | memoryview):
        return bytes(photo)
    if isinstance(photo, BGR):
        return _encode(Image.fromarray(_pixels(photo.pixels[..., ::-1])))
    if isinstance(photo, np.ndarray):
        return _encode(Image.fromarray(_pixels(photo)))
    if isinstance(photo, Image.Image):
        return _encode(photo)
    if isinstance(photo, str | os.PathLike):
        return _read(photo)
    raise TypeError(f"a photo is a path, bytes, an array, or a PIL image, not {type(photo).__name__}")


def photo_source(photo: Photo) -> str:
    """What to call the photograph: a file's name, or nothing."""
    return os.path.basename(os.fspath(photo)) if isinstance(photo, str | os.PathLike) else ""


def _read(path: str | os.PathLike[str]) -> bytes:
    with open(path, "rb") as file:
        data = file.read(MAXIMUM_FILE_BYTES + 1)
    if len(data) > MAXIMUM_FILE_BYTES:
        raise ValueError(f"{os.fspath(path)} has more than {MAXIMUM_FILE_BYTES >> 20} MiB")
    return data


def _pixels(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    if pixels.dtype != np.uint8 or pixels.ndim not in (2, 3) or (pixels.ndim == 3 and pixels.shape[2] != 3):
        raise ValueError(
            "an array of pixels has the shape (height, width) or (height, width, 3) and the dtype uint8; "
            f"this one is {pixels.shape} of {pixels.dtype}"
        )
    return np.ascontiguousarray(pixels)


def _encode(image: Image.Image) -> bytes:
    output = io.BytesIO()
    (image if image.mode in ("L", "RGB") else image.convert("RGB")).save(output, "PNG", compress_level=1)
    return output.getvalue()
