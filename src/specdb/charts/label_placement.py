"""Place the labels of points: near the point, without overlaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_DISTANCES = (9.0, 16.0, 24.0, 34.0, 46.0, 60.0, 76.0, 94.0)
_DIRECTIONS: tuple[tuple[float, float], ...] = (
    *((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7)),
    *((0.9, 0.4), (-0.9, 0.4), (0.9, -0.4), (-0.9, -0.4), (0.4, 0.9), (-0.4, 0.9), (0.4, -0.9), (-0.4, -0.9)),
)
_POINT_RADIUS = 7.0


class Box(NamedTuple):
    """A rectangle, in any unit of length."""

    left: float
    bottom: float
    right: float
    top: float

    def overlap(self, other: Box) -> float:
        """Return the area of the intersection."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return width * height if width > 0 and height > 0 else 0.0

    @property
    def padded(self) -> Box:
        """The box with a margin on the left and right, like the space between words."""
        return Box(self.left - 3, self.bottom, self.right + 3, self.top)

    def contains(self, other: Box) -> bool:
        """Return whether the other box lies within this one."""
        horizontally = self.left <= other.left and other.right <= self.right
        return horizontally and self.bottom <= other.bottom and other.top <= self.top

    def nearest(self, point: tuple[float, float]) -> tuple[float, float]:
        """Return the position in the box nearest to a point, as shares of the width and height of the box."""
        (x, y), width, height = point, self.right - self.left, self.top - self.bottom
        return min(1.0, max(0.0, (x - self.left) / width)), min(1.0, max(0.0, (y - self.bottom) / height))


LeaderLine = tuple[tuple[float, float], tuple[float, float]]


class LabelPosition(NamedTuple):
    """The position of a label.

    Attributes:
        box: The box of the label.
        needs_line: Whether the label is so far from its point that a line connects them.
    """

    box: Box
    needs_line: bool


class LabelPlacer:
    """Find positions of labels that overlap neither points, nor occupied boxes, nor other labels.

    All lengths are in points of 1/72 inch.
    """

    def __init__(self, points: Sequence[tuple[float, float]], area: Box, occupied: Iterable[Box]) -> None:
        """Start without labels.

        Args:
            points: Positions of the points.
            area: The area that labels must not leave.
            occupied: Boxes that labels must not overlap.
        """
        self.points = points
        self.area = area
        self.dots = [Box(x - _POINT_RADIUS, y - _POINT_RADIUS, x + _POINT_RADIUS, y + _POINT_RADIUS) for x, y in points]
        self.occupied = list(occupied)
        self.labels: list[Box] = []
        self.lines: list[LeaderLine] = []

    def order(self) -> list[int]:
        """Return the indexes of the points, those with the most neighbours first, since they have the least choice."""
        neighbours = [sum(abs(x - a) < 90 and abs(y - b) < 30 for a, b in self.points) for x, y in self.points]
        return sorted(range(len(self.points)), key=lambda index: (-neighbours[index], index))

    def place(self, index: int, size: tuple[float, float]) -> LabelPosition | None:
        """Reserve the nearest free position for a label.

        Args:
            index: Index of the point.
            size: Width and height of the label.

        Returns:
            The position, None if no position is free.
        """
        others = [dot for other, dot in enumerate(self.dots) if other != index]
        for candidate in _candidates(self.points[index], size):
            line = _leader_line(self.points[index], candidate)
            if self._is_free(candidate.box, line, others):
                self.labels.append(candidate.box)
                self.lines += [line] if line else []
                return candidate
        return None

    def _is_free(self, box: Box, line: LeaderLine | None, others: Sequence[Box]) -> bool:
        return (
            self.area.contains(box)
            and not any(box.overlap(other) for other in (*self.occupied, *others))
            and not any(box.padded.overlap(label) for label in self.labels)
            and not any(line_crosses_box(other, box) for other in self.lines)
            and not (line and any(line_crosses_box(line, other) for other in (*self.labels, *others)))
        )


def _leader_line(point: tuple[float, float], position: LabelPosition) -> LeaderLine | None:
    """Return the line from a point to its label, None if it needs no line."""
    if not position.needs_line:
        return None
    box = position.box
    x_share, y_share = box.nearest(point)
    return point, (box.left + x_share * (box.right - box.left), box.bottom + y_share * (box.top - box.bottom))


def line_crosses_box(line: LeaderLine, box: Box) -> bool:
    """Return whether a line crosses a box, tested at every quarter of a point."""
    (start_x, start_y), (end_x, end_y) = line
    steps = max(2, int(max(abs(end_x - start_x), abs(end_y - start_y)) * 4))
    inner = (
        (start_x + (end_x - start_x) * step / steps, start_y + (end_y - start_y) * step / steps) for step in range(1, steps)
    )
    return any(box.left < x < box.right and box.bottom < y < box.top for x, y in inner)


def _candidates(point: tuple[float, float], size: tuple[float, float]) -> list[LabelPosition]:
    """Return positions around a point, the nearest first."""
    positions = []
    for distance in _DISTANCES:
        for x_step, y_step in _DIRECTIONS:
            left = _start(point[0], x_step * distance, size[0])
            bottom = _start(point[1], y_step * distance, size[1])
            box = Box(left, bottom, left + size[0], bottom + size[1])
            positions.append(LabelPosition(box, distance > _DISTANCES[0]))
    return positions


def _start(center: float, offset: float, length: float) -> float:
    """Return where a label of this length starts: after the point, before it, or centred on it for offset 0."""
    if offset > 0:
        return center + offset
    return center + offset - length if offset < 0 else center - length / 2
