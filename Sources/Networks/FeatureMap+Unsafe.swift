internal import CNetworkKernels

/// The maps of a batch in memory, channels last; grows to the largest batch seen and keeps that.
final class MapStorage {
  let shape: Shape
  private(set) var values: FloatBuffer
  /// Allocated with the first backward pass.
  private var gradients: FloatBuffer?
  private var capacity: Int

  init(_ shape: Shape) {
    self.shape = shape
    capacity = 0
    values = FloatBuffer(count: 0)
  }

  func reserve(_ count: Int) {
    guard count > capacity else { return }
    capacity = count
    values = FloatBuffer(count: count * shape.count)
    gradients = nil
  }

  var gradient: FloatBuffer {
    if let gradients { return gradients }
    let made = FloatBuffer(count: capacity * shape.count)
    gradients = made
    return made
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
