# A tape: a recorded graph that runs at other numbers, without its nodes. `tape.py` is the one to read first.
#
# All numbers lie side by side: those of the leaves, then the result of each operation, so that an operation is 12 bytes:
# what is done, and the places of its operands. `passes.py` writes what each of them does, forward and back.
#
# A sum of products is one operation, b + w₀x₀ + w₁x₁ + …, whether a neuron recorded it or somebody wrote it down: its
# products are next to each other on the tape, each read by the sum that follows it and by nothing else. What it is made
# of stands in `lists`: how many products, the place of b, then those of w₀, x₀, w₁, x₁, and so on.

from cpython.buffer cimport PyBUF_FORMAT, PyBUF_ND, PyBUF_WRITABLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.mem cimport PyMem_Calloc, PyMem_Realloc
from libc.string cimport memcpy

from autograd.engine import tapes
from autograd.engine.tape import Tape as PureTape

cdef extern from "tape.h":
    ctypedef struct Operation:
        uint32_t op, x, y
    enum:
        TAPE_end, TAPE_sum_fixed, TAPE_sum_of_fixed, TAPE_sum
    uint32_t TAPE_ROW(int, int, int) noexcept
    void tape_forward(Operation*, uint32_t*, double*, double*) noexcept
    void tape_back(Operation*, uint32_t*, double*, double*, size_t) noexcept
    bint tape_finite(double*, size_t) noexcept
    bint tape_at_least(double*, size_t, double) noexcept

cdef enum:
    FIXED = 0
    STORED = 1
    FRESH = 2
    MOST_PARTS = 8
    NEVER = 2  # varies, whatever it is computed from
    RESULT = 1 << 30  # marks a place that counts from the first result, while it is not known how many leaves there are
    NO_PLACE = RESULT - 1


cdef class Tape:
    __doc__ = PureTape.__doc__
    __module__ = "autograd.engine"

    cdef Operation* recorded  # the row in place of `op`
    cdef Operation* operations  # what runs, between two at each end that end a pass, since labels are looked up ahead
    cdef uint32_t* lists
    cdef double* values
    cdef double* adjoints
    cdef size_t n_leaves, n_recorded, n_operations
    cdef size_t last  # the place of the output among the values
    cdef size_t result  # and among all that was recorded
    cdef size_t n_parts
    cdef Py_ssize_t[MOST_PARTS] part
    cdef list first  # the numbers of what changes, when it was recorded
    cdef readonly tuple sizes
    cdef readonly Py_ssize_t most
    cdef readonly dict labels
    cdef readonly frozenset fixed
    cdef readonly double least

    def __cinit__(self, output, parameters, *inputs, Py_ssize_t most=1, fixed=(), double least=0.0):
        fixed = [*fixed]
        leaves, self.sizes = tapes.leaves_of(output, parameters, inputs, fixed)
        self.first = [leaf.data for leaf in leaves]
        self.most, self.least = most, least
        self.n_parts = len(self.sizes)
        for k in range(self.n_parts):
            self.part[k] = self.sizes[k]
        self.labels = {}
        record_tape(self, node_of(<Value?>output), leaves, fixed)
        fuse(self)

    def __dealloc__(self):
        PyMem_Free(self.recorded)
        PyMem_Free(self.operations)
        PyMem_Free(self.lists)
        PyMem_Free(self.values)
        PyMem_Free(self.adjoints)

    @functools.wraps(PureTape.run)
    def run(self, gradient, *arrays):
        cdef Py_buffer[MOST_PARTS + 1] views
        cdef size_t held = 0
        cdef double value = 0.0
        if <size_t>len(arrays) != self.n_parts:
            return None
        try:
            PyObject_GetBuffer(gradient, &views[0], PyBUF_ND | PyBUF_FORMAT | PyBUF_WRITABLE)
            held = 1
            for each in arrays:
                if TYPE(<void*>each) != TYPE(<void*>gradient):
                    return None
                PyObject_GetBuffer(each, &views[held], PyBUF_ND | PyBUF_FORMAT)
                held += 1
            if run_examples(self, &views[0], &views[1], &value):
                return value
        except (TypeError, ValueError, BufferError):
            pass
        finally:
            while held:
                held -= 1
                PyBuffer_Release(&views[held])
        return None

    def __call__(self, *parts):
        return tapes.called(self, Value, constant, parts)

    @property
    def steps(self):
        cdef list found = []
        cdef Operation* step
        cdef size_t i
        for i in range(self.n_recorded):
            step = &self.recorded[i]
            places = [step.x, step.y][: 1 + (step.y != NO_PLACE)]
            found.append(tapes.Step(rows[step.op], tuple(places)))
        return found

    @property
    def numbers(self):
        return self.first + [self.values[i] for i in range(len(self.first), self.n_leaves)]

    @property
    def output(self):
        return self.result

    @classmethod
    def restored(cls, *found):
        return tapes.restored(cls, Value, tapes.Content(*found))

    def __reduce__(self):
        return Tape.restored, tapes.content(self)

    def __repr__(self):
        return tapes.described(self)


