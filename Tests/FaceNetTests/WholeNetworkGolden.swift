import FaceNet
import Foundation
import Networks

/// What Golden/make_networks.py wrote about one network.
struct WholeNetworkGolden {
  struct Missing: Error { var name: String }

  let tensors: [String: [Float]]
  /// The name that the images' values follow from, and how many images there are.
  let images: String
  let count: Int

  init(_ name: String) throws {
    let file = "Golden/\(name.replacing("/", with: "-")).golden"
    guard let folder = Bundle.module.resourceURL else { throw Missing(name: file) }
    let (tensors, texts, _) = try Safetensors.parse([UInt8](try Data(contentsOf: folder.appending(path: file))))
    self.tensors = Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.values) })
    guard let images = texts["images"], let count = texts["count"].flatMap({ Int($0) }) else {
      throw Missing(name: "images")
    }
    (self.images, self.count) = (images, count)
  }

  func tensor(_ name: String) throws -> [Float] {
    guard let values = tensors[name] else { throw Missing(name: name) }
    return values
  }

  var gradientCount: Int { tensors.keys.count { $0.hasPrefix("norm/") } }

  /// A weight's hashed values scaled by its fan-in, a scale's about 1, a bias as it is stored.
  func fill(_ parameter: Parameter, in network: TrainableNetwork) {
    let name = parameter.name
    if let stored = tensors["value/\(name)"] {
      precondition(stored.count == parameter.count)
      for index in stored.indices { parameter.values[index] = stored[index] }
      return
    }
    let hashed = HashedValues(name)
    if name.hasSuffix(".bn.weight") {
      for index in 0..<parameter.count { parameter.values[index] = 1 + hashed[index] * 0.3 }
      return
    }
    let area = parameter.shape.dropFirst().reduce(1, *)
    let scale = Float((Double(Self.isBeforeReLU(name, network.definition.layers) ? 6 : 3) / Double(area)).squareRoot())
    for index in 0..<parameter.count { parameter.values[index] = hashed[index] * scale }
  }

  /// Running means and variances by their names, everything else as it is.
  func withStatistics(_ state: [NamedTensor]) -> [NamedTensor] {
    state.map { tensor in
      var tensor = tensor
      let hashed = HashedValues(tensor.name)
      for index in tensor.values.indices {
        if tensor.name.hasSuffix(".running_mean") { tensor.values[index] = hashed[index] * 0.2 }
        if tensor.name.hasSuffix(".running_var") { tensor.values[index] = 1 + hashed[index] * 0.5 }
      }
      return tensor
    }
  }

  /// The largest relative difference of a gradient: of its sample and its norm, and of its projection onto numbers of the
  /// size of 1, whose own size is about the norm.
  func difference(_ parameter: Parameter) throws -> Float {
    let name = parameter.name
    let (gradient, count) = (parameter.gradient, parameter.count)
    let hashed = HashedValues("projection \(name)")
    var (squares, projection) = (0.0, 0.0)
    for index in 0..<count {
      squares += Double(gradient[index]) * Double(gradient[index])
      projection += Double(gradient[index]) * Double(hashed[index])
    }
    let samples = try tensor("samples/\(name)")
    let largest = try tensor("largest/\(name)")[0]
    let norm = try tensor("norm/\(name)")[0]
    var difference = abs(Float(squares.squareRoot()) - norm) / norm
    difference = max(difference, abs(Float(projection) - (try tensor("projection/\(name)")[0])) / norm)
    for (place, sample) in samples.enumerated() {
      let value = gradient[place * count / samples.count]
      difference = max(difference, abs(value - sample) / largest)
    }
    return difference.isNaN ? .infinity : difference
  }

  /// Every convolution of these networks has ReLU; of dense layers only a hidden one.
  private static func isBeforeReLU(_ name: String, _ layers: [LayerDefinition]) -> Bool {
    !layers.contains { layer in
      if case .dense(let dense, _, let activation) = layer { "\(dense).weight" == name && !activation } else { false }
    }
  }
}
