internal import Networks

/// What a network may have beside the paper's own numbers, and how a name says so.
///
/// `NN4` is the paper's network, `NN4@0.42` one of 0.42 of its width, `+bn` puts batch normalisation in the place of
/// local response normalisation, `+flat` lets the embedding see where in the plane a feature is, and `/256` makes an
/// embedding of 256 components: `NN4@0.42+bn+flat/256`.
public struct ArchitectureOptions: Sendable, Hashable {
  /// Every layer's number of filters is multiplied by this; 0.05 to 4.
  public var width: Double
  /// Batch normalisation after every convolution, and no local response normalisation.
  public var batchNormalisation: Bool
  /// The fully connected layer takes every pixel of the last maps instead of their average. An average throws away where
  /// a feature is, which crops that are turned upright make worth knowing (MobileFaceNets, Chen et al. 2018, section 3.1).
  public var flat: Bool
  /// Components of an embedding; 8 to 4096. The paper compares 64, 128, 256 and 512 (Table 5).
  public var embeddingSize: Int

  /// The network as its paper has it, unless an option is given.
  public init(width: Double = 1, batchNormalisation: Bool = false, flat: Bool = false, embeddingSize: Int = 128) {
    self.width = width
    self.batchNormalisation = batchNormalisation
    self.flat = flat
    self.embeddingSize = embeddingSize
  }

  /// What a name has after the network's own; empty for the paper's numbers.
  var suffix: String {
    (width == 1 ? "" : "@\(width)") + (batchNormalisation ? "+bn" : "") + (flat ? "+flat" : "")
      + (embeddingSize == 128 ? "" : "/\(embeddingSize)")
  }

  /// What a line for people has after the network's own.
  fileprivate var words: String {
    (width == 1 ? "" : ", at \(width) of its width") + (batchNormalisation ? ", with batch normalisation" : "")
      + (flat ? ", without average pooling" : "")
      + (embeddingSize == 128 ? "" : ", to \(embeddingSize) components")
  }

  /// A name in its two parts.
  /// - Throws: `.unknownArchitecture` for options that are no such text or leave their ranges.
  static func parse(_ name: String) throws(ModelFileError) -> (base: String, options: ArchitectureOptions) {
    var options = ArchitectureOptions()
    var rest = name.lowercased()[...]
    if let slash = rest.lastIndex(of: "/") {
      guard let size = Int(rest[rest.index(after: slash)...]), (8...4096).contains(size) else {
        throw refusal(name, "an embedding has 8 to 4096 components")
      }
      options.embeddingSize = size
      rest = rest[..<slash]
    }
    if rest.hasSuffix("+flat") {
      options.flat = true
      rest = rest.dropLast(5)
    }
    if rest.hasSuffix("+bn") {
      options.batchNormalisation = true
      rest = rest.dropLast(3)
    }
    if let at = rest.firstIndex(of: "@") {
      guard let width = Double(rest[rest.index(after: at)...]), (0.05...4).contains(width) else {
        throw refusal(name, "a width is 0.05 to 4")
      }
      options.width = width
      rest = rest[..<at]
    }
    return (String(rest), options)
  }

  private static func refusal(_ name: String, _ why: String) -> ModelFileError {
    ModelFileError(
      .unknownArchitecture, "'\(name)' is no architecture: \(why), and all options look like NN4@0.42+bn/256")
  }

  /// A number of filters at this width: the nearest multiple of 8, at least 8.
  func filters(_ paper: Int) -> Int { width == 1 ? paper : max(8, Int((Double(paper) * width / 8).rounded()) * 8) }

  /// The same for the first layers, whose maps are large and should fill the vector registers: the next multiple of 16,
  /// though no more than the paper has when a network is made narrower.
  func stemFilters(_ paper: Int) -> Int {
    let scaled = Int((Double(paper) * width / 16).rounded(.up)) * 16
    return width > 1 ? scaled : min(paper, scaled)
  }

  /// What follows a convolution before its activation.
  var normalisation: Normalisation { batchNormalisation ? .batch : .none }
}

extension Architecture {
  /// A network of the paper with options: the name and the line for people say them.
  init(_ name: String, _ options: ArchitectureOptions, summary: String, definition: NetworkDefinition) {
    self.init(name: name + options.suffix, summary: summary + options.words, definition: definition)
  }
}