# Recording

cdef bint record_tape(Tape tape, Node* output, list leaves, list fixed) except -1:
    """Write down a graph: its operations depth first, x before y, as `topological_order` does, and its leaves."""
    cdef Walk walk = begin()
    cdef dict constants = {}  # the places of plain numbers, by their bits
    cdef list places = []
    cdef Node* node
    cdef Operation* step
    cdef size_t i
    try:
        # From here on nothing is made that the garbage collector knows of: it might run code that takes a walk, too.
        for leaf in leaves:
            place_of_leaf(&walk, node_of(<Value?>leaf))
        walk_for_tape(&walk, output)
        tape.n_recorded = walk.n
        tape.recorded = <Operation*>resized(NULL, walk.n * sizeof(Operation))
        for i in range(walk.n):
            node = <Node*>walk.order[i]
            step = &tape.recorded[i]
            step.op = node.row
            step.x = place_of_operand(&walk, &node.x, node.flags & X_NUMBER, constants)
            step.y = NO_PLACE
            if node.flags & Y_NUMBER or node.y.node != NULL:
                step.y = place_of_operand(&walk, &node.y, node.flags & Y_NUMBER, constants)
        for each in fixed:
            node = node_of(<Value?>each)
            if node.row > CONSTANT and is_met(&walk, node):
                places.append(walk.n_leaves + node.position)
        tape.n_leaves = walk.n_leaves
        tape.result = walk.n_leaves + walk.n - 1 if walk.n else output.position
        # To here.
        tape.fixed = frozenset(places)
        tape.values = <double*>resized(NULL, (walk.n_leaves + walk.n) * sizeof(double))
        for i in range(walk.n_leaves):
            tape.values[i] = walk.leaves[i].earlier
            keep_label(tape, <Node*>walk.leaves[i].node, i)
        for i in range(walk.n):
            step = &tape.recorded[i]
            step.x = from_the_first(step.x, walk.n_leaves)
            step.y = from_the_first(step.y, walk.n_leaves)
            keep_label(tape, <Node*>walk.order[i], walk.n_leaves + i)
            if step.op >= ROW_END:
                tapes.require_kernel(rows[step.op])
                raise ValueError(f"the kernel of {rows[step.op].name} is out of date: build the package again.")
    finally:
        end(&walk)
    return True


cdef void* resized(void* items, size_t size) except NULL:
    cdef void* moved = PyMem_Realloc(items, size + 1)  # of 0 bytes, too
    if moved == NULL:
        raise MemoryError
    return moved


cdef bint keep_label(Tape tape, Node* node, size_t place) except -1:
    if node != NULL and node.label != NULL:
        tape.labels[place] = <object>node.label
    return True


