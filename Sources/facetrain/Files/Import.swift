internal import ArgumentParser
internal import FaceNet
internal import Foundation
internal import ONNX

/// `facetrain import`: an embedding network from an ONNX file becomes a model file.
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Turn an embedding network in an ONNX file into a model file that the daemon loads.",
    discussion: """
      The file does not say which crop the network was trained with. ArcFace (InsightFace), SFace, AdaFace, MagFace, \
      facenet-pytorch and OpenFace are known by the file's name and shapes; --preset chooses. For any other network give \
      --crop-side and, where they differ, --crop-raise, --alignment, --mean, --scale and --bgr. The model is not \
      calibrated: 'facetrain calibrate' does that by a data set, and 'facectl model add' by a gallery's people.
      """)

  @Option(help: "The ONNX file: one picture in, one embedding out.") var onnx: String
  @Option(help: "The model file to write.") var output: String
  @Option(help: "Width and height of the network's input in pixels, where the file leaves them open.") var size: Int?
  @Option(help: "The family: arcface, sface, adaface, magface, facenet or openface. [by name and shapes]")
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
      throw ValidationError("--preset is \(EmbeddingFamily.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    guard scale > 0, scale.isFinite, mean.isFinite else { throw ValidationError("--scale is above 0") }
    guard size.map((8...1024).contains) ?? true else { throw ValidationError("--size is 8 to 1024") }
  }

  private var crop: ONNXImport.Crop {
    if let cropSide {
      let side = size ?? 0
      return .input(
        InputSpecification(
          height: side, width: side, channelOrder: bgr ? "BGR" : "RGB", mean: mean, scale: scale, cropSide: cropSide,
          cropRaise: cropRaise, alignment: InputSpecification.Alignment(rawValue: alignment) ?? .upright))
    }
    return preset.flatMap(EmbeddingFamily.init).map { .family($0) } ?? .recognised
  }

  func run() throws {
    let file = URL(filePath: onnx).deletingPathExtension().lastPathComponent
    let imported = try ONNXImport(try ONNXModel(path: onnx), name: file, crop: crop, side: size)
    for finding in imported.findings { Output.note(finding) }
    var model = imported.model
    if let name {
      var metadata = model.metadata
      if let graph = metadata.architecture.graph {
        metadata.architecture = Architecture(name: name, summary: "imported", graph: graph)
      }
      model = try ModelFile(metadata: metadata, tensors: model.tensors)
    }
    try model.write(to: output)
    Output.line("\(output)  \(model.bytes.count) bytes  \(model.id)  \(model.metadata.embeddingSize)-d")
  }
}
