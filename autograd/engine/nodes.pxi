# What a node is, and where it is kept.

# The row numbers of nodes that no row computed; the numbers of the rows follow.
cdef enum:
    LEAF = 0
    CONSTANT = 1

# The bits of a node's flags. The sort adds more notes to a node's address, whose lower six bits are 0; a sweep reads
# both words in the same way, so some bits must agree. This is the one table of both words:
#
#   bit   in a node's flags                             beside its address in the order
#   1     WANTS_X   x gets an adjoint: it is a node       OPEN   its parents are being visited
#                   and not a constant
#   2     WANTS_Y   the same for y                        PART   of a weighted sum
#   4     INNER_X   x passes it on: it is not a leaf      ONLY_X no other edge leads to x
#   8     INNER_Y   the same for y                        ONLY_Y the same for y
#   16    X_NUMBER  x is a plain number, not a node       LONG   the run starts with another node, one entry before
#   32    Y_NUMBER  the same for y                        BIAS   with PART: the bias is in it
#   32                                                    HAD_GRAD  in the list of leaves
#   64    HAS_GRAD  a pass has reached the node           (part of the address)
#   128   SUM       x is a Sum; there is no y, and no     (part of the address)
#                   flag above says anything about parents
#
# ONLY_X is INNER_X because within a run, where a node has no entry, no other edge leads to the inner parent: there the
# flags serve as the entry.
cdef enum:
    WANTS_X = 1
    WANTS_Y = 2
    WANTED = WANTS_X | WANTS_Y
    INNER_X = 4
    INNER_Y = 8
    INNER = INNER_X | INNER_Y
    X_NUMBER = 16
    Y_NUMBER = 32
    HAS_GRAD = 64
    SUM = 128

cdef enum:
    OPEN = 1
    PART = 2
    ONLY_X = INNER_X
    ONLY_Y = INNER_Y
    LONG = 16
    BIAS = 32
    HAD_GRAD = 32
    NOTES = 63

cdef union Operand:
    PyObject* node
    double number

cdef struct Node:  # a Value, to point to
    PyObject head
    double data
    double grad  # meaningless without HAS_GRAD
    Operand x
    Operand y
    PyObject* label  # NULL for ""
    uint32_t position  # where the last sort put it
    uint16_t row
    uint8_t flags
    uint8_t assigned  # whether data has been assigned to it: what was computed from it may be out of date

cdef struct Vector:  # nodes that sums have in common: the inputs of a layer, the weights of a neuron
    size_t references
    size_t n
    size_t walk  # the last one that has met all of them
    bint has_constants
    Node** nodes

cdef struct Sum:  # b + Σ wₖxₖ, while nothing has asked for its products and sums
    Node* bias
    Vector* weights
    Vector* inputs
    double start  # b's number
    size_t made  # how many assignments there had been
    double* products

cdef size_t assignments = 0  # to the data of leaves, ever
cdef PyTypeObject* value_type
cdef list rows = [None, CONSTANT_OP] + [None] * (ROW_END - 2)  # by number
cdef dict numbers_of_rows = {None: LEAF, CONSTANT_OP: CONSTANT}
cdef dict rows_of_one = {}  # the numbers of the rows that take one argument
cdef int current[ROW_END]  # the number of the row that a kernel was built from, or of the row that has replaced it


cdef inline Node* node_of(Value value) noexcept:
    return <Node*><PyObject*>value


cdef inline bint is_only(Node* node) noexcept:
    """Whether only a single edge, or the caller, holds a node: it needs no mark, and its adjoint no summing."""
    return REFCNT(node) == 1


# Where nodes are kept. The order of a graph in memory decides how fast a walk over it is, and a list of freed nodes
# would shuffle it more with each training step. So nodes are taken from chunks one after another, and a chunk whose
# nodes have all been freed starts again from its beginning.

cdef enum:
    CHUNK = 1 << 14  # bytes, and the alignment, by which a node finds its chunk
    CHUNK_NODES = CHUNK // 64 - 2  # one place is for the fields below, and one for malloc's own
    SPARE_CHUNKS = 256  # 4 MiB: about the graph of a training step

cdef struct Chunk:
    Chunk* next  # in the list of chunks with room
    Chunk* previous
    Node* freed  # linked by their x
    uint32_t used  # how many places have been used since the chunk was empty
    uint32_t live
    char padding[32]  # nodes start at a cache line

cdef Chunk* with_room = NULL
cdef int empty_chunks = 0


cdef Chunk* new_chunk() except NULL:
    global with_room, empty_chunks
    cdef Chunk* chunk = <Chunk*>ALIGNED_MALLOC(CHUNK, CHUNK - 64)
    if chunk == NULL:
        raise MemoryError
    PyTraceMalloc_Track(0, <uintptr_t>chunk, CHUNK)
    memset(chunk, 0, CHUNK - 64)  # the nodes too: in newer Pythons an object's head has more fields than are set below
    with_room = chunk
    empty_chunks += 1
    return chunk