cdef bint walk_for_tape(Walk* walk, Node* output) except -1:
    """Put all that rows have computed in the order of a tape, and give each leaf a place."""
    cdef Node* node
    cdef uintptr_t item
    cdef size_t left = 1
    if walk.room < 4:
        make_room(walk, 4)
    walk.todo[0] = <uintptr_t>output
    while left:
        left -= 1
        item = walk.todo[left]
        node = node_in(item)
        if item & OPEN:
            node.position = <uint32_t>walk.n
            walk.order[walk.n] = <uintptr_t>node
            walk.n += 1
        elif node.row <= CONSTANT:
            place_of_leaf(walk, node)
        elif not is_met(walk, node):
            if node.flags & SUM:
                expand(node)
            if walk.n + left + 4 > walk.room:
                make_room(walk, walk.n + left + 4)
            walk.todo[left] = item | OPEN
            left += 1
            if node.y.node != NULL and not node.flags & Y_NUMBER:
                walk.todo[left] = <uintptr_t>node.y.node
                left += 1
            if not node.flags & X_NUMBER:
                walk.todo[left] = <uintptr_t>node.x.node
                left += 1
    return True


cdef inline bint is_met(Walk* walk, Node* node) noexcept:
    """Whether the walk has been at what a row has computed."""
    return node.position < walk.n and walk.order[node.position] == <uintptr_t>node


cdef inline size_t place_of_leaf(Walk* walk, Node* leaf) except? 0:
    if leaf.position >= walk.n_leaves or walk.leaves[leaf.position].node != <uintptr_t>leaf:
        leaf.position = <uint32_t>new_place(walk, leaf, leaf.data)
    return leaf.position


cdef inline size_t new_place(Walk* walk, Node* leaf, double number) except? 0:
    if walk.n_leaves == walk.room_for_leaves:
        make_room_for_leaves(walk, 1)
    walk.leaves[walk.n_leaves].node = <uintptr_t>leaf
    walk.leaves[walk.n_leaves].earlier = number
    walk.n_leaves += 1
    return walk.n_leaves - 1


cdef inline uint32_t place_of_operand(Walk* walk, Operand* operand, bint is_number, dict constants) except? 0:
    cdef Node* node = <Node*>operand.node
    if is_number:
        bits = <object><uintptr_t>operand.node  # the same eight bytes
        if bits not in constants:
            constants[bits] = new_place(walk, NULL, operand.number)
        return constants[bits]
    return node.position if node.row <= CONSTANT else RESULT | node.position


cdef inline uint32_t from_the_first(uint32_t place, size_t n_leaves) noexcept:
    return <uint32_t>(n_leaves + (place & NO_PLACE)) if place & RESULT else place


# What runs

cdef bint fuse(Tape tape) except -1:
    """Make of what was recorded what runs: sums of products, and operations that know how their operands are reached."""
    cdef size_t n = tape.n_recorded
    cdef size_t n_all = tape.n_leaves + n
    cdef size_t i
    cdef size_t used  # of the lists
    cdef uint32_t* notes = <uint32_t*>PyMem_Calloc(3 * n_all, sizeof(uint32_t))
    if notes == NULL:
        raise MemoryError
    cdef uint32_t* uses = notes  # how often a place is read
    cdef uint32_t* place = uses + n_all  # where it is now
    cdef uint32_t* made = place + n_all  # the place that an operation's result had
    try:
        tape.operations = <Operation*>resized(NULL, (n + 4) * sizeof(Operation))
        tape.lists = <uint32_t*>resized(NULL, 2 * n * sizeof(uint32_t))
        for i in range(n):
            uses[tape.recorded[i].x] += 1
            if tape.recorded[i].y != NO_PLACE:
                uses[tape.recorded[i].y] += 1
        uses[tape.result] += 1
        for i in tape.fixed:
            uses[i] += 1  # so that nothing takes it for its own
        for i in range(tape.n_leaves):
            place[i] = <uint32_t>i
        used = put_together(tape, uses, place, made)
        tape.last = place[tape.result]
        fixed = [place[i] for i in tape.fixed]
        memset(place, 0, n_all * sizeof(uint32_t))  # from here on, whether it varies, as more room would take longer
        for i in fixed:
            place[i] = NEVER
        find_ways(tape, uses, place, made)
    finally:
        PyMem_Free(notes)
    n = tape.n_operations
    n_all = tape.n_leaves + n
    tape.operations = <Operation*>resized(tape.operations, (n + 4) * sizeof(Operation))
    tape.operations[0].op = tape.operations[1].op = tape.operations[n + 2].op = tape.operations[n + 3].op = TAPE_end
    tape.lists = <uint32_t*>resized(tape.lists, used * sizeof(uint32_t))
    tape.values = <double*>resized(tape.values, n_all * sizeof(double))
    tape.adjoints = <double*>resized(NULL, n_all * sizeof(double))
    return True


