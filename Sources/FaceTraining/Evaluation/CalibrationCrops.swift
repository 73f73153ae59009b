package import FaceNet
internal import FaceTypes
package import Images

/// Crops of a folder's pictures as a network takes them, to see what its layers are given.
package enum CalibrationCrops {
  /// - Parameters:
  ///   - side: of pictures without landmarks, see `Evaluation`.
  ///   - count: so many at most, evenly from the whole folder.
  package static func read(
    _ folder: PictureFolder, side: Double, count: Int, input: InputSpecification
  ) throws -> [Image] {
    let used = min(count, folder.files.count)
    return try (0..<used).map { index in
      let place = index * folder.files.count / used
      let picture = try PictureReader.decode("\(folder.path)/\(folder.files[place])")
      let frame = try Evaluation.frame(of: picture, folder, place: place, side: side, input: input)
      return input.crop(picture, frame, view: input.views[index % input.views.count])
    }
  }
}
