internal import Networks

extension Architecture {
  /// NNS1, the paper's "mini Inception" at a 165×165 input: 26.0 M parameters, 221 M multiply-adds.
  ///
  /// The paper gives these two numbers (26 M and 220 M) and no table, so the rows are a design of this project. So many
  /// parameters for so few multiply-adds mean that most weights are used once in a picture: they stand in a hidden fully
  /// connected layer over the last 3×3 pixels, as in NN1, behind modules that are narrow where the maps are large.
  static func nns1(_ options: ArchitectureOptions) -> Architecture? {
    guard !options.flat else { return nil }
    let network = InceptionNetwork(
      165, 165, stem: (16, 32, 64),
      rows: [
        InceptionRow("3a", 32, (32, 64), (8, 16), .max(16)),
        InceptionRow("3b", 32, (32, 64), (8, 16), .l2(16)),
        InceptionRow("3c", 0, (48, 96), (16, 32), .pass),
        InceptionRow("4a", 128, (64, 128), (16, 32), .l2(64)),
        InceptionRow("4b", 128, (64, 128), (16, 32), .l2(64)),
        InceptionRow("4e", 0, (96, 160), (32, 64), .pass),
        InceptionRow("5a", 192, (128, 256), (32, 64), .l2(128)),
        InceptionRow("5b", 192, (128, 256), (0, 0), .max(128)),
        InceptionRow("5c", 0, (128, 256), (0, 0), .pass),
        InceptionRow("6a", 256, (192, 384), (0, 0), .l2(128)),
      ],
      hidden: 3200)
    return Architecture(
      "NNS1", options, summary: "NNS1 of the FaceNet paper's size: mini Inception at 165x165",
      definition: network.definition(options))
  }

  /// NNS2, the paper's "tiny Inception" at an input of 140 rows and 116 columns: 4.3 M parameters, 20 M multiply-adds.
  ///
  /// Like NNS1 a design of this project after the paper's two numbers: its last maps have 5×4 pixels.
  static func nns2(_ options: ArchitectureOptions) -> Architecture? {
    guard !options.flat else { return nil }
    let network = InceptionNetwork(
      140, 116, stem: (8, 16, 24),
      rows: [
        InceptionRow("3a", 16, (16, 24), (8, 8), .max(8)),
        InceptionRow("3b", 0, (16, 32), (8, 8), .pass),
        InceptionRow("4a", 24, (16, 32), (8, 16), .l2(16)),
        InceptionRow("4b", 24, (16, 32), (8, 16), .l2(16)),
        InceptionRow("4c", 0, (32, 64), (8, 16), .pass),
        InceptionRow("5a", 64, (48, 96), (8, 16), .l2(32)),
        InceptionRow("5b", 64, (48, 96), (0, 0), .max(32)),
      ],
      hidden: 1024)
    return Architecture(
      "NNS2", options, summary: "NNS2 of the FaceNet paper's size: tiny Inception at 140x116",
      definition: network.definition(options))
  }
}
