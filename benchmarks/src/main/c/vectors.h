/* One vector of floats as wide as the machine's registers, and the clock. */
#ifndef VECTORS_H
#define VECTORS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#if defined(__AVX512F__)
#include <immintrin.h>
#define LANES 16
#define MIN(a, b) ((vector)_mm512_min_ps((__m512)(a), (__m512)(b)))
#define MAX(a, b) ((vector)_mm512_max_ps((__m512)(a), (__m512)(b)))
#elif defined(__AVX__)
#include <immintrin.h>
#define LANES 8
#define MIN(a, b) ((vector)_mm256_min_ps((__m256)(a), (__m256)(b)))
#define MAX(a, b) ((vector)_mm256_max_ps((__m256)(a), (__m256)(b)))
#else
#define LANES 4
#define SELECT(m, a, b) ((vector)(((mask)(a) & (m)) | ((mask)(b) & ~(m))))
#define MIN(a, b) SELECT((a) < (b), a, b)
#define MAX(a, b) SELECT((a) > (b), a, b)
#endif

typedef float vector __attribute__((vector_size(4 * LANES), may_alias));
typedef int32_t mask __attribute__((vector_size(4 * LANES)));

#define INLINE static inline __attribute__((always_inline))
/* Keeps the compiler from moving or dropping what was computed before. */
#define BARRIER() __asm__ volatile("" ::: "memory")

/* Loads once what is used twice: left alone, GCC folds the load into every use. */
#if defined(__x86_64__)
#define HOLD(v) __asm__("" : "+v"(v))
#else
#define HOLD(v) ((void)0)
#endif

INLINE vector splat(float x) { return x - (vector){0}; }

INLINE void *allocate(size_t bytes) {
  void *block = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (block == NULL) {
    fprintf(stderr, "out of memory: %zu bytes\n", bytes);
    exit(1);
  }
  memset(block, 0, bytes);
  return block;
}

/* CPU time: waiting for a core is not counted. */
INLINE int64_t nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

#endif
