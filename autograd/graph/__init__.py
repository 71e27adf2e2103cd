"""What a recorded graph can be asked: its derivatives, its paths, its neurons and layers, where a nan comes from."""

from autograd.graph.groups import LEVELS, Group, collapsed, groups_by_label
from autograd.graph.lookup import chosen, labelled
from autograd.graph.nonfinite import find_nonfinite
from autograd.graph.pathfinding import Path, Ways, count_paths, path_counts, paths
from autograd.graph.recorded import Recorded

__all__ = [
    "LEVELS",
    "Group",
    "Path",
    "Recorded",
    "Ways",
    "chosen",
    "collapsed",
    "count_paths",
    "find_nonfinite",
    "groups_by_label",
    "labelled",
    "path_counts",
    "paths",
]
