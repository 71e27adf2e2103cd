# The linear map of a graph: `linear.py` is the one to read first. `linear.h` has the sweeps, for eight directions at once.
#
# It is made in two parts. The first finds which edges lie between inputs and outputs; no Python code runs meanwhile, as
# `position` holds. The second computes the slopes along these edges alone: the table may be asked for one.

from cpython.list cimport PyList_New, PyList_SET_ITEM

from autograd.engine.linear import Linearization as PureLinearization
from autograd.engine.linear import misfit

cdef extern from "linear.h":
    ctypedef struct LinearStep:
        uint32_t x, y
        double dx, dy
    enum:
        LANES, GROUPS
    size_t linear_forward(int, LinearStep*, size_t, size_t, size_t, double*, uint8_t*) noexcept
    size_t linear_backward(int, LinearStep*, size_t, size_t, size_t, double*, uint8_t*, size_t*) noexcept
    uint64_t met_forward(LinearStep*, size_t, size_t, uint64_t*) noexcept
    uint64_t met_backward(LinearStep*, size_t, size_t, uint64_t*) noexcept

cdef object ZERO = 0.0

cdef enum:
    STRETCH = 1 << 16  # steps between two looks for Ctrl-C


cdef class Linearization:
    __doc__ = PureLinearization.__doc__
    __module__ = "autograd.engine"

    cdef LinearStep* steps
    cdef uint32_t* places  # of the inputs, then of the outputs
    cdef size_t n_steps, first, n_inputs, n_outputs
    cdef size_t uncounted  # derivatives, which the first sweep counts
    cdef bint is_finite
    cdef readonly size_t n_edges
    cdef readonly bint is_closed

    def __cinit__(self, outputs, inputs):
        outputs, inputs = [*outputs], [*inputs]
        for each in outputs + inputs:
            if type(each) is not Value:  # the quick answer
                shared.require_values("a linearization", each)
        self.n_outputs, self.n_inputs = len(outputs), len(inputs)
        self.places = <uint32_t*>resized(NULL, (self.n_inputs + self.n_outputs) * sizeof(uint32_t))
        linearize(self, outputs, inputs)

    def __dealloc__(self):
        PyMem_Free(self.steps)
        PyMem_Free(self.places)

    @property
    def shape(self):
        return self.n_outputs, self.n_inputs

    def push(self, list vectors not None):
        """J v for some vectors: how the outputs change where the inputs change by v."""
        return swept(self, vectors, True)

    def pull(self, list weights not None):
        """wᵀ J for some weights: the gradient of the outputs' weighted sum."""
        return swept(self, weights, False)

    @functools.wraps(PureLinearization.matrix)
    def matrix(self, mode=""):
        return matrix_of(self, mode == "forward" or (not mode and is_cheaper_forward(self)), counts())

    @functools.wraps(PureLinearization.sizes)
    def sizes(self):
        cdef LinearStep* steps = self.steps
        cdef LinearStep* step
        cdef size_t i
        self.steps = <LinearStep*>resized(NULL, self.n_steps * sizeof(LinearStep))
        try:
            memcpy(self.steps, steps, self.n_steps * sizeof(LinearStep))
            for i in range(self.n_steps):
                step = &self.steps[i]
                step.dx, step.dy = fabs(step.dx), fabs(step.dy)
            return matrix_of(self, False, False)
        finally:
            PyMem_Free(self.steps)
            self.steps = steps

    @functools.wraps(PureLinearization.pattern)
    def pattern(self):
        cdef size_t n_places = self.first + self.n_steps
        cdef uint64_t* reached = <uint64_t*>PyMem_Calloc(n_places, sizeof(uint64_t))
        cdef uint64_t bits
        cdef size_t start, i, k
        cdef list found = [[] for _ in range(self.n_outputs)]
        if reached == NULL:
            raise MemoryError
        try:
            for start in range(0, self.n_inputs, GROUPS):  # a bit for each input, so many at a time
                PyErr_CheckSignals()
                memset(reached, 0, n_places * sizeof(uint64_t))
                for i in range(start, min(start + GROUPS, self.n_inputs)):
                    reached[self.places[i]] |= <uint64_t>1 << (i - start)
                met_forward(self.steps, self.n_steps, self.first, reached)
                for i in range(self.n_outputs):
                    bits = reached[self.places[self.n_inputs + i]]
                    k = start
                    while bits:
                        if bits & 1:
                            (<list>found[i]).append(k)
                        bits >>= 1
                        k += 1
        finally:
            PyMem_Free(reached)
        return found


