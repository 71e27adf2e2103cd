# A part of a graph that is computed anew, by the kernels. `replay.py` is the one to read first.

from autograd.engine.collector import collector_paused
from autograd.engine.replay import Replay as PureReplay, failure

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

    cdef size_t place(self, node) except? -1:
        """The place of a node; that behind all others if it has none."""
        cdef size_t n = len(self.nodes)
        cdef size_t position = node_of(<Value>node).position if type(node) is Value else n
        if position < n and self.nodes[position] is node:  # the quick answer, as long as no other walk has been here
            return position
        return self.places.get(node, n)

    @functools.wraps(PureReplay.run)
    def run(self, changed, m=floats, outputs=None):
        if m is floats:
            return self.by_kernels(changed, outputs)
        with collector_paused():  # as there
            return self.by_formulas(changed, m, outputs)

    cdef list by_formulas(self, object changed, object m, object outputs):
        cdef list found = [node_of(<Value>node).data for node in self.nodes]
        cdef list formulas = [None] * len(rows)
        cdef bytearray held = bytearray(len(found))
        cdef Computed* step = self.steps
        cdef size_t operations = 0
        cdef size_t i
        for node, number in changed.items():
            i = self.place(node)
            if i < <size_t>len(found):
                found[i] = number
                held[i] = True
        try:
            for i in range(self.n):
                step = &self.steps[i]
                if held[step.result]:
                    continue
                formula = formulas[step.row]
                if formula is None:
                    formula = formulas[step.row] = m.formula_of(rows[step.row])
                x = found[step.x]
                found[step.result] = formula(x) if step.y < 0 else formula(x, found[step.y])
                operations += 1
        except (ValueError, ArithmeticError) as error:
            arguments = [found[step.x]] if step.y < 0 else [found[step.x], found[step.y]]
            raise failure(self.nodes[step.result], arguments, error) from None
        count("evaluations", functools.partial(int, operations))
        if outputs is None:
            return found[: self.size]
        wanted = []
        for node in outputs:
            i = self.place(node)
            wanted.append(found[i] if i < <size_t>len(found) else node.data)
        return wanted

    cdef list by_kernels(self, object changed, object outputs):
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
                i = self.place(node)
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
            if outputs is None:
                return [numbers[i] for i in range(self.size)]
            found = []
            for node in outputs:
                i = self.place(node)
                found.append(numbers[i] if i < n else node.data)
            return found
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
