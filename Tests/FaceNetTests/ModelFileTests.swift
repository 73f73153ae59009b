import FaceNet
import FaceTypes
import Foundation
import Glibc
import Images
import Networks
import Testing

@Suite struct ModelFileTests {
  static let tiny = Architecture(
    name: "test", summary: "for tests",
    definition: NetworkDefinition(
      inputChannels: 3, inputHeight: 16, inputWidth: 16,
      layers: [
        .convolution(name: "conv", filters: 4, kernel: 3, stride: 2, padding: 1, normalisation: .batch),
        .branches(
          name: "module",
          [
            [.convolution(name: "1x1", filters: 3, kernel: 1, padding: 0, normalisation: .none)],
            [
              .l2Pool(kernel: 3, stride: 1, padding: 1),
              .convolution(name: "pool", filters: 2, kernel: 1, padding: 0, activation: false, normalisation: .none),
            ],
          ]),
        .localResponse, .maxPool(kernel: 3, stride: 2, padding: 1), .averagePool(kernel: 2, stride: 1, padding: 0),
        .globalAveragePool, .dense(name: "hidden", outputs: 12, activation: true), .maxout(pieces: 2),
        .dense(name: "embedding", outputs: 8), .l2Normalise,
      ]))

  static func model(calibrated: Bool = true) throws -> ModelFile {
    let network = try TrainableNetwork(tiny.definition, seed: 3)
    return try ModelFile(
      metadata: ModelMetadata(
        architecture: tiny, input: InputSpecification(height: 16, width: 16, cropSide: 3), embeddingSize: 8,
        training: "none", calibration: calibrated ? try CalibrationTests.table() : nil),
      tensors: network.state())
  }

  static func image(seed: Int, side: Int = 16) -> Image {
    Image(width: side, height: side, pixels: (0..<side * side * 3).map { UInt8(($0 * 7 + seed * 31 + $0 * $0) % 256) })
  }

  static func refusal(_ texts: [String: String], _ tensors: [NamedTensor]) -> ModelFileError.Code? {
    do {
      _ = try Embedder(ModelFile(bytes: try Safetensors.serialise(tensors, metadata: texts)))
      return nil
    } catch {
      return error.code
    }
  }

  @Test func aFileSaysWithWhomItsVectorsMayBeCompared() throws {
    var metadata = try Self.model().metadata
    #expect(metadata.compatibleWith == nil)
    metadata.compatibleWith = try ModelID(hex: String(repeating: "7", count: 64))
    let file = try ModelFile(metadata: metadata, tensors: Self.model().tensors)
    #expect(try ModelFile(bytes: file.bytes).metadata.compatibleWith == metadata.compatibleWith)
    var texts = try Safetensors.parse(file.bytes).metadata
    texts["compatible_with"] = "somebody"
    #expect(Self.refusal(texts, try Self.model().tensors) == .damaged)
  }

  @Test func aFileSaysAllOfItself() throws {
    let model = try Self.model()
    let read = try ModelFile(bytes: model.bytes)
    #expect(read.id == model.id)
    #expect(read.metadata.architecture.definition == Self.tiny.definition)
    #expect(read.metadata.architecture.name == "test")
    #expect(read.metadata.input == model.metadata.input)
    #expect(read.metadata.calibration == model.metadata.calibration)
    #expect(read.metadata.calibration != nil)
    #expect(try Self.model(calibrated: false).id != model.id)
    let images = (0..<5).map { Self.image(seed: $0) }
    #expect(try Embedder(read).embed(crops: images) == Embedder(model).embed(crops: images))
  }

  @Test func theIDIsTheSHA256OfTheBytes() throws {
    let folder = Self.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/model.safetensors"
    let model = try Self.model()
    try model.write(to: path)
    #expect(try ModelFile(path: path).id == model.id)
    #expect(model.id.hex.count == 64)
    var other = model.bytes
    other[other.count - 1] ^= 1
    #expect(try ModelFile(bytes: other).id != model.id)
  }

