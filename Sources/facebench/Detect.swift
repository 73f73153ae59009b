import ArgumentParser
import FaceDetection
import FaceNet
import Foundation
import Images

/// `facebench detect`: how long detectors take for a photograph.
struct DetectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "detect",
    abstract: "Measure detectors: milliseconds per photograph on one thread.",
    discussion: """
      Every photograph is decoded first; what is timed is finding faces in its pixels, scaling included. Each detector \
      sees every photograph --rounds times, after one round that is not counted; a photograph's time is its best. \
      benchmarks/peers/detectors.py runs OpenCV's YuNet from Python in the same run.
      """)

  @Option(help: "A photograph; may be given several times.") var image: [String] = []
  @Option(help: "A folder of photographs, those of its sub-folders included.") var images: String?
  @Option(help: "A detector: faced, or an ONNX file of YuNet's kind; may be given several times.")
  var detector: [String] = []
  @Option(help: "The folder of faced's own detector.safetensors and aligner.safetensors.")
  var models = "daemon/Models"
  @Option(help: "Photographs of the folder to take, evenly spread; 0 takes all.") var limit = 0
  @Option(help: "The longest side in which a network looks for faces, in pixels.") var side = 640
  @Option(help: "How often each photograph is searched.") var rounds = 3
  @Flag(help: "Print one JSON object for each detector.") var json = false

  func validate() throws {
    guard !image.isEmpty || images != nil else {
      throw ValidationError("name photographs: --image FILE or --images DIR")
    }
    guard (1...10_000).contains(rounds), limit >= 0, (32...4096).contains(side) else {
      throw ValidationError("--rounds must be 1 to 10000, --limit 0 or more, --side 32 to 4096")
    }
  }

  func run() throws {
    let photos = try paths().map { try ImageDecoder.decode([UInt8](try Data(contentsOf: URL(filePath: $0)))) }
    guard !photos.isEmpty else { throw ValidationError("there is no JPEG or PNG in the folder") }
    for name in detector.isEmpty ? ["faced"] : detector {
      try report(try measure(name, try open(name), photos), json: json)
    }
  }

  private func open(_ name: String) throws -> any FaceDetector {
    switch name {
    case "faced":
      return try FacedDetector(
        detector: NetworkFile(path: "\(models)/detector.safetensors"),
        aligner: NetworkFile(path: "\(models)/aligner.safetensors"))
    default: return try YuNetDetector(path: name, workingSide: side)
    }
  }

  private func measure(_ name: String, _ detector: any FaceDetector, _ photos: [Image]) throws -> DetectFigures {
    let clock = ContinuousClock()
    var best = photos.map { _ in Double.infinity }
    var faces = 0
    for round in 0...rounds {
      faces = 0
      for (index, photo) in photos.enumerated() {
        let start = clock.now
        faces += try detector.detect(photo).count
        if round > 0 { best[index] = min(best[index], (clock.now - start) / .milliseconds(1)) }
      }
    }
    let sorted = best.sorted()
    return DetectFigures(
      detector: URL(filePath: name).lastPathComponent, photos: photos.count, faces: faces,
      msPerPhoto: shortened(best.reduce(0, +) / Double(photos.count)), median: shortened(sorted[sorted.count / 2]),
      slowest: shortened(sorted[sorted.count - 1]),
      megapixels: shortened(photos.reduce(0) { $0 + Double($1.width * $1.height) } / Double(photos.count) / 1e6))
  }

  private func paths() throws -> [String] {
    guard let images else { return image }
    let enumerator = FileManager.default.enumerator(atPath: images)
    var found: [String] = []
    while let path = enumerator?.nextObject() as? String {
      if ["jpg", "jpeg", "png"].contains(URL(filePath: path).pathExtension.lowercased()) {
        found.append("\(images)/\(path)")
      }
    }
    found.sort()
    guard limit > 0, found.count > limit else { return image + found }
    return image + (0..<limit).map { found[$0 * found.count / limit] }
  }
}

private struct DetectFigures: Encodable, CustomStringConvertible {
  let detector: String
  let photos: Int
  /// Found in all of them.
  let faces: Int
  let msPerPhoto: Double
  let median: Double
  let slowest: Double
  /// Of a photograph, in the mean.
  let megapixels: Double

  var description: String {
    "\(detector): \(msPerPhoto) ms per photograph (median \(median), slowest \(slowest)) over \(photos) of "
      + "\(megapixels) megapixels in the mean; \(faces) faces"
  }
}
