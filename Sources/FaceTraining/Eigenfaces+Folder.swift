internal import FaceTypes
internal import Images

extension Eigenfaces {
  /// The pictures that the components are fitted to, at most.
  static let maximumFitted = 4000

  /// Fits the components to the pictures of a folder, evenly chosen; `<folder>.landmarks.csv` says where the faces are.
  public init(folder: String) throws {
    let table = try LandmarkTable(path: "\(folder).landmarks.csv")
    let step = max(1, (table.files.count + Self.maximumFitted - 1) / Self.maximumFitted)
    var crops: [Image] = []
    for place in stride(from: 0, to: table.files.count, by: step) {
      let frame = FaceFrame(landmarks: table.landmarks[place])
      crops.append(
        try PictureReader.decode("\(folder)/\(table.files[place])").crop(
          centreX: frame.centre.x, centreY: frame.centre.y, side: frame.eyeMouthDistance * 3.0, rotation: 0, pixels: 48)
      )
    }
    try self.init(crops: crops)
  }
}
