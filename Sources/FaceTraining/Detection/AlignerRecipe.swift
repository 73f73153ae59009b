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
    /// The share of crops from pictures that end close about the face; beyond, their edge goes on, or there is one colour.
    package var cut: Float
    package var harm: Harm
    package var light: Photometry
  }

  /// Places that a detector takes for faces and that are none: what the network learns to tell faces from.
  package struct Others: Codable, Hashable, Sendable {
    package var photographs: PhotographFolders
    /// The detector's candidates from this logit up are taken, of one photograph at most so many of the surest for each
    /// quarter turn and scale that it is searched at.
    package var floor: Float
    package var most: Int
    package var scales: [Double]
    /// The share of crops without a face.
    package var share: Float
    /// Of the crops with one, the share from whole photographs, which are more like what is found in use than the
    /// folders' squares are.
    package var sceneShare: Float
    /// The weight of there being a face against that of the landmarks.
    package var weight: Float
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
  package var others: Others

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
      ((0...1).contains(augmentation.cut), "augmentation.cut must be 0 to 1"),
      (augmentation.harm.isSound, "augmentation.harm must have shares of 0 to 1, and blurs of 1 to 16"),
      (augmentation.light.isSound, "augmentation.light leaves its ranges"),
      ((1...100).contains(others.most), "others.most must be 1 to 100"),
      (
        !others.scales.isEmpty && others.scales.allSatisfy { (0.1...1).contains($0) },
        "others.scales must have numbers of 0.1 to 1"
      ),
      (
        (0..<1).contains(others.share) && (0..<1).contains(others.sceneShare),
        "others.share and others.sceneShare must be at least 0 and below 1"
      ),
      (others.weight > 0, "others.weight must be above 0"),
    ])
  }
}