  @Test func embeddingsAreUnitVectorsAndDoNotDependOnTheBatch() throws {
    let embedder = try Embedder(Self.model())
    let images = (0..<40).map { Self.image(seed: $0) }
    let together = try embedder.embed(crops: images)
    #expect(together.count == 40)
    for (image, embedding) in zip(images, together) {
      #expect(embedding.dimension == 8)
      #expect(abs(embedding.values.reduce(0) { $0 + $1 * $1 } - 1) < 1e-5)
      #expect(try embedder.embed(crops: [image])[0].squaredDistance(to: embedding) < 1e-8)
    }
    #expect(try embedder.embed(crops: []).isEmpty)
    #expect(throws: ModelFileError.self) { try embedder.embed(crops: [Self.image(seed: 1, side: 15)]) }
  }

  @Test func mismatchesAreRefused() throws {
    let model = try Self.model()
    let texts = try Safetensors.parse(model.bytes).metadata
    var tensors = model.tensors
    #expect(Self.refusal(texts, tensors) == nil)
    #expect(Self.refusal(texts, Array(tensors.dropLast())) == .mismatch)
    tensors[0] = NamedTensor(name: tensors[0].name, shape: [1], values: [0])
    #expect(Self.refusal(texts, tensors) == .mismatch)
    tensors = model.tensors
    tensors[0].values[0] = .nan
    #expect(Self.refusal(texts, tensors) == .damaged)
  }

