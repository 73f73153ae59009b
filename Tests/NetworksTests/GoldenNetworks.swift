import Networks

/// The networks of Golden/make_golden.py.
enum GoldenNetworks {
  static let names = [
    "bias", "batch", "wide", "max", "average", "l2", "response", "shared", "inception", "maxout", "padding",
  ]

  static func conv(
    _ name: String, _ filters: Int, _ kernel: Int, _ stride: Int = 1, _ padding: Int = 0, activation: Bool = true,
    normalisation: Normalisation = .batch
  ) -> LayerDefinition {
    .convolution(
      name: name, filters: filters, kernel: kernel, stride: stride, padding: padding, activation: activation,
      normalisation: normalisation)
  }

  static func definition(_ name: String) -> (NetworkDefinition, count: Int) {
    func network(_ channels: Int, _ height: Int, _ width: Int, _ layers: [LayerDefinition]) -> NetworkDefinition {
      NetworkDefinition(inputChannels: channels, inputHeight: height, inputWidth: width, layers: layers)
    }
    switch name {
    case "bias":
      let layers: [LayerDefinition] = [
        conv("a", 7, 3, 2, 1, normalisation: .none), conv("b", 3, 1, activation: false, normalisation: .none),
        .dense(name: "out", outputs: 4),
      ]
      return (network(5, 9, 7, layers), 3)
    case "batch":
      let layers: [LayerDefinition] = [
        conv("a", 9, 5, 1, 2), conv("b", 17, 3, 2, 1, activation: false), conv("c", 8, 1, 2, normalisation: .none),
        .dense(name: "out", outputs: 3),
      ]
      return (network(3, 11, 13, layers), 5)
    case "wide":
      let layers: [LayerDefinition] = [
        conv("a", 16, 7, 2, 3), conv("b", 17, 3, 1, 0), conv("c", 15, 1), .globalAveragePool, .l2Normalise,
      ]
      return (network(1, 17, 15, layers), 2)
    case "max":
      let layers: [LayerDefinition] = [
        conv("a", 31, 1), .maxPool(kernel: 3, stride: 2, padding: 1), .maxPool(kernel: 2, stride: 1, padding: 0),
        .dense(name: "out", outputs: 2),
      ]
      return (network(6, 9, 8, layers), 2)
    case "average":
      let layers: [LayerDefinition] = [
        conv("a", 31, 1), .averagePool(kernel: 3, stride: 2, padding: 1),
        .averagePool(kernel: 2, stride: 1, padding: 0), .dense(name: "out", outputs: 2),
      ]
      return (network(6, 9, 8, layers), 2)
    case "l2":
      let layers: [LayerDefinition] = [
        conv("a", 31, 1, activation: false), .l2Pool(kernel: 3, stride: 2, padding: 1),
        .l2Pool(kernel: 2, stride: 1, padding: 0), .dense(name: "out", outputs: 2),
      ]
      return (network(6, 9, 8, layers), 2)
    case "response":
      let layers: [LayerDefinition] = [
        conv("a", 13, 1, activation: false, normalisation: .none), .localResponse,
        conv("b", 3, 1, normalisation: .none), .localResponse, .dense(name: "out", outputs: 3),
      ]
      return (network(7, 4, 3, layers), 2)
    case "maxout":
      let layers: [LayerDefinition] = [
        conv("a", 12, 3, 1, 1, activation: false, normalisation: .none),
        .branches(name: "m", [[.maxout(pieces: 3)], [.maxout(pieces: 2)], [conv("b", 5, 1)]]),
        .dense(name: "fc1", outputs: 14), .maxout(pieces: 2), .dense(name: "fc2", outputs: 9, activation: true),
        .dense(name: "fc3", outputs: 15), .maxout(pieces: 3),
      ]
      return (network(4, 5, 3, layers), 3)
    case "padding":
      let layers: [LayerDefinition] = [
        conv("a", 5, 3, 1, 2), conv("b", 9, 4, 3, 3, normalisation: .none), conv("c", 6, 2, 1, 1),
        conv("d", 4, 5, 2, 4, normalisation: .none), conv("e", 3, 1, 3), .dense(name: "out", outputs: 3),
      ]
      return (network(3, 6, 7, layers), 2)
    case "shared": return (network(8, 8, 7, shared), 3)
    default: return (network(3, 33, 31, inception), 4)
    }
  }

  /// Every operation as one of several readers of a map, whose gradient it has to add to.
  private static let shared: [LayerDefinition] = [
    conv("a", 9, 1),
    .branches(
      name: "strided",
      [
        [.averagePool(kernel: 3, stride: 2, padding: 1)], [conv("b", 4, 3, 2, 1)], [conv("c", 5, 5, 2, 2)],
        [.l2Pool(kernel: 3, stride: 2, padding: 1)], [.maxPool(kernel: 3, stride: 2, padding: 1)],
        [conv("d", 3, 1, 2, 0, normalisation: .none)],
      ]),
    .branches(
      name: "plain",
      [
        [conv("e", 5, 1)], [.localResponse], [.l2Normalise], [conv("f", 5, 3, 1, 1)],
        [conv("g", 3, 3, 1, 1, normalisation: .none)], [conv("h", 17, 1)],
      ]),
    .globalAveragePool, .dense(name: "out", outputs: 3),
  ]

  private static let inception: [LayerDefinition] = [
    conv("conv1", 8, 7, 2, 3), .maxPool(kernel: 3, stride: 2, padding: 1), .localResponse, conv("conv2a", 8, 1),
    conv("conv2", 16, 3, 1, 1), .localResponse, .maxPool(kernel: 3, stride: 2, padding: 1),
    .branches(
      name: "inception3a",
      [
        [conv("b1x1", 8, 1)], [conv("b3x3reduce", 6, 1), conv("b3x3", 12, 3, 1, 1)],
        [conv("b5x5reduce", 3, 1), conv("b5x5", 5, 5, 1, 2)],
        [.maxPool(kernel: 3, stride: 1, padding: 1), conv("pool", 7, 1)],
      ]),
    .branches(
      name: "inception3b",
      [
        [conv("b3x3reduce", 6, 1), conv("b3x3", 8, 3, 2, 1)], [conv("b5x5reduce", 3, 1), conv("b5x5", 4, 5, 2, 2)],
        [.maxPool(kernel: 3, stride: 2, padding: 1)],
      ]),
    .branches(
      name: "inception4a",
      [
        [conv("b1x1", 8, 1)], [.l2Pool(kernel: 3, stride: 1, padding: 1), conv("pool", 8, 1)],
        [
          .branches(
            name: "nested", [[conv("left", 3, 1)], [conv("right", 5, 3, 1, 1, normalisation: .none)]])
        ],
      ]),
    .globalAveragePool, .dense(name: "embedding", outputs: 16), .l2Normalise,
  ]
}
