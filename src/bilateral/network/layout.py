"""Where each thing is drawn: computed once, seeded, so that a picture needs no physics.

Force-directed by networkx (ForceAtlas2: hubs apart, their leaves around them); parts that no tie
joins are laid out each for itself and set side by side; then whatever overlaps is pushed apart.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

SEED = 20080626
SPACING = 72  # between the middles of neighbours, in pixels at the picture's own size
GAP = 110  # between parts that no tie joins
PUSHES = 50
NAMED = 3  # from so many neighbours on, a thing's name is always shown
NAME_WIDTH, NAME_HEIGHT = 68, 36
SMALLEST, LARGEST, GROWTH = 13, 46, 4.2
WIDE = 1.5  # a screen is wider than high
STAGES, ROUNDS, DIGITS = 5, 20, 2
FEW = 12  # nodes that find their places in one stage

Points = dict[int, tuple[int, int]]


def positions(graph: nx.Graph) -> Points:
    """The place of each node in whole pixels, the middle of the picture at 0, 0."""
    import networkx as nx  # noqa: PLC0415 - slow, and only drawing needs it

    parts = sorted(nx.connected_components(graph), key=lambda nodes: (-len(nodes), min(nodes)))
    placed = _packed([_part(graph.subgraph(sorted(nodes))) for nodes in parts])
    return dict(sorted(placed.items()))


def _part(graph: nx.Graph) -> Points:
    """One part's nodes around 0, 0."""
    import networkx as nx  # noqa: PLC0415

    nodes = list(graph)
    if len(nodes) == 1:
        return {nodes[0]: (0, 0)}
    # A copy: a view of a larger graph gives its nodes in that graph's order of insertion.
    own = nx.Graph()
    own.add_nodes_from(nodes)
    own.add_edges_from(sorted(map(tuple, map(sorted, graph.edges))))
    degrees = dict(own.degree)
    return _apart(_scaled(_drawn(own)), {node: _box_of(degrees[node]) for node in nodes})


def _drawn(graph: nx.Graph) -> dict[int, tuple[float, float]]:
    """The nodes as networkx's forces leave them.

    The forces make another picture out of the last bit of a number, which differs between
    processors. So they work in stages, and each stage starts from rounded numbers.
    """
    import networkx as nx  # noqa: PLC0415

    radius = len(graph) / 4
    points = {node: point * radius for node, point in nx.circular_layout(graph).items()}
    for _ in range(STAGES if len(graph) > FEW else 1):
        rounded = {node: point.round(DIGITS) for node, point in points.items()}
        with warnings.catch_warnings():
            # It divides by each node's distance from itself, and then puts the result right.
            warnings.simplefilter("ignore", RuntimeWarning)
            points = nx.forceatlas2_layout(
                graph, pos=rounded, max_iter=ROUNDS, scaling_ratio=2.0, gravity=0.5, linlog=True,
                seed=SEED,
            )  # fmt: skip
    return {
        node: (float(x), float(y))
        for node, (x, y) in ((node, point.round(DIGITS)) for node, point in points.items())
    }


def size_of(degree: int) -> int:
    """Half the height of a thing's shape, in pixels."""
    return round(min(LARGEST, SMALLEST + GROWTH * math.sqrt(degree)))


def _box_of(degree: int) -> tuple[int, int]:
    """Half the room that a thing takes: its shape, and its name where that is always shown."""
    size = size_of(degree)
    return (
        (max(size + 8, NAME_WIDTH), size + NAME_HEIGHT) if degree >= NAMED else (size + 8, size + 6)
    )


def _scaled(points: dict[int, tuple[float, float]]) -> Points:
    """The points in whole pixels around their middle, wide rather than high, as far apart as names need."""
    xs, ys = [x for x, _ in points.values()], [y for _, y in points.values()]
    width, height = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    turn = height > width
    area = len(points) * SPACING**2 * 1.6
    across = math.sqrt(area * WIDE)
    down = across / WIDE
    middle_x, middle_y = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    scaled: Points = {}
    for node, (x, y) in points.items():
        one, other = (x - middle_x) / width, (y - middle_y) / height
        one, other = (other, one) if turn else (one, other)
        scaled[node] = (round(one * across), round(other * down))
    return scaled


def _apart(points: Points, boxes: dict[int, tuple[int, int]]) -> Points:
    """The points, pushed until no two boxes overlap, or the pushes are out.

    A box is a half width and a half height: the shape, with its name where one is shown.
    """
    places = {node: list(point) for node, point in points.items()}
    widest = 2 * max(max(box) for box in boxes.values())
    for _ in range(PUSHES):
        cells: dict[tuple[int, int], list[int]] = {}
        for node, (x, y) in places.items():
            cells.setdefault((x // widest, y // widest), []).append(node)
        moved = False
        for (column, row), nodes in cells.items():
            near = [
                node
                for dx in (-1, 0, 1)
                for dy in (-1, 0, 1)
                for node in cells.get((column + dx, row + dy), ())
            ]
            for one in nodes:
                for other in near:
                    if one < other:
                        moved |= _push(places[one], places[other], boxes[one], boxes[other])
        if not moved:
            break
    return {node: (x, y) for node, (x, y) in places.items()}


def _push(one: list[int], other: list[int], box: tuple[int, int], second: tuple[int, int]) -> bool:
    dx, dy = other[0] - one[0], other[1] - one[1]
    over_x, over_y = box[0] + second[0] - abs(dx), box[1] + second[1] - abs(dy)
    if over_x <= 0 or over_y <= 0:
        return False
    axis = 0 if over_x < over_y else 1
    # A little more than needed: halves that only touch would meet again in the next round.
    step = (over_x if axis == 0 else over_y) // 2 + 1
    sign = 1 if (dx, dy)[axis] >= 0 else -1
    one[axis] -= sign * step
    other[axis] += sign * step
    return True


def _packed(parts: list[Points]) -> Points:
    """The parts in one picture: the largest, and the others in columns at its right."""
    placed: Points = {}
    if not parts:
        return placed
    left, right, top, bottom = _box(parts[0])
    placed |= parts[0]
    height = max(bottom - top, SPACING * 6)
    x, y, widest = right + GAP, top, 0
    for part in parts[1:]:
        one, other, high, low = _box(part)
        if y > top and y + (low - high) > top + height:
            x, y, widest = x + widest + GAP, top, 0
        placed |= {node: (px - one + x, py - high + y) for node, (px, py) in part.items()}
        y += low - high + GAP
        widest = max(widest, other - one)
    left, right, top, bottom = _box(placed)
    across, down = (left + right) // 2, (top + bottom) // 2
    return {node: (x - across, y - down) for node, (x, y) in placed.items()}


def _box(points: Points) -> tuple[int, int, int, int]:
    xs, ys = [x for x, _ in points.values()], [y for _, y in points.values()]
    return min(xs), max(xs), min(ys), max(ys)
