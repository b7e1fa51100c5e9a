/*
 * The benchmark's four-layer model in C: the arithmetic of the Java model, written for speed.
 *
 *   encoder Linear(1,H); layers of [state space, GELU, Linear(H,2H), GLU, residual, layer norm];
 *   mean over the segment; decoder Linear(H,outputs) after the last sample of a call.
 *
 * Everything is float32. A call takes T samples and goes layer by layer. Channels come in groups of
 * one vector, outermost: a group's parameters stay in the first-level cache over all samples.
 *
 * Commands on standard input, one a line, each answered by one line on standard output:
 *   load PATH              reads a model (see load) and resets the state: "ok"
 *   advance T REPETITIONS  nanoseconds of so many calls with T samples each
 *   scan T REPETITIONS     nanoseconds of the first layer's recurrence alone
 *   outputs T CALLS        resets, and gives the outputs of so many calls, separated by blanks
 */
#include "vectors.h"

#define MAX_T 1024

/* Modes whose state is held in registers at once: two vectors each, of 32 or 16. */
#define MODES (LANES == 16 ? 8 : 4)

/* Tile of the matrix product: rows by vectors of outputs. */
#define ROWS 6
#define COLUMNS (LANES == 16 ? 4 : 2)

typedef struct {
  vector *modes;  /* [group][mode][a re, a im, b re, b im, c re, c im] */
  vector *rank1;  /* [group][mode][p re, p im, q re, q im], or NULL */
  vector *e;      /* [group] */
  vector *d;      /* [group] */
  vector *state;  /* [group][mode][re, im] */
  float *weight;  /* [column block][in][COLUMNS * LANES] */
  float *bias;    /* [2H] */
  vector *scale;  /* [group] */
  vector *shift;  /* [group] */
} layer;

static struct {
  int channels, modes, rank, layers, outputs, groups;
  vector *encoder_weight, *encoder_bias;
  layer *layer;
  float *decoder_weight, *decoder_bias;
  double *sum;
  double count;
  float input[MAX_T];
  float *output;
  vector *x, *s; /* [T][groups] */
} m;

/* ---- functions: the rational fits of the Java code, with its error bounds ---- */

INLINE vector clamp(vector x, float limit) { return MIN(MAX(x, splat(-limit)), splat(limit)); }

INLINE vector erf_over_root2(vector x) {
  vector c = clamp(x, 5.5f), z = c * c;
  vector p = splat(4.5891458e-8f);
  p = p * z + 1.2605528e-5f;
  p = p * z + 3.2910987e-4f;
  p = p * z + 0.00930287f;
  p = p * z + 0.0669121f;
  p = p * z + 0.7978845f;
  vector q = splat(1.199496e-6f);
  q = q * z + 7.216657e-5f;
  q = q * z + 0.0018605603f;
  q = q * z + 0.028414825f;
  q = q * z + 0.25052828f;
  q = q * z + 1.0f;
  return clamp(c * p / q, 1);
}

INLINE vector tanh_fit(vector x) {
  vector c = clamp(x, 9), z = c * c;
  vector p = splat(1.33833575e-8f);
  p = p * z + 2.0625683e-5f;
  p = p * z + 0.0034965065f;
  p = p * z + 0.13381779f;
  p = p * z + 1.0f;
  vector q = splat(7.786852e-7f);
  q = q * z + 3.2871906e-4f;
  q = q * z + 0.025880411f;
  q = q * z + 0.46715096f;
  q = q * z + 1.0f;
  return clamp(c * p / q, 1);
}

INLINE vector gelu(vector x) { return x * (0.5f + 0.5f * erf_over_root2(x)); }
INLINE vector sigmoid(vector x) { return 0.5f + 0.5f * tanh_fit(0.5f * x); }

INLINE float total(vector x) {
  float sum = 0;
  for (int k = 0; k < LANES; k++) sum += x[k];
  return sum;
}

