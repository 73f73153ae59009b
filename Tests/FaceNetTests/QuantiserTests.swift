import FaceNet
import FaceTypes
import Images
import Networks
import Testing

@Suite struct QuantiserTests {
  private static func crops(_ input: InputSpecification, count: Int) -> [Image] {
    (0..<count).map { number in
      var state = UInt32(2_463_534_242 &+ UInt32(number) &* 7919)
      var pixels: [UInt8] = []
      for place in 0..<input.width * input.height * 3 {
        state ^= state << 13
        state ^= state >> 17
        state ^= state << 5
        pixels.append(UInt8((place / (7 + number) + Int(state >> 26)) % 256))
      }
      return Image(width: input.width, height: input.height, pixels: pixels)
    }
  }

  private static func distance(_ a: [Embedding], _ b: [Embedding]) -> Float {
    zip(a, b).map { $0.squaredDistance(to: $1) }.max() ?? 4
  }

  @Test func aModelOfBytesIsReadAsItWasWritten() throws {
    let float = try ModelFile.random(try Architecture.named("NN4-small"))
    let crops = Self.crops(float.metadata.input, count: 16)
    let result = try Quantiser(float, crops: crops).quantised(limit: 0.05)
    let quantisation = try #require(result.model.metadata.quantisation)
    #expect(result.meanError <= 0.05 && result.meanError > 0)
    #expect(result.model.metadata.compatibleWith == float.id)
    #expect(result.layers.filter(\.worksOnBytes).map(\.name).sorted() == quantisation.inputs.keys.sorted())
    #expect(result.model.bytes.count < float.bytes.count / 3)

    let embeddings = try Embedder(result.model).embed(crops: crops)
    let inFloats = try Embedder(float).embed(crops: crops)
    #expect(Self.distance(embeddings, inFloats) < 0.2)
    let read = try ModelFile(bytes: result.model.bytes)
    #expect(read.id == result.model.id && read.metadata == result.model.metadata)
    let reread = try Embedder(read).embed(crops: crops)
    #expect(reread.map(\.values) == embeddings.map(\.values))
    // A file that is made of it anew, as calibrating does, keeps the same whole numbers.
    let again = try ModelFile(metadata: read.metadata, tensors: read.tensors, storage: read.storage)
    #expect(again.bytes == read.bytes)
    for length in stride(from: 0, to: read.bytes.count, by: 9973) {
      #expect(throws: ModelFileError.self) { try ModelFile(bytes: Array(read.bytes.prefix(length))) }
    }
    #expect(throws: ModelFileError.self) { try Quantiser(read, crops: crops) }
    #expect(throws: ModelFileError.self) { try Quantiser(float, crops: Array(crops.prefix(7))) }
  }

  /// One weight a thousand times the others of its filters leaves nothing of those: the layer stays in floats, the others do not.
  @Test func aLayerThatSuffersStaysInFloats() throws {
    let float = try ModelFile.random(try Architecture.named("NN4-tiny"))
    var tensors = float.tensors
    let last = tensors.lastIndex { $0.shape.count == 4 && $0.shape[1] > 4 }
    let place = try #require(last)
    let area = tensors[place].values.count / tensors[place].shape[0]
    for filter in 0..<tensors[place].shape[0] { tensors[place].values[filter * area] *= 1000 }
    // The outlier looks at nothing: its input's other weights decide.
    let model = try ModelFile(metadata: float.metadata, tensors: tensors)
    let crops = Self.crops(float.metadata.input, count: 16)
    let all = try Quantiser(model, crops: crops).quantised(limit: 3.9)
    #expect(all.layers.count == all.layers.filter { $0.worksOnBytes }.count)
    let greatest = all.layers.max { $0.error < $1.error }
    let worst = try #require(greatest)
    let limit = all.meanError * 0.5
    let chosen = try Quantiser(model, crops: crops).quantised(limit: limit)
    #expect(chosen.meanError <= limit)
    let ofBytes = chosen.layers.filter { $0.worksOnBytes }.map { $0.name }
    #expect(!ofBytes.isEmpty && !ofBytes.contains(worst.name))
  }

  @Test func bytesWithoutTheirScalesAreRefused() throws {
    let tensors = [NamedTensor(name: "m", shape: [2, 3], values: [127, -127, 0.4, 2, 1, 0])]
    let bytes = try Safetensors.serialise(tensors, metadata: [:], byteAxes: ["m": 0])
    let read = try Safetensors.parse(bytes).tensors
    #expect(read.map(\.name) == ["m"])
    #expect(zip(read[0].values, tensors[0].values).allSatisfy { abs($0 - $1) <= ($1 > 2 ? 0 : 0.5) })
    let columns = try Safetensors.serialise(tensors, metadata: [:], byteAxes: ["m": 1])
    let parsed = try Safetensors.parse(columns).tensors
    #expect(parsed[0].values[3] == 2)
    let name = try #require(bytes.firstRange(of: Array("m.scale".utf8)))
    var damaged = bytes
    damaged[name.lowerBound] = UInt8(ascii: "n")
    #expect(SafetensorsTests.refusal(damaged) == .damaged)
  }
}