cdef inline Node* new_node(double data, int row) except NULL:
    global with_room, empty_chunks
    cdef Chunk* chunk = with_room
    cdef Node* node
    if unlikely(chunk == NULL):
        chunk = new_chunk()
    node = chunk.freed
    if node != NULL:
        chunk.freed = <Node*>node.x.node
    else:
        chunk.used += 1
        node = <Node*>chunk + chunk.used
    empty_chunks -= chunk.live == 0
    chunk.live += 1
    if unlikely(chunk.live == CHUNK_NODES):
        with_room = chunk.next
        if with_room != NULL:
            with_room.previous = NULL
    node.head.ob_refcnt = 1
    node.head.ob_type = value_type  # which lives as long as this module: nodes need not hold it
    node.data = data
    node.grad = 0.0
    node.x.node = node.y.node = node.label = NULL
    node.position = 0
    node.row = row
    node.flags = 0
    node.assigned = False
    return node


cdef inline void free_place(Node* node) noexcept:
    global with_room, empty_chunks
    cdef Chunk* chunk = <Chunk*>(<uintptr_t>node & ~<uintptr_t>(CHUNK - 1))
    if unlikely(chunk.live == CHUNK_NODES):
        chunk.next = with_room
        if with_room != NULL:
            with_room.previous = chunk
        with_room = chunk
    chunk.live -= 1
    if likely(chunk.live):
        node.x.node = <PyObject*>chunk.freed
        chunk.freed = node
        return
    chunk.freed = NULL
    chunk.used = 0
    empty_chunks += 1
    if empty_chunks > SPARE_CHUNKS:
        free_chunk(chunk)


cdef void free_chunk(Chunk* chunk) noexcept:
    global with_room, empty_chunks
    empty_chunks -= 1
    if chunk.next != NULL:
        chunk.next.previous = chunk.previous
    if chunk.previous != NULL:
        chunk.previous.next = chunk.next
    else:
        with_room = chunk.next
    PyTraceMalloc_Untrack(0, <uintptr_t>chunk)
    ALIGNED_FREE(chunk)


cdef PyObject* allocate(PyTypeObject* cls, Py_ssize_t n) except NULL:
    return <PyObject*>new_node(0.0, LEAF)


# Nodes are freed without recursion.

cdef inline Node** next_dead(Node* node) noexcept:
    return <Node**>&node.grad  # no longer needed


cdef inline Node* released(PyObject* operand, Node* dead) noexcept:
    """Give back a reference to a parent. If it was the last, put the parent at the front of the dead nodes."""
    cdef Node* parent = <Node*>operand
    parent.head.ob_refcnt -= 1
    if parent.head.ob_refcnt:
        return dead
    next_dead(parent)[0] = dead
    return parent


cdef Node* released_sum(Sum* total, Node* dead) noexcept:
    dead = released(<PyObject*>total.bias, dead)
    dead = released_vector(total.weights, dead)
    dead = released_vector(total.inputs, dead)
    PyMem_Free(total)
    return dead


cdef inline Node* released_vector(Vector* vector, Node* dead) noexcept:
    cdef size_t k
    if unlikely(vector == NULL):  # memory ran out before the sum was complete
        return dead
    vector.references -= 1
    if vector.references:
        return dead
    for k in range(vector.n):
        vector.nodes[k].head.ob_refcnt -= 1  # the first of two
        dead = released(<PyObject*>vector.nodes[k], dead)
    PyMem_Free(vector)
    return dead


cdef void free_node(PyObject* self) noexcept:
    """Free a node, and what only it kept alive: one node after another, however deep the graph is."""
    cdef Node* node = <Node*>self
    cdef Node* dead = NULL
    while True:
        if node.flags & SUM:
            dead = released_sum(<Sum*>node.x.node, dead)
        elif node.x.node != NULL and not node.flags & X_NUMBER:
            dead = released(node.x.node, dead)
        if node.y.node != NULL and not node.flags & Y_NUMBER:
            dead = released(node.y.node, dead)
        XDECREF(node.label)
        free_place(node)
        if dead == NULL:
            return
        node = dead
        dead = next_dead(node)[0]


cdef PyObject* operand_node(Node* node, int place) except? NULL:
    """A parent, as a borrowed reference; NULL if there is none. A plain number becomes a node now, and stays one."""
    cdef Operand* operand = &node.x if place == 0 else &node.y
    cdef int flag = X_NUMBER if place == 0 else Y_NUMBER
    if node.flags & SUM:
        expand(node)
    if node.flags & flag:
        operand.node = <PyObject*>new_node(operand.number, CONSTANT)
        node.flags &= ~flag
    return operand.node


cdef bint set_label(Node* node, object label) except -1:
    cdef PyObject* earlier
    if type(label) is not str:
        label = as_label(label)  # may run Python code that sets the label, so nothing has been read yet
    earlier = node.label
    node.label = NULL
    if len(<str>label):
        INCREF(<PyObject*>label)
        node.label = <PyObject*>label
    XDECREF(earlier)
    return True
