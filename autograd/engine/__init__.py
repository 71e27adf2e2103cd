"""The engine: Values, which record a graph, and the backward sweep over it.

There are two engines, which agree to the last bit: `pure.py`, the one to read, and the optional `native.pyx`. This
module is the one place that chooses between them, once, as `decimal` and `heapq` do (PEP 399). `AUTOGRAD_PURE=1` in the
environment keeps the native one from running; `ACCELERATED` says which one runs. README.md in this folder draws how the
native engine works.
"""

import os
from typing import TYPE_CHECKING

from autograd.engine.collector import collector_paused
from autograd.engine.recording import is_recording, no_grad, recording_off
from autograd.engine.shared import AnyValue, check_assigned, check_current, require_values
from autograd.engine.slopes import Edges, operations
from autograd.engine.steps import OnStep, Step
from autograd.engine.tally import Passes, count, count_passes
from autograd.engine.turns import gradients_kept


def _native_engine_runs() -> bool:
    if os.environ.get("AUTOGRAD_PURE", "").lower() not in ("", "0", "no", "off", "false"):
        return False
    try:
        from autograd.engine import native  # type: ignore[attr-defined]  # it is not Python
    except ImportError:  # it was not built: there was no C compiler
        return False
    return native.recording_off is recording_off  # otherwise it belongs to an earlier import of this package


ACCELERATED = _native_engine_runs()
if TYPE_CHECKING or not ACCELERATED:
    from autograd.engine.gradients import gradient, gradient_graph
    from autograd.engine.linear import Linearization
    from autograd.engine.neuron import activations, weighted_sum
    from autograd.engine.order import topological_order
    from autograd.engine.pure import Value, constant, restored, restored_after
    from autograd.engine.replay import Replay
    from autograd.engine.series import coefficients
    from autograd.engine.shared import are_values, check_all_current
    from autograd.engine.slopes import edges_into, local_derivatives, slopes_along
    from autograd.engine.tape import Tape
else:
    from autograd.engine.native import (
        Linearization,
        Replay,
        Tape,
        Value,
        activations,
        are_values,
        check_all_current,
        coefficients,
        constant,
        edges_into,
        gradient,
        gradient_graph,
        local_derivatives,
        restored,
        restored_after,
        slopes_along,
        topological_order,
        weighted_sum,
    )

__all__ = [
    "ACCELERATED",
    "AnyValue",
    "Edges",
    "Linearization",
    "OnStep",
    "Passes",
    "Replay",
    "Step",
    "Tape",
    "Value",
    "activations",
    "are_values",
    "check_all_current",
    "check_assigned",
    "check_current",
    "coefficients",
    "collector_paused",
    "constant",
    "count",
    "count_passes",
    "edges_into",
    "gradient",
    "gradient_graph",
    "gradients_kept",
    "is_recording",
    "local_derivatives",
    "no_grad",
    "operations",
    "require_values",
    "restored",
    "restored_after",
    "slopes_along",
    "topological_order",
    "weighted_sum",
]
