internal import ArgumentParser
internal import FaceNet
internal import FaceTraining

struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a run's checkpoint, or a model file, as a model for faced or for other runtimes.",
    discussion: """
      As safetensors, the model of a checkpoint is not calibrated yet: 'facetrain calibrate' does that. As ONNX, the \
      network takes 'faces' (batch x 3 x height x width) and gives 'embeddings'; the file's metadata says how to cut \
      and scale a face.
      """)

  enum Storage: String, ExpressibleByArgument, CaseIterable {
    case float32, float16

    var inFile: Safetensors.Storage { self == .float32 ? .float32 : .float16 }
  }

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case safetensors, onnx
  }

  @Option(name: .customLong("run"), help: "The run's folder.") var folder: String?
  @Option(help: "A model file, instead of a run.") var model: String?
  @Option(help: "An architecture with random weights, instead: for measuring and checking other runtimes.")
  var random: String?
  @Option(help: "The format to write.") var format = Format.safetensors
  @Flag(help: "For ONNX: leaves batch normalisation as operators instead of folding it into the convolutions.")
  var keepNormalisation = false
  @Option(
    help:
      "1, or 2 for a model that averages two views of a face, one mirrored: more accurate, at twice the computation.")
  var views: Int?
  @Option(help: "float16 stores weights in half precision: half the file; embeddings differ in the fourth digit.")
  var storage: Storage?
  @Option(
    help: "The model file with whose vectors this model's may be compared: faced then switches without re-embedding.")
  var compatibleWith: String?
  @Option(help: "The file to write.") var output: String

  func validate() throws {
    guard [folder, model, random].compactMap({ $0 }).count == 1 else {
      throw ValidationError("give one of --run, --model and --random")
    }
    guard [nil, 1, 2].contains(views) else { throw ValidationError("--views is 1 or 2") }
    guard views == nil || format == .safetensors else {
      throw ValidationError("--views is for --format safetensors: an ONNX file holds the network alone")
    }
    guard storage == nil || format == .safetensors else {
      throw ValidationError("--storage is for --format safetensors")
    }
    guard compatibleWith == nil || format == .safetensors else {
      throw ValidationError("--compatible-with is for --format safetensors")
    }
    guard !keepNormalisation || format == .onnx else {
      throw ValidationError("--keep-normalisation is for --format onnx")
    }
  }

  func run() throws {
    var file: ModelFile
    if let folder {
      file = try ModelExport.file(checkpoint: Checkpoint.path(in: folder))
    } else if let random {
      file = try ModelFile.random(try Architecture.named(random))
    } else {
      file = try ModelFile(path: model ?? "")
    }
    if views != nil || storage != nil || compatibleWith != nil {
      var metadata = file.metadata
      if let views {
        metadata.input.views = views == 1 ? [CropView()] : CropView.pair
        // Other embeddings have other distances.
        metadata.calibration = nil
      }
      if let compatibleWith {
        let earlier = try ModelFile(path: compatibleWith)
        guard earlier.metadata.embeddingSize == metadata.embeddingSize else {
          throw CommandError(
            "the vectors of '\(compatibleWith)' have \(earlier.metadata.embeddingSize) components, these \(metadata.embeddingSize)"
          )
        }
        metadata.compatibleWith = earlier.id
      }
      file = try ModelFile(metadata: metadata, tensors: file.tensors, storage: storage?.inFile ?? file.storage)
    }
    let bytes = format == .onnx ? try file.onnx(foldsNormalisation: !keepNormalisation) : file.bytes
    try FileBytes.writeAtomically(bytes, to: output)
    Output.line("\(output)  \(bytes.count) bytes  \(file.id)")
  }
}
