internal import CNetworkKernels

/// The memory of one run: every storage's place in the arena, and scratch memory.
///
/// The buffers belong to the workspace that outlives the run.
struct GraphMemory {
  let maps: UnsafeMutablePointer<Float>
  let offsets: [Int]
  let scratch: UnsafeMutablePointer<Float>

  subscript(storage: Int) -> UnsafeMutablePointer<Float> { maps + offsets[storage] }

  /// Puts the input into storage 0, where a map lies channels last.
  func take(_ input: [Float], shape: [Int], isChannelsLast: Bool) {
    input.withUnsafeBufferPointer { input in
      guard let start = input.baseAddress else { return }
      if shape.count == 4, !isChannelsLast {
        nk_nchw_to_nhwc(start, shape[0], shape[1], shape[2] * shape[3], self[0])
      } else {
        self[0].update(from: start, count: input.count)
      }
    }
  }

  func values(_ storage: Int, count: Int) -> [Float] {
    Array(UnsafeBufferPointer(start: self[storage], count: count))
  }
}

/// An operand that may be a constant.
enum GraphSource {
  case storage(Int)
  case constant(FloatBuffer)

  var storage: Int? {
    if case .storage(let index) = self { index } else { nil }
  }

  func pointer(_ memory: GraphMemory) -> UnsafePointer<Float> {
    switch self {
    case .storage(let index): UnsafePointer(memory[index])
    case .constant(let buffer): UnsafePointer(buffer.pointer)
    }
  }
}

extension FloatBuffer {
  convenience init(_ values: [Float]) {
    self.init(count: values.count)
    values.withUnsafeBufferPointer { values in
      if let start = values.baseAddress { pointer.initialize(from: start, count: values.count) }
    }
  }
}
