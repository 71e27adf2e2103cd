"""What a recorded graph can be asked: sweeps over it, its paths, its neurons and layers, where a nan comes from."""

from autograd.graph.groups import LEVELS, Group, collapsed, groups_by_label
from autograd.graph.nonfinite import find_nonfinite
from autograd.graph.pathfinding import Path, count_paths, edges_between, path_counts, path_sum, paths
from autograd.graph.sweeps import check_current, check_finite, recompute, tangents

__all__ = [
    "LEVELS",
    "Group",
    "Path",
    "check_current",
    "check_finite",
    "collapsed",
    "count_paths",
    "edges_between",
    "find_nonfinite",
    "groups_by_label",
    "path_counts",
    "path_sum",
    "paths",
    "recompute",
    "tangents",
]
