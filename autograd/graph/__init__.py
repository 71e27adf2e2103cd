"""What a recorded graph can be asked: its derivatives, its paths, its neurons and layers, where a nan comes from."""

from autograd.graph.groups import LEVELS, Group, collapsed, groups_by_label, inherited, named
from autograd.graph.lookup import chosen, labelled, require_in
from autograd.graph.nonfinite import find_nonfinite
from autograd.graph.pathfinding import Path, Ways, count_paths, path_counts, paths
from autograd.graph.recorded import Recorded
from autograd.graph.sums import Edge, WeightedSum, hidden, times_used, weighted_sums

__all__ = [
    "LEVELS",
    "Edge",
    "Group",
    "Path",
    "Recorded",
    "Ways",
    "WeightedSum",
    "chosen",
    "collapsed",
    "count_paths",
    "find_nonfinite",
    "groups_by_label",
    "hidden",
    "inherited",
    "labelled",
    "named",
    "path_counts",
    "paths",
    "require_in",
    "times_used",
    "weighted_sums",
]
