"""Draws glyph images: characters of Debian's fonts as 28 x 28 grey values, 0 to 1."""

import collections
import subprocess

import numpy as np
from fontTools.ttLib import TTCollection, TTFont
from PIL import Image, ImageDraw, ImageFont

PACKAGES = (
    "fonts-noto-core fonts-noto-extra fonts-dejavu-core fonts-dejavu-extra fonts-freefont-ttf fonts-liberation fonts-lato fonts-roboto-unhinted "
    "fonts-linuxlibertine fonts-texgyre fonts-junicode fonts-urw-base35 fonts-sil-charis fonts-unfonts-core fonts-wqy-zenhei fonts-ipafont-gothic"
).split()
SIZE = 28
EACH = 400  # at most so many characters of a font, so that large fonts do not drown the others


def packages(folder, names):
    """Debian packages, downloaded and unpacked, not installed."""
    if not (folder / "done").exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "-qq", "download", *names], cwd=folder, check=True)
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, folder], check=True)
        (folder / "done").touch()


def characters(path):
    """Code points that the font can draw."""
    if path.suffix == ".ttc":
        font = TTCollection(path, lazy=True).fonts[0]
    else:
        font = TTFont(path, lazy=True)
    return sorted(code for code in (font.getBestCmap() or {}) if code > 32)


def image(font, code):
    """The character in the middle of its square, or None where it has no ink."""
    left, top, right, bottom = font.getbbox(chr(code))
    if right <= left or bottom <= top or right - left > 4 * SIZE or bottom - top > 4 * SIZE:
        return None
    canvas = Image.new("L", (SIZE, SIZE))
    at = ((SIZE - right - left) // 2, (SIZE - bottom - top) // 2)
    ImageDraw.Draw(canvas).text(at, chr(code), fill=255, font=font)
    drawn = np.asarray(canvas, np.uint8)
    return drawn if drawn.any() else None


def draw(folder, count):
    """[count x 784] images in seeded order; no two are alike."""
    packages(folder, PACKAGES)
    files = sorted(p for p in folder.rglob("*") if p.suffix in (".ttf", ".otf", ".ttc"))
    random = np.random.default_rng(7)
    seen, images, refused = set(), [], collections.Counter()
    while len(images) < count:
        before = len(images)
        for path in files:
            try:
                codes = characters(path)
                font = ImageFont.truetype(str(path), 22, layout_engine=ImageFont.Layout.BASIC)
            except Exception as e:  # a font that this library cannot read is not needed
                refused[type(e).__name__] += 1
                continue
            for code in random.choice(codes, min(EACH, len(codes)), replace=False) if codes else ():
                drawn = image(font, int(code))
                if drawn is not None and drawn.tobytes() not in seen:
                    seen.add(drawn.tobytes())
                    images.append(drawn)
        if len(images) - before < count // 100:
            raise SystemExit("%d font files give only %d images (%s)" % (len(files), len(images), dict(refused)))
    order = random.permutation(len(images))[:count]
    return np.stack([images[i] for i in order]).reshape(count, SIZE * SIZE).astype(np.float32) / 255