/* ---- diagonal: x+ = a x + b u, y = Re c x+ + d u ---- */

/* Some modes of one group over all samples, their state in registers. */
static void diagonal_modes(const vector *restrict p, vector *restrict state, const vector *u,
                           vector *y, int stride, int samples) {
  vector re[MODES], im[MODES];
#pragma GCC unroll 8
  for (int n = 0; n < MODES; n++) {
    re[n] = state[2 * n];
    im[n] = state[2 * n + 1];
  }
  for (int t = 0; t < samples; t++) {
    vector in = u[t * stride];
    vector even = y[t * stride], odd = {0};
#pragma GCC unroll 8
    for (int n = 0; n < MODES; n++) {
      vector a_re = p[6 * n], a_im = p[6 * n + 1];
      HOLD(a_re);
      HOLD(a_im);
      vector r = p[6 * n + 2] * in - a_im * im[n] + a_re * re[n];
      vector i = p[6 * n + 3] * in + a_im * re[n] + a_re * im[n];
      re[n] = r;
      im[n] = i;
      even += p[6 * n + 4] * r;
      odd -= p[6 * n + 5] * i;
    }
    y[t * stride] = even + odd;
  }
#pragma GCC unroll 8
  for (int n = 0; n < MODES; n++) {
    state[2 * n] = re[n];
    state[2 * n + 1] = im[n];
  }
}

/* All modes of one group for one sample. */
INLINE vector diagonal_once(const vector *restrict p, vector *restrict state, vector in, vector y) {
  vector re[4] = {y}, im[4] = {{0}};
  for (int n = 0; n < m.modes; n += 4) {
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++) {
      const vector *q = p + 6 * (n + k);
      vector *x = state + 2 * (n + k);
      vector a_re = q[0], a_im = q[1], x_re = x[0], x_im = x[1];
      HOLD(a_re);
      HOLD(a_im);
      HOLD(x_re);
      HOLD(x_im);
      vector r = q[2] * in - a_im * x_im + a_re * x_re;
      vector i = q[3] * in + a_im * x_re + a_re * x_im;
      x[0] = r;
      x[1] = i;
      re[k] += q[4] * r;
      im[k] -= q[5] * i;
    }
  }
  return ((re[0] + re[1]) + (re[2] + re[3])) + ((im[0] + im[1]) + (im[2] + im[3]));
}

static void diagonal(layer *l, const vector *u, vector *y, int samples) {
  for (int g = 0; g < m.groups; g++) {
    const vector *p = l->modes + 6 * m.modes * g;
    vector *state = l->state + 2 * m.modes * g;
    if (samples == 1) {
      y[g] = diagonal_once(p, state, u[g], l->d[g] * u[g]);
      continue;
    }
    for (int t = 0; t < samples; t++) y[t * m.groups + g] = l->d[g] * u[t * m.groups + g];
    for (int n = 0; n < m.modes; n += MODES) {
      diagonal_modes(p + 6 * n, state + 2 * n, u + g, y + g, m.groups, samples);
    }
  }
}

/* ---- plus rank 1: delta = Re q x + e u, x+ = a x + b u + p delta ---- */

