internal import FaceNet
internal import Images

extension Eigenfaces {
  /// The pictures that the components are fitted to, at most.
  static let maximumFitted = 4000

  /// Fits the components to the pictures of a folder, evenly chosen; `<folder>.landmarks.csv` says where the faces are.
  package init(folder: String) throws {
    let table = try LandmarkTable(path: "\(folder).landmarks.csv")
    let step = max(1, (table.files.count + Self.maximumFitted - 1) / Self.maximumFitted)
    var crops: [Image] = []
    for place in stride(from: 0, to: table.files.count, by: step) {
      let picture = try PictureReader.decode("\(folder)/\(table.files[place])")
      crops.append(Self.input.crop(picture, Self.input.frame(table.landmarks[place])))
    }
    try self.init(crops: crops)
  }
}
