/*===- gq_device.h - small device helpers -----------------------------------===
 *
 * What a tool needs to feed a kernel and to time it, so that it needs no CUDA
 * toolkit. Memory belongs to the primary context of the device, which these
 * functions keep alive until the process ends. A program that has a framework
 * for this uses the framework.
 *
 *===----------------------------------------------------------------------===*/
#ifndef GQ_RUNTIME_GQ_DEVICE_H
#define GQ_RUNTIME_GQ_DEVICE_H

#include "gq/Runtime/gq_runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gq_event gq_event;
typedef struct gq_graph gq_graph;

/* The version of CUDA that the driver supports: 13000 for 13.0. */
GQ_API gq_status gq_driver_version(int *version);
/* A driver that finds no device gives GQ_OK and 0. */
GQ_API gq_status gq_device_count(int *count);
/* Cuts the name to `capacity` bytes with the final zero. */
GQ_API gq_status gq_device_name(int device, char *name, size_t capacity);
/* "0000:1b:00.0", which other libraries know the device by; GQ_DRIVER_ERROR
 * when `capacity` is too small. */
GQ_API gq_status gq_device_pci_bus_id(int device, char *id, size_t capacity);
GQ_API gq_status gq_device_sm_count(int device, int *count);
GQ_API gq_status gq_device_capability(int device, int *major, int *minor);

/* The size of the L2 cache. */
GQ_API gq_status gq_device_l2_bytes(int device, size_t *bytes);

/* Makes the primary context of the device current in this thread for good, as
 * frameworks do. Calls find it there then, and need not make it current and
 * restore the one before each time. */
GQ_API gq_status gq_device_use(int device);

GQ_API gq_status gq_malloc(int device, size_t bytes, void **out);
GQ_API gq_status gq_free(int device, void *pointer);
/* The copies have ended when the call returns. They are ordered with the
 * default stream only: synchronise other streams before. */
GQ_API gq_status gq_memcpy_h2d(int device, void *to, const void *from,
                               size_t bytes);
GQ_API gq_status gq_memcpy_d2h(int device, void *to, const void *from,
                               size_t bytes);
/* A copy on the device, in the order of `stream`. */
GQ_API gq_status gq_memcpy_d2d_async(int device, void *to, const void *from,
                                     size_t bytes, gq_stream stream);
/* Sets bytes, in the order of `stream`. */
GQ_API gq_status gq_memset(int device, void *pointer, int value, size_t bytes,
                           gq_stream stream);
GQ_API gq_status gq_stream_synchronize(int device, gq_stream stream);

/* A stream that the default one does not wait for. */
GQ_API gq_status gq_stream_create(int device, gq_stream *out);
/* NULL is allowed. */
GQ_API gq_status gq_stream_destroy(int device, gq_stream stream);

/* What is enqueued on `stream`, not the default one, from here on is recorded
 * and does not run. */
GQ_API gq_status gq_capture_begin(int device, gq_stream stream);
/* Ends the recording, also after calls in between have failed, and makes a
 * graph of it. A launch that may begin early depends on the kernel in front of
 * it in the way that lets it. */
GQ_API gq_status gq_capture_end(int device, gq_stream stream, gq_graph **out);
/* Enqueues all that was recorded. */
GQ_API gq_status gq_graph_launch(gq_graph *graph, gq_stream stream);
/* How many dependencies a graph has, and how many of these are programmatic:
 * what depends begins early. GQ_DRIVER_ERROR with a driver before CUDA 12.3. */
GQ_API gq_status gq_graph_edges(const gq_graph *graph, size_t *edges,
                                size_t *programmatic);
/* NULL is allowed. */
GQ_API void gq_graph_destroy(gq_graph *graph);

GQ_API gq_status gq_event_create(int device, gq_event **out);
GQ_API gq_status gq_event_record(gq_event *event, gq_stream stream);
/* Waits for `end` and gives the milliseconds from `begin`. */
GQ_API gq_status gq_event_elapsed(gq_event *begin, gq_event *end,
                                  float *milliseconds);
/* NULL is allowed. */
GQ_API void gq_event_destroy(gq_event *event);

#ifdef __cplusplus
}
#endif

#endif /* GQ_RUNTIME_GQ_DEVICE_H */
