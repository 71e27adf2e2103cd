# The backward pass: the sort, and the sweep over it.
#
# The order consists of runs: a node, then its only inner parent, if no other edge leads there, and so on. A depth-first
# walk puts these next to each other, so a run is written down as two nodes: its first, the one nearest the output, and
# then its last, with LONG. A chain, however long, is one run: on long chains the memory that is written decides how
# fast a pass is, and this halves its time at 1e7 nodes. Networks have short runs; they cost a few hundredths of a step.
#
# A weighted sum has an entry in the order for each part of it that no other node interrupts: with PART, preceded by
# how many products come after the part, and how many are in it. These two are inverted, so neither is the address of a
# node. Its branch is called unlikely, not because it is, but to keep its code out of the way of single nodes, which it
# slowed by a fifth.
#
# A walk borrows its nodes: its caller holds the output, and parents never change. Like all of this module, it relies on
# the GIL: `visit` keeps it from start to end. A sweep may give it up: in callbacks, in the table, for signals. Hence
# `turn`.

cdef enum:
    SPARE_ROOM = 1 << 21  # items: enough for a graph of a million nodes, which takes 64 MB itself

cdef object take_turn = turn.acquire  # bound now: it would fail when memory runs out
cdef object end_turn = turn.release

cdef struct Leaf:
    uintptr_t node
    double earlier  # its gradient before the walk

cdef struct Walk:
    uintptr_t* order  # of what rows have computed, parents before children
    uintptr_t* todo
    Leaf* leaves
    size_t n
    size_t room  # in order and in todo
    size_t n_leaves
    size_t room_for_leaves
    int keeps  # HAS_GRAD, if `restore` shall give inner nodes their gradients back, too
    bint doubtful  # whether a node has other numbers than its parents, to which data has been assigned, would give now

cdef size_t walks = 0  # how many there have been: the number of this one

cdef Walk NOTHING = [NULL, NULL, NULL, 0, 0, 0, 0, 0, False]
cdef Walk spare = NOTHING


cdef bint make_room(Walk* walk, size_t needed) except -1:
    """Each open node has its place in the order reserved, so one check for room per node is enough.

    A part of a weighted sum takes places before the sum ends, but the check for the parent in between follows at once.
    """
    cdef size_t room = 2 * needed
    walk.order = <uintptr_t*>reallocated(walk.order, room * sizeof(uintptr_t))
    walk.todo = <uintptr_t*>reallocated(walk.todo, room * sizeof(uintptr_t))
    walk.room = room
    return True


cdef bint make_room_for_leaves(Walk* walk, size_t needed) except -1:
    cdef size_t room = 2 * (walk.n_leaves + needed)
    walk.leaves = <Leaf*>reallocated(walk.leaves, room * sizeof(Leaf))
    walk.room_for_leaves = room
    return True


cdef void* reallocated(void* items, size_t size) except NULL:
    # Positions have 32 bits.
    cdef void* moved = PyMem_RawRealloc(items, size) if size <= <size_t>1 << 35 else NULL
    if moved == NULL:
        raise MemoryError
    return moved


cdef Walk begin() noexcept:
    """A new walk, in the memory of an earlier one."""
    global spare
    cdef Walk walk = spare
    spare = NOTHING
    return walk


cdef void end(Walk* walk) noexcept:
    """Keep the memory of a walk, unless it is large: getting it from the system again costs more than the walk."""
    global spare
    if walk.room <= SPARE_ROOM and walk.room_for_leaves <= SPARE_ROOM and spare.order == NULL and spare.leaves == NULL:
        spare = walk[0]
        spare.n = spare.n_leaves = 0
        spare.keeps = 0
        spare.doubtful = False
        return
    PyMem_RawFree(walk.order)
    PyMem_RawFree(walk.todo)
    PyMem_RawFree(walk.leaves)


cdef inline Node* node_in(uintptr_t item) noexcept:
    return <Node*>(item & ~<uintptr_t>NOTES)


cdef inline bint is_new(Node* node, uintptr_t* order, size_t done) noexcept:
    """Whether a walk has not met a node yet.

    A node that it has met is in the order at its `position`, so nothing needs to be cleared after a walk. A node to
    which a single edge leads is met only once.
    """
    return is_only(node) or node.position >= done or node_in(order[node.position]) != node


cdef inline void meet(Walk* walk, Node* leaf) noexcept:
    """Note a leaf when it is first met."""
    if leaf.position >= walk.n_leaves or node_in(walk.leaves[leaf.position].node) != leaf:
        note_leaf(walk, leaf)


