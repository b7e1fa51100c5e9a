/*
 * What one core can do at most: multiply-adds from registers, and reads and writes by working set.
 *
 * Commands on standard input, one a line; each is answered by nanoseconds on standard output:
 *   read BYTES REPETITIONS     reads BYTES, 4 KiB aligned, from one end to the other
 *   update BYTES REPETITIONS   reads and writes BYTES in place
 *   mixed BYTES REPETITIONS    reads BYTES and writes a quarter of them in place
 *   fma UNUSED REPETITIONS     4096 vectors of multiply-adds, 2 * 4096 * LANES operations
 *   lanes                      is answered by the floats in a vector
 */
#include "vectors.h"

#define UNROLL 8

static volatile float sink;

static void read_all(const vector *p, long vectors) {
  vector sum[UNROLL] = {{0}};
  for (long i = 0; i < vectors; i += UNROLL) {
    for (int k = 0; k < UNROLL; k++) sum[k] += p[i + k];
  }
  for (int k = 1; k < UNROLL; k++) sum[0] += sum[k];
  sink = sum[0][0];
}

static void update_all(vector *p, long vectors) {
  vector factor = splat(0.9999f);
  for (long i = 0; i < vectors; i += UNROLL) {
    for (int k = 0; k < UNROLL; k++) p[i + k] *= factor;
  }
}

/* As a scan does: of eight vectors read, two are written. */
static void mix_all(vector *p, long vectors) {
  for (long i = 0; i < vectors; i += 8) {
    vector re = p[i] * p[i + 2] + p[i + 3] * p[i + 4];
    vector im = p[i + 1] * p[i + 5] + p[i + 6] * p[i + 7];
    p[i] = re;
    p[i + 1] = im;
  }
}

static void multiply_add(void) {
  vector x[12];
  vector a = splat(0.999f), b = splat(0.001f);
  for (int k = 0; k < 12; k++) x[k] = splat((float)k);
  for (int i = 0; i < 4096 / 12; i++) {
#pragma GCC unroll 12
    for (int k = 0; k < 12; k++) x[k] = x[k] * a + b;
  }
  vector sum = {0};
  for (int k = 0; k < 12; k++) sum += x[k];
  sink = sum[0];
}

int main(void) {
  char command[32];
  long bytes, repetitions;
  vector *buffer = NULL;
  long size = 0;
  while (scanf("%31s", command) == 1) {
    if (strcmp(command, "lanes") == 0) {
      printf("%d\n", LANES);
      fflush(stdout);
      continue;
    }
    if (scanf("%ld %ld", &bytes, &repetitions) != 2) return 1;
    if (bytes > size) {
      free(buffer);
      buffer = allocate(bytes);
      size = bytes;
    }
    long vectors = bytes / (long)sizeof(vector) / UNROLL * UNROLL;
    int64_t start = nanos();
    for (long r = 0; r < repetitions; r++) {
      if (strcmp(command, "read") == 0) {
        read_all(buffer, vectors);
      } else if (strcmp(command, "update") == 0) {
        update_all(buffer, vectors);
      } else if (strcmp(command, "mixed") == 0) {
        mix_all(buffer, vectors);
      } else {
        multiply_add();
      }
      BARRIER();
    }
    printf("%lld\n", (long long)(nanos() - start));
    fflush(stdout);
  }
  return 0;
}
