internal import Networks

extension Architecture {
  /// NN2 of the paper (Table 2): 7.5 M parameters, 1.6 G multiply-adds.
  static func nn2(_ options: ArchitectureOptions) -> Architecture {
    Architecture(
      "NN2", options, summary: "NN2 of the FaceNet paper: Inception at 224x224",
      definition: InceptionNetwork(224, 224, stem: (64, 64, 192), rows: nn2Rows).definition(options))
  }

  /// NN3 of the paper: NN2 at a 160×160 input. 7.5 M parameters, 0.8 G multiply-adds.
  static func nn3(_ options: ArchitectureOptions) -> Architecture {
    Architecture(
      "NN3", options, summary: "NN3 of the FaceNet paper: Inception at 160x160",
      definition: InceptionNetwork(160, 160, stem: (64, 64, 192), rows: nn2Rows).definition(options))
  }

  /// NN4 of the paper: NN2 at a 96×96 input, without the 5×5 branches in the higher layers (5a) and (5b).
  /// 6.9 M parameters, 0.29 G multiply-adds.
  static func nn4(_ options: ArchitectureOptions) -> Architecture {
    Architecture(
      "NN4", options, summary: "NN4 of the FaceNet paper: Inception at 96x96",
      definition: InceptionNetwork(96, 96, stem: (64, 64, 192), rows: nn4Rows).definition(options))
  }

  /// Columns: 1×1 · 3×3 reduce, 3×3 · 5×5 reduce, 5×5 · pool and its projection.
  private static let nn2Rows: [InceptionRow] = [
    InceptionRow("3a", 64, (96, 128), (16, 32), .max(32)),
    InceptionRow("3b", 64, (96, 128), (32, 64), .l2(64)),
    InceptionRow("3c", 0, (128, 256), (32, 64), .pass),
    InceptionRow("4a", 256, (96, 192), (32, 64), .l2(128)),
    InceptionRow("4b", 224, (112, 224), (32, 64), .l2(128)),
    InceptionRow("4c", 192, (128, 256), (32, 64), .l2(128)),
    InceptionRow("4d", 160, (144, 288), (32, 64), .l2(128)),
    InceptionRow("4e", 0, (160, 256), (64, 128), .pass),
    InceptionRow("5a", 384, (192, 384), (48, 128), .l2(128)),
    InceptionRow("5b", 384, (192, 384), (48, 128), .max(128)),
  ]

  private static let nn4Rows: [InceptionRow] =
    nn2Rows.dropLast(2) + [
      InceptionRow("5a", 384, (192, 384), (0, 0), .l2(128)),
      InceptionRow("5b", 384, (192, 384), (0, 0), .max(128)),
    ]
}
