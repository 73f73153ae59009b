internal import ArgumentParser
internal import FaceDetection
internal import FaceNet
internal import FaceTraining
internal import FaceTypes
internal import Images

struct Prepare: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Cut photographs of people to the squares that recipes train on.",
    discussion: """
      PHOTOS holds one folder per person. Of every photograph the largest face is cut to a square of --side eye-mouth \
      distances, as the daemon's detector finds it, and written under the same name below --output. Photographs without \
      a face are named and left out.
      """)

  @Option(help: "The folder of one sub-folder per person.") var photos: String
  @Option(help: "The folder to write to; a recipe's pictures.labelled.") var output: String
  @Option(help: "The squares' side in eye-mouth distances; a recipe's pictures.side.") var side = 3.7
  @Option(help: "The squares' pixels; a recipe's pictures.pixels.") var pixels = 112

  func validate() throws {
    guard (1...10).contains(side) else { throw ValidationError("--side must be 1 to 10") }
    guard (16...512).contains(pixels) else { throw ValidationError("--pixels must be 16 to 512") }
  }

  func run() throws {
    let detector = DlibFrontalDetector()
    let files = try Folder.pictures(photos)
    guard !files.isEmpty else { throw CommandError("'\(photos)' has no sub-folders with JPEG or PNG pictures") }
    try Output.makeFolder(output)
    var written = 0
    for file in files {
      do {
        let photo = try ImageDecoder.decode(try FileBytes.read("\(photos)/\(file)", limit: ImageLimits.default.bytes))
        guard let face = try detector.detect(photo).max(by: { $0.box.area < $1.box.area }) else {
          Output.note("\(file): no face was found")
          continue
        }
        let square = photo.crop(
          centreX: face.frame.centre.x, centreY: face.frame.centre.y, side: face.frame.eyeMouthDistance * side,
          pixels: pixels)
        let person = file.prefix { $0 != "/" }
        let name = file.dropFirst(person.count + 1)
        try Output.makeFolder("\(output)/\(person)")
        // The photograph's whole name stays in, so that a.png and a.jpg do not meet.
        try FileBytes.writeAtomically(try square.encodeJPEG(), to: "\(output)/\(person)/\(name).jpg")
        written += 1
      } catch let error as ImageError {
        Output.note("\(file): \(error)")
      }
    }
    Output.line("\(written) of \(files.count) photographs cut to \(output)")
    guard written > 0 else { throw ExitCode.failure }
  }
}
