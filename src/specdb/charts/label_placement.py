"""Where the labels of points go: near their point, and on nothing that is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_STEPS = (9.0, 16.0, 24.0, 34.0, 46.0, 60.0, 76.0, 94.0)
_SIDES: tuple[tuple[float, float], ...] = (
    *((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7)),
    *((0.9, 0.4), (-0.9, 0.4), (0.9, -0.4), (-0.9, -0.4), (0.4, 0.9), (-0.4, 0.9), (0.4, -0.9), (-0.4, -0.9)),
)
_DOT = 7.0


class Box(NamedTuple):
    """A rectangle, in any unit of length: its left, bottom, right and top."""

    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: Box) -> float:
        """The area that both cover."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.top, other.top) - max(self.bottom, other.bottom)
        return wide * high if wide > 0 and high > 0 else 0.0

    @property
    def spaced(self) -> Box:
        """The box with a space on either side, as between words."""
        return Box(self.left - 3, self.bottom, self.right + 3, self.top)

    def holds(self, other: Box) -> bool:
        """Whether the other lies within."""
        within = self.left <= other.left and other.right <= self.right
        return within and self.bottom <= other.bottom and other.top <= self.top

    def nearest(self, point: tuple[float, float]) -> tuple[float, float]:
        """Where in the box, as shares of its width and height, it is nearest to a point."""
        (x, y), wide, high = point, self.right - self.left, self.top - self.bottom
        return min(1.0, max(0.0, (x - self.left) / wide)), min(1.0, max(0.0, (y - self.bottom) / high))


Line = tuple[tuple[float, float], tuple[float, float]]


class Placed(NamedTuple):
    """A label's box, and whether it is far enough from its point to need a line to it."""

    box: Box
    far: bool


class Room:
    """The room around points: where a label may stand within `area`, off the points, off `taken` and off other labels.

    Lengths are in points of 1/72 inch.
    """

    def __init__(self, points: Sequence[tuple[float, float]], area: Box, taken: Iterable[Box]) -> None:
        self.points = points
        self.area = area
        self.dots = [Box(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in points]
        self.signs = list(taken)
        self.labels: list[Box] = []
        self.lines: list[Line] = []

    def order(self) -> list[int]:
        """The points by their index, those in a crowd first: they have the least choice."""
        crowd = [sum(abs(x - a) < 90 and abs(y - b) < 30 for a, b in self.points) for x, y in self.points]
        return sorted(range(len(self.points)), key=lambda one: (-crowd[one], one))

    def place(self, index: int, size: tuple[float, float]) -> Placed | None:
        """Takes the nearest room for a label of this width and height; None where there is none: labels never overlap."""
        others = [dot for place, dot in enumerate(self.dots) if place != index]
        for candidate in _candidates(self.points[index], size):
            box, line = candidate.box, _line(self.points[index], candidate)
            if (
                self.area.holds(box)
                and not any(box.overlap(one) for one in (*self.signs, *others))
                and not any(box.spaced.overlap(one) for one in self.labels)
                and not any(crosses(one, box) for one in self.lines)
                and not (line and any(crosses(line, one) for one in (*self.labels, *others)))
            ):
                self.labels.append(box)
                self.lines += [line] if line else []
                return candidate
        return None


def _line(point: tuple[float, float], placed: Placed) -> Line | None:
    """The line from a point to its label, where it needs one."""
    if not placed.far:
        return None
    across, up = placed.box.nearest(point)
    box = placed.box
    return point, (box.left + across * (box.right - box.left), box.bottom + up * (box.top - box.bottom))


def crosses(line: Line, box: Box) -> bool:
    """Whether a line goes through a box, to a quarter of a point or so."""
    (x, y), (a, b) = line
    steps = max(2, int(max(abs(a - x), abs(b - y)) * 4))
    inner = ((x + (a - x) * step / steps, y + (b - y) * step / steps) for step in range(1, steps))
    return any(box.left < across < box.right and box.bottom < up < box.top for across, up in inner)


def _candidates(point: tuple[float, float], size: tuple[float, float]) -> list[Placed]:
    """Boxes around a point, the nearest first."""
    (x, y), (wide, high) = point, size
    boxes = []
    for step in _STEPS:
        for across, along in _SIDES:
            left = x + across * step if across > 0 else x + across * step - wide if across < 0 else x - wide / 2
            low = y + along * step if along > 0 else y + along * step - high if along < 0 else y - high / 2
            boxes.append(Placed(Box(left, low, left + wide, low + high), step > _STEPS[0]))
    return boxes
