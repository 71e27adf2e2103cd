# A neuron's weighted sum, b + Σ wₖxₖ, as one node.
#
# It stays one node until something asks for its parents. Then it becomes, for good, the products and sums that Python's
# own arithmetic would have recorded, and all code that explains, draws or differentiates a graph sees these. A backward
# pass does not ask, and gives the same gradients to the last bit: it goes through the products in the order in which it
# would have met them. Each term gets the adjoint of the sum unchanged.


@functools.wraps(neuron.weighted_sum)
def weighted_sum(weights, inputs, bias):
    return weighted(weights, inputs, bias)


@functools.wraps(neuron.activate)
def activate(weights, inputs, bias, activation, z_label="", a_label=""):
    z = weighted(weights, inputs, bias)
    give_label(z, z_label)
    cdef int row = row_of_one(activation, z)
    a = activation(z) if row == LEAF else apply(row, <Value>z, None)
    if a is not z:
        give_label(a, a_label)
    return z, a


cdef object weighted(weights, inputs, bias):
    cdef Sum* total
    cdef PyObject** w
    cdef PyObject** x
    cdef Node* node
    cdef Node* weight
    cdef Node* value
    cdef double z
    cdef size_t k, n
    if (
        (type(weights) is list or type(weights) is tuple)
        and (type(inputs) is list or type(inputs) is tuple)
        and len(weights) == len(inputs) > 0
        and type(bias) is Value
        and current[ROW_mul] == ROW_mul
        and current[ROW_add] == ROW_add
    ):
        w, x, n = ITEMS(weights), ITEMS(inputs), len(weights)
        node = new_node(0.0, ROW_add)
        result = OWNED(node)
        total = new_sum(n)
        total.parents[0] = node_of(bias)
        z = total.start = total.parents[0].data
        for k in range(n):
            weight, value = <Node*>w[k], <Node*>x[k]
            if TYPE(weight) != value_type or TYPE(value) != value_type or weight.row == CONSTANT:
                break
            total.parents[2 * k + 1], total.parents[2 * k + 2] = weight, value
            total.products[k] = kernel_value(ROW_mul, weight.data, value.data)
            z = kernel_value(ROW_add, z, total.products[k])
        else:
            if isfinite(z):  # else the table decides the sign of a nan
                node.data = z
                if blocks and recording_is_off():
                    node.row = CONSTANT
                    PyMem_Free(total)
                    return result
                for k in range(2 * n + 1):
                    INCREF(total.parents[k])
                node.x.node = <PyObject*>total
                node.flags = SUM
                return result
        PyMem_Free(total)
    return neuron.weighted_sum(weights, inputs, bias)


cdef inline int row_of_one(object op, object argument) except -1:
    """The number of a row if it takes one argument and is applied to a Value; else that of a leaf."""
    return rows_of_one.get(op, LEAF) if type(op) is Op and type(argument) is Value else LEAF


cdef inline bint give_label(object thing, object label) except -1:
    if type(thing) is Value:
        set_label(node_of(thing), label)
    else:
        thing.label = label
    return True


cdef Sum* new_sum(size_t n) except NULL:
    cdef Sum* total = <Sum*>PyMem_Malloc(sizeof(Sum) + n * (sizeof(double) + 2 * sizeof(Node*)) + sizeof(Node*))
    if total == NULL:
        raise MemoryError
    total.n = n
    total.made = assignments
    total.products = <double*>(total + 1)
    total.parents = <Node**>(total.products + n)
    return total


cdef bint expand(Node* node) except -1:
    """Record the products and sums of a weighted sum. All of them get the adjoint of the whole."""
    cdef Sum* total = <Sum*>node.x.node
    cdef Value so_far = <Value><PyObject*>total.parents[0]
    cdef Value product, longer
    cdef double number = total.start
    cdef size_t k
    for k in range(total.n):
        product = <Value>OWNED(new_node(total.products[k], ROW_mul))
        set_parents(node_of(product), total.parents[2 * k + 1], total.parents[2 * k + 2])
        copy_grad(node, node_of(product))
        if k < total.n - 1:
            number = kernel_value(ROW_add, number, total.products[k])
            longer = <Value>OWNED(new_node(number, ROW_add))
            set_parents(node_of(longer), node_of(so_far), node_of(product))
            copy_grad(node, node_of(longer))
            so_far = longer
    node.flags &= ~SUM
    set_parents(node, node_of(so_far), node_of(product))
    released_sum(total, NULL)  # none is dead: the products and sums hold them
    return True


cdef inline void copy_grad(Node* there, Node* here) noexcept:
    here.grad = there.grad
    here.flags = here.flags & ~HAS_GRAD | there.flags & HAS_GRAD


