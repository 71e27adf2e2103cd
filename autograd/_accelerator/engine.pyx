# cython: language_level=3, cdivision=True, c_api_binop_methods=True, auto_pickle=False
"""The compiled twin of `autograd/value.py` and `autograd/reverse.py`: the same behavior, at about the cost of plain floats.

A node takes 64 bytes, and the cyclic garbage collector does not know it. It need not. A node refers to its parents, which
never lead back to it: they are older, or were made of older ones when somebody looked into a weighted sum; to its label,
which is exactly a `str`; and to its row, by number. Value is final and has no `__dict__`. So nothing that Python can do
makes a cycle through a node.

A plain number next to a Value needs no node: it stands where the parent would, until somebody asks for the parent.

The numbers come from the table's rows, written in C by `kernels.py`. Where such a number is not finite, the table is
asked, which gives the special value or raises the error. Whatever has no kernel works through the table anyway.
"""

cimport cython
from cpython.contextvars cimport PyContextVar_Get
from cpython.exc cimport PyErr_CheckSignals
from cpython.float cimport PyFloat_AS_DOUBLE
from cpython.long cimport PyLong_AsDouble
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_RawFree, PyMem_RawRealloc
from cpython.object cimport Py_EQ, Py_GE, Py_GT, Py_LE, Py_LT, Py_NE, PyObject, PyTypeObject
from libc.math cimport NAN, isfinite
from libc.stdint cimport uint8_t, uint16_t, uint32_t, uintptr_t
from libc.string cimport memset

import functools
import types

from autograd._accelerator.kernels import digest
from autograd.notation import failure
from autograd.operation import CONSTANT as CONSTANT_OP
from autograd.operation import Op, as_float, as_label, as_operand, floats
from autograd.recording import open_blocks, recording_off
from autograd.reverse import NOTHING_RECORDED, Step, operations, turn
from autograd.tally import count, counting


cdef extern from *:
    # The same as Cython's own, but on pointers, for which it counts no references behind our back.
    PyTypeObject* TYPE "Py_TYPE"(void*)
    Py_ssize_t REFCNT "Py_REFCNT"(void*)
    void INCREF "Py_INCREF"(void*)
    void DECREF "Py_DECREF"(void*)
    void XDECREF "Py_XDECREF"(void*)
    bint IS_FLOAT "PyFloat_CheckExact"(void*)
    bint IS_INT "PyLong_CheckExact"(void*)
    PyObject** ITEMS "PySequence_Fast_ITEMS"(object)
    int PyTraceMalloc_Track(unsigned int, uintptr_t, size_t)
    int PyTraceMalloc_Untrack(unsigned int, uintptr_t)
    object PyDescr_NewMethod(PyTypeObject*, PyMethodDef*)
    ctypedef struct PyMethodDef:
        const char* ml_name
    size_t PyVectorcall_NARGS(size_t)
    bint likely(bint)
    bint unlikely(bint)

cdef extern from "kernels.h":
    enum:
        ROW_add, ROW_sub, ROW_mul, ROW_truediv, ROW_pow, ROW_neg, ROW_END
    const char** kernel_names
    const char** kernel_digests
    PyMethodDef* kernel_methods
    PyObject* (*kernel_method)(PyObject*, int, Py_ssize_t) except NULL
    double kernel_value(int, double, double) noexcept
    void kernel_slopes(int, int, double, double, double, double*) noexcept

cdef extern from *:
    """
    #ifdef _WIN32
    #include <malloc.h>
    #define ALIGNED_MALLOC(alignment, size) _aligned_malloc(size, alignment)
    #define ALIGNED_FREE _aligned_free
    #else
    #include <stdlib.h>
    static void *ALIGNED_MALLOC(size_t alignment, size_t size) {
        void *memory;
        return posix_memalign(&memory, alignment, size) ? NULL : memory;
    }
    #define ALIGNED_FREE free
    #endif
    /* A walk from the output meets nodes from the newest to the oldest, and these lie one before the other. */
    #ifdef __GNUC__
    #define PREFETCH(node) __builtin_prefetch((char *)(node) - 2048, 1)
    #else
    #define PREFETCH(node)
    #endif
    #define OWNED(node) ((PyObject *)(node))
    #define SET_SLOTS(type, alloc, dealloc, vectorcall) ((type)->tp_name = "Value", (type)->tp_alloc = (alloc), (type)->tp_dealloc = (dealloc), \\
        (type)->tp_vectorcall = (vectorcallfunc)(vectorcall), (type)->tp_hash = PyBaseObject_Type.tp_hash)
    """
    void* ALIGNED_MALLOC(size_t, size_t)
    void ALIGNED_FREE(void*)
    void PREFETCH(void*)
    object OWNED(Node*)  # a new reference becomes an object
    void SET_SLOTS(PyTypeObject*, PyObject* (*)(PyTypeObject*, Py_ssize_t) except NULL, void (*)(PyObject*) noexcept, PyObject* (*)(PyObject*, PyObject**, size_t, PyObject*) except NULL)


