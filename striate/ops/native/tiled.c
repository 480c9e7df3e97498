/* Tiled and unshared convolution: the three sums that suffice for training, in one to three axes.

   correlate   every place adds up what its kernel sees
   spread      every pixel adds up what the windows over it send back: the transposed operation
   collect     every weight adds up what it saw times what came of it, over all places that used it

   Values lie channels last: input [image][pixel][channel], output [image][place][filter]; weights
   lie [tile][tap][channel][filter]. Place p uses tile p % tiles in each axis, so unshared is as
   many tiles as places. The input is padded already. Each number is written by one thread, in an
   order that does not depend on how many there are. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__AVX512F__)
#define VECTOR 64
#define PANEL 4
#elif defined(__AVX__)
#define VECTOR 32
#define PANEL 2
#else
#define VECTOR 16
#define PANEL 4
#endif

enum { AXES = 3, ROWS = 6, CHUNK = 192, SPREAD = 384, HELD = 1 << 16, FEW = 4 };

/* Numbers of one convolution; fewer than three axes have 1 in front. */
struct shape {
    int64_t images, channels, filters;
    int64_t pixels[AXES], places[AXES], taps[AXES], stride[AXES], dilation[AXES], tiles[AXES];
};

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t ceiling(int64_t a, int64_t n) { return (a + n - 1) / n; }
static inline int64_t modulo(int64_t a, int64_t n) { return (a % n + n) % n; }
static inline int64_t all(const int64_t *n) { return n[0] * n[1] * n[2]; }
static inline int64_t flat(const int64_t *at, const int64_t *size)
{
    return (at[0] * size[1] + at[1]) * size[2] + at[2];
}
static inline void unflat(int64_t number, const int64_t *size, int64_t *at)
{
    at[2] = number % size[2], number /= size[2];
    at[1] = number % size[1], at[0] = number / size[1];
}

/* A walk over every `by`-th place of every image, beginning from the place `first`. */
struct walk {
    int64_t rows, image, first[AXES], by[AXES], turn[AXES], turns[AXES];
};

static struct walk walk_from(const int64_t *first, const int64_t *by, const int64_t *end,
                             int64_t images, int64_t skipped)
{
    struct walk w;
    for (int a = 0; a < AXES; a++) {
        w.first[a] = first[a], w.by[a] = by[a];
        w.turns[a] = ceiling(end[a] - first[a], by[a]);
    }
    w.rows = images * all(w.turns) - skipped;
    w.image = skipped / all(w.turns);
    unflat(skipped % all(w.turns), w.turns, w.turn);
    return w;
}
static inline void step(struct walk *w)
{
    for (int a = AXES - 1; a >= 0; a--) {
        if (++w->turn[a] < w->turns[a])
            return;
        w->turn[a] = 0;
    }
    w->image++;
}
static inline int64_t flat_in(const struct walk *w, const int64_t *size)
{
    int64_t at[AXES];
    for (int a = 0; a < AXES; a++)
        at[a] = w->first[a] + w->turn[a] * w->by[a];
    return w->image * all(size) + flat(at, size);
}

/* Correlate and collect walk over the places of a tile. */
static struct walk walk_places(const struct shape *s, int64_t tile, int64_t skipped)
{
    int64_t first[AXES];
    unflat(tile, s->tiles, first);
    return walk_from(first, s->tiles, s->places, s->images, skipped);
}
static int64_t most_places(const struct shape *s)
{
    int64_t most = s->images;
    for (int a = 0; a < AXES; a++)
        most *= ceiling(s->places[a], s->tiles[a]);
    return most;
}
static inline int64_t window_at(const struct shape *s, const struct walk *w)
{
    int64_t pixel[AXES];
    for (int a = 0; a < AXES; a++)
        pixel[a] = (w->first[a] + w->turn[a] * w->by[a]) * s->stride[a];
    return w->image * all(s->pixels) + flat(pixel, s->pixels);
}
static int64_t reach_of(const struct shape *s, int64_t tap)
{
    int64_t at[AXES];
    unflat(tap, s->taps, at);
    for (int a = 0; a < AXES; a++)
        at[a] *= s->dilation[a];
    return flat(at, s->pixels);
}

/* Spread walks over the pixels of a sort: those that lie under the same taps of the same tiles.
   They repeat as the tiles do; where no tile comes twice, every pixel is a sort of its own. */
static int64_t period(const struct shape *s, int axis)
{
    int64_t turn = s->stride[axis] * s->tiles[axis];
    return s->tiles[axis] < s->places[axis] ? least(turn, s->pixels[axis]) : s->pixels[axis];
}
static struct walk walk_pixels(const struct shape *s, const int64_t *sorts, int64_t sort,
                               int64_t skipped)
{
    int64_t first[AXES];
    unflat(sort, sorts, first);
    return walk_from(first, sorts, s->pixels, s->images, skipped);
}

/* A tap of a sort: the number of its kernel, and the place of its window over the first pixel. */
struct tap {
    int64_t number, flat, place[AXES];
};

/* Whether the window that has a pixel, `turn` repeats from the first, under a tap is there. */
static inline int is_there(const struct shape *s, const struct tap *tap, const int64_t *turn)
{
    int there = 1;
    for (int a = 0; a < AXES; a++) {
        int64_t place = tap->place[a] + turn[a] * s->tiles[a];
        there &= place >= 0 && place < s->places[a];
    }
    return there;
}
static int64_t taps_of(const struct shape *s, const struct walk *w, struct tap *taps)
{
    int64_t count = 0, alone = all(w->turns) == 1;
    for (int64_t t = 0; t < all(s->taps); t++) {
        int64_t at[AXES], tile[AXES], none[AXES] = {0, 0, 0}, meets = 1;
        struct tap *tap = &taps[count];
        unflat(t, s->taps, at);
        for (int a = 0; a < AXES; a++) {
            int64_t begin = w->first[a] - at[a] * s->dilation[a];
            meets &= modulo(begin, s->stride[a]) == 0;
            tap->place[a] = begin / s->stride[a];
            tile[a] = modulo(tap->place[a], s->tiles[a]);
        }
        tap->number = flat(tile, s->tiles) * all(s->taps) + t;
        tap->flat = flat(tap->place, s->places);
        count += meets && (!alone || is_there(s, tap, none));
    }
    return count;
}

#define REAL float
#define INTEGER int32_t
#define LABEL(name) name##_float32
#include "tiled.h"
#undef REAL
#undef INTEGER
#undef LANES
#undef LABEL

#define REAL double
#define INTEGER int64_t
#define LABEL(name) name##_float64
#include "tiled.h"
