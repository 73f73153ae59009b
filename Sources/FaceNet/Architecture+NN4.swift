internal import Networks

extension Architecture {
  /// NN4 of the paper: NN2 (Table 2) at a 96×96 input, without the 5×5 branches in the higher layers (5a) and (5b).
  /// 6.9 M parameters, 0.29 G multiply-adds.
  public static let nn4 = Architecture(
    name: "NN4", summary: "NN4 of the FaceNet paper: Inception at 96x96",
    definition: NetworkDefinition(
      inputChannels: 3, inputHeight: 96, inputWidth: 96,
      layers: [
        .convolution(name: "conv1", filters: 64, kernel: 7, stride: 2, padding: 3, normalisation: .none),
        .maxPool(kernel: 3, stride: 2, padding: 1),
        .localResponse,
        .convolution(name: "inception_2.3x3_reduce", filters: 64, kernel: 1, padding: 0, normalisation: .none),
        .convolution(name: "inception_2.3x3", filters: 192, kernel: 3, padding: 1, normalisation: .none),
        .localResponse,
        .maxPool(kernel: 3, stride: 2, padding: 1),
      ] + nn4Rows.map { $0.layers(.none) } + embedding(128)))

  /// Columns: 1×1 · 3×3 reduce, 3×3 · 5×5 reduce, 5×5 · pool and its projection.
  private static let nn4Rows: [InceptionRow] = [
    InceptionRow("3a", 64, (96, 128), (16, 32), .max(32)),
    InceptionRow("3b", 64, (96, 128), (32, 64), .l2(64)),
    InceptionRow("3c", 0, (128, 256), (32, 64), .pass),
    InceptionRow("4a", 256, (96, 192), (32, 64), .l2(128)),
    InceptionRow("4b", 224, (112, 224), (32, 64), .l2(128)),
    InceptionRow("4c", 192, (128, 256), (32, 64), .l2(128)),
    InceptionRow("4d", 160, (144, 288), (32, 64), .l2(128)),
    InceptionRow("4e", 0, (160, 256), (64, 128), .pass),
    InceptionRow("5a", 384, (192, 384), (0, 0), .l2(128)),
    InceptionRow("5b", 384, (192, 384), (0, 0), .max(128)),
  ]

  /// What every network of the paper ends in: average pooling over the whole plane, a fully connected layer and the
  /// L2 norm.
  static func embedding(_ size: Int) -> [LayerDefinition] {
    [.globalAveragePool, .dense(name: "embedding", outputs: size), .l2Normalise]
  }
}