# What a node has in the place of a row's number when no row computed it; those of the rows follow.
cdef enum:
    LEAF = 0
    CONSTANT = 1

cdef enum:  # flags
    WANTS_X = 1  # x gets an adjoint: it is no number and no constant
    WANTS_Y = 2
    WANTED = 3
    INNER_X = 4  # and passes it on: it is no leaf either
    INNER_Y = 8
    INNER = 12
    X_NUMBER = 16  # x is a plain number, and not a node
    Y_NUMBER = 32
    HAS_GRAD = 64
    SUM = 128  # x is a Sum; there is no y, and none of the flags above says anything of parents

cdef union Operand:
    PyObject* node
    double number

cdef struct Node:  # a Value, for pointers
    PyObject head
    double data
    double grad
    Operand x
    Operand y
    PyObject* label  # NULL for ""
    uint32_t position
    uint16_t row
    uint8_t flags


cdef struct Sum:  # b + Σ wₖxₖ, of which nobody has asked for the products yet
    size_t n
    double start  # b's number
    double* products
    Node** parents  # b, w₀, x₀, w₁, x₁, …


cdef list rows = [None, CONSTANT_OP] + [None] * (ROW_END - 2)  # by number
cdef dict numbers_of_rows = {None: LEAF, CONSTANT_OP: CONSTANT}
cdef dict rows_of_one = {}  # the numbers of the rows that take one argument
cdef int current[ROW_END]  # the number of the row that a kernel was built from; another one if the row has changed since
cdef PyTypeObject* value_type
cdef list blocks = open_blocks  # of no_grad(), in any thread
cdef object take_turn = turn.acquire  # bound now: at a time of no memory that would fail
cdef object end_turn = turn.release


cdef bint recording_is_off() except -1:
    """Whether this thread or task is inside no_grad(); to be asked only if some thread is."""
    cdef PyObject* found = NULL
    PyContextVar_Get(recording_off, NULL, &found)
    cdef bint off = <object>found is True
    XDECREF(found)
    return off


# Where nodes are kept. The order of a graph in memory decides how fast one walks over it: a list of freed nodes would
# shuffle it more with each training step. So nodes are taken one after the other from chunks, and a chunk all of whose
# nodes have been freed starts again from its beginning.

cdef enum:
    CHUNK = 1 << 14  # bytes, and the alignment, by which a node finds its chunk
    CHUNK_NODES = CHUNK // 64 - 2  # one place is for the fields below, and one for malloc's own
    SPARE_CHUNKS = 256  # 4 MiB: about the graph of a training step

cdef struct Chunk:
    Chunk* next  # in the list of those that have room
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
    memset(chunk, 0, CHUNK - 64)  # the nodes too: newer Pythons have more in an object's head than is set below
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
    return <Node**>&node.grad  # which is of no use any more


cdef inline Node* released(PyObject* operand, Node* dead) noexcept:
    """Give back a reference to a parent. If it was the last, put the parent in front of the other dead ones."""
    cdef Node* parent = <Node*>operand
    parent.head.ob_refcnt -= 1
    if parent.head.ob_refcnt:
        return dead
    next_dead(parent)[0] = dead
    return parent


cdef Node* released_sum(Sum* total, Node* dead) noexcept:
    cdef size_t i
    for i in range(2 * total.n + 1):
        dead = released(<PyObject*>total.parents[i], dead)
    PyMem_Free(total)
    return dead


cdef void free_node(PyObject* self) noexcept:
    """Free a node, and what only it has kept alive: one after the other, however deep the graph is."""
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


# Recording

cdef inline bint is_plain(PyObject* thing, double* number) except -1:
    """Whether something is exactly a float or an int; if so, its number."""
    if IS_FLOAT(thing):
        number[0] = PyFloat_AS_DOUBLE(<object>thing)
        return True
    if IS_INT(thing):
        number[0] = PyLong_AsDouble(<object>thing)
        return True
    return False


