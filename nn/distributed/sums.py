"""The sums that an update needs, over the examples on all devices: one all-reduce for the cost and the gradient."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax import numpy as jnp
from jax.sharding import AxisType, Mesh, NamedSharding, PartitionSpec

from autograd.compiler import Program
from nn.losses import Loss
from nn.metrics import ReadClasses

AXIS = "examples"


class Sums:
    """Sums over the examples of all devices, of a program whose inputs have a weight as their last number.

    Each device computes with its own rows, and `jax.lax.psum` adds up what they found: the cost, the share that was
    right, how many outputs are none that the loss takes, and the gradient, in one vector.

    Args:
        program: Gives the mean of weight · cost over its rows, the gradient, and the outputs.
        row: The loss.
        read: Reads classes; `None` if the targets are none.

    Reference: https://docs.jax.dev/en/latest/notebooks/shard_map.html
    """

    def __init__(self, program: Program, row: Loss, read: ReadClasses | None) -> None:
        # The sizes by position, for their name changed in JAX 0.11; Auto, for programs know nothing of meshes.
        self.mesh: Mesh = jax.make_mesh((jax.device_count(),), (AXIS,), (AxisType.Auto,))
        self._rows = NamedSharding(self.mesh, PartitionSpec(AXIS))
        found = _of_rows(program, row, read)
        self._with_gradient = self._over_all(found)
        self._without = self._over_all(lambda *given: found(*given)[:3])  # the gradient is not computed then

    def __call__(self, theta: Any, x: Any, y: Any, weights: Any, *, gradient: bool = True) -> Any:
        """The cost, the share that was right, the outputs that are none, and the gradient: a vector of NumPy's.

        Args:
            theta: The parameters, the same in all processes.
            x: The inputs that this process computes with, as many rows as in the others.
            y: Their targets.
            weights: The weight of each in the sums.
            gradient: Whether to compute the gradient, too.
        """
        return np.asarray((self._with_gradient if gradient else self._without)(*self._placed(theta, x, y, weights)))

    def compiled(self, theta: Any, x: Any, y: Any, weights: Any) -> str:
        """What XLA makes of it, as text: for the same arguments."""
        return str(self._with_gradient.lower(*self._placed(theta, x, y, weights)).compile().as_text())

    def _placed(self, theta: Any, x: Any, y: Any, weights: Any) -> tuple[Any, Any, Any]:
        """The arrays on the devices of this process: a mean of n w C is the sum of w C."""
        n = len(x) // jax.local_device_count()
        rows = (np.column_stack([x, n * weights]), y)
        return theta, *(jax.make_array_from_process_local_data(self._rows, each) for each in rows)

    def _over_all(self, function: Callable[..., Any]) -> Any:
        specs = (PartitionSpec(), PartitionSpec(AXIS), PartitionSpec(AXIS))
        return jax.jit(
            jax.shard_map(
                lambda *given: jax.lax.psum(function(*given), AXIS),
                mesh=self.mesh,
                in_specs=specs,
                out_specs=PartitionSpec(),
            )
        )


def _of_rows(program: Program, row: Loss, read: ReadClasses | None) -> Callable[..., Any]:
    least, most = row.outputs

    def of_rows(theta: Any, x: Any, y: Any) -> Any:
        """What one device finds with its rows."""
        cost, gradient, outputs = program(theta, x, y)
        weights = x[:, -1]
        is_strange = ((outputs < least) | (outputs > most)).any(1) & (weights > 0)
        is_right = jnp.zeros(len(x), bool) if read is None else _are_right(read.cut, outputs, y)
        sums = [cost, jnp.mean(weights * is_right), jnp.sum(1.0 * is_strange)]
        return jnp.concatenate([jnp.stack(sums), gradient])

    return of_rows


def _are_right(cut: float | None, outputs: Any, y: Any) -> Any:
    """Whether the outputs name the class of the target: what `ReadClasses` says, of arrays."""
    if cut is not None:
        true, named = y[:, 0] > 0, outputs[:, 0] > cut
    else:
        true, named = y[:, 0] if y.shape[1] == 1 else y.argmax(1), outputs.argmax(1)
    return (true == named) & ~jnp.isnan(outputs).any(1)