cdef void note_leaf(Walk* walk, Node* leaf) noexcept:
    cdef Leaf* noted = &walk.leaves[walk.n_leaves]
    noted.node = <uintptr_t>leaf | (HAD_GRAD if leaf.flags & HAS_GRAD else 0)
    noted.earlier = leaf.grad
    leaf.position = <uint32_t>walk.n_leaves
    leaf.grad = 0.0
    leaf.flags |= HAS_GRAD
    walk.n_leaves += 1


cdef inline void keep(Walk* walk, Node* node) noexcept:
    """Note the gradient of an inner node among those of leaves, for `restore`."""
    walk.leaves[walk.n_leaves] = Leaf(<uintptr_t>node | HAD_GRAD, node.grad)
    walk.n_leaves += 1


cdef inline bint numbers_of_parents(Node* node, double* a, double* b) noexcept:
    """Write down the numbers that a node was computed from, and return whether there are two."""
    cdef bint two = node.y.node != NULL or node.flags & Y_NUMBER
    a[0] = node.x.number if node.flags & X_NUMBER else (<Node*>node.x.node).data
    b[0] = 0.0 if not two else node.y.number if node.flags & Y_NUMBER else (<Node*>node.y.node).data
    return two


cdef inline bint is_doubtful(Node* node) noexcept:
    """Whether a node has another number than its parents would give now. Products are what weights mostly enter."""
    cdef double a, b
    numbers_of_parents(node, &a, &b)
    if likely(node.row == ROW_mul):
        return kernel_value(ROW_mul, a, b) != node.data
    return node.row >= ROW_END or kernel_value(node.row, a, b) != node.data


cdef bint is_doubtful_sum(Sum* total) noexcept:
    """The same for the bias and the products of a weighted sum."""
    cdef size_t k
    if total.bias.data != total.start:
        return True
    for k in range(total.weights.n):
        if value_mul(total.weights.nodes[k].data, total.inputs.nodes[k].data) != total.products[k]:
            return True
    return False


cdef bint visit(Walk* walk, Node* output) except -1:
    """Put what an output depends on in order: depth first, x before y, as `topological_order` does.

    Leaves are kept apart, since their order does not matter. All adjoints start at 0.
    """
    cdef Node* node = output
    cdef Node* first
    cdef Node* parent
    cdef uintptr_t item
    cdef int flags, assigned
    cdef Sum* total
    cdef size_t k
    # Local variables, which the compiler keeps in registers.
    cdef uintptr_t* order = walk.order
    cdef uintptr_t* todo = walk.todo
    cdef size_t done = 0
    cdef size_t left = 0
    global walks
    walks += 1
    if output.row <= CONSTANT:
        if walk.room_for_leaves == 0:
            make_room_for_leaves(walk, 1)
        note_leaf(walk, output)
        return True
    while True:
        first = node
        if is_new(first, order, done):
            if unlikely(done + left + 3 > walk.room):
                walk.n = done
                make_room(walk, done + left + 3)
                order = walk.order
                todo = walk.todo
            if unlikely(first.flags & walk.keeps and first.flags & SUM):
                expand(first)  # each of its nodes keeps its gradient by itself
            if unlikely(first.flags & SUM):
                todo[left] = 0  # the product that its next part begins with
                todo[left + 1] = 0  # its next parent
                todo[left + 2] = <uintptr_t>first | OPEN | PART
                left += 3
            else:
                while True:
                    PREFETCH(node)
                    if unlikely(walk.n_leaves + 3 > walk.room_for_leaves):
                        walk.n = done
                        make_room_for_leaves(walk, 3)
                    flags = node.flags
                    if unlikely(flags & walk.keeps):
                        keep(walk, node)
                    assigned = False
                    if flags & (WANTS_X | INNER_X) == WANTS_X:
                        meet(walk, <Node*>node.x.node)
                        assigned = (<Node*>node.x.node).assigned
                    if flags & (WANTS_Y | INNER_Y) == WANTS_Y:
                        meet(walk, <Node*>node.y.node)
                        assigned |= (<Node*>node.y.node).assigned
                    if assigned:
                        walk.doubtful |= is_doubtful(node)
                    flags &= INNER
                    parent = <Node*>(node.y.node if flags == INNER_Y else node.x.node)
                    if flags == INNER or flags == 0 or not is_only(parent) or parent.flags & SUM:
                        break
                    node = parent
                item = <uintptr_t>node | (LONG if node != first else 0)
                if flags:
                    item |= ONLY_X if flags & INNER_X and is_only(<Node*>node.x.node) else 0
                    item |= ONLY_Y if flags & INNER_Y and is_only(<Node*>node.y.node) else 0
                    if item & LONG:
                        todo[left] = <uintptr_t>first
                        left += 1
                    todo[left] = item | OPEN
                    left += 1
                    if flags == INNER:
                        todo[left] = <uintptr_t>node.y.node
                        left += 1
                    node = parent
                    continue
                done = append(order, done, first, item)
        while True:  # what is next?
            if left == 0:
                walk.n = done
                return True
            left -= 1
            item = todo[left]
            node = node_in(item)
            if not item & OPEN:
                break
            if unlikely(item & PART):
                total = <Sum*>node.x.node
                if unlikely(walk.n_leaves + 2 * total.weights.n + 1 > walk.room_for_leaves):
                    walk.n = done
                    make_room_for_leaves(walk, 2 * total.weights.n + 1)
                parent = next_parent(walk, total, &todo[left - 1], order, done)
                # How many products come before that parent: none before b and the first w.
                k = total.weights.n if parent == NULL else todo[left - 1] / 2 - (todo[left - 1] > 1)
                if k > todo[left - 2]:
                    order[done] = ~<uintptr_t>(total.weights.n - k)
                    order[done + 1] = ~(k - todo[left - 2])
                    order[done + 2] = item | (0 if todo[left - 2] else BIAS)
                    node.position = <uint32_t>(done + 2)
                    node.grad = 0.0
                    done += 3
                    todo[left - 2] = k
                if parent == NULL:
                    total.weights.walk = total.inputs.walk = walks
                    left -= 2
                    continue
                left += 1
                node = parent
                break
            if item & LONG:
                left -= 1
                node = <Node*>todo[left]
            done = append(order, done, node, item)