cdef inline double as_double(object number, str what) except? -1:
    cdef double plain
    return plain if is_plain(<PyObject*>number, &plain) else as_float(number, what)


cdef inline int edge(Node* parent) noexcept:
    """The flags of an edge to x; those of one to y are twice that."""
    return WANTS_X * (parent.row != CONSTANT) + INNER_X * (parent.row > CONSTANT)


cdef inline Node* recorded(int row, double z, Node* x, Node* y) except NULL:
    """The node for z, computed by a row from x, and from y unless that is NULL."""
    cdef Node* node
    if (blocks and recording_is_off()) or (x.row == CONSTANT and (y == NULL or y.row == CONSTANT)):
        return new_node(z, CONSTANT)
    node = new_node(z, row)
    set_parents(node, x, y)
    return node


cdef inline void set_parents(Node* node, Node* x, Node* y) noexcept:
    INCREF(x)
    node.x.node = <PyObject*>x
    node.flags |= edge(x)
    if y != NULL:
        INCREF(y)
        node.y.node = <PyObject*>y
        node.flags |= 2 * edge(y)


cdef inline object arithmetic(PyObject* left, PyObject* right, int row):
    """left ∘ right, for the operator of a row. With the row known, the compiler leaves nothing of the switch over rows."""
    cdef Node* x = <Node*>left
    cdef Node* y = <Node*>right
    cdef Node* node
    cdef double number, z
    cdef bint usable = current[row] == row
    if TYPE(left) == value_type:
        if TYPE(right) == value_type:
            z = kernel_value(row, x.data, y.data)
            if likely(isfinite(z) and usable):
                return OWNED(recorded(row, z, x, y))
        elif is_plain(right, &number):
            z = kernel_value(row, x.data, number)
            if likely(isfinite(z) and usable and not blocks and x.row != CONSTANT):
                node = new_node(z, row)
                INCREF(left)
                node.x.node = left
                node.y.number = number
                node.flags = Y_NUMBER + edge(x)
                return OWNED(node)
    elif is_plain(left, &number):
        z = kernel_value(row, number, y.data)
        if likely(isfinite(z) and usable and not blocks and y.row != CONSTANT):
            node = new_node(z, row)
            INCREF(right)
            node.x.number = number
            node.y.node = right
            node.flags = X_NUMBER + 2 * edge(y)
            return OWNED(node)
    return any_arithmetic(<object>left, <object>right, current[row])


cdef object any_arithmetic(object left, object right, int row):
    """The same for whatever stands on the two sides, and whatever comes out."""
    if type(left) is not Value:
        left = as_operand(rows[row], left)
        if left is NotImplemented:
            return left
        left = constant(left)
    if type(right) is not Value:
        right = as_operand(rows[row], right)
        if right is NotImplemented:
            return right
        right = constant(right)
    return apply(row, left, right)


cdef object apply(int row, Value left, Value right):
    """A row applied to one Value, or to two."""
    if unlikely(left is None):  # which Cython takes for a Value
        raise TypeError(f"{rows[row].name} needs a Value, but got None.")
    cdef Node* x = <Node*><PyObject*>left
    cdef Node* y = NULL if right is None else <Node*><PyObject*>right
    cdef double z = kernel_value(row, x.data, 0.0 if y == NULL else y.data) if row < ROW_END else NAN
    if unlikely(not isfinite(z)):
        z = value_by_the_table(rows[row], (left,) if y == NULL else (left, right))
    return OWNED(recorded(row, z, x, y))


cdef double value_by_the_table(object op, tuple operands) except? -1:
    try:
        what = "data" if len(operands) == 1 else f"the result of {op.name}"
        return as_float(op.forward(floats, *[operand.data for operand in operands]), what)
    except (ValueError, ArithmeticError) as error:
        raise type(error)(failure(op, operands, error)) from None


cdef PyObject* method_of_one(PyObject* self, int row, Py_ssize_t n) except NULL:
    """What the methods of rows of one argument do: `value.tanh()`."""
    cdef double z = kernel_value(row, (<Node*>self).data, 0.0)
    if n:
        raise TypeError(f"Value.{rows[current[row]].name}() takes 1 positional argument but {n + 1} were given")
    if likely(isfinite(z) and current[row] == row):
        return <PyObject*>recorded(row, z, <Node*>self, NULL)
    result = apply(current[row], <Value>self, None)
    INCREF(<PyObject*>result)
    return <PyObject*>result


