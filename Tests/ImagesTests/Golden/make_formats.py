#!/usr/bin/env python3
"""Makes the files of this folder: the waves of Support.swift, 64 x 48 pixels, and a drawn person, in WebP, HEIC and AVIF.

Needs Pillow, and Debian's webp and libheif-examples:
    facedemo --pictures-only --output DEMO
    Tests/ImagesTests/Golden/make_formats.py DEMO/a/picture.jpg
"""
import pathlib
import struct
import subprocess
import sys
import tempfile

from PIL import Image

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 64, 48
# EXIF: one entry, the orientation, 6.
TURNED = b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"


def waves():
    image = Image.new("RGB", (WIDTH, HEIGHT))
    pixels = image.load()
    for y in range(HEIGHT):
        for x in range(WIDTH):
            pixels[x, y] = (
                40 + 170 * x // (WIDTH - 1), 30 + 190 * y // (HEIGHT - 1), 60 + 60 * (x + y) // (WIDTH + HEIGHT - 2))
    return image


def boxes(data, start, end):
    while start < end:
        size, name = struct.unpack(">I4s", data[start:start + 8])
        yield name, start, start + size
        start += size


def find(data, path, start, end):
    """The first and last byte of a box, by the names on the way to it."""
    for name, first, last in boxes(data, start, end):
        if name == path[0]:
            inside = first + (12 if name == b"meta" else 8)
            return (first, last) if len(path) == 1 else find(data, path[1:], inside, last)
    raise KeyError(path)


def with_rotation(data, quarters):
    """Adds the property `irot` (counter-clockwise quarter turns) to the last item of a HEIC file, its picture."""
    ways = [[b"meta"], [b"meta", b"iprp"], [b"meta", b"iprp", b"ipco"], [b"meta", b"iprp", b"ipma"]]
    meta, iprp, ipco, ipma = [find(data, way, 0, len(data)) for way in ways]
    count = sum(1 for _ in boxes(data, ipco[0] + 8, ipco[1]))
    irot = struct.pack(">I4sB", 9, b"irot", quarters)
    # Each item: its id, how many properties, their numbers.
    items = struct.unpack(">I", data[ipma[0] + 12:ipma[0] + 16])[0]
    associations = ipma[0] + 18
    for _ in range(items - 1):
        associations += 1 + data[associations] + 2
    grown = bytearray(data)
    grown[associations] += 1
    # Last, and essential.
    grown[ipma[1]:ipma[1]] = bytes([0x80 | (count + 1)])
    grown[ipco[1]:ipco[1]] = irot
    more = len(irot) + 1
    for box, added in ((meta, more), (iprp, more), (ipco, len(irot))):
        grown[box[0]:box[0] + 4] = struct.pack(">I", box[1] - box[0] + added)
    at = find(bytes(grown), [b"meta", b"iprp", b"ipma"], 0, len(grown))[0]
    grown[at:at + 4] = struct.pack(">I", ipma[1] - ipma[0] + 1)
    # The picture data lies behind, so that every offset grows.
    first, last = find(bytes(grown), [b"meta", b"iloc"], 0, len(grown))
    location = bytes(grown[first:last])
    start = data.index(b"mdat") + 4
    where = location.index(struct.pack(">I", start))
    grown[first + where:first + where + 4] = struct.pack(">I", start + more)
    return bytes(grown)


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        image = waves()
        image.save(work / "waves.png")
        half = image.convert("RGBA")
        for y in range(HEIGHT):
            for x in range(WIDTH // 2, WIDTH):
                half.putpixel((x, y), half.getpixel((x, y))[:3] + (0,))
        half.save(work / "half.png")
        (work / "exif").write_bytes(TURNED)

        def run(*words):
            subprocess.run(words, cwd=work, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        run("cwebp", "-q", "95", "waves.png", "-o", HERE / "lossy.webp")
        run("cwebp", "-lossless", "waves.png", "-o", HERE / "lossless.webp")
        run("cwebp", "-lossless", "-exact", "half.png", "-o", HERE / "alpha.webp")
        run("webpmux", "-set", "exif", "exif", HERE / "lossless.webp", "-o", HERE / "turned.webp")
        run("img2webp", "-lossless", "waves.png", "half.png", "-o", HERE / "animated.webp")
        run("heif-enc", "-q", "95", "waves.png", "-o", HERE / "plain.heic")
        run("heif-enc", "-A", "-q", "95", "waves.png", "-o", HERE / "plain.avif")
        run("heif-enc", "-A", "-q", "95", "half.png", "-o", HERE / "alpha.avif")
        drawn = pathlib.Path(sys.argv[1]).resolve()
        run("cwebp", "-q", "80", drawn, "-o", HERE / "drawn.webp")
        run("heif-enc", "-q", "70", drawn, "-o", HERE / "drawn.heic")
        run("heif-enc", "-A", "-q", "70", drawn, "-o", HERE / "drawn.avif")
        # As telephones write them: the turn is in the container.
        run("heif-enc", "-q", "95", "waves.png", "-o", "plain.heic")
        (HERE / "turned.heic").write_bytes(with_rotation((work / "plain.heic").read_bytes(), 3))


if __name__ == "__main__":
    main()
