"""The opinion map as a drawing: each group a shape that holds a sign for every so many people, placed evenly.

The signs show how large a group is. They stand on a spiral inside the shape and nowhere near anybody's own place.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin, sqrt

from gongzhi.participation.opinions.queries.maps import Group, MapView

WIDTH, HEIGHT = 400, 330
SIDE, TOP, FOOT = 30, 34, 26
SMALLEST = 26  # half a shape's side
UNITS = (5, 10, 20, 50, 100, 200, 500)
SIGNS_MOST = 130
TURN = pi * (3 - sqrt(5))  # the golden angle spreads signs evenly
BADGE = 24


@dataclass(frozen=True)
class Shape:
    """One group: an ellipse, its name's place, and its signs."""

    label: int
    x: int
    y: int
    long: int
    short: int
    angle: int
    name_y: int
    signs: list[tuple[int, int]]


@dataclass(frozen=True)
class Picture:
    """What is drawn: shapes, how many people a sign stands for, and the numbers of statements.

    A badge is a statement's number, its place, and whether every group shares it.
    """

    shapes: list[Shape]
    unit: int
    badges: list[tuple[int, int, int, bool]]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class Frame:
    """How the map's places become the drawing's: the middle of opinion stands at (``across``, ``down``)."""

    scale: float
    across: float
    down: float

    @classmethod
    def around(cls, groups: list[Group]) -> Frame:
        """The frame that holds every shape, as large as it goes."""
        reach = [(g.shape["x"], -g.shape["y"], *_reach(g.shape)) for g in groups]
        left, right = min(x - w for x, _, w, _ in reach), max(x + w for x, _, w, _ in reach)
        top, foot = min(y - h for _, y, _, h in reach), max(y + h for _, y, _, h in reach)
        scale = min((WIDTH - 2 * SIDE) / max(right - left, 1), (HEIGHT - TOP - FOOT) / max(foot - top, 1))
        across = WIDTH / 2 - scale * (left + right) / 2
        return cls(scale, across, (TOP + HEIGHT - FOOT) / 2 - scale * (top + foot) / 2)


def picture(view: MapView) -> Picture | None:
    """The drawing of a map with groups; None where there are none."""
    if not view.groups:
        return None
    people = sum(g.size or 0 for g in view.groups)
    units = [u for u in UNITS if u >= view.least] or [view.least]
    unit = next((u for u in units if people <= u * SIGNS_MOST), units[-1])
    frame = Frame.around(view.groups)
    shapes = _apart([_shape(g, frame, unit) for g in view.groups])
    return Picture(shapes, unit, _badges(view, shapes, frame))


def _shape(group: Group, frame: Frame, unit: int) -> Shape:
    """One group in the frame; its name stands above, or below where it lies in the lower half."""
    long, short = (max(round(group.shape[k] * frame.scale), SMALLEST) for k in ("long", "short"))
    x = round(group.shape["x"] * frame.scale + frame.across)
    y = round(-group.shape["y"] * frame.scale + frame.down)
    _, up = _reach({"long": long, "short": short, "angle": group.shape["angle"]})
    name_y = round(y + up) + 18 if y > frame.down + 10 else round(y - up) - 8
    angle = -group.shape["angle"]
    signs = _signs(max(1, round((group.size or 0) / unit)), x, y, long, short, angle)
    return Shape(group.label, x, y, long, short, angle, min(max(name_y, 16), HEIGHT - 6), signs)


def _reach(shape: dict[str, int]) -> tuple[float, float]:
    """How far an ellipse reaches sideways and upward from its middle."""
    turn = radians(shape["angle"])
    return (
        hypot(shape["long"] * cos(turn), shape["short"] * sin(turn)),
        hypot(shape["long"] * sin(turn), shape["short"] * cos(turn)),
    )


def _signs(count: int, x: int, y: int, long: int, short: int, angle: int) -> list[tuple[int, int]]:
    """``count`` places on a spiral that fills the ellipse."""
    turn, found = radians(angle), []
    for n in range(count):
        far, at = 0.84 * sqrt((n + 0.5) / count), n * TURN
        u, v = far * long * cos(at), far * short * sin(at)
        found.append((round(x + u * cos(turn) - v * sin(turn)), round(y + u * sin(turn) + v * cos(turn))))
    return found


def _apart(shapes: list[Shape]) -> list[Shape]:
    """Names that would cover each other stand one above the other."""
    placed: list[Shape] = []
    for one in sorted(shapes, key=lambda s: -s.name_y):
        at = one.name_y
        while any(abs(at - p.name_y) < 22 and abs(one.x - p.x) < 120 for p in placed):
            at -= 22
        placed.append(Shape(one.label, one.x, one.y, one.long, one.short, one.angle, max(at, 16), one.signs))
    return sorted(placed, key=lambda s: s.label)


def _badges(view: MapView, shapes: list[Shape], frame: Frame) -> list[tuple[int, int, int, bool]]:
    """What divides lies out toward those who agree with it, what all share near the middle; none upon another."""
    far = max(hypot(s.x - frame.across, s.y - frame.down) for s in shapes) + BADGE / 2
    found: list[tuple[int, int, int, bool]] = []
    told = [(row, False) for row in view.apart] + [(row, True) for row in view.shared if row.side == "agree"]
    for row, both in told:
        px, py = view.places[row.number]
        wish = frame.across + px * far / 1000, frame.down - py * far / 1000
        spiral = ((6 * sqrt(n) * cos(n * TURN), 6 * sqrt(n) * sin(n * TURN)) for n in range(150))
        places = [(_within(wish[0] + dx, WIDTH), _within(wish[1] + dy, HEIGHT)) for dx, dy in spiral]
        x, y = next((p for p in places if _free(p, found, shapes)), places[0])
        found.append((row.number, x, y, both))
    return found


def _free(place: tuple[int, int], badges: list[tuple[int, int, int, bool]], shapes: list[Shape]) -> bool:
    """Whether a badge there covers no other badge and no name."""
    x, y = place
    return all(hypot(x - bx, y - by) >= BADGE for _, bx, by, _ in badges) and not any(
        abs(x - s.x) < 70 and abs(y - s.name_y + 5) < BADGE * 0.8 for s in shapes
    )


def _within(value: float, most: int) -> int:
    return round(min(max(value, 14), most - 14))
