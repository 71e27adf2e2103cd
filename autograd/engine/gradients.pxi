# Gradients that leave those of the nodes alone.


@functools.wraps(gradients.gradient)
def gradient(Value output not None, list inputs):
    cdef Walk walk
    if output.row == CONSTANT:
        return [0.0 for _ in inputs]
    take_turn()
    walk = begin()
    walk.keeps = HAS_GRAD
    try:
        if counting.get():
            count("reverse", functools.partial(operations, ordered((output,))))
        visit(&walk, node_of(output))
        output.adjoint = 1.0
        sweep(&walk, None)
        if walk.doubtful:
            shared.check_assigned(ordered((output,)))
        return [adjoint_of(&walk, <PyObject*>x) for x in inputs]
    except (ValueError, ArithmeticError):
        shared.check_assigned(ordered((output,)))  # the better message
        raise
    finally:
        restore(&walk)
        end(&walk)
        end_turn()


cdef double adjoint_of(Walk* walk, PyObject* x) noexcept:
    """The adjoint of an input, which is 0 if the walk has not met it."""
    cdef Node* node = <Node*>x
    cdef bint met
    if TYPE(x) != value_type:  # a Value of the other engine
        return 0.0
    if node.row == LEAF:
        met = node.position < walk.n_leaves and node_in(walk.leaves[node.position].node) == node
    else:
        met = not is_new(node, walk.order, walk.n)
    return node.grad if met else 0.0
