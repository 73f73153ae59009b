import FaceNet
import ONNX

/// Model files, as safetensors, of embedders and of other networks, and as ONNX.
enum FuzzModels {
  static func test(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    _ = try? ModelFile(bytes: bytes)
    _ = try? NetworkFile(bytes: bytes)
    _ = try? ONNXModel(bytes: bytes)
  }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput") public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzModels.test(start, count)
  return 0
}