cdef size_t put_together(Tape tape, uint32_t* uses, uint32_t* place, uint32_t* made) noexcept:
    """Copy the operations; where a product is added to a sum of products, both go into that sum.

    Returns:
        How long the lists are.
    """
    cdef Operation* operations = tape.operations + 2
    cdef Operation* step
    cdef uint32_t* terms = tape.lists  # of the last sum
    cdef uint32_t* free = tape.lists
    cdef size_t first = tape.n_leaves
    cdef size_t n = 0
    cdef size_t i
    for i in range(tape.n_recorded):
        step = &tape.recorded[i]
        if n >= 2 and adds_product(tape, uses, i) and made[n - 2] == step.x and uses[step.x] == 1:
            if operations[n - 2].op == TAPE_sum:
                n -= 1
            elif n >= 3 and adds_product(tape, uses, step.x - first) and made[n - 3] == step.x - 1:
                terms = free
                terms[0] = 1
                terms[1] = operations[n - 2].x
                terms[2] = operations[n - 3].x
                terms[3] = operations[n - 3].y
                free += 4
                operations[n - 3].op = TAPE_sum
                operations[n - 3].x = <uint32_t>(terms - tape.lists)
                n -= 2
            if operations[n - 1].op == TAPE_sum:
                terms[0] += 1
                free[0] = place[tape.recorded[i - 1].x]
                free[1] = place[tape.recorded[i - 1].y]
                free += 2
                place[first + i] = <uint32_t>(first + n - 1)
                made[n - 1] = <uint32_t>(first + i)
                continue
        operations[n].op = step.op
        operations[n].x = place[step.x]
        operations[n].y = 0 if step.y == NO_PLACE else place[step.y]
        place[first + i] = <uint32_t>(first + n)
        made[n] = <uint32_t>(first + i)
        n += 1
    tape.n_operations = n
    return free - tape.lists


cdef inline bint adds_product(Tape tape, uint32_t* uses, size_t i) noexcept:
    """Whether a step adds, on its right side, the product that the step before it has computed for this alone."""
    cdef Operation* step = &tape.recorded[i]
    cdef size_t before = tape.n_leaves + i - 1
    return step.op == ROW_add and step.y == before and i > 0 and step[-1].op == ROW_mul and uses[before] == 1


