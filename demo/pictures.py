"""Pictures drawn by code: a record sheet, as if photographed."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from demo.dice import dice


def sheet(about: str) -> io.BytesIO:
    """A sheet of ruled lines with ticks, different for each ``about``."""
    rng = dice("sheet", about)
    picture = Image.new("RGB", (640, 480), (238, 236, 228))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40, 30, 600, 450), fill=(252, 251, 247), outline=(120, 120, 110), width=2)
    for row in range(10):
        y = 70 + row * 37
        pen.line((60, y, 580, y), fill=(190, 190, 180))
        for column in range(rng.randrange(3, 9)):
            x = 80 + column * 58 + rng.randrange(-4, 5)
            pen.line((x, y - 12, x + 6, y - 4, x + 18, y - 22), fill=(30, 60, 130), width=3)
    pen.ellipse((440, 330, 560, 440), outline=(190, 40, 30), width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    out.seek(0)
    return out