# Recording

cdef bint linearize(Linearization linear, list outputs, list inputs) except -1:
    """Find what lies between inputs and outputs. Place 1 is for inputs that no output depends on."""
    cdef Walk walk = begin()
    cdef uint32_t* notes = NULL
    cdef size_t n_leaves, i
    try:
        # From here on nothing is made that the garbage collector knows of: it might run code that takes a walk, too.
        for each in inputs:
            if node_of(<Value?>each).row <= CONSTANT:
                place_of_leaf(&walk, node_of(<Value>each))
        n_leaves = walk.n_leaves
        for each in outputs:
            walk_for_tape(&walk, node_of(<Value?>each))
        if walk.room < walk.n + linear.n_inputs:
            make_room(&walk, walk.n + linear.n_inputs)
        linear.steps = <LinearStep*>resized(NULL, (walk.n + linear.n_inputs) * sizeof(LinearStep))
        notes = <uint32_t*>PyMem_Calloc(2 * walk.n + 1, sizeof(uint32_t))
        if notes == NULL:
            raise MemoryError
        doubtful = find_steps(linear, &walk, outputs, inputs, n_leaves, notes)
        # To here.
        linear.is_closed = True
        for i in range(n_leaves, walk.n_leaves):
            linear.is_closed &= (<Node*>walk.leaves[i].node).row == CONSTANT
        if doubtful:
            shared.check_assigned(ordered(tuple(outputs)))
        compute_slopes(linear, walk.todo)
    finally:
        PyMem_Free(notes)
        end(&walk)
    return True


cdef bint find_steps(
    Linearization linear, Walk* walk, list outputs, list inputs, size_t n_leaves, uint32_t* place
) noexcept:
    """Give a place to all that depends on inputs, and leave the nodes of the steps in `todo`.

    Returns:
        Whether a node may be out of date.
    """
    cdef uint32_t* own = place + walk.n  # of the inputs that are computed: their own moves
    cdef uint32_t first = <uint32_t>(2 + n_leaves)
    cdef uint32_t x, y
    cdef Node* node
    cdef LinearStep* step = linear.steps
    cdef bint doubtful = False
    cdef size_t i
    for i in range(linear.n_inputs):
        node = node_of(<Value>inputs[i])
        if node.row <= CONSTANT:
            linear.places[i] = 2 + node.position
        elif is_met(walk, node):
            if not own[node.position]:
                own[node.position] = first
                first += 1
            linear.places[i] = own[node.position]
        else:
            linear.places[i] = 1
    linear.first = first
    for i in range(walk.n):
        node = <Node*>walk.order[i]
        x = 0 if node.flags & X_NUMBER else linear_place(<Node*>node.x.node, n_leaves, place)
        y = 0 if node.flags & Y_NUMBER or node.y.node == NULL else linear_place(<Node*>node.y.node, n_leaves, place)
        doubtful |= is_beside_assigned(node) and is_doubtful(node)
        place[i] = own[i]
        if x or y:
            step.x, step.y = x, y
            walk.todo[step - linear.steps] = <uintptr_t>node
            place[i] = <uint32_t>(first + (step - linear.steps))
            step += 1
            if own[i]:
                step.x, step.y = place[i], own[i]
                walk.todo[step - linear.steps] = 0
                place[i] += 1
                step += 1
    linear.n_steps = step - linear.steps
    for i in range(linear.n_outputs):
        linear.places[linear.n_inputs + i] = linear_place(node_of(<Value>outputs[i]), n_leaves, place)
    return doubtful


cdef inline uint32_t linear_place(Node* node, size_t n_leaves, uint32_t* place) noexcept:
    """The place of a node that the walk has met; 0 if it does not depend on inputs."""
    if node.row > CONSTANT:
        return place[node.position]
    return 2 + node.position if node.position < n_leaves else 0


cdef inline bint is_beside_assigned(Node* node) noexcept:
    if not node.flags & X_NUMBER and (<Node*>node.x.node).assigned:
        return True
    return not node.flags & Y_NUMBER and node.y.node != NULL and (<Node*>node.y.node).assigned


