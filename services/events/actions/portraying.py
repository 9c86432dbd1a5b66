"""Photos of speakers: drawn anew, so that nothing but the picture is kept of what was sent."""

import io
from typing import TYPE_CHECKING, Final

from services.events.actions.sharing import Upload
from services.events.model import Speaker
from shared.files import FileStore, type_of
from shared.foundation.failures import Invalid
from shared.foundation.later import Later
from shared.foundation.sheets import as_is as _

if TYPE_CHECKING:
    from PIL import Image, ImageOps
else:
    Image, ImageOps = Later("PIL.Image"), Later("PIL.ImageOps")

LARGEST_BYTES: Final = 5 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
"""Looked at before anything is unpacked: a small file can hold a picture that fills the memory."""
SIDE: Final = 256
"""Pixels of the square that is kept: enough for 64 on a page, at four dots a pixel."""
QUALITY: Final = 80
FORMATS: Final = ("JPEG", "PNG", "WEBP")
ENDINGS: Final = ("jpg", "png", "webp")
KEPT_AS: Final = "image/webp"


def set_photo(speaker: Speaker, upload: Upload, *, store: FileStore) -> Speaker:
    """Show this photo of the speaker, instead of another if there was one.

    Raises Invalid for what is no JPEG, PNG or WebP picture, or too large.
    """
    speaker.photo = store.keep(drawn_anew(upload))
    speaker.version += 1
    return speaker


def remove_photo(speaker: Speaker) -> Speaker:
    """Show none any more. Twice is once."""
    if speaker.photo is not None:
        speaker.photo = None
        speaker.version += 1
    return speaker


def drawn_anew(upload: Upload) -> bytes:
    """The picture's middle as a square WebP, without metadata (place, camera, hidden previews).

    Turned as its EXIF says first, since that goes too. What is clear becomes white.
    """
    type_of(upload.filename, upload.content, endings=ENDINGS, most_bytes=LARGEST_BYTES)
    try:
        with Image.open(io.BytesIO(upload.content), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Invalid.at("/file", _("This picture has too many pixels."))
            turned = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid.at("/file", _("This picture can't be read.")) from error
    square = ImageOps.fit(turned, (SIDE, SIDE), centering=(0.5, 0.4))
    drawn = Image.new("RGB", square.size, "white")
    drawn.paste(square, mask=square.getchannel("A"))
    written = io.BytesIO()
    drawn.save(written, "WEBP", quality=QUALITY, method=4)
    return written.getvalue()