def constant(number, label=""):
    """A node for a plain number in an expression, which gets no gradient."""
    cdef Value node = Value(number, label)
    node.row = CONSTANT
    return node


# Weighted sums
#
# A neuron's b + Σ wₖxₖ is one node until somebody asks for its parents. Then it becomes, for good, the products and sums
# that Python's own arithmetic would have recorded. So whatever explains or draws or differentiates a graph sees these;
# a backward pass does not ask, and gives the same gradients to the last bit: it goes through the products in the order
# in which it would have met them. What is added is passed the adjoint of the sum as it is.


cpdef weighted_sum(weights, inputs, bias):
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
        and not (blocks and recording_is_off())
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
            if isfinite(z):  # else the table is asked for the sign of a nan
                for k in range(2 * n + 1):
                    INCREF(total.parents[k])
                node.data = z
                node.x.node = <PyObject*>total
                node.flags = SUM
                return result
        PyMem_Free(total)
    return products_and_sums(weights, inputs, bias)


def activate(weights, inputs, bias, activation, z_label="", a_label=""):
    z = weighted_sum(weights, inputs, bias)
    give_label(z, z_label)
    cdef int row = row_of_one(activation, z)
    a = activation(z) if row == LEAF else apply(row, <Value>z, None)
    if a is not z:
        give_label(a, a_label)
    return z, a


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
    total.products = <double*>(total + 1)
    total.parents = <Node**>(total.products + n)
    return total


cdef bint expand(Node* node) except -1:
    """Record the products and sums of a weighted sum. All of them have the adjoint of the whole."""
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


# Walks
#
# The order is one of runs: a node, then its only inner parent, if no other edge leads there, and so on. Depth first puts
# these next to each other, so a run is written down as two nodes: its first, the one nearest the output, and then its
# last, with LONG. A chain, however long, is one run: on long chains the memory that is written decides how fast a pass
# is, and this halves its time at 1e7 nodes. Networks have short runs, which cost them some hundredths of a step.
#
# A weighted sum stands in the order once for each part of it that no other node comes between: with PART, after how many
# products come after the part, and how many are in it. These two are inverted, and so not the address of any node. It is
# called unlikely, not because it is, but to keep its code out of the way of single nodes, which it slowed by a fifth.
#
# A walk borrows its nodes: whoever asks for it holds the output, and parents never change. As all of this module, it
# relies on the GIL: `visit` keeps it from start to end. A sweep may give it up, in callbacks, in the table and for
# signals; hence `turn`.

cdef enum:  # what the walks note beside the last node of a run, in the lower bits of its address
    OPEN = 1  # its parents are being visited
    PART = 2  # of a weighted sum
    BIAS = 32  # which its bias is in
    ONLY_X = INNER_X  # no other edge leads to its x; within a run none does to the inner parent
    ONLY_Y = INNER_Y
    LONG = 16  # the first node is another one, which stands before it
    HAD_GRAD = 32  # a leaf did
    NOTES = 63

cdef enum:
    SPARE_ROOM = 1 << 21  # items: that of a graph of a million nodes, which take 64 MB themselves

cdef struct Leaf:
    uintptr_t node
    double earlier  # its gradient before the walk

cdef struct Walk:
    uintptr_t* order  # of what rows have computed, parents before children
    uintptr_t* todo
    Leaf* leaves
    size_t n
    size_t room  # in the order, and in what is to do
    size_t n_leaves
    size_t room_for_leaves

cdef Walk NOTHING = [NULL, NULL, NULL, 0, 0, 0, 0]
cdef Walk spare = NOTHING


cdef bint make_room(Walk* walk, size_t needed) except -1:
    """Each node that is open has its place in the order kept: so there is one check for room a node.

    A part of a weighted sum takes places before the sum ends, but the check for the parent in between comes at once.
    """
    cdef size_t room = 2 * needed
    walk.order = <uintptr_t*>grown(walk.order, room * sizeof(uintptr_t))
    walk.todo = <uintptr_t*>grown(walk.todo, room * sizeof(uintptr_t))
    walk.room = room
    return True


cdef bint make_room_for_leaves(Walk* walk, size_t needed) except -1:
    cdef size_t room = 2 * (walk.n_leaves + needed)
    walk.leaves = <Leaf*>grown(walk.leaves, room * sizeof(Leaf))
    walk.room_for_leaves = room
    return True