cdef bint compute_slopes(Linearization linear, uintptr_t* nodes) except -1:
    cdef LinearStep* step
    cdef Node* node
    cdef double[2] slopes
    cdef double a, b
    cdef size_t i
    cdef size_t n = 0
    linear.is_finite = True
    for i in range(linear.n_steps):
        step = &linear.steps[i]
        node = <Node*>nodes[i]
        linear.n_edges += (step.x != 0) + (step.y != 0)
        slopes[0] = slopes[1] = 0.0
        if node == NULL:
            slopes[0] = slopes[1] = 1.0
        else:
            a = node.x.number if node.flags & X_NUMBER else (<Node*>node.x.node).data
            b = node.y.number if node.flags & Y_NUMBER else 0.0 if node.y.node == NULL else (<Node*>node.y.node).data
            kernel_slopes(node.row, WANTS_X * (step.x != 0) + WANTS_Y * (step.y != 0), node.data, a, b, slopes)
            if unlikely(not isfinite(slopes[0] + slopes[1])):
                slopes[0] = 0.0 if not step.x else slopes[0] if isfinite(slopes[0]) else slope_by_the_table(node, 0)
                slopes[1] = 0.0 if not step.y else slopes[1] if isfinite(slopes[1]) else slope_by_the_table(node, 1)
                linear.is_finite &= isfinite(slopes[0]) and isfinite(slopes[1])
        step.dx, step.dy = slopes[0], slopes[1]
        n += 1
        check_signals(&n)
    linear.uncounted = linear.n_edges
    return True


# Sweeping

cdef list swept(Linearization linear, vectors, bint forward):
    """The results of sweeps from some vectors."""
    cdef size_t n = len(vectors)
    cdef size_t n_given = linear.n_inputs if forward else linear.n_outputs
    cdef size_t n_found = linear.n_outputs if forward else linear.n_inputs
    cdef double* given = <double*>resized(NULL, n * (n_given + n_found) * sizeof(double))
    cdef double* found = given + n * n_given
    cdef size_t i, k
    cdef list vector
    try:
        for k in range(n):
            vector = [*vectors[k]] if type(vectors[k]) is not list else vectors[k]
            if <size_t>len(vector) != n_given:
                raise misfit(n_given, len(vector))
            for i in range(n_given):
                given[k * n_given + i] = as_double(vector[i], "a number of a vector")
        sweep_all(linear, given, n, found, forward, counts())
        return [numbers(found + k * n_found, n_found, 1) for k in range(n)]
    finally:
        PyMem_Free(given)


cdef list matrix_of(Linearization linear, bint forward, bint counted):
    """The matrix, by sweeps from each input or from each output."""
    cdef size_t n = linear.n_inputs if forward else linear.n_outputs
    cdef size_t other = linear.n_outputs if forward else linear.n_inputs
    cdef double* found = <double*>resized(NULL, n * other * sizeof(double))
    cdef size_t i
    try:
        sweep_all(linear, NULL, n, found, forward, counted)
        if forward:
            return [numbers(found + i, n, other) for i in range(other)]
        return [numbers(found + i * other, other, 1) for i in range(n)]
    finally:
        PyMem_Free(found)


cdef list numbers(double* first, size_t n, size_t step):
    """Every so many of the numbers that lie in memory, as a list. All zeros are one object, as most of them may be."""
    cdef list found = PyList_New(n)
    cdef size_t i
    for i in range(n):
        number = ZERO if first[i * step] == 0.0 else first[i * step]  # none is -0.0: they are sums that begin with 0.0
        INCREF(<PyObject*>number)
        PyList_SET_ITEM(found, i, number)
    return found


