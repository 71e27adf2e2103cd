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


# A gradient with a graph of its own. The derivatives record themselves: the rows' partials, written in C by `kernels.py`,
# call `kernel_record` for each operation, which makes the node that Python's arithmetic would have made.
#
# All that a sweep knows of a node is in its Slot, and what it makes is held there, so it needs no turn, and changes
# nothing that others see: what the table is asked may run any Python, other sweeps included.

cdef enum:
    NOWHERE = 0x7FFFFFFF  # no slot: not a node, a constant, or not in the graph

cdef struct Slot:
    Node* node
    Flowing adjoint
    uint32_t x  # the slots of its parents
    uint32_t y
    bint active  # whether it depends on an input: nothing else needs an adjoint
    bint reached  # whether it has an adjoint

cdef struct Graph:  # of one output, parents before children
    Slot* slots
    size_t n
    size_t room
    uint32_t* reached  # if their labels matter: the slots with an adjoint, in the order in which they got it
    size_t n_reached
    bint doubtful


@functools.wraps(gradients.gradient_graph)
def gradient_graph(Value output not None, list inputs):
    cdef Graph graph = Graph(NULL, 0, 0, NULL, 0, False)
    cdef size_t i, operations = 0
    cdef uint32_t slot
    cdef list found = []
    try:
        sort(&graph, node_of(output))
        places = [slot_of(&graph, <PyObject*>x) for x in inputs]
        for place in places:
            if place != NOWHERE:
                graph.slots[<size_t>place].active = True
        for i in range(graph.n):
            graph.slots[i].active |= is_active(&graph, graph.slots[i].x) or is_active(&graph, graph.slots[i].y)
        if graph.doubtful:
            shared.check_assigned(ordered((output,)))
        if output.name != NULL:
            graph.reached = <uint32_t*>reallocated(NULL, graph.n * sizeof(uint32_t))
        flow(&graph)
        if counting.get():
            for i in range(graph.n):
                operations += 2 * has_adjoint(&graph, graph.slots[i].x) + 2 * has_adjoint(&graph, graph.slots[i].y)
            count("reverse", lambda: operations)
        if graph.reached != NULL:
            gradients.name_derivatives(output, to_be_named(&graph), {*inputs})
        for place in places:
            slot = place
            found.append(as_object(graph.slots[slot].adjoint) if has_adjoint(&graph, slot) else 0.0)
        return found
    finally:
        PyMem_RawFree(graph.reached)
        for i in range(graph.n):
            XDECREF(graph.slots[i].adjoint.node)
        PyMem_RawFree(graph.slots)


cdef bint sort(Graph* graph, Node* output) except -1:
    """Give a slot to every node that is no constant, in the order of `topological_order`, by which each knows its position."""
    cdef uintptr_t* todo = NULL
    cdef size_t left = 0
    cdef size_t room = 0
    cdef uintptr_t item = <uintptr_t>output
    cdef Node* node
    cdef bint assigned
    try:
        while True:
            node = node_in(item)
            if not item & OPEN:
                if slot_at(graph, node) == NOWHERE:
                    if unlikely(node.flags & SUM):
                        expand(node)
                    if unlikely(left + 2 > room):
                        room = 2 * left + 64
                        todo = <uintptr_t*>reallocated(todo, room * sizeof(uintptr_t))
                    if node.row > CONSTANT:
                        PREFETCH(node)
                        todo[left] = item | OPEN
                        left += 1
                        if node.flags & WANTS_Y:
                            todo[left] = <uintptr_t>node.y.node
                            left += 1
                        item = <uintptr_t>node.x.node if node.flags & WANTS_X else todo[left - 1]
                        left -= not node.flags & WANTS_X
                        continue
                    append_slot(graph, node)
            else:
                assigned = append_slot(graph, node)
                if unlikely(assigned):
                    graph.doubtful |= is_doubtful(node)
            if left == 0:
                return True
            left -= 1
            item = todo[left]
    finally:
        PyMem_RawFree(todo)