/* One pass a sample: it updates the state and sums what the next sample's delta needs. */
static void low_rank(layer *l, const vector *u, vector *y, int samples) {
  for (int g = 0; g < m.groups; g++) {
    const vector *p = l->modes + 6 * m.modes * g;
    const vector *r1 = l->rank1 + 4 * m.modes * g;
    vector *state = l->state + 2 * m.modes * g;
    vector next0 = {0}, next1 = {0};
    for (int n = 0; n < m.modes; n++) {
      next0 += r1[4 * n + 2] * state[2 * n];
      next1 -= r1[4 * n + 3] * state[2 * n + 1];
    }
    for (int t = 0; t < samples; t++) {
      vector in = u[t * m.groups + g];
      vector delta = next0 + next1 + l->e[g] * in;
      vector y0 = l->d[g] * in, y1 = {0}, y2 = {0}, y3 = {0};
      vector q0 = {0}, q1 = {0}, q2 = {0}, q3 = {0};
#define STEP(n, sum_re, sum_im, next_re, next_im)                                                \
  {                                                                                              \
    vector a_re = p[6 * (n)], a_im = p[6 * (n) + 1];                                             \
    vector x_re = state[2 * (n)], x_im = state[2 * (n) + 1];                                     \
    HOLD(a_re);                                                                                  \
    HOLD(a_im);                                                                                  \
    HOLD(x_re);                                                                                  \
    HOLD(x_im);                                                                                  \
    vector r = p[6 * (n) + 2] * in + r1[4 * (n)] * delta - a_im * x_im + a_re * x_re;            \
    vector i = p[6 * (n) + 3] * in + r1[4 * (n) + 1] * delta + a_im * x_re + a_re * x_im;        \
    state[2 * (n)] = r;                                                                          \
    state[2 * (n) + 1] = i;                                                                      \
    sum_re += p[6 * (n) + 4] * r;                                                                \
    sum_im -= p[6 * (n) + 5] * i;                                                                \
    next_re += r1[4 * (n) + 2] * r;                                                              \
    next_im -= r1[4 * (n) + 3] * i;                                                              \
  }
      if (samples == 1) {
        /* Nobody asks for the next delta. */
        for (int n = 0; n < m.modes; n += 2) {
          vector unused = {0};
          STEP(n, y0, y1, unused, unused)
          STEP(n + 1, y2, y3, unused, unused)
        }
      } else {
        for (int n = 0; n < m.modes; n += 2) {
          STEP(n, y0, y1, q0, q1)
          STEP(n + 1, y2, y3, q2, q3)
        }
      }
      next0 = q0 + q2;
      next1 = q1 + q3;
      y[t * m.groups + g] = (y0 + y1) + (y2 + y3);
    }
  }
}

static void scan(layer *l, const vector *u, vector *y, int samples) {
  if (m.rank == 0) {
    diagonal(l, u, y, samples);
  } else {
    low_rank(l, u, y, samples);
  }
}

/* ---- position-wise part ---- */

/* A tile of the matrix product; rows is a constant where this is inlined. */
INLINE void tile(const float *w, const float *bias, const float *x, float *y, int rows) {
  vector sum[ROWS][COLUMNS];
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (int c = 0; c < COLUMNS; c++) sum[r][c] = *(const vector *)(bias + c * LANES);
  }
  for (int i = 0; i < m.channels; i++) {
    vector column[COLUMNS];
#pragma GCC unroll 4
    for (int c = 0; c < COLUMNS; c++) {
      column[c] = *(const vector *)(w + (i * COLUMNS + c) * LANES);
    }
#pragma GCC unroll 6
    for (int r = 0; r < rows; r++) {
      vector in = splat(x[r * m.channels + i]);
#pragma GCC unroll 4
      for (int c = 0; c < COLUMNS; c++) sum[r][c] += column[c] * in;
    }
  }
#pragma GCC unroll 6
  for (int r = 0; r < rows; r++) {
#pragma GCC unroll 4
    for (int c = 0; c < COLUMNS; c++) {
      *(vector *)(y + r * 2 * m.channels + c * LANES) = sum[r][c];
    }
  }
}

/* y = W x + bias for up to ROWS rows. */
static void linear(const layer *l, const float *x, float *y, int rows) {
  int width = COLUMNS * LANES;
  for (int c = 0; c < 2 * m.channels / width; c++) {
    const float *w = l->weight + c * width * m.channels;
    const float *bias = l->bias + c * width;
    switch (rows) {
      case 1: tile(w, bias, x, y + c * width, 1); break;
      case 2: tile(w, bias, x, y + c * width, 2); break;
      case 3: tile(w, bias, x, y + c * width, 3); break;
      case 4: tile(w, bias, x, y + c * width, 4); break;
      case 5: tile(w, bias, x, y + c * width, 5); break;
      default: tile(w, bias, x, y + c * width, 6);
    }
  }
}

