import ArgumentParser
import FaceDetection
import FaceEngine
import FaceNet
import FaceTypes
import Foundation
import Images

/// `facebench photo`: what a photograph takes from its bytes to embeddings.
struct PhotoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "photo",
    abstract: "Measure photographs from bytes to embeddings on one thread, stage by stage, beside the bare decoding.",
    discussion: """
      Photographs are drawn, of each size, format and number of faces, or given with --image. Each is run --rounds times \
      after one that is not counted, in turn with a full decoding of the same bytes by the same library; times are medians, \
      with the least and the greatest. Decoding, detection and crops are what is compared with the bare decoding. \
      --compare also searches every photograph whole and says how far boxes and embeddings are from that.
      """)

  @Option(help: "A photograph; may be given several times.") var image: [String] = []
  @Option(parsing: .upToNextOption, help: "Megapixels of what is drawn.") var megapixels = [2.0, 12, 48]
  @Option(parsing: .upToNextOption, help: "Formats of what is drawn: jpeg, progressive, png.")
  var formats = ["jpeg", "progressive", "png"]
  @Option(parsing: .upToNextOption, help: "Faces in what is drawn.") var faces = [1, 50]
  @Option(help: "The width of a drawn face, as a share of the photograph's longer side.") var share = 0.05
  @Option(help: "The folder of the detector, the aligner and the model.") var models = "daemon/Models"
  @Option(help: "The smallest face: pixels, or a share of the longer side as 5%; the daemon's default otherwise.")
  var minimumFace: String?
  @Option(help: "How often each photograph is run.") var rounds = 5
  @Option(help: "The core to run on.") var pin: Int?
  @Flag(help: "Compare boxes and embeddings with those of the whole photograph.") var compare = false
  @Flag(help: "Print one JSON object for each photograph.") var json = false

  func validate() throws {
    guard (1...1_000).contains(rounds), (0.01...0.4).contains(share) else {
      throw ValidationError("--rounds must be 1 to 1000, --share 0.01 to 0.4")
    }
    guard faces.allSatisfy({ (0...200).contains($0) }), megapixels.allSatisfy({ (0.1...50).contains($0) }) else {
      throw ValidationError("--faces must be 0 to 200, --megapixels 0.1 to 50")
    }
    guard formats.allSatisfy({ PhotoFormat(rawValue: $0) != nil }) else {
      throw ValidationError("--formats are jpeg, progressive and png")
    }
    _ = try minimum()
  }

  private func minimum() throws -> MinimumFace? {
    guard let minimumFace else { return nil }
    guard let minimum = MinimumFace(minimumFace) else {
      throw ValidationError("--minimum-face is a number of pixels, or a share as 5%")
    }
    return minimum
  }

  func run() throws {
    if let pin { try Core.pin(pin) }
    let detector = try FacedDetector(
      detector: NetworkFile(path: "\(models)/detector.safetensors"),
      aligner: NetworkFile(path: "\(models)/aligner.safetensors"))
    let embedder = try Embedder(try ModelFile(path: "\(models)/default.safetensors"))
    let measure = PhotoMeasurement(
      stages: PhotoStages(detector: detector, embedder: embedder),
      whole: compare ? PhotoStages(detector: detector, embedder: embedder, isWhole: true) : nil,
      minimum: try minimum(), rounds: rounds)
    for path in image {
      let name = URL(filePath: path).lastPathComponent
      try report(try measure.figures(name, [UInt8](try Data(contentsOf: URL(filePath: path)))), json: json)
    }
    guard image.isEmpty else { return }
    for size in megapixels {
      for count in faces {
        let drawn = DrawnPhoto.image(megapixels: size, faces: count, share: share)
        for format in formats.compactMap(PhotoFormat.init) {
          let name = "\(format.rawValue), \(shortened(size)) megapixels, \(count) faces drawn"
          do {
            try report(try measure.figures(name, try format.encode(drawn)), json: json)
          } catch let error as ImageError where error.code == .tooManyBytes {
            // The daemon would not take it either.
            FileHandle.standardError.write(Data("\(name): \(error.message)\n".utf8))
          }
        }
      }
    }
  }
}

enum PhotoFormat: String {
  case jpeg, progressive, png

  func encode(_ image: Image) throws -> [UInt8] {
    switch self {
    case .jpeg: try image.encodeJPEG(quality: 92, layout: .halfColour)
    case .progressive: try image.encodeJPEG(quality: 92, layout: .progressive)
    case .png: try image.encodePNG()
    }
  }
}
