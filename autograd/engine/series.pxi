# The coefficients of power series: `series.py` is the one to read first.

from autograd.engine.series import coefficients as pure_coefficients

cdef struct PowerSeries:
    double* numbers  # the coefficients
    double* derivative  # those of its derivative
    size_t n  # how many of these there are so far
    size_t degree
    Py_ssize_t ended_by
    Term* terms  # up to `end`
    Term* end

cdef struct Term:
    PowerSeries* x
    PowerSeries* slope  # NULL if it is a number
    double number


@functools.wraps(pure_coefficients)
def coefficients(list numbers not None, list degrees not None, list terms not None, size_t place):
    cdef size_t n = len(numbers)
    cdef size_t n_terms = sum([len(each) for each in terms if each is not None])
    cdef PowerSeries* series = NULL
    cdef Term* term = NULL
    cdef double* room = NULL
    cdef PowerSeries* found
    cdef size_t i
    if not <size_t>len(degrees) == <size_t>len(terms) == n > place:
        raise IndexError("each series needs a number, a degree and terms.")
    try:
        series = <PowerSeries*>resized(NULL, n * sizeof(PowerSeries) + n_terms * sizeof(Term))
        term = <Term*>(series + n)
        room = <double*>PyMem_Calloc(n + 2 * <size_t>sum(degrees), sizeof(double))
        if room == NULL:
            raise MemoryError
        series[0].numbers = room
        for i in range(n):
            found = &series[i]
            found.degree = degrees[i]
            found.numbers[0] = numbers[i]
            found.derivative = found.numbers + 1 + found.degree
            found.n = 0
            found.ended_by = -1 if terms[i] is not None else i
            found.terms = term
            for x, slope in terms[i] or ():
                term.x = at(series, x, i)
                term.slope = NULL if IS_FLOAT(<void*>slope) else at(series, slope, n)
                term.number = slope if term.slope == NULL else 0.0
                term += 1
            found.end = term
            if i + 1 < n:
                series[i + 1].numbers = found.derivative + found.degree
        for i in range(series[0].degree):
            PyErr_CheckSignals()
            extend(series, n, i)
        found = &series[place]
        return [found.numbers[i] for i in range(found.n + 1)], found.ended_by
    finally:
        PyMem_Free(series)
        PyMem_Free(room)


cdef PowerSeries* at(PowerSeries* series, size_t place, size_t end) except NULL:
    if place >= end:
        raise IndexError("there is no such series.")
    return &series[place]


cdef void extend(PowerSeries* series, size_t n, size_t k) noexcept:
    """Compute one more coefficient of each series, if it is wanted and exists."""
    cdef PowerSeries* z
    cdef Term* term
    cdef double total
    cdef size_t i, j
    for i in range(n):
        z = &series[i]
        if k >= z.degree:
            break
        total = 1.0 if i == k == 0 else 0.0  # the derivative of the variable is 1
        term = z.terms
        while term < z.end and z.ended_by < 0:
            if term.x.n <= k:
                z.ended_by = term.x.ended_by
            elif term.slope == NULL:
                total += term.x.derivative[k] * term.number
            elif term.slope.n < k:
                z.ended_by = term.slope.ended_by
            else:
                for j in range(k + 1):
                    total += term.x.derivative[j] * term.slope.numbers[k - j]
            term += 1
        if z.ended_by < 0:
            z.derivative[k] = total
            z.n = k + 1
            z.numbers[z.n] = total / <double>z.n
