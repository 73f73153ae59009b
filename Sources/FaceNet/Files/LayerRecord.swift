internal import Networks

/// A layer as the model file's header writes it, so that a file describes its network without knowing its name.
struct LayerRecord: Codable {
  enum Kind: String, Codable {
    case convolution, localResponse, maxPool, averagePool, l2Pool, branches, globalAveragePool, dense, maxout,
      l2Normalise
  }

  var kind: Kind
  var name: String?
  var filters: Int?
  var kernel: Int?
  var stride: Int?
  var padding: Int?
  var activation: Bool?
  var batchNormalisation: Bool?
  var pieces: Int?
  var branches: [[LayerRecord]]?

  private init(kind: Kind) { self.kind = kind }

  init(_ layer: LayerDefinition) {
    switch layer {
    case .convolution(let name, let filters, let kernel, let stride, let padding, let activation, let normalisation):
      self.init(kind: .convolution)
      (self.name, self.filters, self.kernel, self.stride, self.padding) = (name, filters, kernel, stride, padding)
      (self.activation, self.batchNormalisation) = (activation, normalisation == .batch)
    case .localResponse: self.init(kind: .localResponse)
    case .maxPool(let kernel, let stride, let padding): self.init(pool: .maxPool, kernel, stride, padding)
    case .averagePool(let kernel, let stride, let padding): self.init(pool: .averagePool, kernel, stride, padding)
    case .l2Pool(let kernel, let stride, let padding): self.init(pool: .l2Pool, kernel, stride, padding)
    case .branches(let name, let branches):
      self.init(kind: .branches)
      self.name = name
      self.branches = branches.map { $0.map(LayerRecord.init) }
    case .globalAveragePool: self.init(kind: .globalAveragePool)
    case .dense(let name, let outputs, let activation):
      self.init(kind: .dense)
      (self.name, self.filters) = (name, outputs)
      // Files say it only where there is one, as they did before there was a choice.
      if activation { self.activation = true }
    case .maxout(let pieces):
      self.init(kind: .maxout)
      self.pieces = pieces
    case .l2Normalise: self.init(kind: .l2Normalise)
    }
  }

  private init(pool kind: Kind, _ kernel: Int, _ stride: Int, _ padding: Int) {
    self.init(kind: kind)
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
  }

  /// The layer, with every number within bounds that keep its sizes from overflowing.
  func definition(depth: Int = 0) throws(ModelFileError) -> LayerDefinition {
    switch kind {
    case .convolution:
      return .convolution(
        name: try text(), filters: try number(filters, "filters", 1...8192),
        kernel: try number(kernel, "kernel", 1...31), stride: try number(stride, "stride", 1...16),
        padding: try number(padding, "padding", 0...31),
        activation: activation ?? true, normalisation: batchNormalisation == true ? .batch : .none)
    case .localResponse: return .localResponse
    case .maxPool, .averagePool, .l2Pool:
      let (window, step, border) = (
        try number(kernel, "kernel", 1...31), try number(stride, "stride", 1...16),
        try number(padding, "padding", 0...15)
      )
      guard border < window else {
        throw ModelFileError(.damaged, "the header's network has a pool whose padding is not below its kernel")
      }
      switch kind {
      case .maxPool: return .maxPool(kernel: window, stride: step, padding: border)
      case .averagePool: return .averagePool(kernel: window, stride: step, padding: border)
      default: return .l2Pool(kernel: window, stride: step, padding: border)
      }
    case .branches:
      guard depth < 4, let branches, (1...16).contains(branches.count) else {
        throw ModelFileError(.damaged, "the header's network has a module without branches, or one too deep")
      }
      var inner: [[LayerDefinition]] = []
      for branch in branches { inner.append(try Self.definitions(branch, depth: depth + 1)) }
      return .branches(name: try text(), inner)
    case .globalAveragePool: return .globalAveragePool
    case .dense:
      return .dense(
        name: try text(), outputs: try number(filters, "outputs", 1...16384), activation: activation ?? false)
    case .maxout: return .maxout(pieces: try number(pieces, "pieces", 2...16))
    case .l2Normalise: return .l2Normalise
    }
  }

  static func definitions(_ records: [LayerRecord], depth: Int = 0) throws(ModelFileError) -> [LayerDefinition] {
    guard (1...256).contains(records.count) else {
      throw ModelFileError(.damaged, "the header's network has \(records.count) layers in a row; 1 to 256 are allowed")
    }
    var layers: [LayerDefinition] = []
    for record in records { layers.append(try record.definition(depth: depth)) }
    return layers
  }

  private func text() throws(ModelFileError) -> String {
    guard let name, (1...200).contains(name.utf8.count) else {
      throw ModelFileError(.damaged, "the header's network has a layer of kind \(kind.rawValue) without a name")
    }
    return name
  }

  private func number(_ value: Int?, _ what: String, _ range: ClosedRange<Int>) throws(ModelFileError) -> Int {
    guard let value, range.contains(value) else {
      throw ModelFileError(
        .damaged,
        "the header's network has a \(kind.rawValue) whose \(what) is \(value.map(String.init) ?? "missing"), "
          + "not within \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }
}
