/* A tape in C: what its operations are, and the two passes over it, which passes.py writes. */

#include <stddef.h>
#include <stdint.h>

/* What is done, and the places of the operands; or of a sum, where its terms stand in the lists. */
typedef struct { uint32_t op, x, y; } Operation;

/* The number of an operation: the row, and for each operand how it is reached. */
#define TAPE_ROW(row, x_way, y_way) (((row) * 3 + (x_way)) * 3 + (y_way))

/* What ends a pass; a sum of products without adjoints, with those of the weights alone, and with all. */
enum { TAPE_end, TAPE_sum_fixed = TAPE_ROW(ROW_END, 0, 0), TAPE_sum_of_fixed, TAPE_sum, TAPE_OPS };

/* Compute the results, one after another, from the numbers in `v`. */
void tape_forward(const Operation *at, const uint32_t *lists, double *v, double *out);

/* Go back from the last operation, whose result is `v[i]` and whose adjoint is `d[i]`. */
void tape_back(const Operation *at, const uint32_t *lists, const double *v, double *d, size_t i);

/* Whether all numbers are finite; whether none but 0 is smaller than `least`. */
int tape_finite(const double *v, size_t n);
int tape_at_least(const double *v, size_t n, double least);
