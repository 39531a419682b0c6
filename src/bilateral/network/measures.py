"""How central, how bridging, how grouped each thing of a network is, by networkx.

All measures take the network as undirected: two things are neighbours when at least one tie joins
them, and the number of those ties is the weight of that edge. docs/network.md says what each
measure means and does not mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx as nx

    from bilateral.network.ties import Network

SEED = 20080626  # any number does; another one may number the communities otherwise
DIGITS = 6
# Shortest paths between all pairs take minutes above some thousand things; so many of them, drawn
# with the seed, give the same order at the top.
EXACT, SAMPLED = 2000, 300
CLOSE_ENOUGH, ROUNDS = 1e-7, 2000


@dataclass(frozen=True, slots=True)
class Measures:
    """What is measured of one thing.

    `degree` counts neighbours, `ties` counts ties; `betweenness` is the share of shortest paths
    between other things that lead through it, `broker` that share between organisations only;
    `eigenvector` is high where neighbours are high; `community` numbers groups from 1, the largest
    first; an `articulation` point is one without which its part of the network falls apart.
    """

    degree: int
    ties: int
    betweenness: float
    eigenvector: float
    broker: float
    community: int
    articulation: bool


NAMES = tuple(Measures.__dataclass_fields__)


def simple_graph(network: Network) -> tuple[nx.Graph, list[str]]:
    """The network as an undirected graph of numbers, and the IRIs that they number."""
    import networkx as nx  # noqa: PLC0415 - slow, and only measures and drawing need it

    iris = list(network.things)
    # Numbers, not IRIs: the order in which a set gives texts differs from run to run.
    number = {iri: position for position, iri in enumerate(iris)}
    graph = nx.Graph()
    graph.add_nodes_from(range(len(iris)))
    for tie in network.ties:
        one, other = number[tie.thing], number[tie.end]
        weight = graph.get_edge_data(one, other, {"weight": 0})["weight"]
        graph.add_edge(one, other, weight=weight + 1)
    return graph, iris


def measure(network: Network) -> dict[str, Measures]:
    """The measures of every thing, by IRI."""
    graph, iris = simple_graph(network)
    organisations = [n for n, iri in enumerate(iris) if iri in network.organisations]
    return dict(zip(iris, measure_graph(graph, organisations), strict=True))


def measure_graph(graph: nx.Graph, organisations: list[int]) -> list[Measures]:
    """The measures of every node of a graph of numbers, in their order."""
    import networkx as nx  # noqa: PLC0415

    if not graph:
        return []
    sample = SAMPLED if len(graph) > EXACT else None
    between = nx.betweenness_centrality(graph, k=sample, seed=SEED)
    eigen = _eigenvector(graph)
    broker = _brokers(graph, organisations)
    community = _communities(graph)
    cuts = set(nx.articulation_points(graph))
    return [
        Measures(
            degree=graph.degree(n),
            ties=graph.degree(n, weight="weight"),
            betweenness=round(between[n], DIGITS),
            eigenvector=round(eigen[n], DIGITS),
            broker=round(broker[n], DIGITS),
            community=community[n],
            articulation=n in cuts,
        )
        for n in graph
    ]


def _eigenvector(graph: nx.Graph) -> dict[int, float]:
    """Eigenvector centrality within the largest part; 0 elsewhere, where it has no meaning."""
    import networkx as nx  # noqa: PLC0415
    import numpy as np  # noqa: PLC0415

    part = max(nx.connected_components(graph), key=lambda nodes: (len(nodes), -min(nodes)))
    found = dict.fromkeys(graph, 0.0)
    if len(part) > 1:
        nodes = sorted(part)
        inner = graph.subgraph(nodes)
        if len(part) > EXACT:
            found |= nx.eigenvector_centrality(inner, ROUNDS, CLOSE_ENOUGH, weight="weight")
            return found
        # Two states at the head of a network are two eigenvalues that lie close together, and
        # networkx's iteration needs hundreds of rounds to tell them apart.
        _, vectors = np.linalg.eigh(nx.to_numpy_array(inner, nodes, weight="weight"))
        found |= {
            node: abs(float(value)) for node, value in zip(nodes, vectors[:, -1], strict=True)
        }
    return found


def _brokers(graph: nx.Graph, organisations: list[int]) -> dict[int, float]:
    import networkx as nx  # noqa: PLC0415

    pairs = len(organisations) * (len(organisations) - 1) / 2
    if not pairs:
        return dict.fromkeys(graph, 0.0)
    chosen = organisations
    if len(graph) > EXACT and len(organisations) > SAMPLED:
        chosen = organisations[:: -(-len(organisations) // SAMPLED)]
        pairs = len(chosen) * len(organisations) / 2
    found = nx.betweenness_centrality_subset(graph, chosen, organisations)
    return {node: value / pairs for node, value in found.items()}


def _communities(graph: nx.Graph) -> dict[int, int]:
    import networkx as nx  # noqa: PLC0415

    parts = nx.community.louvain_communities(graph, weight="weight", seed=SEED)
    ordered = sorted(parts, key=lambda nodes: (-len(nodes), min(nodes)))
    return {node: number for number, nodes in enumerate(ordered, 1) for node in nodes}
