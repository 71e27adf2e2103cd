# A part of a graph that is computed anew, by the kernels. `replay.py` is the one to read first.

from autograd.engine.replay import Formulas, Replay as PureReplay, failure, run

cdef struct Computed:
    int result, x, y  # places; y is -1 if there is none
    int row


cdef class Replay:
    __doc__ = PureReplay.__doc__
    __module__ = "autograd.engine"

    cdef list nodes  # those of the order, and behind them those that they need from elsewhere
    cdef size_t size
    cdef Computed* steps
    cdef size_t n
    cdef dict found  # the place of each node
    cdef object formulas

    def __cinit__(self, order):
        cdef Computed* step
        cdef Node* node
        cdef PyObject* x
        cdef PyObject* y
        cdef size_t place
        cdef list nodes = [*order]
        self.nodes = nodes
        self.size = len(nodes)
        self.steps = <Computed*>resized(NULL, self.size * sizeof(Computed))
        # No other walk comes between these two loops, which make nothing but nodes: positions stay as they are.
        for place in range(self.size):
            node_of(<Value?>nodes[place]).position = <uint32_t>place
        for place in range(self.size):
            node = node_of(<Value>nodes[place])
            x = operand_node(node, 0)
            if x != NULL:
                y = operand_node(node, 1)
                step = &self.steps[self.n]
                step.result = <int>place
                step.row = node.row
                step.x = place_among(nodes, <Node*>x)
                step.y = -1 if y == NULL else place_among(nodes, <Node*>y)
                self.n += 1

    def __dealloc__(self):
        PyMem_Free(self.steps)

    @property
    def places(self):
        if self.found is None:
            self.found = dict(zip(self.nodes, range(len(self.nodes))))
        return self.found

    @functools.wraps(PureReplay.run)
    def run(self, changed, m=floats):
        if m is floats:
            return self.by_kernels(changed)
        if self.formulas is None:
            self.formulas = Formulas(
                [self.steps[i].result for i in range(self.n)],
                [rows[self.steps[i].row].forward for i in range(self.n)],
                [self.steps[i].x for i in range(self.n)],
                [self.steps[i].y for i in range(self.n)],
            )
        return run(self.places, self.formulas, changed, m)[: self.size]

    cdef list by_kernels(self, object changed):
        cdef size_t n = len(self.nodes)
        cdef size_t i
        cdef size_t operations = 0
        cdef double* numbers = <double*>resized(NULL, n * (sizeof(double) + 1))
        cdef uint8_t* is_held = <uint8_t*>(numbers + n)
        cdef Computed* step
        cdef double z
        try:
            for i in range(n):
                numbers[i] = node_of(<Value>self.nodes[i]).data
            memset(is_held, False, n)
            for node, number in changed.items():
                i = self.places.get(node, n)
                if i < n:
                    numbers[i] = as_double(number, "data")
                    is_held[i] = True
            for i in range(self.n):
                step = &self.steps[i]
                if is_held[step.result]:
                    continue
                z = NAN
                if step.row < ROW_END:
                    z = kernel_value(step.row, numbers[step.x], 0.0 if step.y < 0 else numbers[step.y])
                if unlikely(not isfinite(z)):
                    z = self.by_the_table(step, numbers)
                numbers[step.result] = z
                operations += 1
            count("evaluations", functools.partial(int, operations))
            return [numbers[i] for i in range(self.size)]
        finally:
            PyMem_Free(numbers)

    cdef double by_the_table(self, Computed* step, double* numbers) except? -1:
        cdef list arguments = [numbers[step.x]] if step.y < 0 else [numbers[step.x], numbers[step.y]]
        op = rows[step.row]
        try:
            return as_float(op.forward(floats, *arguments), f"the result of {op.name}")
        except (ValueError, ArithmeticError) as error:
            raise failure(self.nodes[step.result], arguments, error) from None


cdef int place_among(list nodes, Node* node):
    """Where a node is among those that have been numbered; it is added if it is not there."""
    if node.position >= <size_t>len(nodes) or <PyObject*>nodes[node.position] != <PyObject*>node:
        node.position = <uint32_t>len(nodes)
        nodes.append(<object><PyObject*>node)
    return <int>node.position
