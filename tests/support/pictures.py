"""Pictures as cameras make them."""

import io

from PIL import Image

SECRET = b"24.1N 120.6E by Ann"


def a_picture(
    kind: str = "JPEG",
    size: tuple[int, int] = (600, 400),
    color: str = "red",
    *,
    turned: bool = False,
) -> bytes:
    """With a comment, a place and a camera in its EXIF, and a profile."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6 if turned else 1
    exif.get_ifd(0x8825)[1] = "N"
    written = io.BytesIO()
    made = Image.new("RGB", size, color)
    made.paste("blue", (0, 0, size[0] // 2, size[1]))
    made.save(written, kind, exif=exif, comment=SECRET)
    return written.getvalue()