cdef void find_ways(Tape tape, uint32_t* uses, uint32_t* varies, uint32_t* made) noexcept:
    """Note at each operation how its operands are reached, and whether they vary with the parameters at all."""
    cdef Operation* operation
    cdef uint32_t* terms
    cdef size_t first = tape.n_leaves
    cdef size_t i, k, place
    cdef int x_way, y_way
    cdef bint fresh, some, inputs
    for i in range(<size_t>tape.part[0]):
        varies[i] = True
    for i in range(tape.n_operations):
        operation = &tape.operations[i + 2]
        place = first + i
        if varies[place] == NEVER:
            varies[place] = False
            operation.op = TAPE_sum_fixed if operation.op == TAPE_sum else TAPE_ROW(operation.op, FIXED, FIXED)
            continue
        if operation.op == TAPE_sum:
            terms = tape.lists + operation.x
            some, inputs = varies[terms[1]], False
            for k in range(1, <size_t>terms[0] + 1):
                some |= varies[terms[2 * k]]
                inputs |= varies[terms[2 * k + 1]]
            varies[place] = some or inputs
            operation.op = TAPE_sum if inputs else TAPE_sum_of_fixed if some else TAPE_sum_fixed
            continue
        fresh = i > 0 and uses[made[i - 1]] == 1
        x_way = way(operation.x, place, fresh, varies)
        y_way = FIXED
        if tape.recorded[made[i] - first].y != NO_PLACE:
            y_way = way(operation.y, place, fresh, varies)
        varies[place] = x_way != FIXED or y_way != FIXED
        operation.op = TAPE_ROW(operation.op, x_way, y_way)


cdef inline int way(size_t operand, size_t place, bint fresh, uint32_t* varies) noexcept:
    return FIXED if not varies[operand] else FRESH if fresh and operand == place - 1 else STORED


# Running

cdef bint run_examples(Tape tape, Py_buffer* room, Py_buffer* given, double* value) noexcept:
    """Run; return whether the arrays fit. No code of Python runs here, so nobody else uses the tape meanwhile."""
    cdef size_t n = 1
    cdef size_t n_parameters = tape.part[0]
    cdef double* gradient = <double*>room.buf
    cdef double* results = tape.values + tape.n_leaves
    cdef double* part
    cdef double total = 0.0
    cdef size_t example, k
    if not (is_vector(room, n_parameters) and is_vector(&given[0], n_parameters)):
        return False
    for k in range(1, tape.n_parts):
        if count_examples(&given[k], tape.part[k]) != count_examples(&given[1], tape.part[1]):
            return False
        n = count_examples(&given[k], tape.part[k])
    if n == 0:
        return False
    value[0] = NAN
    if n > <size_t>tape.most:
        return True
    memcpy(tape.values, given[0].buf, n_parameters * sizeof(double))
    for example in range(n):
        part = tape.values + n_parameters
        for k in range(1, tape.n_parts):
            memcpy(part, <double*>given[k].buf + example * tape.part[k], tape.part[k] * sizeof(double))
            part += tape.part[k]
        tape_forward(tape.operations + 2, tape.lists, tape.values, results)
        if not tape_finite(results, tape.n_operations):
            return True
        if tape.least > 0.0 and not tape_at_least(results, tape.n_operations, tape.least):
            return True
        memset(tape.adjoints, 0, (tape.n_leaves + tape.n_operations) * sizeof(double))
        tape.adjoints[tape.last] = 1.0
        tape_back(tape.operations + tape.n_operations + 1, tape.lists, tape.values, tape.adjoints, tape.last)
        if example == 0:
            total = tape.values[tape.last]
            memcpy(gradient, tape.adjoints, n_parameters * sizeof(double))
        else:
            total += tape.values[tape.last]
            for k in range(n_parameters):
                gradient[k] += tape.adjoints[k]
    if n > 1:
        total /= n
        for k in range(n_parameters):
            gradient[k] /= n
    if tape_finite(gradient, n_parameters):
        value[0] = total
    return True


cdef inline bint is_vector(Py_buffer* view, Py_ssize_t size) noexcept:
    return is_double(view) and view.ndim == 1 and view.shape[0] == size


cdef inline bint is_double(Py_buffer* view) noexcept:
    return view.format != NULL and view.format[0] == b"d" and view.format[1] == 0


cdef inline size_t count_examples(Py_buffer* view, Py_ssize_t size) noexcept:
    """How many examples an array holds; 0 if its shape does not fit."""
    if not is_double(view):
        return 0
    if view.ndim == 2 and view.shape[1] == size:
        return view.shape[0]
    if view.ndim == 1:
        return view.shape[0] if size == 1 else view.shape[0] == size
    return 0
