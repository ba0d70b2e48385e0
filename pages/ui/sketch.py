"""Sketches: boxes, arrows and words as SVG.

The platform shows no SVG but in pictures, which do not know the text's colour: INK reads on light and dark.
"""

from base64 import b64encode
from html import escape
from io import BytesIO

from PIL import Image

INK = "#767B84"
TIP, SIZE = 7.0, 17
"""Length of the tip of an arrow, and of a letter, in the units of the drawing."""


def sketch(alt, width, height, *parts):
    """Return a drawing as HTML, no wider than the page.

    Parameters
    ----------
    alt : str, what a screen reader says
    width, height : float, in units of which a wide screen has one a pixel
    parts : str, what the functions below return
    """
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill="none" stroke="{INK}"'
        f' stroke-width="2" font-family="sans-serif" font-size="{SIZE}">{"".join(parts)}</svg>'
    )
    style = f"display: block; width: 100%; max-width: {width}px; margin: .4rem 0"
    return f'<img src="{address(drawn)}" alt="{escape(alt)}" style="{style}">'


def address(svg):
    """Return the address of a picture that is drawn as SVG."""
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def pixels(alt, grey):
    """Return a picture of grey levels, an array (height, width) of bytes, as HTML as wide as the page."""
    written = BytesIO()
    Image.fromarray(grey).save(written, "PNG")
    drawn = f"data:image/png;base64,{b64encode(written.getvalue()).decode()}"
    return f'<img src="{drawn}" alt="{escape(alt)}" style="display: block; width: 100%">'


def box(x, y, words, width=90.0, height=36.0, color=INK, round_by=8.0):
    """Return a box around words, its middle at (x, y)."""
    corner = f'x="{x - width / 2}" y="{y - height / 2}" width="{width}" height="{height}" rx="{round_by}"'
    return f'<rect {corner} stroke="{color}"/>{text(x, y, words, color)}'


def knot(x, y, sign, color=INK):
    """Return a circle with a sign, such as +, in it."""
    return f'<circle cx="{x}" cy="{y}" r="13" stroke="{color}"/>{text(x, y, sign, color)}'


def text(x, y, words, color=INK, anchor="middle"):
    """Return words, their middle at (x, y), or the end that `anchor` names."""
    place = f'x="{x}" y="{y}" text-anchor="{anchor}" dominant-baseline="central"'
    return f'<text {place} fill="{color}" stroke="none">{escape(str(words))}</text>'


def arrow(*points, color=INK, dashed=False):
    """Return an arrow along points (x, y), the last leg of which is level or upright."""
    (before_x, before_y), (x, y) = points[-2:]
    along = ((x > before_x) - (x < before_x), (y > before_y) - (y < before_y))
    ends = [
        (x - TIP * along[0] - side * 0.6 * TIP * along[1], y - TIP * along[1] - side * 0.6 * TIP * along[0])
        for side in (-1, 1)
    ]
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    way, tip = (" ".join(f"{a},{b}" for a, b in each) for each in (points, [ends[0], (x, y), ends[1]]))
    return f'<polyline points="{way}" stroke="{color}"{dash}/><polyline points="{tip}" stroke="{color}"/>'
