/* Value steps: arithmetic on the elements of a tensor on their way. */
#ifndef WEFT_VALUE_H
#define WEFT_VALUE_H

#include <stdbool.h>
#include <stddef.h>

#define WEFT_VALUE_STEPS 8

/* Floating types, in the byte order of this machine. */
typedef enum weft_value_type {
	WEFT_VALUE_F64,
	WEFT_VALUE_F32,
	WEFT_VALUE_F16,
	WEFT_VALUE_BF16,
} weft_value_type;

typedef enum weft_value_op {
	WEFT_VALUE_ADD,
	WEFT_VALUE_SCALE,
	WEFT_VALUE_DIVIDE,     /* undoes a scale */
} weft_value_op;

typedef struct weft_value_step {
	weft_value_op op;
	double by;
} weft_value_step;

/* An element of type `from` is widened to f32, exactly, goes through the steps
 * in f32 (each constant rounded to f32), and is rounded once, to the nearest,
 * ties to even, to type `to`. If either type is F64, f64 takes the place of
 * f32. Denormals are kept. A NaN stays a NaN of the same sign with as much of
 * its payload as fits; a step makes it quiet, and so does a cast, except one
 * that is exact for every value. That one can be undone bit for bit as long as
 * no NaN is signalling. With no steps and from == to the bits are copied. */
typedef struct weft_value_chain {
	weft_value_type from, to;
	int steps;                   /* 0 .. WEFT_VALUE_STEPS */
	weft_value_step step[WEFT_VALUE_STEPS];
} weft_value_chain;

/* Bytes of an element: 2, 4 or 8. */
int weft_value_width(weft_value_type type);

/* Whether the chain is the identity on bits. */
bool weft_value_identity(const weft_value_chain *chain);

/* Sends `n` contiguous elements through the chain. The arrays need not be
 * aligned, and do not overlap. Returns how many results are infinite or NaN
 * although what they were made from is finite. */
size_t weft_value_run(const weft_value_chain *chain, const void *src,
		      void *dst, size_t n);

#endif