cdef inline Node* next_parent(Walk* walk, Sum* total, uintptr_t* place, uintptr_t* order, size_t done) noexcept:
    """The next parent of a weighted sum that has to be visited; NULL if there is none."""
    cdef size_t n = total.weights.n
    cdef size_t k
    cdef bint weight_is_next
    if place[0] == 0:
        place[0] = 1
        if has_to_be_visited(walk, total.bias, order, done):
            return total.bias
    if total.weights.walk == walks and total.inputs.walk == walks:
        return NULL  # another sum has met all of them
    weight_is_next = place[0] & 1
    for k in range((place[0] - 1) / 2, n):
        if weight_is_next and has_to_be_visited(walk, total.weights.nodes[k], order, done):
            place[0] = 2 * k + 2
            return total.weights.nodes[k]
        if has_to_be_visited(walk, total.inputs.nodes[k], order, done):
            place[0] = 2 * k + 3
            return total.inputs.nodes[k]
        weight_is_next = True
    return NULL


cdef inline bint has_to_be_visited(Walk* walk, Node* parent, uintptr_t* order, size_t done) noexcept:
    if parent.row == LEAF:
        meet(walk, parent)
    elif parent.row != CONSTANT and is_new(parent, order, done):
        if is_only(parent):
            parent.grad = 0.0
        return True
    return False


cdef inline size_t append(uintptr_t* order, size_t done, Node* first, uintptr_t item) noexcept:
    if not is_only(first):
        first.position = <uint32_t>done
        first.grad = 0.0
    if item & LONG:
        order[done] = <uintptr_t>first
        done += 1
    order[done] = item
    return done + 1