cdef bint sweep_all(
    Linearization linear, double* given, size_t n, double* found, bint forward, bint counted
) except -1:
    """Sweep from n vectors, which lie in memory one after another, or from each unit vector if `given` is NULL."""
    cdef size_t n_places = linear.first + linear.n_steps
    # What one lane reaches, another may not: there, 0 times what is not finite would be nan.
    cdef int lanes = 1 if n == 1 or counted or (given == NULL and not linear.is_finite) else LANES
    cdef bint meets_all = forward and given != NULL
    cdef double* numbers = NULL
    cdef uint8_t* reached = NULL
    cdef size_t start
    try:
        numbers = <double*>resized(NULL, n_places * lanes * sizeof(double))
        if not meets_all:
            reached = <uint8_t*>PyMem_Calloc(n_places, 1)
            if reached == NULL:
                raise MemoryError
        for start in range(0, n, lanes):
            met = sweep_block(linear, given, n, start, found, forward, lanes, numbers, reached)
            if counted:
                count("forward" if forward else "reverse", functools.partial(int, met + linear.uncounted))
                linear.uncounted = 0
    finally:
        PyMem_Free(numbers)
        PyMem_Free(reached)
    return True


cdef bint counts() except -1:
    """Whether passes are counted here."""
    cdef PyObject* found = NULL
    PyContextVar_Get(counting, NULL, &found)
    cdef bint some = <object>found != ()
    XDECREF(found)
    return some


cdef size_t sweep_block(
    Linearization linear,
    double* given,
    size_t n,
    size_t start,
    double* found,
    bint forward,
    int lanes,
    double* numbers,
    uint8_t* reached,
) except? 0:
    """Sweep from the vectors that have their numbers side by side; return how many edges were met."""
    cdef size_t n_given = linear.n_inputs if forward else linear.n_outputs
    cdef size_t n_found = linear.n_outputs if forward else linear.n_inputs
    cdef uint32_t* places = linear.places + (0 if forward else linear.n_inputs)
    cdef uint32_t* results = linear.places + (linear.n_inputs if forward else 0)
    cdef size_t width = min(<size_t>lanes, n - start)
    cdef size_t first = linear.first
    cdef size_t met = 0
    cdef size_t pending = 0
    cdef size_t i, k, end
    cdef uint32_t place
    memset(numbers, 0, first * lanes * sizeof(double))
    if reached != NULL:
        memset(reached, 0, first)
    for i in range(n_given if given != NULL else width):
        place = places[i] if given != NULL else places[start + i]
        if place == 0:
            continue
        if reached != NULL:
            if place >= first and not reached[place]:
                pending += 1
                memset(numbers + place * lanes, 0, lanes * sizeof(double))
            reached[place] = True
        if given == NULL:
            numbers[place * lanes + i] += 1.0
        else:
            for k in range(width):
                numbers[place * lanes + k] += given[(start + k) * n_given + i]
    for i in range(0, linear.n_steps, STRETCH):
        PyErr_CheckSignals()
        if forward:
            end = min(i + STRETCH, linear.n_steps)
            met += linear_forward(lanes, linear.steps, i, end, first, numbers, reached)
        else:
            end = linear.n_steps - i
            met += linear_backward(
                lanes, linear.steps, end - STRETCH if end > STRETCH else 0, end, first, numbers, reached, &pending
            )
    for i in range(n_found):
        place = results[i]
        for k in range(width):
            is_reached = place and (reached == NULL or reached[place])
            found[(start + k) * n_found + i] = numbers[place * lanes + k] if is_reached else 0.0
    return met if reached != NULL else linear.n_edges


cdef bint is_cheaper_forward(Linearization linear) except -1:
    """Whether sweeps forward meet no more edges than sweeps backward, all together."""
    cdef size_t n_places = linear.first + linear.n_steps
    cdef uint64_t* groups = <uint64_t*>PyMem_Calloc(n_places, sizeof(uint64_t))
    cdef uint64_t forward, backward
    if groups == NULL:
        raise MemoryError
    mark_groups(groups, linear.places, linear.n_inputs)
    forward = met_forward(linear.steps, linear.n_steps, linear.first, groups)
    memset(groups, 0, n_places * sizeof(uint64_t))
    mark_groups(groups, linear.places + linear.n_inputs, linear.n_outputs)
    backward = met_backward(linear.steps, linear.n_steps, linear.first, groups)
    PyMem_Free(groups)
    return forward * max(linear.n_inputs, <size_t>GROUPS) <= backward * max(linear.n_outputs, <size_t>GROUPS)


cdef void mark_groups(uint64_t* groups, uint32_t* places, size_t n) noexcept:
    cdef size_t i
    for i in range(n):
        groups[places[i]] |= <uint64_t>1 << (i if n <= GROUPS else i * GROUPS // n)
    groups[0] = 0
