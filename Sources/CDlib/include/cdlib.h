// dlib is C++ templates and exceptions; this is the one use that faced makes of it, behind a C header.
#ifndef FACED_CDLIB_H
#define FACED_CDLIB_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define CDLIB_MESSAGE_BYTES 256

// dlib's frontal face detector: histograms of oriented gradients over an image pyramid, five linear filters (frontal,
// turned and rolled left and right), 80×80 pixel window. Its weights are compiled into libdlib. One detector must not
// be used by two threads at once.
typedef struct cdlib_detector cdlib_detector;

typedef struct {
  // Pixels of the searched picture; right and bottom are exclusive. May reach beyond its edge.
  double left, top, right, bottom;
  double score;  // distance from the decision boundary, above the given threshold; 1 is a sure frontal face
} cdlib_face;

// The caller frees it with `cdlib_detector_free`. NULL with a NUL-terminated `message` on failure.
cdlib_detector *cdlib_detector_new(char message[CDLIB_MESSAGE_BYTES]);
void cdlib_detector_free(cdlib_detector *detector);

// Searches a greyscale picture of width * height bytes. Writes at most `capacity` faces, the best first, and returns
// how many; -1 with a NUL-terminated `message` on failure.
long cdlib_detect(
    cdlib_detector *detector, const uint8_t *grey, long width, long height, double threshold, cdlib_face *faces,
    size_t capacity, char message[CDLIB_MESSAGE_BYTES]);

#ifdef __cplusplus
}
#endif

#endif
