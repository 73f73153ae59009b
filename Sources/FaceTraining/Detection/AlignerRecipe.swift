/// Everything that decides what an aligner's training does.
package struct AlignerRecipe: TaskRecipe, Hashable {
  package struct Pictures: Codable, Hashable, Sendable {
    /// Folders below the data folder, each with its landmarks beside it.
    package var folders: [String]
    /// The pictures' side in eye–mouth distances, and the pixels that they are kept with.
    package var side: Double
    package var pixels: Int
    /// The share of the first folder's identities that is kept from training.
    package var validationShare: Double
  }

  package struct Augmentation: Codable, Hashable, Sendable {
    /// Standard deviation of the crop's place, on either axis, in eye–mouth distances.
    package var shift: Float
    /// Standard deviation of the logarithm of the crop's size.
    package var scale: Float
    /// Largest turn in degrees, either way; and the standard deviation for the share of crops that are nearly upright.
    package var rotation: Float
    package var uprightRotation: Float
    package var uprightShare: Float
    package var mirror: Bool
    /// The share of crops seen with fewer pixels, down to `fewestPixels` a side.
    package var coarse: Float
    package var fewestPixels: Int
    /// The share of crops with a part covered.
    package var occlusion: Float
    package var light: Photometry
  }

  package var name: String
  package var seed: UInt64
  package var pictures: Pictures
  /// The crop's side in eye–mouth distances, and how often the daemon should run the network on a face.
  package var cropSide: Double
  package var passes: Int
  package var batch: Int
  package var optimisation: TaskSchedule
  package var augmentation: Augmentation

  package func check() throws(TrainingError) {
    try optimisation.check()
    try require([
      (!pictures.folders.isEmpty, "pictures.folders is empty"),
      ((1...10).contains(pictures.side), "pictures.side must be 1 to 10"),
      ((16...512).contains(pictures.pixels), "pictures.pixels must be 16 to 512"),
      (pictures.validationShare > 0 && pictures.validationShare < 0.5, "pictures.validationShare must be 0 to 0.5"),
      ((1...10).contains(cropSide), "cropSide must be 1 to 10"),
      ((1...8).contains(passes), "passes must be 1 to 8"),
      ((2...1024).contains(batch), "batch must be 2 to 1024"),
      ((8...64).contains(augmentation.fewestPixels), "augmentation.fewestPixels must be 8 to 64"),
      ((0...180).contains(augmentation.rotation), "augmentation.rotation must be 0 to 180"),
      (augmentation.light.isSound, "augmentation.light leaves its ranges"),
    ])
  }
}
