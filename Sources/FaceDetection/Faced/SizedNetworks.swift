internal import FaceNet
internal import Networks
internal import Synchronization

/// One network for inputs of many sizes: an instance for each, made when it is first needed. The weights are small, so
/// each packs its own.
final class SizedNetworks: Sendable {
  struct Size: Hashable, Sendable {
    var height: Int
    var width: Int
  }

  private struct State {
    var networks: [Size: InferenceNetwork] = [:]
    /// The least recently used first.
    var order: [Size] = []
  }

  /// Instances kept; each holds tables of a few megabytes.
  private static let kept = 24

  private let file: NetworkFile
  private let state = Mutex(State())

  init(_ file: NetworkFile) { self.file = file }

  func network(_ size: Size) throws(NetworkError) -> InferenceNetwork {
    let known = state.withLock { state -> InferenceNetwork? in
      guard let network = state.networks[size] else { return nil }
      state.order.removeAll { $0 == size }
      state.order.append(size)
      return network
    }
    if let known { return known }
    var definition = file.definition
    definition.inputHeight = size.height
    definition.inputWidth = size.width
    let made = try InferenceNetwork(definition, state: file.tensors)
    state.withLock { state in
      state.order.removeAll { $0 == size }
      state.order.append(size)
      state.networks[size] = made
      if state.order.count > Self.kept { state.networks[state.order.removeFirst()] = nil }
    }
    return made
  }
}
