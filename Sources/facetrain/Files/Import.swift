internal import ArgumentParser
internal import FaceNet
internal import FaceTypes
internal import Foundation
internal import Images
internal import Networks
internal import ONNX

/// `facetrain import`: an embedding network from an ONNX file becomes a model file.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn an embedding network in an ONNX file into a model file that the daemon loads.",
    discussion: """
      The file does not say which crop the network was trained with. Networks of 112 pixels are taken for one of the usual \
      families, by the file's name (arcface, sface, adaface, magface; arcface if the name has none of these); --preset \
      chooses another. For any other network give --crop-side and, where they differ, --crop-raise, --alignment, --mean, \
      --scale and --bgr. The model is not calibrated: 'facetrain calibrate' does that, and the daemon asks for it.
      """)

  @Option(help: "The ONNX file: one picture in, one embedding out.") var onnx: String
  @Option(help: "The model file to write.") var output: String
  @Option(help: "Width and height of the network's input in pixels, where the file leaves them open.") var size: Int?
  @Option(help: "The family whose crop and numbers are used: arcface, sface, adaface or magface. [by name and size]")
  var preset: String?
  @Option(help: "The side of the crop's square, in distances between eyes and mouth.") var cropSide: Double?
  @Option(help: "How far above the middle between eyes and mouth the crop's centre lies, in the same unit.")
  var cropRaise = 0.0
  @Option(help: "upright: crops are turned by five landmarks; none: they are not.")
  var alignment = "upright"
  @Option(help: "A byte x enters the network as (x − mean) / scale.") var mean: Float = 127.5
  @Option(help: "See --mean.") var scale: Float = 127.5
  @Flag(help: "The network takes blue, green, red.") var bgr = false
  @Option(help: "What to call the network. [the file's name]") var name: String?

  func validate() throws {
    guard InputSpecification.Alignment(rawValue: alignment) != nil else {
      throw ValidationError("--alignment is upright or none")
    }
    guard preset == nil || cropSide == nil else { throw ValidationError("give either --preset or --crop-side") }
    guard preset.map({ EmbeddingFamily(rawValue: $0) != nil }) ?? true else {
      throw ValidationError("--preset is arcface, sface, adaface or magface")
    }
    guard scale > 0, scale.isFinite, mean.isFinite else { throw ValidationError("--scale is above 0") }
    guard size.map((8...1024).contains) ?? true else { throw ValidationError("--size is 8 to 1024") }
  }

  /// What was said, or what the network's family takes.
  private func input(of model: ONNXModel, file: String, side: Int) throws -> InputSpecification {
    if let cropSide {
      return InputSpecification(
        height: side, width: side, channelOrder: bgr ? "BGR" : "RGB", mean: mean, scale: scale, cropSide: cropSide,
        cropRaise: cropRaise, alignment: InputSpecification.Alignment(rawValue: alignment) ?? .upright)
    }
    let named = preset.flatMap(EmbeddingFamily.init)
    guard let family = named ?? EmbeddingFamily(file: file, height: side, width: side), side == EmbeddingFamily.side
    else {
      throw ValidationError(
        "a network of \(side) pixels belongs to no family that is known: give --crop-side, and what else differs")
    }
    let input = family.input(normalisesItself: model.normalisesItself)
    Output.note(
      "taken for \(family.rawValue): \(input.channelOrder), mean \(input.mean), scale \(input.scale), crop side "
        + "\(input.cropSide), raise \(input.cropRaise), upright; --preset or --crop-side say otherwise")
    return input
  }

  func run() throws {
    let model = try ONNXModel(path: onnx)
    let shape = model.inputs.first?.shape ?? []
    guard shape.count == 4, let side = size ?? shape[2], side == shape[3] ?? side else {
      throw ValidationError("the network's input is no square picture of a known size: say its side with --size")
    }
    let graph = try model.graph(input: [1, 3, side, side])
    guard graph.outputs.count == 1, let result = graph.outputs.first else {
      throw ValidationError("the network has \(graph.outputs.count) outputs; an embedding network has one")
    }
    let file = URL(filePath: onnx).deletingPathExtension().lastPathComponent
    let input = try input(of: model, file: file, side: side)
    let (record, tensors) = graph.record()
    let called = name ?? file
    let metadata = ModelMetadata(
      architecture: Architecture(name: called, summary: "imported", graph: record), input: input,
      embeddingSize: graph.shape(result.value).reduce(1, *), training: "imported from an ONNX file")
    let imported = try ModelFile(metadata: metadata, tensors: tensors)
    // What the daemon will do with it, before it is written.
    let grey = Image(width: side, height: side, colour: Colour(127, 127, 127))
    guard try Embedder(imported).embed(crops: [grey]).first?.values.allSatisfy(\.isFinite) == true else {
      throw ValidationError("the network gives no numbers for a grey picture: are --mean and --scale right?")
    }
    try imported.write(to: output)
    Output.line(
      "\(output)  \(imported.bytes.count) bytes  \(imported.id)  \(metadata.embeddingSize)-d, "
        + "\(graph.multiplyAdds / 1_000_000) M multiply-adds")
  }
}
