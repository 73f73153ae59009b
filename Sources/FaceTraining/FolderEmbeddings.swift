public import FaceNet
internal import FaceTypes
internal import Images

/// The embeddings of a folder of pictures by one model: for another program to compare, or as another model's targets.
public struct FolderEmbeddings: Sendable {
  /// The pictures' paths below the folder: in the order of its landmarks, or of the names' bytes.
  public let files: [String]
  /// Row by row, in that order.
  public let values: [Float]

  /// How a picture says where its face is.
  public enum Place: Sendable {
    /// A CSV of landmarks, which lists the pictures.
    case landmarks(String)
    /// Every picture is a square of so many eye–mouth distances about the face.
    case square(side: Double)
    /// Every picture has the network's input size and goes in as it is.
    case input
  }

  /// - Parameter progress: called now and then with a line for people.
  /// - Throws: `TrainingError` or `ModelFileError`, naming the picture that does not fit.
  public init(
    _ embedder: Embedder, folder: String, place: Place, progress: (String) -> Void = { _ in }
  ) throws {
    let input = embedder.metadata.input
    let files: [String]
    let frames: [FaceFrame?]
    switch place {
    case .landmarks(let path):
      let table = try LandmarkTable(path: path)
      files = table.files
      frames = table.landmarks.map(input.frame)
    case .square, .input:
      files = try Folder.pictures(folder)
      frames = files.map { _ in nil }
    }
    var values: [Float] = []
    values.reserveCapacity(files.count * embedder.metadata.embeddingSize)
    for start in stride(from: 0, to: files.count, by: Embedder.maximumBatch) {
      let crops = try (start..<min(start + Embedder.maximumBatch, files.count)).map { index in
        let picture = try PictureReader.decode("\(folder)/\(files[index])")
        if let frame = frames[index] { return input.crop(picture, frame) }
        guard case .square(let side) = place else { return picture }
        guard picture.width == picture.height else {
          throw TrainingError(.badData, "'\(files[index])' is not square")
        }
        let middle = Double(picture.width) / 2
        let frame = FaceFrame(centre: Point(x: middle, y: middle), eyeMouthDistance: Double(picture.width) / side)
        return input.crop(picture, frame)
      }
      for embedding in try embedder.embed(crops) { values += embedding.values }
      if start / 5000 != (start + Embedder.maximumBatch) / 5000 { progress("\(start) of \(files.count) pictures") }
    }
    (self.files, self.values) = (files, values)
  }

  /// The rows as little-endian 32-bit floats: what a data folder's `NAME.teacher.f32` holds.
  public var bytes: [UInt8] { FloatBytes.encode(values) }
}
