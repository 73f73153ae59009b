#include "cdlib.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <vector>

#include <dlib/array2d.h>
#include <dlib/image_processing/frontal_face_detector.h>

struct cdlib_detector {
  dlib::frontal_face_detector detector;
};

namespace {

void tell(char *message, const char *text) { std::snprintf(message, CDLIB_MESSAGE_BYTES, "%s", text); }

// Unpacking the weights takes a good part of a second, copying them a millisecond. Constant once built; C++ makes
// building it thread-safe.
const dlib::frontal_face_detector &prototype() {
  static const dlib::frontal_face_detector shared = dlib::get_frontal_face_detector();
  return shared;
}

}  // namespace

cdlib_detector *cdlib_detector_new(char message[CDLIB_MESSAGE_BYTES]) {
  message[0] = 0;
  try {
    return new cdlib_detector{prototype()};
  } catch (const std::exception &error) {
    tell(message, error.what());
  } catch (...) {
    tell(message, "unknown C++ exception");
  }
  return nullptr;
}

void cdlib_detector_free(cdlib_detector *detector) { delete detector; }

long cdlib_detect(
    cdlib_detector *detector, const uint8_t *grey, long width, long height, double threshold, cdlib_face *faces,
    size_t capacity, char message[CDLIB_MESSAGE_BYTES]) {
  message[0] = 0;
  try {
    dlib::array2d<unsigned char> picture(height, width);
    for (long y = 0; y < height; y++) std::memcpy(&picture[y][0], grey + y * width, static_cast<size_t>(width));
    std::vector<dlib::rect_detection> found;
    detector->detector(picture, found, threshold);
    const size_t count = std::min(capacity, found.size());
    for (size_t i = 0; i < count; i++) {
      const dlib::rectangle &box = found[i].rect;
      faces[i] = {
          static_cast<double>(box.left()), static_cast<double>(box.top()), static_cast<double>(box.right() + 1),
          static_cast<double>(box.bottom() + 1), found[i].detection_confidence};
    }
    return static_cast<long>(count);
  } catch (const std::exception &error) {
    tell(message, error.what());
  } catch (...) {
    tell(message, "unknown C++ exception");
  }
  return -1;
}