cdef void* grown(void* items, size_t size) except NULL:
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
    """Keep the memory of a walk, unless it is large: to have it from the system anew costs more than the walk."""
    global spare
    if walk.room <= SPARE_ROOM and walk.room_for_leaves <= SPARE_ROOM and spare.order == NULL and spare.leaves == NULL:
        spare = walk[0]
        spare.n = spare.n_leaves = 0
        return
    PyMem_RawFree(walk.order)
    PyMem_RawFree(walk.todo)
    PyMem_RawFree(walk.leaves)


cdef inline bint is_only(Node* node) noexcept:
    """Whether nobody but a single edge, or who asks, holds a node: it needs no mark, and its adjoint no sum."""
    return REFCNT(node) == 1


cdef inline Node* node_in(uintptr_t item) noexcept:
    return <Node*>(item & ~<uintptr_t>NOTES)


cdef inline bint is_new(Node* node, uintptr_t* order, size_t done) noexcept:
    """Whether a walk has not been there.

    A node knows where it stands in the order, and it is there: so nothing needs to be cleared after a walk. One to which
    a single edge leads does not need that.
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


cdef bint visit(Walk* walk, Node* output) except -1:
    """Put what an output depends on in order: depth first, x before y, as `topological_order` does.

    Leaves stand apart, since it does not matter when they come. All adjoints start at 0.
    """
    cdef Node* node = output
    cdef Node* first
    cdef Node* parent
    cdef uintptr_t item
    cdef int flags
    cdef Sum* total
    cdef size_t k
    # In variables, which the compiler keeps in registers.
    cdef uintptr_t* order = walk.order
    cdef uintptr_t* todo = walk.todo
    cdef size_t done = 0
    cdef size_t left = 0
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
            if unlikely(first.flags & SUM):
                todo[left] = 0  # the product with which a part of it begins
                todo[left + 1] = 0  # the parent that comes next
                todo[left + 2] = <uintptr_t>first | OPEN | PART
                left += 3
            else:
                while True:
                    PREFETCH(node)
                    if unlikely(walk.n_leaves + 2 > walk.room_for_leaves):
                        walk.n = done
                        make_room_for_leaves(walk, 2)
                    flags = node.flags
                    if flags & (WANTS_X | INNER_X) == WANTS_X:
                        meet(walk, <Node*>node.x.node)
                    if flags & (WANTS_Y | INNER_Y) == WANTS_Y:
                        meet(walk, <Node*>node.y.node)
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
                done = put(order, done, first, item)
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
                if unlikely(walk.n_leaves + 2 * total.n + 1 > walk.room_for_leaves):
                    walk.n = done
                    make_room_for_leaves(walk, 2 * total.n + 1)
                parent = next_parent(walk, total, &todo[left - 1], order, done)
                # How many products stand before that parent: before b and the first w there is none.
                k = total.n if parent == NULL else todo[left - 1] / 2 - (todo[left - 1] > 1)
                if k > todo[left - 2]:
                    order[done] = ~<uintptr_t>(total.n - k)
                    order[done + 1] = ~(k - todo[left - 2])
                    order[done + 2] = item | (0 if todo[left - 2] else BIAS)
                    node.position = <uint32_t>(done + 2)
                    node.grad = 0.0
                    done += 3
                    todo[left - 2] = k
                if parent == NULL:
                    left -= 2
                    continue
                left += 1
                node = parent
                break
            if item & LONG:
                left -= 1
                node = <Node*>todo[left]
            done = put(order, done, node, item)


cdef inline Node* next_parent(Walk* walk, Sum* total, uintptr_t* place, uintptr_t* order, size_t done) noexcept:
    """The next parent of a weighted sum that has to be visited; NULL if there is none."""
    cdef Node* parent
    while place[0] < 2 * total.n + 1:
        parent = total.parents[place[0]]
        place[0] += 1
        if parent.row == LEAF:
            meet(walk, parent)
        elif parent.row != CONSTANT and is_new(parent, order, done):
            if is_only(parent):
                parent.grad = 0.0
            return parent
    return NULL


cdef inline size_t put(uintptr_t* order, size_t done, Node* first, uintptr_t item) noexcept:
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
            n += pass_part_on(node, item & BIAS, ~walk.order[i], ~walk.order[i + 1])
            heed_signals(&n)
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
            heed_signals(&n)
            if node == last:
                break
            if flags & INNER_X:
                node, adjoint = x, to_x
            else:
                node, adjoint = y, to_y
    return True


cdef inline bint heed_signals(size_t* n) except -1:
    """Let Ctrl-C end a pass, once in a while."""
    if unlikely(n[0] > 0xFFFF):
        n[0] = 0
        PyErr_CheckSignals()
    return True


cdef size_t pass_part_on(Node* node, bint bias, size_t after, size_t count) noexcept:
    """Pass the adjoint of a weighted sum on through some of its products, of which so many come after these."""
    cdef Sum* total = <Sum*>node.x.node
    cdef double adjoint = node.grad
    cdef Node* product
    cdef size_t k
    if node.flags & SUM:
        node.flags |= HAS_GRAD
        for k in range(total.n - after, total.n - after - count, -1):  # counted from 1
            if k == 1:
                add_adjoint(total.parents[0], adjoint)
            pass_product_on(total.products[k - 1], total.parents[2 * k - 1], total.parents[2 * k], adjoint)
        return count
    for k in range(after):  # somebody has looked meanwhile
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
    return count


cdef inline void add_adjoint(Node* node, double adjoint) noexcept:
    if node.row != CONSTANT:
        node.grad += adjoint


cdef inline void pass_product_on(double product, Node* w, Node* x, double adjoint) noexcept:
    cdef double[2] slopes
    kernel_slopes(ROW_mul, WANTED, product, w.data, x.data, slopes)
    w.grad += adjoint * slopes[0]
    add_adjoint(x, adjoint * slopes[1])


cdef bint tell(object on_step, Node* node, Node* parent, int place, double slope, double adjoint, double before) except -1:
    after = before + adjoint * slope
    on_step(Step(<object><PyObject*>node, <object><PyObject*>parent, place, slope, adjoint, before, after))
    return True


cdef double slope_by_the_table(Node* node, int place) except? -1:
    cdef tuple parents = (<object><PyObject*>node).parents
    op = rows[node.row]
    try:
        return as_float(op.partials[place](floats, node.data, *[parent.data for parent in parents]), "a derivative")
    except (ValueError, ArithmeticError) as error:
        raise type(error)(failure(op, parents, error, differentiating=True)) from None


cdef void add_earlier(Walk* walk) noexcept:
    """Add to the gradients of the leaves what they have been before."""
    cdef size_t i
    cdef Leaf noted
    for i in range(walk.n_leaves):
        noted = walk.leaves[i]
        node_in(noted.node).grad += noted.earlier if noted.node & HAD_GRAD and noted.earlier else 0.0


cdef void restore(Walk* walk) noexcept:
    """After a pass that failed: the gradients of the leaves as they have been, and none of the other nodes."""
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
        if not walk.leaves[i].node & HAD_GRAD:
            node.flags &= ~HAS_GRAD


def topological_order(*outputs):
    """See `autograd.graph.topological_order`."""
    cdef list order = []
    cdef list todo = [*reversed(outputs)]
    cdef set seen = set()
    cdef Value node
    while todo:
        node = todo.pop()
        if node is None:
            order.append(todo.pop())  # a node stands before each None
        elif node not in seen:
            seen.add(node)
            if node._x is None:
                order.append(node)
                continue
            todo += (node, None) if node._y is None else (node, None, node._y)
            todo.append(node._x)
    return order


cdef inline Node* node_of(Value value) noexcept:
    return <Node*><PyObject*>value


@cython.final
cdef class Value:
    # The fields of Node.
    cdef double number, adjoint
    cdef Operand x, y
    cdef PyObject* name
    cdef uint32_t position
    cdef uint16_t row
    cdef uint8_t flags

    @property
    def data(self):
        """The number, always a plain `float`. What was computed from it does not follow when it is assigned."""
        return self.number

    @data.setter
    def data(self, number):
        self.number = as_double(number, "data")

    @property
    def _data(self):
        return self.number

    @property
    def grad(self):
        """∂output/∂self from the last backward pass; leaves sum it up over passes. 0.0 before the first."""
        return self.adjoint if self.flags & HAS_GRAD else 0.0

    @grad.setter
    def grad(self, number):
        if self.flags & SUM:
            expand(node_of(self))  # the products keep the adjoint that they have
        self.adjoint = as_double(number, "grad")
        self.flags = self.flags | HAS_GRAD if self.adjoint else self.flags & ~HAS_GRAD

    @property
    def _grad(self):
        return self.adjoint if self.flags & HAS_GRAD else None

    @_grad.setter
    def _grad(self, number):
        if self.flags & SUM:
            expand(node_of(self))
        if number is None:
            self.flags &= ~HAS_GRAD
        else:
            self.adjoint = number
            self.flags |= HAS_GRAD

    @property
    def has_grad(self):
        """Whether a backward pass has reached this node since it was made or its gradient was cleared."""
        return self.flags & HAS_GRAD != 0 and self.row != CONSTANT

    @has_grad.setter
    def has_grad(self, _):
        raise read_only("has_grad")

    @property
    def is_constant(self):
        """Whether this is a plain number of an expression, or computed from nothing else: it gets no gradient."""
        return self.row == CONSTANT

    @is_constant.setter
    def is_constant(self, _):
        raise read_only("is_constant")

    @property
    def op(self):
        """The row of the table that computed it; `None` for a leaf, which is what gradients are collected in."""
        return rows[self.row] if self.row != LEAF else None

    @op.setter
    def op(self, _):
        raise read_only("op")

    @property
    def label(self):
        """The name, or `""`."""
        return "" if self.name == NULL else <object>self.name

    @label.setter
    def label(self, label):
        set_label(node_of(self), label)

    @property
    def _x(self):
        cdef PyObject* x = operand_node(node_of(self), 0)
        return None if x == NULL else <object>x

    @property
    def _y(self):
        cdef PyObject* y = operand_node(node_of(self), 1)
        return None if y == NULL else <object>y

    @property
    def parents(self):
        """The nodes that it was computed from, in order and with repeats: `x * x` has two edges to x."""
        cdef PyObject* x = operand_node(node_of(self), 0)
        cdef PyObject* y = operand_node(node_of(self), 1)
        if x == NULL:
            return ()
        return (<object>x,) if y == NULL else (<object>x, <object>y)

    @parents.setter
    def parents(self, _):
        raise read_only("parents")

    def _backward(self, on_step):
        cdef Walk walk
        if self.row == CONSTANT:
            raise ValueError(NOTHING_RECORDED)
        take_turn()
        walk = begin()
        try:
            # Who watches sees every adjoint, those that have not been reached too.
            watched = topological_order(self) if on_step is not None else ()
            if counting.get():
                count("reverse", functools.partial(operations, topological_order(self)))
            visit(&walk, node_of(self))
            for node in watched:
                node._grad = 0.0
            self.adjoint = 1.0
            sweep(&walk, on_step)
            add_earlier(&walk)
        except:
            restore(&walk)
            raise
        finally:
            end(&walk)
            end_turn()

    def _zero_grad(self):
        cdef Walk walk
        cdef size_t i
        take_turn()
        walk = begin()
        try:
            visit(&walk, node_of(self))
            for i in range(walk.n_leaves):
                walk.leaves[i].node &= ~<uintptr_t>HAD_GRAD
        finally:
            restore(&walk)
            end(&walk)
            end_turn()

    _topological_order = staticmethod(topological_order)

    @staticmethod
    def _record(op, tuple arguments):
        cdef int row = numbers_of_rows[op]
        if len(arguments) == 1:
            return apply(row, arguments[0], None)
        left, right = arguments
        for argument in arguments:
            if type(argument) is Value or type(argument) is float:
                continue
            if hasattr(argument, "_record"):
                return argument._record(op, arguments)  # to what else flows through the table, Values are numbers
            as_float(argument, f"an argument of {op.name}")
        return any_arithmetic(left, right, row)

    @staticmethod
    def _restored(data, label, grad, op, Value x, Value y):
        cdef Value node = Value(data, label)
        cdef int given = (x is not None) + (y is not None)
        if given != (len(op.domain) if op is not None else 0) or (x is None and y is not None):
            raise ValueError(f"{op!r} does not take {given} arguments.")
        node._grad = grad
        node.row = numbers_of_rows[op]
        if x is not None:
            set_parents(node_of(node), node_of(x), NULL if y is None else node_of(y))
        return node

    def __add__(left, right):
        return arithmetic(<PyObject*>left, <PyObject*>right, ROW_add)

    def __sub__(left, right):
        return arithmetic(<PyObject*>left, <PyObject*>right, ROW_sub)

    def __mul__(left, right):
        return arithmetic(<PyObject*>left, <PyObject*>right, ROW_mul)

    def __truediv__(left, right):
        return arithmetic(<PyObject*>left, <PyObject*>right, ROW_truediv)

    def __pow__(left, right, modulus):
        return arithmetic(<PyObject*>left, <PyObject*>right, ROW_pow) if modulus is None else NotImplemented

    def __neg__(self):
        return apply(current[ROW_neg], self, None)

    def __richcmp__(self, other, int comparison):
        cdef double number
        if comparison == Py_EQ or comparison == Py_NE:
            return NotImplemented  # identity
        if type(other) is Value:
            number = (<Value>other).number
        else:
            number = as_double(other, "what a Value is compared with")
        if comparison == Py_LT:
            return self.number < number
        if comparison == Py_LE:
            return self.number <= number
        if comparison == Py_GT:
            return self.number > number
        return self.number >= number

    def __hash__(self):  # by identity; SET_SLOTS puts Python's own in its place
        return <Py_ssize_t><void*>self


cdef object read_only(str name):
    return AttributeError(f"property {name!r} of 'Value' object has no setter")


cdef bint set_label(Node* node, object label) except -1:
    cdef PyObject* earlier
    if type(label) is not str:
        label = as_label(label)  # Python code, in which somebody else may set a label: so nothing has been read before
    earlier = node.label
    node.label = NULL
    if label:
        INCREF(<PyObject*>label)
        node.label = <PyObject*>label
    XDECREF(earlier)
    return True


cdef PyObject* new_value(PyObject* cls, PyObject** arguments, size_t flagged_n, PyObject* names) except NULL:
    """`Value(data, label)`."""
    cdef Py_ssize_t n = PyVectorcall_NARGS(flagged_n)
    cdef Node* node
    if names != NULL or not 1 <= n <= 2:
        keywords = <object>names if names != NULL else ()
        given = [<object>arguments[i] for i in range(n + len(keywords))]
        twin = types.SimpleNamespace()
        initialize(twin, *given[:n], **dict(zip(keywords, given[n:])))
        number, label = twin._data, twin._label
    else:
        number = <object>arguments[0]
        label = <object>arguments[1] if n == 2 else ""
    node = new_node(as_double(number, "data"), LEAF)
    value = OWNED(node)
    set_label(node, label)
    INCREF(node)
    return <PyObject*>node


def record(op, Value left not None, *others):
    """A row applied to a Value, or to a Value and whatever stands on the other side."""
    cdef int row = numbers_of_rows[op]
    return any_arithmetic(left, others[0], row) if others else apply(row, left, None)


def call(op, *arguments):
    """`Op.__call__`, with a short way for what programs do most: `tanh(value)`."""
    cdef int row = row_of_one(op, arguments[0]) if len(arguments) == 1 else LEAF
    return any_call(op, *arguments) if row == LEAF else apply(row, <Value>arguments[0], None)


cdef inline int row_of_one(object op, object argument) except -1:
    """The number of the row, where a row of one argument is applied to a Value; else that of a leaf."""
    return rows_of_one.get(op, LEAF) if type(op) is Op and type(argument) is Value else LEAF


assert sizeof(Node) == 64 == sizeof(Chunk) and sizeof(Node) == (<PyTypeObject*>Value).tp_basicsize

initialize = None  # the pure Value.__init__, for unusual arguments
any_call = None  # the pure Op.__call__
products_and_sums = None  # the pure weighted_sum

value_type = <PyTypeObject*>Value
INCREF(value_type)
SET_SLOTS(value_type, allocate, free_node, new_value)
kernel_method = method_of_one


def adopt(row):
    """Give a row its number, and its kernel if it has one; return a ready-made method, if there is one."""
    cdef int i, number = len(rows)
    for i in range(2, ROW_END):
        if kernel_names[i - 2] == row.name.encode():
            current[i] = number
            if kernel_digests[i - 2] == digest(row).encode():
                current[i] = number = i
    if number == len(rows):
        if number > 0xFFFF:
            raise RuntimeError("there have been more than 65,000 operations in this process; start a new one.")
        rows.append(row)
    rows[number] = row
    numbers_of_rows[row] = number
    if len(row.domain) == 1:
        rows_of_one[row] = number
    if number < ROW_END:
        i = 0
        while kernel_methods[i].ml_name != NULL:
            if kernel_methods[i].ml_name == row.name.encode():
                return PyDescr_NewMethod(value_type, &kernel_methods[i])
            i += 1
    return None