cdef inline bint append_slot(Graph* graph, Node* node) except -1:
    """Add the slot of a node; say whether data has been assigned to a parent of it."""
    cdef Slot* slot
    if unlikely(graph.n == graph.room):
        graph.slots = <Slot*>reallocated(graph.slots, (2 * graph.n + 64) * sizeof(Slot))
        graph.room = 2 * graph.n + 64
    slot = &graph.slots[graph.n]
    slot.node = node
    slot.adjoint = NUMBER(0.0)
    slot.x = (<Node*>node.x.node).position if node.flags & WANTS_X else NOWHERE
    slot.y = (<Node*>node.y.node).position if node.flags & WANTS_Y else NOWHERE
    slot.active = slot.reached = False
    node.position = <uint32_t>graph.n
    graph.n += 1
    return (node.flags & WANTS_X and (<Node*>node.x.node).assigned) or (node.flags & WANTS_Y and (<Node*>node.y.node).assigned)


cdef inline uint32_t slot_at(Graph* graph, Node* node) noexcept:
    """The slot of a node, while the positions are those of this graph."""
    return node.position if node.position < graph.n and graph.slots[node.position].node == node else NOWHERE


cdef uint32_t slot_of(Graph* graph, PyObject* x) noexcept:
    """The same for an input, which may be a Value of the other engine."""
    return slot_at(graph, <Node*>x) if TYPE(x) == value_type else NOWHERE


cdef inline bint is_active(Graph* graph, uint32_t slot) noexcept:
    return slot != NOWHERE and graph.slots[slot].active


cdef inline bint has_adjoint(Graph* graph, uint32_t slot) noexcept:
    return slot != NOWHERE and graph.slots[slot].reached


cdef bint flow(Graph* graph) except -1:
    """Pass each adjoint on to the parents, from the output to the leaves."""
    cdef size_t i = graph.n
    cdef size_t n = 0
    cdef Slot* slot
    cdef uint32_t parent
    cdef int place
    reach(graph, <uint32_t>(i - 1), NUMBER(1.0))
    while i:
        i -= 1
        slot = &graph.slots[i]
        if not slot.reached:
            continue
        for place in range(2):
            parent = slot.y if place else slot.x
            if is_active(graph, parent):
                pass_on(graph, slot, place, parent)
                n += 1
        check_signals(&n)
    return True


cdef inline void reach(Graph* graph, uint32_t slot, Flowing adjoint) noexcept:
    graph.slots[slot].adjoint = adjoint
    graph.slots[slot].reached = True
    if graph.reached != NULL:
        graph.reached[graph.n_reached] = slot
        graph.n_reached += 1


cdef bint pass_on(Graph* graph, Slot* slot, int place, uint32_t parent) except -1:
    """Add adjoint · partial to the adjoint of a parent."""
    cdef Scratch scratch
    cdef Flowing total
    cdef Slot* to = &graph.slots[parent]
    scratch.failed = scratch.n = 0
    try:
        total = share_of(&scratch, slot, place)
        if not to.reached:
            reach(graph, parent, total)
            XINCREF(total.node)
            return True
        total = sum_of(&scratch, to.adjoint, total)
        XINCREF(total.node)
        XDECREF(to.adjoint.node)
        to.adjoint = total
        return True
    finally:
        drop(&scratch)


cdef inline Flowing share_of(Scratch* scratch, Slot* slot, int place) except *:
    """Adjoint · partial, recorded by the kernel of the row, or else by the table."""
    cdef Node* node = slot.node
    cdef Flowing share
    if is_fresh and node.row < ROW_END and current[node.row] == node.row:
        share = kernel_recording(scratch, node.row, place, flowing(node), operand(node, 0), operand(node, 1))
        share = product(scratch, slot.adjoint, share)
        if likely(not scratch.failed):
            return share
        drop(scratch)
    return held(scratch, gradients.share(as_object(slot.adjoint), <object><PyObject*>node, place))


cdef inline Flowing sum_of(Scratch* scratch, Flowing x, Flowing y) except *:
    cdef Flowing z = kernel_record(scratch, ROW_add, 2, x, y)
    return held(scratch, as_object(x) + as_object(y)) if unlikely(scratch.failed) else z


cdef inline Flowing product(Scratch* scratch, Flowing x, Flowing y) except *:
    """As `autograd.table.product`."""
    if x.node == NULL and (x.number == 1.0 or x.number == -1.0):
        return y if x.number > 0.0 else kernel_record(scratch, ROW_neg, 1, y, y)
    if y.node == NULL and (y.number == 1.0 or y.number == -1.0):
        return x if y.number > 0.0 else kernel_record(scratch, ROW_neg, 1, x, x)
    return kernel_record(scratch, ROW_mul, 2, x, y)


