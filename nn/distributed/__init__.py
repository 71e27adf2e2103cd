"""Training on several devices and hosts: each holds a part of the examples, and their gradients are added up.

JAX does the work between them: `jax.distributed` starts, a mesh names the devices, and one all-reduce an update adds
up the cost and the gradient. Every process runs the same program; `python -m nn --distributed` starts them.
"""

from nn.distributed.rows import Rows
from nn.distributed.training import fit

__all__ = [
    "Rows",
    "fit",
]
