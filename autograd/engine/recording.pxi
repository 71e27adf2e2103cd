# How arithmetic makes nodes.
#
# A plain number next to a Value needs no node: it takes the parent's place until something asks for the parent.

cdef list blocks = open_blocks  # of no_grad(), in any thread


cdef bint recording_is_off() except -1:
    """Whether this thread or task is inside no_grad(); asked only if some thread is."""
    cdef PyObject* found = NULL
    PyContextVar_Get(recording_off, NULL, &found)
    cdef bint off = <object>found is True
    XDECREF(found)
    return off


cdef inline bint is_plain(PyObject* thing, double* number) except -1:
    """Whether something is exactly a float or an int, whose number is then written to `number`."""
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
    """left ∘ right, for the operator of a row. The row is known when this is inlined: no switch over rows is left."""
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
            if likely(isfinite(z) and usable):
                if x.row == CONSTANT or (blocks and recording_is_off()):
                    return OWNED(new_node(z, CONSTANT))
                node = new_node(z, row)
                INCREF(left)
                node.x.node = left
                node.y.number = number
                node.flags = Y_NUMBER + edge(x)
                return OWNED(node)
    elif is_plain(left, &number):
        z = kernel_value(row, number, y.data)
        if likely(isfinite(z) and usable):
            if y.row == CONSTANT or (blocks and recording_is_off()):
                return OWNED(new_node(z, CONSTANT))
            node = new_node(z, row)
            INCREF(right)
            node.x.number = number
            node.y.node = right
            node.flags = X_NUMBER + 2 * edge(y)
            return OWNED(node)
    return any_arithmetic(<object>left, <object>right, current[row])


cdef object any_arithmetic(object left, object right, int row):
    """The same for any two operands and any result."""
    if type(left) is not Value:
        if isinstance(left, shared.AnyValue):
            raise shared.mixed(rows[row])
        left = as_operand(rows[row].symbol, left)
        if left is NotImplemented:
            return left
        left = constant(left)
    if type(right) is not Value:
        if isinstance(right, shared.AnyValue):
            raise shared.mixed(rows[row])
        right = as_operand(rows[row].symbol, right)
        if right is NotImplemented:
            return right
        right = constant(right)
    return apply(row, left, right)


cdef object apply(int row, Value left, Value right):
    """Apply a row to one Value, or to two."""
    if unlikely(left is None):  # Cython accepts None as a Value
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
        raise failed(op, operands, error) from None


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
    """A node for a plain number in an expression, which gets no gradient.

    Args:
        number: One real number.
        label: A name.

    Raises:
        TypeError: if `number` is not one real number.

    Example:
        >>> (Value(3.0) ** 2).parents[1]
        constant(data=2.0)
    """
    cdef Value node = Value(number, label)
    node.row = CONSTANT
    return node


