/* The three sums for one element type, REAL; LABEL gives each function its name. */

#define LANES ((int)(VECTOR / sizeof(REAL)))
typedef REAL LABEL(wide) __attribute__((vector_size(VECTOR), aligned(sizeof(REAL)), may_alias));
typedef REAL LABEL(four)
    __attribute__((vector_size(4 * sizeof(REAL)), aligned(sizeof(REAL)), may_alias));
typedef REAL LABEL(one);
typedef INTEGER LABEL(mask) __attribute__((vector_size(VECTOR)));

/* MULTIPLY: rows of `from` times a kernel, a strip of `count` vectors wide:
       out[row][column] (+)= sum over taps and i of from[tap][row][i] * kernel[tap][i][column]
   COLLECT: `left` turned over times `right`, for `rows` channels of a strip:
       out[channel][column] (+)= sum over pairs of left[pair][channel] * right[pair][column] */
#define UNROLL(limit) _Pragma(#limit)
#define EACH_ROW UNROLL(GCC unroll 6) for (int r = 0; r < R; r++)
#define EACH_VECTOR UNROLL(GCC unroll 4) for (int v = 0; v < V; v++)

#define MICRO(type, count, multiply, collect)                                                      \
    static inline __attribute__((always_inline)) void LABEL(multiply##_)(                          \
        const int R, int64_t taps, const REAL *const *from, const REAL *const *kernel,             \
        int64_t inner, int64_t width, int64_t column, REAL *const *out, int add)                   \
    {                                                                                              \
        enum { V = count, L = sizeof(LABEL(type)) / sizeof(REAL) };                                \
        LABEL(type) sum[ROWS][V];                                                                  \
        EACH_ROW EACH_VECTOR sum[r][v] =                                                           \
            add ? *(const LABEL(type) *)(out[r] + column + v * L) : (LABEL(type)){0};              \
        for (int64_t tap = 0; tap < taps; tap++) {                                                 \
            const REAL *weights = kernel[tap] + column, *row[ROWS];                                \
            EACH_ROW row[r] = from[tap * ROWS + r];                                                \
            for (int64_t i = 0; i < inner; i++, weights += width) {                                \
                LABEL(type) w[V];                                                                  \
                EACH_VECTOR w[v] = *(const LABEL(type) *)(weights + v * L);                        \
                EACH_ROW EACH_VECTOR sum[r][v] += row[r][i] * w[v];                                \
            }                                                                                      \
        }                                                                                          \
        EACH_ROW EACH_VECTOR *(LABEL(type) *)(out[r] + column + v * L) = sum[r][v];                \
    }                                                                                              \
    static void LABEL(multiply)(int rows, int64_t taps, const REAL *const *from,                   \
                                const REAL *const *kernel, int64_t inner, int64_t width,           \
                                int64_t column, REAL *const *out, int add)                         \
    {                                                                                              \
        switch (rows) {                                                                            \
        case 1: LABEL(multiply##_)(1, taps, from, kernel, inner, width, column, out, add); break;  \
        case 2: LABEL(multiply##_)(2, taps, from, kernel, inner, width, column, out, add); break;  \
        case 3: LABEL(multiply##_)(3, taps, from, kernel, inner, width, column, out, add); break;  \
        case 4: LABEL(multiply##_)(4, taps, from, kernel, inner, width, column, out, add); break;  \
        case 5: LABEL(multiply##_)(5, taps, from, kernel, inner, width, column, out, add); break;  \
        case 6: LABEL(multiply##_)(6, taps, from, kernel, inner, width, column, out, add); break;  \
        }                                                                                          \
    }                                                                                              \
    static inline __attribute__((always_inline)) void LABEL(collect##_)(                           \
        const int R, int64_t pairs, const REAL *const *left, const REAL *const *right,             \
        int64_t channel, int64_t column, REAL *out, int64_t width, int add)                        \
    {                                                                                              \
        enum { V = count, L = sizeof(LABEL(type)) / sizeof(REAL) };                                \
        LABEL(type) sum[ROWS][V];                                                                  \
        EACH_ROW EACH_VECTOR sum[r][v] =                                                           \
            add ? *(const LABEL(type) *)(out + r * width + v * L) : (LABEL(type)){0};              \
        for (int64_t pair = 0; pair < pairs; pair++) {                                             \
            const REAL *x = left[pair] + channel, *g = right[pair] + column;                       \
            LABEL(type) w[V];                                                                      \
            EACH_VECTOR w[v] = *(const LABEL(type) *)(g + v * L);                                  \
            EACH_ROW EACH_VECTOR sum[r][v] += x[r] * w[v];                                         \
        }                                                                                          \
        EACH_ROW EACH_VECTOR *(LABEL(type) *)(out + r * width + v * L) = sum[r][v];                \
    }                                                                                              \
    static void LABEL(collect)(int rows, int64_t pairs, const REAL *const *left,                   \
                               const REAL *const *right, int64_t channel, int64_t column,          \
                               REAL *out, int64_t width, int add)                                  \
    {                                                                                              \
        switch (rows) {                                                                            \
        case 1: LABEL(collect##_)(1, pairs, left, right, channel, column, out, width, add); break; \
        case 2: LABEL(collect##_)(2, pairs, left, right, channel, column, out, width, add); break; \
        case 3: LABEL(collect##_)(3, pairs, left, right, channel, column, out, width, add); break; \
        case 4: LABEL(collect##_)(4, pairs, left, right, channel, column, out, width, add); break; \
        case 5: LABEL(collect##_)(5, pairs, left, right, channel, column, out, width, add); break; \
        case 6: LABEL(collect##_)(6, pairs, left, right, channel, column, out, width, add); break; \
        }                                                                                          \
    }

MICRO(wide, PANEL, multiply_panel, collect_panel)
MICRO(wide, 1, multiply_wide, collect_wide)
MICRO(four, 1, multiply_four, collect_four)
MICRO(one, 1, multiply_one, collect_one)

#undef MICRO

/* A kernel that lies [i][o] copied as [o][i], a square of one vector by one vector at a time,
   while the `next` one is fetched. */
static void LABEL(turn)(const REAL *from, const REAL *next, int64_t rows, int64_t columns, REAL *to)
{
    int64_t i = 0;
#if defined(__AVX512F__) && !defined(__clang__)
    for (; i + LANES <= rows; i += LANES) {
        int64_t o = 0;
        for (; o + LANES <= columns; o += LANES) {
            LABEL(wide) line[LANES];
            _Pragma("GCC unroll 16") for (int r = 0; r < LANES; r++)
                line[r] = *(const LABEL(wide) *)(from + (i + r) * columns + o);
            _Pragma("GCC unroll 16") for (int r = 0; r < LANES; r++)
                __builtin_prefetch(next + (i + r) * columns + o, 0, 2);
            _Pragma("GCC unroll 4") for (int d = 1; d < LANES; d *= 2) {
                LABEL(mask) low, high;
                _Pragma("GCC unroll 16") for (int j = 0; j < LANES; j++) {
                    low[j] = j & d ? LANES + j - d : j;
                    high[j] = j & d ? LANES + j : j + d;
                }
                _Pragma("GCC unroll 16") for (int r = 0; r < LANES; r++)
                    if (!(r & d)) {
                        LABEL(wide) a = line[r], b = line[r + d];
                        line[r] = __builtin_shuffle(a, b, low);
                        line[r + d] = __builtin_shuffle(a, b, high);
                    }
            }
            _Pragma("GCC unroll 16") for (int r = 0; r < LANES; r++)
                *(LABEL(wide) *)(to + (o + r) * rows + i) = line[r];
        }
        for (; o < columns; o++)
            for (int r = 0; r < LANES; r++)
                to[o * rows + i + r] = from[(i + r) * columns + o];
    }
#endif
    for (; i < rows; i++)
        for (int64_t o = 0; o < columns; o++)
            to[o * rows + i] = from[i * columns + o];
}

/* A block of rows under all strips of the columns, the widest first. */
static void LABEL(multiply)(int rows, int64_t taps, const REAL *const *from,
                            const REAL *const *kernel, int64_t inner, int64_t width,
                            REAL *const *out, int add)
{
    int64_t column = 0;
    for (; column + PANEL * LANES <= width; column += PANEL * LANES)
        LABEL(multiply_panel)(rows, taps, from, kernel, inner, width, column, out, add);
    for (; column + LANES <= width; column += LANES)
        LABEL(multiply_wide)(rows, taps, from, kernel, inner, width, column, out, add);
    for (; column + 4 <= width; column += 4)
        LABEL(multiply_four)(rows, taps, from, kernel, inner, width, column, out, add);
    for (; column < width; column++)
        LABEL(multiply_one)(rows, taps, from, kernel, inner, width, column, out, add);
}

/* The same for `collect`, channels in blocks of rows; the left lies `reach` behind its pointers. */
static void LABEL(collect_pairs)(int64_t pairs, const REAL *const *left, int64_t reach,
                                 const REAL *const *right, int64_t channels, int64_t width,
                                 REAL *out, int add)
{
    for (int64_t first = 0; first < channels; first += ROWS) {
        int rows = (int)least(ROWS, channels - first);
        REAL *to = out + first * width;
        int64_t at = 0, channel = reach + first;
        for (; at + PANEL * LANES <= width; at += PANEL * LANES)
            LABEL(collect_panel)(rows, pairs, left, right, channel, at, to + at, width, add);
        for (; at + LANES <= width; at += LANES)
            LABEL(collect_wide)(rows, pairs, left, right, channel, at, to + at, width, add);
        for (; at + 4 <= width; at += 4)
            LABEL(collect_four)(rows, pairs, left, right, channel, at, to + at, width, add);
        for (; at < width; at++)
            LABEL(collect_one)(rows, pairs, left, right, channel, at, to + at, width, add);
    }
}


/* output[image][place][filter] of input and weights. */
void LABEL(correlate)(const struct shape *s, const REAL *input, const REAL *weights, REAL *output,
                      int threads)
{
    int64_t taps = all(s->taps), block = s->channels * s->filters;
    int64_t chunks = ceiling(most_places(s), CHUNK);
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (int64_t item = 0; item < all(s->tiles) * chunks; item++) {
        const REAL *from[taps * ROWS], *kernel[taps];
        int64_t reach[taps], tile = item / chunks;
        for (int64_t t = 0; t < taps; t++) {
            reach[t] = reach_of(s, t) * s->channels;
            kernel[t] = weights + (tile * taps + t) * block;
        }
        struct walk at = walk_places(s, tile, item % chunks * CHUNK);
        for (int64_t left = least(CHUNK, at.rows); left > 0; left -= ROWS) {
            int rows = (int)least(ROWS, left);
            REAL *out[ROWS];
            for (int r = 0; r < rows; r++, step(&at)) {
                const REAL *window = input + window_at(s, &at) * s->channels;
                for (int64_t t = 0; t < taps; t++)
                    from[t * ROWS + r] = window + reach[t];
                out[r] = output + flat_in(&at, s->places) * s->filters;
            }
            LABEL(multiply)(rows, taps, from, kernel, s->channels, s->filters, out, 0);
        }
    }
}

/* weights[tile][tap][channel][filter] of input and what came back for the output. */
void LABEL(collect)(const struct shape *s, const REAL *input, const REAL *output, REAL *weights,
                    int threads)
{
    int64_t taps = all(s->taps), block = s->channels * s->filters;
    int64_t shares = all(s->tiles) < 64 ? taps : 1;
#pragma omp parallel for schedule(dynamic) num_threads(threads)
    for (int64_t item = 0; item < all(s->tiles) * shares; item++) {
        const REAL *left[CHUNK], *right[CHUNK];
        int64_t tile = item / shares, first = item % shares, end = shares == 1 ? taps : first + 1;
        struct walk at = walk_places(s, tile, 0);
        int64_t pairs = 0;
        for (int64_t row = 0; row == 0 || row < at.rows; row += CHUNK) {
            pairs = least(CHUNK, at.rows - row);
            for (int64_t r = 0; r < pairs; r++, step(&at)) {
                left[r] = input + window_at(s, &at) * s->channels;
                right[r] = output + flat_in(&at, s->places) * s->filters;
            }
            for (int64_t t = first; t < end; t++)
                LABEL(collect_pairs)(pairs, left, reach_of(s, t) * s->channels, right, s->channels,
                                     s->filters, weights + (tile * taps + t) * block, row > 0);
        }
    }
}

/* One pixel from few windows: along the filters, so that no kernel has to be turned. */
static void LABEL(dot)(int64_t taps, const REAL *const *from, const REAL *const *kernel,
                       int64_t channels, int64_t filters, REAL *out)
{
    for (int64_t c = 0; c < channels; c += 4) {
        int lines = (int)least(4, channels - c);
        LABEL(wide) sum[4] = {{0}, {0}, {0}, {0}};
        REAL rest[4] = {0, 0, 0, 0};
        for (int64_t t = 0; t < taps; t++) {
            const REAL *weights = kernel[t] + c * filters, *g = from[t * ROWS];
            int64_t f = 0;
            for (; lines == 4 && f + LANES <= filters; f += LANES)
                _Pragma("GCC unroll 4") for (int r = 0; r < 4; r++)
                    sum[r] += *(const LABEL(wide) *)(g + f) *
                              *(const LABEL(wide) *)(weights + r * filters + f);
            for (; f < filters; f++)
                for (int r = 0; r < lines; r++)
                    rest[r] += g[f] * weights[r * filters + f];
        }
        for (int r = 0; r < lines; r++) {
            for (int lane = 0; lane < LANES; lane++)
                rest[r] += sum[r][lane];
            out[c + r] = rest[r];
        }
    }
}

/* The taps under which the pixels of a sort lie, and what a thread needs to add them up. */
struct LABEL(sort) {
    struct tap *seen;
    int64_t taps, *kept;
    const REAL **from, **kernel;
    REAL *turned;
    const REAL *output, *zeros;
};

/* Point at what the windows over some rows of a sort send back, tap by tap from `done` on; taps
   that no row lies under are left out, and `kept` says which are not. Returns their number. */
static int64_t LABEL(sent)(const struct shape *s, const struct LABEL(sort) *sort, int64_t done,
                           int64_t taps, int rows, struct walk *at)
{
    int64_t count = 0, alone = all(at->turns) == 1, first[ROWS], turn[ROWS][AXES];
    for (int r = 0; r < rows; r++, step(at)) {
        int64_t moved[AXES];
        for (int a = 0; a < AXES; a++)
            moved[a] = at->turn[a] * s->tiles[a];
        first[r] = at->image * all(s->places) + flat(moved, s->places);
        memcpy(turn[r], at->turn, sizeof turn[r]);
    }
    for (int64_t t = done; t < done + taps; t++) {
        const struct tap *tap = &sort->seen[t];
        int any = 0;
        for (int r = 0; r < rows; r++) {
            int there = alone || is_there(s, tap, turn[r]);
            const REAL *value = sort->output + (first[r] + tap->flat) * s->filters;
            sort->from[count * ROWS + r] = there ? value : sort->zeros;
            any |= there;
        }
        sort->kept[count] = t;
        count += any;
    }
    return count;
}

/* The pixels of one image or of few, straight from the kernels as they lie. */
static void LABEL(spread_few)(const struct shape *s, const struct LABEL(sort) *sort,
                              const REAL *weights, struct walk at, int64_t rows, REAL *input)
{
    for (int64_t row = 0; row < rows; row++) {
        REAL *out = input + flat_in(&at, s->pixels) * s->channels;
        int64_t met = LABEL(sent)(s, sort, 0, sort->taps, 1, &at);
        for (int64_t t = 0; t < met; t++)
            sort->kernel[t] =
                weights + sort->seen[sort->kept[t]].number * s->channels * s->filters;
        LABEL(dot)(met, sort->from, sort->kernel, s->channels, s->filters, out);
    }
}

/* The pixels of many: the kernels of some taps are turned over, and used for all rows. */
static void LABEL(spread_many)(const struct shape *s, const struct LABEL(sort) *sort,
                               const REAL *weights, int64_t held, struct walk begin, int64_t rows,
                               REAL *input)
{
    int64_t block = s->channels * s->filters, done = 0;
    do {
        int64_t taps = least(held, sort->taps - done);
        for (int64_t t = 0; t < taps; t++) {
            int64_t next = least(done + t + 1, sort->taps - 1);
            LABEL(turn)(weights + sort->seen[done + t].number * block,
                        weights + sort->seen[next].number * block, s->channels, s->filters,
                        sort->turned + t * block);
        }
        struct walk at = begin, ahead = begin;
        for (int64_t row = 0; row < rows; row += ROWS) {
            int count = (int)least(ROWS, rows - row);
            REAL *out[ROWS];
            for (int r = 0; r < count; r++, step(&ahead))
                out[r] = input + flat_in(&ahead, s->pixels) * s->channels;
            int64_t met = LABEL(sent)(s, sort, done, taps, count, &at);
            for (int64_t t = 0; t < met; t++)
                sort->kernel[t] = sort->turned + (sort->kept[t] - done) * block;
            LABEL(multiply)(count, met, sort->from, sort->kernel, s->filters, s->channels, out,
                            done > 0);
        }
        done += taps;
    } while (done < sort->taps);
}

/* input[image][pixel][channel] of what came back for the output, and weights. */
void LABEL(spread)(const struct shape *s, const REAL *output, const REAL *weights, REAL *input,
                   int threads)
{
    int64_t block = s->channels * s->filters, most = all(s->taps), rows = s->images;
    int64_t sorts[AXES];
    for (int a = 0; a < AXES; a++) {
        sorts[a] = period(s, a);
        rows *= ceiling(s->pixels[a], sorts[a]);
    }
    int64_t chunks = ceiling(rows, SPREAD), held = least(most, 1 + HELD / block);
    int few = rows <= FEW && s->filters >= LANES;
    REAL *zeros = calloc(s->filters, sizeof(REAL));
#pragma omp parallel num_threads(threads)
    {
        struct LABEL(sort) sort = {
            .seen = malloc(most * sizeof(struct tap)),
            .kept = malloc(most * sizeof(int64_t)),
            .from = malloc(most * ROWS * sizeof(REAL *)),
            .kernel = malloc(most * sizeof(REAL *)),
            .turned = few ? NULL : malloc(held * block * sizeof(REAL)),
            .output = output,
            .zeros = zeros,
        };
#pragma omp for schedule(dynamic)
        for (int64_t item = 0; item < all(sorts) * chunks; item++) {
            struct walk at = walk_pixels(s, sorts, item / chunks, item % chunks * SPREAD);
            int64_t count = least(SPREAD, at.rows);
            sort.taps = taps_of(s, &at, sort.seen);
            if (few)
                LABEL(spread_few)(s, &sort, weights, at, count, input);
            else
                LABEL(spread_many)(s, &sort, weights, held, at, count, input);
        }
        free(sort.seen), free(sort.kept), free(sort.from), free(sort.kernel), free(sort.turned);
    }
    free(zeros);
}
