"""Graphs of the gallery, with which pages are tried."""

from collections.abc import Callable

from autograd import Value
from tests import gallery

GRAPHS: dict[str, Callable[[], Value]] = {
    "neuron": gallery.neuron,
    "chain": gallery.chain,
    "2-2-1": lambda: gallery.network(2, 2, 1),
    "2-4-3-1": lambda: gallery.network(2, 4, 3, 1),
    "batch": gallery.batch,
    "recurrence": gallery.recurrence,
    "logsumexp": gallery.log_of_sum,
    "derivative": gallery.derivative,
    "Rosenbrock": gallery.rosenbrock,
    "two paths": gallery.two_paths,
}
