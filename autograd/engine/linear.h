/* Sweeps over a linear map: the steps of linear.py, with several directions side by side, in `lanes`. */

#include <stddef.h>
#include <stdint.h>

#define LANES 8
#define GROUPS 64

/* Two parents, by their places, and their slopes; where there is none, place 0, whose tangent is 0, and slope 0. */
typedef struct { uint32_t x, y; double dx, dy; } LinearStep;

#ifdef __GNUC__
#define ALWAYS_INLINE inline __attribute__((always_inline))
#else
#define ALWAYS_INLINE inline
#endif

static ALWAYS_INLINE size_t forward_in(const int lanes, const LinearStep *steps, size_t begin, size_t end, size_t first,
                                       double *t, uint8_t *reached) {
    size_t met = 0;
    for (size_t i = begin; i < end; i++) {
        LinearStep s = steps[i];
        if (reached) {
            const int x = reached[s.x], y = reached[s.y];
            reached[first + i] = x | y;
            if (!(x | y)) continue;
            met += x + y;
            if (!x) s.x = 0, s.dx = 0.0;
            if (!y) s.y = 0, s.dy = 0.0;
        }
        const double *x = t + s.x * (size_t)lanes, *y = t + s.y * (size_t)lanes;
        double *to = t + (first + i) * lanes, sum[LANES];
        for (int k = 0; k < lanes; k++) sum[k] = 0.0 + s.dx * x[k] + s.dy * y[k];
        for (int k = 0; k < lanes; k++) to[k] = sum[k];
    }
    return met;
}

static ALWAYS_INLINE void pass_on(const int lanes, const double *from, double slope, double *to, int is_first) {
    double sum[LANES];
    for (int k = 0; k < lanes; k++) sum[k] = (is_first ? 0.0 : to[k]) + from[k] * slope;
    for (int k = 0; k < lanes; k++) to[k] = sum[k];
}

static ALWAYS_INLINE size_t backward_in(const int lanes, const LinearStep *steps, size_t begin, size_t end, size_t first,
                                        double *a, uint8_t *reached, size_t *pending) {
    size_t met = 0;
    for (size_t i = end; i > begin && *pending;) {
        i--;
        if (!reached[first + i]) continue;
        reached[first + i] = 0;
        --*pending;
        const LinearStep s = steps[i];
        const double *from = a + (first + i) * lanes;
        if (s.x) {
            pass_on(lanes, from, s.dx, a + s.x * (size_t)lanes, !reached[s.x]);
            *pending += !reached[s.x] && s.x >= first;
            reached[s.x] = 1;
        }
        if (s.y) {
            pass_on(lanes, from, s.dy, a + s.y * (size_t)lanes, !reached[s.y]);
            *pending += !reached[s.y] && s.y >= first;
            reached[s.y] = 1;
        }
        met += (s.x != 0) + (s.y != 0);
    }
    return met;
}

/* The tangents of steps from `begin` to `end`, of which the first of all has the place `first`: those that are reached,
   or all if `reached` is NULL. Returns how many edges it has met, if it looks. */
static size_t linear_forward(int lanes, const LinearStep *steps, size_t begin, size_t end, size_t first, double *t,
                             uint8_t *reached) {
    if (lanes == 1)
        return reached ? forward_in(1, steps, begin, end, first, t, reached)
                       : forward_in(1, steps, begin, end, first, t, NULL);
    return reached ? forward_in(LANES, steps, begin, end, first, t, reached)
                   : forward_in(LANES, steps, begin, end, first, t, NULL);
}

/* Passes on the adjoints of steps from `end` to `begin`, as long as one that is reached is pending. */
static size_t linear_backward(int lanes, const LinearStep *steps, size_t begin, size_t end, size_t first, double *a,
                              uint8_t *reached, size_t *pending) {
    return lanes == 1 ? backward_in(1, steps, begin, end, first, a, reached, pending)
                      : backward_in(LANES, steps, begin, end, first, a, reached, pending);
}

static inline unsigned count_bits(uint64_t x) {
    x -= x >> 1 & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
    x = (x + (x >> 4)) & 0x0F0F0F0F0F0F0F0Fu;
    return (unsigned)(x * 0x0101010101010101u >> 56);
}

/* How many edges there are on the ways from groups of inputs to all steps, a bit for each group. */
static uint64_t met_forward(const LinearStep *steps, size_t n, size_t first, uint64_t *groups) {
    uint64_t met = 0;
    for (size_t i = 0; i < n; i++) {
        const uint64_t x = groups[steps[i].x], y = groups[steps[i].y];
        groups[first + i] = x | y;
        met += count_bits(x) + count_bits(y);
    }
    return met;
}

/* The same from groups of outputs, back. */
static uint64_t met_backward(const LinearStep *steps, size_t n, size_t first, uint64_t *groups) {
    uint64_t met = 0;
    for (size_t i = n; i-- > 0;) {
        const uint64_t here = groups[first + i];
        met += count_bits(here) * (uint64_t)((steps[i].x != 0) + (steps[i].y != 0));
        groups[steps[i].x] |= here;
        groups[steps[i].y] |= here;
    }
    return met;
}
