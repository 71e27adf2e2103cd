# For tests and the curious: what must always hold in a graph, and the order of a backward pass. Nothing else uses it.


def check_invariants(*outputs):
    """Count the nodes of a graph; raise an AssertionError that names what is not as it must be.

    It changes nothing: weighted sums stay as they are, and plain numbers get no node.

    Args:
        outputs: The nodes to start from.
    """
    cdef Value value
    cdef Node* node
    cdef Sum* total
    cdef size_t k
    cdef set seen = set()
    cdef list todo = list(outputs)
    while todo:
        value = <Value?>todo.pop()
        assert value is not None, "an output is a Value"
        if value in seen:
            continue
        seen.add(value)
        node = node_of(value)
        check_place(node)
        assert node.head.ob_refcnt > 1 and node.head.ob_type == value_type, "a node is alive, and a Value"
        assert node.row < len(rows) and (node.row < 2 or rows[node.row] is not None), "a node has a row of the table"
        assert node.label == NULL or type(<object>node.label) is str, "a label is exactly a str"
        if node.row <= CONSTANT:
            assert node.x.node == NULL and node.y.node == NULL and not node.flags & ~HAS_GRAD, "a leaf has no parents"
        elif node.flags & SUM:
            total = <Sum*>node.x.node
            assert node.row == ROW_add and node.y.node == NULL and not node.flags & ~(SUM | HAS_GRAD), "a sum has no edges"
            assert total.weights.n == total.inputs.n > 0, "a sum has products"
            todo.append(<object><PyObject*>total.bias)
            for k in range(total.weights.n):
                todo.append(<object><PyObject*>total.weights.nodes[k])
                todo.append(<object><PyObject*>total.inputs.nodes[k])
        else:
            check_edge(&node.x, node.flags & X_NUMBER, node.flags, todo)
            if len(rows[node.row].domain) == 2:
                check_edge(&node.y, node.flags & Y_NUMBER, node.flags >> 1, todo)
            else:
                assert node.y.node == NULL and not node.flags & (WANTS_Y | INNER_Y | Y_NUMBER), "a row of one argument has no y"
            assert node.flags & WANTED, "a node that no parent gets an adjoint from is a constant"
    return len(seen)


cdef bint check_edge(Operand* operand, bint is_number, int flags, list todo) except -1:
    """Check the flags of an edge, shifted to where those of an edge to x are."""
    if is_number:
        assert not flags & (WANTS_X | INNER_X), "a plain number gets no adjoint"
        return True
    assert operand.node != NULL and TYPE(operand.node) == value_type, "a parent is a Value"
    assert flags & (WANTS_X | INNER_X) == edge(<Node*>operand.node), "an edge says whether its parent gets an adjoint"
    todo.append(<object>operand.node)
    return True


cdef bint check_place(Node* node) except -1:
    """Check that a node lies in a chunk, at a place that has been used, and not among the freed ones."""
    cdef Chunk* chunk = <Chunk*>(<uintptr_t>node & ~<uintptr_t>(CHUNK - 1))
    cdef Node* freed = chunk.freed
    cdef uint32_t n_freed = 0
    assert (<uintptr_t>node - <uintptr_t>chunk) % sizeof(Node) == 0, "a node starts at a place of its chunk"
    assert 1 <= <size_t>(node - <Node*>chunk) <= chunk.used <= CHUNK_NODES, "a node is at a place that has been used"
    while freed != NULL:
        assert freed != node, "a live node is not among the freed ones"
        n_freed += 1
        freed = <Node*>freed.x.node
    assert chunk.live + n_freed == chunk.used, "each place of a chunk is live or freed"
    return True


def written_order(Value output not None):
    """The order that a backward pass writes down, and the leaves, as README.md draws them; clears inner gradients.

    Example:
        >>> from autograd import Value, tanh
        >>> w, x, b = Value(0.5, "w"), Value(2.0, "x"), Value(1.0, "b")
        >>> written_order(tanh(w * x + b))
        (['tanh', 'mul | LONG'], ['b', 'w', 'x'])
    """
    cdef Walk walk
    cdef list found = []
    cdef list leaves = []
    cdef uintptr_t item
    cdef size_t i = 0
    take_turn()
    walk = begin()
    try:
        visit(&walk, node_of(output))
        while i < walk.n:
            item = walk.order[i]
            if walk.order[i] > ~<uintptr_t>0xFFFFFFFF:  # a count, which is kept inverted
                found += [f"{~item} after", f"{~walk.order[i + 1]} products"]
                i += 2
                item = walk.order[i]
            notes = [name for bit, name in ((PART, "PART"), (LONG, "LONG"), (BIAS, "BIAS")) if item & bit]
            found.append(" | ".join([rows[node_in(item).row].name, *notes]))
            i += 1
        for i in range(walk.n_leaves):
            leaves.append((<Value><object><PyObject*>node_in(walk.leaves[i].node)).label)
    finally:
        restore(&walk)
        end(&walk)
        end_turn()
    return found, leaves