cdef Flowing kernel_record "kernel_record"(Scratch* scratch, int row, int arity, Flowing x, Flowing y) except *:
    """Compute a row, and record the node if an operand is one; `kernels.py` writes the calls.

    What is not finite is left to the table. After a failure, nothing more is recorded.
    """
    cdef Flowing z = NUMBER(kernel_value(row, x.number, y.number))
    cdef Node* node
    if unlikely(scratch.failed or not isfinite(z.number) or current[row] != row):
        scratch.failed = True
        return z
    if x.node == NULL and (arity == 1 or y.node == NULL):
        return z
    scratch.failed = True  # if there is no memory
    if (not varies(x) and (arity == 1 or not varies(y))) or (blocks and recording_is_off()):
        node = new_node(z.number, CONSTANT)
    else:
        node = new_node(z.number, row)
        node.flags = set_operand(&node.x, x)
        if arity == 2:
            node.flags |= 2 * set_operand(&node.y, y)
    scratch.failed = False
    z.node = scratch.made[scratch.n] = <PyObject*>node
    scratch.n += 1
    return z


cdef Flowing kernel_power "kernel_power"(Scratch* scratch, Flowing x, Flowing y) except *:
    """As `Rows.pow`: a first power is x itself."""
    return x if y.number == 1.0 and not varies(y) else kernel_record(scratch, ROW_pow, 2, x, y)


cdef Flowing kernel_operand "kernel_operand"(Scratch* scratch, Flowing z, int place) except *:
    """The node of a parent that is a plain number."""
    scratch.failed = True  # if there is no memory
    cdef Flowing x = flowing(<Node*>operand_node(<Node*>z.node, place))
    scratch.failed = False
    return x


cdef inline Flowing flowing(Node* node) noexcept:
    cdef Flowing x = NUMBER(node.data)
    x.node = <PyObject*>node
    return x


cdef inline Flowing operand(Node* node, int place) noexcept:
    cdef Operand x = node.y if place else node.x
    if node.flags & (Y_NUMBER if place else X_NUMBER):
        return NUMBER(x.number)
    return NUMBER(0.0) if x.node == NULL else flowing(<Node*>x.node)


cdef inline bint varies(Flowing x) noexcept:
    return x.node != NULL and (<Node*>x.node).row != CONSTANT


cdef inline int set_operand(Operand* place, Flowing x) noexcept:
    """Set a parent, and return the flags of that edge, if it leads to x."""
    if x.node == NULL:
        place.number = x.number
        return X_NUMBER
    INCREF(x.node)
    place.node = x.node
    return edge(<Node*>x.node)


cdef object as_object(Flowing x):
    return x.number if x.node == NULL else <object>x.node


cdef Flowing held(Scratch* scratch, object found) except *:
    """What the table has found: a Value, which is kept in the scratch, or a number."""
    if type(found) is not Value:
        return NUMBER(as_double(found, "a derivative"))
    INCREF(<PyObject*>found)
    scratch.made[scratch.n] = <PyObject*>found
    scratch.n += 1
    return flowing(<Node*><PyObject*>found)


cdef inline void drop(Scratch* scratch) noexcept:
    """Give up what nobody else holds by now."""
    cdef int i
    for i in range(scratch.n):
        DECREF(scratch.made[i])
    scratch.failed = scratch.n = 0


cdef list to_be_named(Graph* graph):
    """The nodes with a label, and their adjoints, where these are nodes of their own."""
    cdef list found = []
    cdef size_t i
    cdef Slot* slot
    for i in range(graph.n):  # other walks may have been there since
        graph.slots[i].node.position = <uint32_t>i
    for i in range(graph.n_reached):
        slot = &graph.slots[graph.reached[i]]
        if slot.node.label == NULL or not varies(slot.adjoint) or (<Node*>slot.adjoint.node).row == LEAF:
            continue
        if slot_at(graph, <Node*>slot.adjoint.node) == NOWHERE:
            found.append((<object><PyObject*>slot.node, <object>slot.adjoint.node))
    return found