  @Test(arguments: [
    ("format", "other", ModelFileError.Code.unsupported), ("format_version", "2", .unsupported),
    ("input", "{}", .damaged), ("network", "[]", .damaged), ("network", #"[{"kind":"warp"}]"#, .damaged),
    ("network", #"[{"kind":"dense","name":"embedding","filters":100000}]"#, .damaged),
    ("network", #"[{"kind":"convolution","name":"c","filters":4,"kernel":0,"stride":1,"padding":0}]"#, .damaged),
    ("network", #"[{"kind":"dense","name":"embedding","filters":9},{"kind":"l2Normalise"}]"#, .mismatch),
    ("network", #"[{"kind":"maxout"},{"kind":"dense","name":"embedding","filters":8}]"#, .damaged),
    ("network", #"[{"kind":"maxout","pieces":1},{"kind":"dense","name":"embedding","filters":8}]"#, .damaged),
    ("network", #"[{"kind":"maxout","pieces":2},{"kind":"dense","name":"embedding","filters":8}]"#, .mismatch),
    ("network", #"[{"kind":"maxPool","kernel":3,"stride":2,"padding":3}]"#, .damaged),
    ("embedding_size", "many", .damaged), ("embedding_size", "16", .mismatch), ("calibration", "{}", .damaged),
    ("architecture", "", .damaged),
    ("input", #"{"channelOrder":"RGB","cropSide":9,"height":16,"mean":127.5,"scale":128,"width":16}"#, .damaged),
    ("input", #"{"channelOrder":"RGB","cropSide":3,"height":16,"mean":127.5,"scale":128,"width":15}"#, .damaged),
    ("input", #"{"channelOrder":"RGB","cropSide":3,"height":4096,"mean":127.5,"scale":128,"width":16}"#, .damaged),
    ("input", #"{"channelOrder":"RGB","cropSide":3,"height":20,"mean":127.5,"scale":128}"#, .damaged),
    ("input", #"{"channelOrder":"BRG","cropSide":3,"height":16,"mean":127.5,"scale":128,"width":16}"#, .damaged),
    ("input", #"{"channelOrder":"RGB","cropSide":3,"height":16,"mean":127.5,"scale":0,"width":16}"#, .damaged),
  ])
  func impossibleHeadersAreRefused(key: String, value: String, code: ModelFileError.Code) throws {
    let model = try Self.model()
    var texts = try Safetensors.parse(model.bytes).metadata
    texts[key] = value
    #expect(Self.refusal(texts, model.tensors) == code)
    texts[key] = nil
    #expect(Self.refusal(texts, model.tensors) != nil || key == "calibration")
  }

  @Test func missingFilesAndFoldersAreRefused() {
    let folder = Self.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for path in ["\(folder)/none.safetensors", folder] {
      #expect {
        try ModelFile(path: path)
      } throws: { ($0 as? ModelFileError)?.code == .unreadable }
    }
  }

  @Test func cropsComeFromPhotoAndCanonicalCropAlike() throws {
    let embedder = try Embedder(Self.model())
    // A smooth picture, so that resampling twice changes little.
    let photo = Image(
      width: 300, height: 280,
      pixels: (0..<300 * 280).flatMap { index -> [UInt8] in
        let (x, y) = (index % 300, index / 300)
        return [UInt8(x * 255 / 300), UInt8(y * 255 / 280), UInt8((x + y) * 255 / 580)]
      })
    let frame = FaceFrame(centre: Point(x: 140, y: 150), eyeMouthDistance: 40)
    let canonical = photo.crop(
      centreX: 140, centreY: 150, side: 40 * CanonicalCrop.side, rotation: 0, pixels: CanonicalCrop.pixels)
    let direct = embedder.input(from: photo, landmarks: nil, frame: frame).crops[0]
    let kept = embedder.input(fromCanonicalCrop: canonical).crops[0]
    #expect(direct.width == 16 && kept.width == 16 && kept.height == 16)
    let difference = zip(direct.pixels, kept.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 255
    #expect(difference <= 3)
  }

  /// An input that is not square takes the middle of the square that its longer side has, and everything beside it is
  /// the square's: the same frame, the same scale.
  @Test(arguments: [(20, 14), (14, 20), (140, 116)])
  func cropsHaveTheInputsProportions(_ height: Int, _ width: Int) throws {
    let side = max(height, width)
    let photo = Self.image(seed: 4, side: 90)
    let frame = FaceFrame(centre: Point(x: 41, y: 47), eyeMouthDistance: 20, roll: 0.2)
    let crop = InputSpecification(height: height, width: width, cropSide: 3).crop(photo, frame)
    let square = InputSpecification(height: side, width: side, cropSide: 3).crop(photo, frame)
    #expect(crop.height == height && crop.width == width)
    for (x, y) in [(0, 0), (width - 1, 0), (3, height - 1), (width / 2, height / 2)] {
      #expect(crop[x, y] == square[x + (side - width) / 2, y + (side - height) / 2])
    }
  }

  @Test func aNetworkOfAnInputThatIsNotSquareEmbeds() throws {
    let model = try ModelFile(bytes: try ModelFile.random(try Architecture.named("NNS2@0.25+bn/64")).bytes)
    #expect(model.metadata.architecture.name == "NNS2@0.25+bn/64" && model.metadata.embeddingSize == 64)
    let embedder = try Embedder(model)
    let input = embedder.input(
      from: Self.image(seed: 2, side: 200), landmarks: nil,
      frame: FaceFrame(centre: Point(x: 90, y: 90), eyeMouthDistance: 40))
    #expect(input.crops.map(\.height) == [140] && input.crops.map(\.width) == [116])
    #expect(try embedder.embed([input])[0].dimension == 64)
    #expect(throws: ModelFileError.self) { try embedder.embed(crops: [Self.image(seed: 1, side: 116)]) }
    let kept = embedder.input(fromCanonicalCrop: Self.image(seed: 3, side: CanonicalCrop.pixels))
    #expect(kept.crops.map(\.height) == [140] && kept.crops.map(\.width) == [116])
  }

  static func temporaryFolder() -> String {
    var template = Array(("/tmp/faced-model-" + String(repeating: "X", count: 6)).utf8CString)
    return template.withUnsafeMutableBufferPointer { buffer in
      buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) } ?? "/tmp"
    }
  }
}
