# A neuron's weighted sum, b + Σ wₖxₖ, as one node.
#
# It stays one node until something asks for its parents. Then it becomes, for good, the products and sums that Python's
# own arithmetic would have recorded, and all code that explains, draws or differentiates a graph sees these. A backward
# pass does not ask, and gives the same gradients to the last bit: it goes through the products in the order in which it
# would have met them. Each term gets the adjoint of the sum unchanged.
#
# The neurons of a layer have their inputs in common, and the sums of a neuron, step after step, its weights. Each list
# of nodes is therefore a vector that sums share: a neuron's sum takes its weights from the one before, and its inputs
# from that of its neighbor, if the lists still hold the same nodes.


@functools.wraps(neuron.weighted_sum)
def weighted_sum(weights, inputs, bias):
    return weighted(weights, inputs, bias, NULL, NULL)


cdef object weighted(weights, inputs, bias, Vector* earlier_weights, Vector* earlier_inputs):
    cdef Node* node
    cdef Sum* total
    cdef Vector* w
    cdef Vector* x
    cdef double product, z
    cdef size_t k
    if is_list(weights) and is_list(inputs) and LENGTH(weights) == LENGTH(inputs) > 0 and type(bias) is Value:
        node = new_node(0.0, ROW_add)
        result = OWNED(node)
        node.x.node = <PyObject*>new_sum(LENGTH(weights), <Node*><PyObject*>bias)
        node.flags = SUM
        total = <Sum*>node.x.node
        w = total.weights = vector_of(weights, earlier_weights)
        x = total.inputs = vector_of(inputs, earlier_inputs)
        if w != NULL and x != NULL and not w.has_constants and current[ROW_mul] == ROW_mul and current[ROW_add] == ROW_add:
            z = total.start
            for k in range(w.n):
                product = value_mul(w.nodes[k].data, x.nodes[k].data)
                total.products[k] = product
                z = value_add(z, product)
            if isfinite(z):  # else the table decides the sign of a nan
                if blocks and recording_is_off():
                    return OWNED(new_node(z, CONSTANT))
                node.data = z
                return result
    return neuron.weighted_sum(weights, inputs, bias)


cdef inline bint is_list(thing) noexcept:
    return type(thing) is list or type(thing) is tuple


cdef Sum* new_sum(size_t n, Node* bias) except NULL:
    cdef Sum* total = <Sum*>PyMem_Malloc(sizeof(Sum) + n * sizeof(double))
    if total == NULL:
        raise MemoryError
    INCREF(bias)
    total.bias = bias
    total.weights = total.inputs = NULL
    total.start = bias.data
    total.made = assignments
    total.products = <double*>(total + 1)
    return total


cdef inline Vector* vector_of(items, Vector* earlier) except? NULL:
    """The nodes of a list: an earlier vector if it has the same ones; NULL if not all of them are Values."""
    cdef size_t n = LENGTH(items)
    cdef size_t k
    cdef Node** nodes = <Node**>ITEMS(items)
    cdef Node* node
    cdef Vector* vector
    if earlier != NULL and earlier.n == n and memcmp(earlier.nodes, nodes, n * sizeof(Node*)) == 0:
        earlier.references += 1
        return earlier
    vector = <Vector*>PyMem_Malloc(sizeof(Vector) + n * sizeof(Node*))
    if vector == NULL:
        raise MemoryError
    vector.references = 1
    vector.n = 0
    vector.walk = 0
    vector.has_constants = False
    vector.nodes = <Node**>(vector + 1)
    for k in range(n):
        node = nodes[k]
        if TYPE(node) != value_type:
            released_vector(vector, NULL)
            return NULL
        node.head.ob_refcnt += 2  # so that it is never `is_only`: an edge from each of the sums leads to it
        vector.nodes[k] = node
        vector.n = k + 1
        vector.has_constants |= node.row == CONSTANT
    return vector


cdef bint expand(Node* node) except -1:
    """Record the products and sums of a weighted sum. All of them get the adjoint of the whole."""
    cdef Sum* total = <Sum*>node.x.node
    cdef Value so_far = <Value><PyObject*>total.bias
    cdef Value product, longer
    cdef double number = total.start
    cdef size_t k
    for k in range(total.weights.n):
        product = <Value>OWNED(new_node(total.products[k], ROW_mul))
        set_parents(node_of(product), total.weights.nodes[k], total.inputs.nodes[k])
        copy_grad(node, node_of(product))
        if k < total.weights.n - 1:
            number = value_add(number, total.products[k])
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