cdef bint sweep(Walk* walk, object on_step) except -1:
    """Go through the order from its end, and pass each adjoint on to the parents."""
    cdef size_t i = walk.n
    cdef Node* node
    cdef Node* last
    cdef Node* x
    cdef Node* y
    cdef uintptr_t item
    cdef double a, b, adjoint, before
    cdef double to_x = 0.0
    cdef double to_y = 0.0
    cdef double[2] slopes
    cdef int flags, only
    cdef size_t n = 0
    while i:
        i -= 1
        item = walk.order[i]
        node = last = node_in(item)
        if unlikely(item & PART):
            i -= 2
            walk.doubtful |= pass_part_on(node, item & BIAS, ~walk.order[i], ~walk.order[i + 1])
            n += ~walk.order[i + 1]
            check_signals(&n)
            continue
        if item & LONG:
            i -= 1
            node = <Node*>walk.order[i]
        adjoint = node.grad
        while True:
            PREFETCH(node)
            flags = node.flags
            node.flags = flags | HAS_GRAD
            x = <Node*>node.x.node
            y = <Node*>node.y.node
            a = node.x.number if flags & X_NUMBER else x.data
            b = node.y.number if flags & Y_NUMBER else 0.0 if y == NULL else y.data
            slopes[0] = slopes[1] = 0.0
            kernel_slopes(node.row, flags & WANTED, node.data, a, b, slopes)
            if unlikely(not isfinite(slopes[0] + slopes[1])):
                if flags & WANTS_X and not isfinite(slopes[0]):
                    slopes[0] = slope_by_the_table(node, 0)
                if flags & WANTS_Y and not isfinite(slopes[1]):
                    slopes[1] = slope_by_the_table(node, 1)
            only = item if node == last else flags
            # A constant gets no adjoint: the exponent's in x**2 would need log(x), which may not exist.
            if flags & WANTS_X:
                before = 0.0 if only & ONLY_X else x.grad
                x.grad = to_x = before + adjoint * slopes[0]
                if unlikely(on_step is not None):
                    tell(on_step, node, x, 0, slopes[0], adjoint, before)
            if flags & WANTS_Y:
                before = 0.0 if only & ONLY_Y else y.grad
                y.grad = to_y = before + adjoint * slopes[1]
                if unlikely(on_step is not None):
                    tell(on_step, node, y, 1, slopes[1], adjoint, before)
            n += 1
            check_signals(&n)
            if node == last:
                break
            if flags & INNER_X:
                node, adjoint = x, to_x
            else:
                node, adjoint = y, to_y
    return True


cdef inline bint check_signals(size_t* n) except -1:
    """Let Ctrl-C end a pass: check for it now and then."""
    if unlikely(n[0] > 0xFFFF):
        n[0] = 0
        PyErr_CheckSignals()
    return True


cdef bint pass_part_on(Node* node, bint bias, size_t after, size_t count) noexcept:
    """Pass the adjoint of a weighted sum on through `count` of its products, which `after` others follow.

    Returns:
        Whether one may be out of date.
    """
    cdef Sum* total = <Sum*>node.x.node
    cdef double adjoint = node.grad
    cdef Node* product
    cdef Node** w
    cdef Node** x
    cdef size_t k
    if node.flags & SUM:
        node.flags |= HAS_GRAD
        w, x = total.weights.nodes, total.inputs.nodes
        for k in range(total.weights.n - after, total.weights.n - after - count, -1):  # counted from 1
            if k == 1:
                add_adjoint(total.bias, adjoint)
            pass_product_on(total.products[k - 1], w[k - 1], x[k - 1], adjoint)
        return total.made != assignments and is_doubtful_sum(total)
    for k in range(after):  # the sum has been expanded meanwhile
        node = <Node*>node.x.node
    for k in range(count, 0, -1):
        product = <Node*>node.y.node
        node.grad = product.grad = adjoint
        node.flags |= HAS_GRAD
        product.flags |= HAS_GRAD
        node = <Node*>node.x.node
        if bias and k == 1:
            add_adjoint(node, adjoint)
        pass_product_on(product.data, <Node*>product.x.node, <Node*>product.y.node, adjoint)
    return True


cdef inline void add_adjoint(Node* node, double adjoint) noexcept:
    if node.row != CONSTANT:
        node.grad += adjoint


cdef inline void pass_product_on(double product, Node* w, Node* x, double adjoint) noexcept:
    cdef double to_x = adjoint * partial_mul_1(product, w.data, x.data)
    w.grad += adjoint * partial_mul_0(product, w.data, x.data)
    add_adjoint(x, to_x)


cdef bint tell(object on_step, Node* node, Node* parent, int place, double slope, double adjoint, double before) except -1:
    on_step(Step(<object><PyObject*>node, <object><PyObject*>parent, place, slope, adjoint, before))
    return True


cdef double slope_by_the_table(Node* node, int place) except? -1:
    cdef tuple parents = (<object><PyObject*>node).parents
    op = rows[node.row]
    try:
        return as_float(op.partials[place](floats, node.data, *[parent.data for parent in parents]), "a derivative")
    except (ValueError, ArithmeticError) as error:
        raise failed(op, parents, error, differentiating=True) from None


@functools.wraps(by_the_table)
def local_derivatives(node, wanted=None):
    cdef Node* this
    cdef double a, b
    cdef double[2] slopes
    cdef bint two
    if type(node) is not Value or wanted is not None:
        return by_the_table(node, wanted)
    this = node_of(<Value>node)
    if this.flags & SUM:
        expand(this)
    if this.row <= CONSTANT:
        return ()
    two = numbers_of_parents(this, &a, &b)
    slopes[0] = slopes[1] = 0.0
    kernel_slopes(this.row, this.flags & WANTED, this.data, a, b, slopes)
    if unlikely(not isfinite(slopes[0] + slopes[1])):
        return by_the_table(node)
    x = slopes[0] if this.flags & WANTS_X else None
    y = slopes[1] if this.flags & WANTS_Y else None
    return (x, y) if two else (x,)


