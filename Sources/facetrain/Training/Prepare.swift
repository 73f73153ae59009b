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
      distances, as the daemon's detector finds it, and written as JPEG below --output; the landmarks go to \
      OUTPUT.landmarks.csv beside it, where recipes and 'evaluate-folder' look for them. Photographs without a face are \
      named and left out.
      """)

  @Option(help: "The folder of one sub-folder per person.") var photos: String
  @Option(help: "The folder to write to; a recipe's pictures.labelled.") var output: String
  @Option(help: "The squares' side in eye-mouth distances; a recipe's pictures.side.") var side = 3.7
  @Option(help: "The squares' pixels; a recipe's pictures.pixels.") var pixels = 112

  @Option(help: "The folder of faced's own detector.safetensors and aligner.safetensors.")
  var models = "daemon/Models"

  func validate() throws {
    guard (1...10).contains(side) else { throw ValidationError("--side must be 1 to 10") }
    guard (16...512).contains(pixels) else { throw ValidationError("--pixels must be 16 to 512") }
  }

  func run() throws {
    let search = TurnedSearch(
      try FacedDetector(
        detector: NetworkFile(path: "\(models)/detector.safetensors"),
        aligner: NetworkFile(path: "\(models)/aligner.safetensors")))
    let files = try Folder.pictures(photos)
    guard !files.isEmpty else { throw CommandError("'\(photos)' has no sub-folders with JPEG or PNG pictures") }
    try Output.makeFolder(output)
    var table: [(name: String, landmarks: Landmarks)] = []
    var taken: Set<String> = []
    for file in files {
      do {
        let photo = try ImageDecoder.decode(try FileBytes.read("\(photos)/\(file)", limit: ImageLimits.default.bytes))
        let found = try search.search(photo)
        guard let face = found.faces.first, let landmarks = face.landmarks else {
          Output.note("\(file): no face was found")
          continue
        }
        let name = Self.name(of: file, besides: taken)
        taken.insert(name)
        try Output.makeFolder("\(output)/\(file.prefix { $0 != "/" })")
        table.append((name, try cut(found.image, landmarks, to: "\(output)/\(name)")))
      } catch let error as ImageError {
        Output.note("\(file): \(error)")
      }
    }
    try FileBytes.writeAtomically(
      Array(LandmarkTable.csv(table).utf8), to: LandmarkTable.path(beside: output))
    Output.line("\(table.count) of \(files.count) photographs cut to \(output)")
    guard !table.isEmpty else { throw ExitCode.failure }
  }

  /// - Returns: the landmarks in the square's pixels.
  private func cut(_ photo: Image, _ landmarks: Landmarks, to path: String) throws -> Landmarks {
    let frame = FaceFrame(landmarks: landmarks)
    let length = frame.eyeMouthDistance * side
    let square = photo.crop(centreX: frame.centre.x, centreY: frame.centre.y, side: length, pixels: pixels)
    try FileBytes.writeAtomically(try square.encodeJPEG(), to: path)
    let factor = Double(pixels) / length
    return landmarks.map {
      Point(
        x: ($0.x - frame.centre.x) * factor + Double(pixels) / 2,
        y: ($0.y - frame.centre.y) * factor + Double(pixels) / 2)
    }
  }

  /// The photograph's name with the ending `.jpg`; the whole name and that ending where another photograph has it, as
  /// `a.png` beside `a.jpg`.
  private static func name(of file: String, besides taken: Set<String>) -> String {
    let last = file.lastIndex(of: "/") ?? file.startIndex
    let stem = file[last...].lastIndex(of: ".").map { String(file[..<$0]) } ?? file
    let plain = stem + ".jpg"
    return taken.contains(plain) ? file + ".jpg" : plain
  }
}
