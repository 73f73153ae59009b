internal import CNetworkKernels

/// The maps of a batch in memory, channels last; grows to the largest batch seen and keeps that.
///
/// Memory is reserved between passes, never within one, where several workers read the addresses.
final class MapStorage {
  let shape: Shape
  private(set) var values = FloatBuffer(count: 0)
  private(set) var gradient = FloatBuffer(count: 0)
  private var capacity = 0

  init(_ shape: Shape) { self.shape = shape }

  /// Room for `count` images; what was there is lost when it has to grow.
  func reserve(_ count: Int) {
    guard count > capacity else { return }
    capacity = count
    values = FloatBuffer(count: count * shape.count)
  }

  /// As much room for gradients as there is for values; a network that is never trained needs none.
  func reserveGradient() {
    if gradient.count < values.count { gradient = FloatBuffer(count: values.count) }
  }
}

/// A slice of a storage's channels; see `MapReference`.
struct FeatureMap {
  let storage: MapStorage
  let offset: Int
  let shape: Shape

  /// Floats from one pixel to the next.
  var pitch: Int { storage.shape.channels }
  var values: UnsafeMutablePointer<Float> { storage.values.pointer + offset }
  var gradient: UnsafeMutablePointer<Float> { storage.gradient.pointer + offset }
}

extension Window {
  /// The form that the kernels take.
  var kernelForm: nk_window {
    nk_window(
      in_height: input.height, in_width: input.width, out_height: outputHeight, out_width: outputWidth,
      kernel_height: kernelHeight, kernel_width: kernelWidth, stride: stride, padding: padding,
      channels: input.channels)
  }
}
