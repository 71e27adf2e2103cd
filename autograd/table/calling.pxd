cdef class Called:
    cdef public Py_ssize_t arity
