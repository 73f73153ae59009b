internal import Networks

extension Architecture {
  /// NN4's shape at about 0.4 of its width, with a thin stem (5×5 instead of 7×7) and batch normalisation in place of
  /// local response normalisation: the network that faced ships.
  static func nn4Small(_ options: ArchitectureOptions) -> Architecture? {
    small(
      "NN4-small", options, summary: "NN4 at about 0.4 of its width, with batch normalisation", stem: (24, 24, 64),
      rows: [
        InceptionRow("3a", 24, (40, 48), (8, 16), .max(16)),
        InceptionRow("3b", 24, (40, 48), (16, 24), .l2(24)),
        InceptionRow("3c", 0, (48, 96), (16, 24), .pass),
        InceptionRow("4a", 96, (40, 80), (16, 24), .l2(48)),
        InceptionRow("4b", 88, (48, 88), (16, 24), .l2(48)),
        InceptionRow("4c", 80, (48, 104), (16, 24), .l2(48)),
        InceptionRow("4d", 64, (56, 120), (16, 24), .l2(48)),
        InceptionRow("4e", 0, (64, 104), (24, 48), .pass),
        InceptionRow("5a", 160, (80, 160), (0, 0), .l2(48)),
        InceptionRow("5b", 160, (80, 160), (0, 0), .max(48)),
      ])
  }

  /// The same at half of that width, for the smallest machines.
  static func nn4Tiny(_ options: ArchitectureOptions) -> Architecture? {
    small(
      "NN4-tiny", options, summary: "NN4 at about 0.2 of its width, with batch normalisation", stem: (16, 16, 40),
      rows: [
        InceptionRow("3a", 16, (24, 32), (8, 8), .max(8)),
        InceptionRow("3b", 16, (24, 32), (8, 16), .l2(16)),
        InceptionRow("3c", 0, (32, 56), (8, 16), .pass),
        InceptionRow("4a", 48, (24, 40), (8, 16), .l2(24)),
        InceptionRow("4b", 48, (24, 48), (8, 16), .l2(24)),
        InceptionRow("4d", 40, (32, 64), (8, 16), .l2(24)),
        InceptionRow("4e", 0, (32, 64), (16, 24), .pass),
        InceptionRow("5a", 96, (48, 96), (0, 0), .l2(32)),
        InceptionRow("5b", 96, (48, 96), (0, 0), .max(32)),
      ])
  }

  private static func small(
    _ name: String, _ options: ArchitectureOptions, summary: String, stem: (Int, Int, Int), rows: [InceptionRow]
  ) -> Architecture? {
    guard options == ArchitectureOptions(embeddingSize: options.embeddingSize) else { return nil }
    let head: [LayerDefinition] = [
      .convolution(name: "conv1", filters: stem.0, kernel: 5, stride: 2, padding: 2, normalisation: .batch),
      .maxPool(kernel: 3, stride: 2, padding: 1),
      .convolution(name: "inception_2.3x3_reduce", filters: stem.1, kernel: 1, padding: 0, normalisation: .batch),
      .convolution(name: "inception_2.3x3", filters: stem.2, kernel: 3, padding: 1, normalisation: .batch),
      .maxPool(kernel: 3, stride: 2, padding: 1),
    ]
    return Architecture(
      name, options, summary: summary,
      definition: NetworkDefinition(
        inputChannels: 3, inputHeight: 96, inputWidth: 96,
        layers: head + rows.map { $0.layers(.batch) } + [.globalAveragePool]
          + InceptionNetwork.embedding(options.embeddingSize)))
  }
}