@functools.wraps(slopes.edges_into)
def edges_into(list order not None):
    cdef list nodes = [*order]
    cdef list places = [*range(len(nodes))]  # one int for each node, however many edges name it
    cdef list lower = [], upper = [], which = []
    cdef Node* node
    cdef int place, k, parent
    # No other walk comes between these two loops, which make nothing but nodes and ints: positions stay as they are.
    for place in range(len(places)):
        node_of(<Value?>nodes[place]).position = <uint32_t>place
    for place in range(len(places)):
        node = node_of(<Value>nodes[place])
        if node.flags & SUM:
            expand(node)
        for k in range(1, -1, -1):
            if node.flags & (WANTS_Y if k else WANTS_X):
                parent = place_among(nodes, <Node*>(node.y.node if k else node.x.node))
                if parent == <int>len(places):
                    places.append(parent)
                lower.append(places[parent])
                upper.append(places[place])
                which.append(k)
    return slopes.Edges(nodes, lower, upper, which)


@functools.wraps(slopes.slopes_along)
def slopes_along(list nodes not None, list which not None, at=None):
    cdef list found = []
    cdef Node* node
    cdef double a, b
    cdef double[2] slopes_of
    cdef int place
    if at is not None:
        return slopes.slopes_along(nodes, which, at)
    for each, k in zip(nodes, which, strict=True):
        node, place = node_of(<Value?>each), k
        if node.flags & SUM:
            expand(node)
        if place not in (0, 1) or not node.flags & (WANTS_Y if place else WANTS_X):
            raise IndexError("there is no such edge.")
        numbers_of_parents(node, &a, &b)
        slopes_of[0] = slopes_of[1] = 0.0
        kernel_slopes(node.row, WANTS_Y if place else WANTS_X, node.data, a, b, slopes_of)
        found.append(slopes_of[place] if isfinite(slopes_of[place]) else slope_by_the_table(node, place))
    return found


@functools.wraps(shared.check_all_current)
def check_all_current(nodes):
    cdef Node* node
    for each in nodes:
        node = node_of(<Value?>each)
        if node.flags & SUM:
            expand(node)
        if node.row > CONSTANT and is_doubtful(node):
            shared.check_current(each)


cdef void add_earlier(Walk* walk) noexcept:
    """Add to the gradient of each leaf the one that it had before."""
    cdef size_t i
    cdef Leaf noted
    for i in range(walk.n_leaves):
        noted = walk.leaves[i]
        node_in(noted.node).grad += noted.earlier if noted.node & HAD_GRAD and noted.earlier else 0.0


cdef void restore(Walk* walk) noexcept:
    """Give the leaves back the gradients that they had, and clear those of the other nodes that were not kept."""
    cdef size_t i = walk.n
    cdef size_t k
    cdef Node* node
    cdef uintptr_t item
    while i:
        i -= 1
        item = walk.order[i]
        node = node_in(item)
        node.flags &= ~HAS_GRAD
        if unlikely(item & PART):
            i -= 2
            if not node.flags & SUM:
                for k in range(~walk.order[i] + ~walk.order[i + 1]):
                    node.flags &= ~HAS_GRAD
                    (<Node*>node.y.node).flags &= ~HAS_GRAD
                    node = <Node*>node.x.node
        elif item & LONG:
            i -= 1
            node = <Node*>walk.order[i]
            while node != node_in(item):
                node.flags &= ~HAS_GRAD
                node = <Node*>(node.x.node if node.flags & INNER_X else node.y.node)
    for i in range(walk.n_leaves):
        node = node_in(walk.leaves[i].node)
        node.grad = walk.leaves[i].earlier
        node.flags = node.flags & ~HAS_GRAD | (HAS_GRAD if walk.leaves[i].node & HAD_GRAD else 0)


@functools.wraps(order.topological_order)
def topological_order(*outputs):
    shared.require_values("topological_order", *outputs)
    return ordered(outputs)


cdef list ordered(tuple outputs):
    cdef list found = []
    cdef list todo = [*reversed(outputs)]
    cdef set seen = set()
    cdef Value node
    while todo:
        node = todo.pop()
        if node is None:
            found.append(todo.pop())  # a node stands before each None
        elif node not in seen:
            seen.add(node)
            if node._x is None:
                found.append(node)
                continue
            todo += (node, None) if node._y is None else (node, None, node._y)
            todo.append(node._x)
    return found