# A layer. To read the attributes of a neuron, and to set two of them, takes Python longer than the arithmetic of a small
# one. So they are read where they lie, as Python's own interpreter does with slots.

cdef struct Slots:  # where a class has its attributes, in bytes from the beginning of an object
    Py_ssize_t w, b, activation, z_label, a_label, z, a
    unsigned int version  # of the class: Python gives it another one with each change; 0 for none

cdef Slots last_slots = [0, 0, 0, 0, 0, 0, 0, 0]


@functools.wraps(neuron.activations)
def activations(neurons, inputs, type cls):
    cdef Slots at = last_slots
    cdef Sum* neighbor
    cdef Sum* before
    cdef list found = []
    cdef int row = LEAF
    cdef object z = None
    cdef object with_row = None  # the activation whose row that is
    if (at.version == 0 or at.version != VERSION(cls)) and not find_slots(cls, &at):
        return neuron.activations(neurons, inputs, cls)
    for each in neurons:
        if type(each) is not cls:
            found.append(each(inputs))
            continue
        weights, bias = attribute(each, at.w, "w"), attribute(each, at.b, "b")
        # To read an attribute may run Python code, which might free the vectors: so they are looked for after that.
        neighbor = as_sum(<PyObject*>z)
        before = as_sum(place(each, at.z)[0])
        z = weighted(
            weights,
            inputs,
            bias,
            NULL if before == NULL else before.weights,
            NULL if neighbor == NULL else neighbor.inputs,
        )
        give_label(z, attribute(each, at.z_label, "_z_label"))
        activation = attribute(each, at.activation, "activation")
        if activation is not with_row:
            row = rows_of_one.get(activation, LEAF) if type(activation) is Op else LEAF
            with_row = activation
        a = activation(z) if row == LEAF or type(z) is not Value else apply(row, <Value>z, None)
        if a is not z:
            give_label(a, attribute(each, at.a_label, "_a_label"))
        set_attribute(each, at.z, z)
        set_attribute(each, at.a, a)
        found.append(a)
    return found


cdef bint find_slots(type cls, Slots* at) except -1:
    """Find where a class has the attributes of a neuron; False if not all of them are slots."""
    global last_slots
    names = ("w", "b", "activation", "_z_label", "_a_label", "z", "a")
    slots = [getattr(cls, name, None) for name in names]
    if not all([type(slot) is MemberDescriptorType for slot in slots]) or not VERSION(cls):
        return False
    if cls.__getattribute__ is not object.__getattribute__ or cls.__setattr__ is not object.__setattr__:
        return False
    at.w, at.b, at.activation, at.z_label, at.a_label, at.z, at.a = [OFFSET(slot) for slot in slots]
    at.version = VERSION(cls)
    last_slots = at[0]
    return True


cdef inline PyObject** place(neuron, Py_ssize_t offset) noexcept:
    return <PyObject**>(<char*><PyObject*>neuron + offset)


cdef inline object attribute(neuron, Py_ssize_t offset, name):
    cdef PyObject* found = place(neuron, offset)[0]
    return <object>found if found != NULL else getattr(neuron, name)  # which says that it is not there


cdef inline void set_attribute(neuron, Py_ssize_t offset, thing) noexcept:
    cdef PyObject* earlier = place(neuron, offset)[0]
    INCREF(<PyObject*>thing)
    place(neuron, offset)[0] = <PyObject*>thing
    XDECREF(earlier)


cdef inline Sum* as_sum(PyObject* thing) noexcept:
    """The weighted sum that something still is; NULL if it is none."""
    if thing == NULL or TYPE(thing) != value_type or not (<Node*>thing).flags & SUM:
        return NULL
    return <Sum*>(<Node*>thing).x.node


cdef inline bint give_label(thing, label) except -1:
    if type(thing) is Value:
        set_label(<Node*><PyObject*>thing, label)
    else:
        thing.label = label
    return True