/* x = norm(x + a sigmoid(b)) for one row. */
static void join(const layer *l, vector *x, const vector *ab) {
  vector sum = {0}, squares = {0};
  for (int g = 0; g < m.groups; g++) {
    x[g] += ab[g] * sigmoid(ab[m.groups + g]);
    sum += x[g];
  }
  float mean = total(sum) / m.channels;
  for (int g = 0; g < m.groups; g++) {
    vector distance = x[g] - mean;
    squares += distance * distance;
  }
  float inverse = 1 / __builtin_sqrtf(total(squares) / m.channels + 1e-5f);
  for (int g = 0; g < m.groups; g++) x[g] = (x[g] - mean) * inverse * l->scale[g] + l->shift[g];
}

static void advance(int samples) {
  static float ab[ROWS * 2 * 4096] __attribute__((aligned(64)));
  for (int t = 0; t < samples; t++) {
    for (int g = 0; g < m.groups; g++) {
      m.x[t * m.groups + g] = m.encoder_weight[g] * m.input[t] + m.encoder_bias[g];
    }
  }
  for (int k = 0; k < m.layers; k++) {
    layer *l = m.layer + k;
    scan(l, m.x, m.s, samples);
    for (int i = 0; i < samples * m.groups; i++) m.s[i] = gelu(m.s[i]);
    for (int t = 0; t < samples; t += ROWS) {
      int rows = samples - t < ROWS ? samples - t : ROWS;
      linear(l, (float *)(m.s + t * m.groups), ab, rows);
      for (int r = 0; r < rows; r++) {
        join(l, m.x + (t + r) * m.groups, (vector *)(ab + r * 2 * m.channels));
      }
    }
  }
  for (int t = 0; t < samples; t++) {
    const float *row = (float *)(m.x + t * m.groups);
    for (int h = 0; h < m.channels; h++) m.sum[h] += row[h];
  }
  m.count += samples;
  float mean[4096];
  for (int h = 0; h < m.channels; h++) mean[h] = (float)(m.sum[h] / m.count);
  for (int o = 0; o < m.outputs; o++) {
    float sum = m.decoder_bias[o];
    for (int h = 0; h < m.channels; h++) sum += m.decoder_weight[o * m.channels + h] * mean[h];
    m.output[o] = sum;
  }
}

/* ---- files and commands ---- */

static void fail(const char *what) {
  fprintf(stderr, "reference: %s\n", what);
  exit(1);
}

static float *floats(FILE *file, long count) {
  float *values = allocate(count * sizeof(float));
  if (fread(values, sizeof(float), count, file) != (size_t)count) fail("the model file ends early");
  return values;
}

/* Puts plane [modes][channels] at place `at` of `of` in each mode of each group. */
static void interleave(FILE *file, vector *into, int at, int of) {
  float *plane = floats(file, (long)m.modes * m.channels);
  for (int n = 0; n < m.modes; n++) {
    for (int h = 0; h < m.channels; h++) {
      int g = h / LANES;
      into[(g * m.modes + n) * of + at][h % LANES] = plane[n * m.channels + h];
    }
  }
  free(plane);
}

static void reset(void) {
  for (int k = 0; k < m.layers; k++) {
    memset(m.layer[k].state, 0, sizeof(vector) * 2 * m.modes * m.groups);
  }
  memset(m.sum, 0, sizeof(double) * m.channels);
  m.count = 0;
}

/*
 * Little endian: int32 channels, modes, rank (0 or 1), layers, outputs; then float32: encoder
 * weight [H] and bias [H]; for each layer a, b, c, if rank 1 also p, q (each plane re, plane im of
 * [modes][H]) and e [H]; d [H], weight [2H][H], bias [2H], norm scale [H] and shift [H]; decoder
 * weight [outputs][H], bias [outputs]; 1024 input samples.
 */
