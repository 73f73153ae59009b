import FaceNet
import Networks
import Testing

@Suite struct SafetensorsTests {
  static let tensors = [
    NamedTensor(name: "b", shape: [2, 3], values: [1, -2, 3.5, 0, 1e-30, .greatestFiniteMagnitude]),
    NamedTensor(name: "a", shape: [], values: [7]),
    NamedTensor(name: "c", shape: [1], values: [-0.25]),
  ]

  static func file(header: String, data: Int) -> [UInt8] {
    var length = UInt64(header.utf8.count)
    var bytes: [UInt8] = []
    for _ in 0..<8 {
      bytes.append(UInt8(length & 255))
      length >>= 8
    }
    return bytes + Array(header.utf8) + [UInt8](repeating: 0, count: data)
  }

  static func refusal(_ bytes: [UInt8]) -> ModelFileError.Code? {
    do {
      _ = try Safetensors.parse(bytes)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func roundTrip() throws {
    let bytes = try Safetensors.serialise(Self.tensors, metadata: ["k": "v \"quoted\" ü"])
    let (tensors, metadata, _) = try Safetensors.parse(bytes)
    #expect(metadata == ["k": "v \"quoted\" ü"])
    #expect(tensors.map(\.name) == ["b", "a", "c"])
    #expect(tensors.map(\.shape) == [[2, 3], [], [1]])
    #expect(tensors.map(\.values) == Self.tensors.map(\.values))
    #expect(try Safetensors.serialise(tensors, metadata: metadata) == bytes)
  }

  @Test func halfPrecisionRoundsMatricesAndKeepsVectors() throws {
    let values: [Float] = [1, -2, 3.5, 0, 1 / 3, 65504]
    let tensors = [
      NamedTensor(name: "m", shape: [2, 3], values: values), NamedTensor(name: "v", shape: [2], values: [1 / 3, 1e30]),
    ]
    let bytes = try Safetensors.serialise(tensors, metadata: [:], storage: .float16)
    let read = try Safetensors.parse(bytes)
    #expect(read.storage == .float16)
    #expect(read.tensors.map(\.shape) == [[2, 3], [2]])
    #expect(read.tensors[1].values == tensors[1].values)
    // Ten bits of fraction: 1/3 is 1365/4096.
    #expect(read.tensors[0].values == [1, -2, 3.5, 0, 1365.0 / 4096, 65504])
    #expect(try Safetensors.serialise(read.tensors, metadata: [:], storage: .float16) == bytes)
    for length in 0..<bytes.count { #expect(Self.refusal(Array(bytes.prefix(length))) == .truncated) }
  }

  @Test func whatHalfPrecisionCannotHoldIsNotStoredInIt() {
    #expect(throws: ModelFileError.self) {
      try Safetensors.serialise(Self.tensors, metadata: [:], storage: .float16)
    }
  }

  @Test func everyTruncationIsRefused() throws {
    let bytes = try Safetensors.serialise(Self.tensors, metadata: ["k": "v"])
    for length in 0..<bytes.count {
      let code = Self.refusal(Array(bytes.prefix(length)))
      #expect(code == .truncated, "cut to \(length) bytes: \(String(describing: code))")
    }
    #expect(Self.refusal(bytes + [0]) == .truncated)
  }

  @Test func everyDamagedHeaderByteIsRefusedOrReadsAsWritten() throws {
    let bytes = try Safetensors.serialise(Self.tensors, metadata: [:])
    let header = bytes.count - 32
    for place in 0..<header {
      for change: UInt8 in [1, 0x80, 0xff] {
        var damaged = bytes
        damaged[place] ^= change
        // Whatever is read must be sound in itself: as many values as the shape says.
        guard let (tensors, _, _) = try? Safetensors.parse(damaged) else { continue }
        for tensor in tensors { #expect(tensor.shape.reduce(1, *) == tensor.values.count) }
      }
    }
  }

  @Test(arguments: [
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#, 8, ModelFileError.Code.damaged),
    (#"[]"#, 0, .damaged),
    (#"nonsense"#, 0, .damaged),
    (#"{"a":{"dtype":"F32","shape":[2]}}"#, 8, .damaged),
    (#"{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#, 8, .unsupported),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#, 8, .damaged),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, 8, .damaged),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[]}}"#, 8, .damaged),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#, 12, .damaged),
    (#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, 8, .damaged),
    (#"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}"#, 8, .damaged),
    (#"{"a":{"dtype":"F32","shape":[1e30],"data_offsets":[0,8]}}"#, 8, .damaged),
    (#"{"__metadata__":{"k":1}}"#, 0, .damaged),
    (
      #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      12, .damaged
    ),
    (
      #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}"#,
      12, .damaged
    ),
  ])
  func badHeadersAreRefused(header: String, data: Int, code: ModelFileError.Code) {
    #expect(Self.refusal(Self.file(header: header, data: data)) == code)
  }

  @Test func aHugeHeaderIsRefusedBeforeItIsRead() {
    #expect(Self.refusal([0, 0, 0, 0, 0, 0, 0, 0x80]) == .tooLarge)
    #expect(Self.refusal([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]) == .tooLarge)
  }

  @Test func oneNameTwiceIsNotWritten() {
    let tensor = NamedTensor(name: "a", shape: [1], values: [1])
    #expect(throws: ModelFileError.self) { try Safetensors.serialise([tensor, tensor], metadata: [:]) }
  }
}