static void load(const char *path) {
  FILE *file = fopen(path, "rb");
  int32_t shape[5];
  if (file == NULL || fread(shape, 4, 5, file) != 5) fail("cannot read the model file");
  m.channels = shape[0];
  m.modes = shape[1];
  m.rank = shape[2];
  m.layers = shape[3];
  m.outputs = shape[4];
  m.groups = m.channels / LANES;
  int width = COLUMNS * LANES;
  if (m.channels % LANES != 0 || 2 * m.channels % width != 0 || m.channels > 4096) {
    fail("the number of channels does not fit the vectors");
  }
  if (m.modes % MODES != 0 || m.rank > 1) fail("unsupported number of modes, or rank");
  m.encoder_weight = (vector *)floats(file, m.channels);
  m.encoder_bias = (vector *)floats(file, m.channels);
  m.layer = allocate(sizeof(layer) * m.layers);
  long modes = (long)m.groups * m.modes;
  for (int k = 0; k < m.layers; k++) {
    layer *l = m.layer + k;
    l->modes = allocate(sizeof(vector) * 6 * modes);
    l->state = allocate(sizeof(vector) * 2 * modes);
    for (int i = 0; i < 6; i++) interleave(file, l->modes, i, 6);
    if (m.rank == 1) {
      l->rank1 = allocate(sizeof(vector) * 4 * modes);
      for (int i = 0; i < 4; i++) interleave(file, l->rank1, i, 4);
      l->e = (vector *)floats(file, m.channels);
    }
    l->d = (vector *)floats(file, m.channels);
    float *weight = floats(file, 2L * m.channels * m.channels);
    l->weight = allocate(sizeof(float) * 2 * m.channels * m.channels);
    for (int o = 0; o < 2 * m.channels; o++) {
      for (int i = 0; i < m.channels; i++) {
        l->weight[(o / width * m.channels + i) * width + o % width] = weight[o * m.channels + i];
      }
    }
    free(weight);
    l->bias = floats(file, 2 * m.channels);
    l->scale = (vector *)floats(file, m.channels);
    l->shift = (vector *)floats(file, m.channels);
  }
  m.decoder_weight = floats(file, (long)m.outputs * m.channels);
  m.decoder_bias = floats(file, m.outputs);
  float *input = floats(file, MAX_T);
  memcpy(m.input, input, sizeof(m.input));
  free(input);
  fclose(file);
  m.sum = allocate(sizeof(double) * m.channels);
  m.output = allocate(sizeof(float) * m.outputs);
  m.x = allocate(sizeof(float) * MAX_T * m.channels);
  m.s = allocate(sizeof(float) * MAX_T * m.channels);
  reset();
}

int main(void) {
  char command[32], path[4096];
  int samples, repetitions;
  while (scanf("%31s", command) == 1) {
    if (strcmp(command, "load") == 0) {
      if (scanf(" %4095[^\n]", path) != 1) return 1;
      load(path);
      printf("ok");
    } else if (scanf("%d %d", &samples, &repetitions) != 2 || samples < 1 || samples > MAX_T) {
      return 1;
    } else if (strcmp(command, "outputs") == 0) {
      reset();
      for (int r = 0; r < repetitions; r++) {
        advance(samples);
        for (int o = 0; o < m.outputs; o++) printf("%.9g ", m.output[o]);
      }
    } else {
      int64_t start = nanos();
      for (int r = 0; r < repetitions; r++) {
        if (strcmp(command, "scan") == 0) {
          scan(m.layer, m.x, m.s, samples);
        } else {
          advance(samples);
        }
        BARRIER();
      }
      printf("%lld", (long long)(nanos() - start));
    }
    printf("\n");
    fflush(stdout);
  }
  return 0;
}
