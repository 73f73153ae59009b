import ArgumentParser
import FaceNet
import FoundationEssentials
import Glibc
import Networks

/// Which network a command measures: one by name with random weights, or that of a model file.
struct NetworkSource: ParsableArguments {
  @Option(help: "A network by name, such as NN4-small, with random weights.")
  var architecture: String?
  @Option(help: "A model file.")
  var model: String?

  func validate() throws {
    guard (architecture == nil) != (model == nil) else {
      throw ValidationError("give either --architecture NAME or --model FILE")
    }
  }

  /// The network's name and the network, ready to run; of the same architecture always the same.
  /// - Returns: of a model with layers that work on bytes also the same network in floats.
  func network() throws -> (name: String, network: MeasuredNetwork, float: MeasuredNetwork?) {
    guard let model else {
      let (name, definition, state) = try load()
      return (name, .layers(definition, try InferenceNetwork(definition, state: state)), nil)
    }
    let file = try ModelFile(path: model)
    let quantisation = file.metadata.quantisation
    return (
      file.metadata.architecture.name, try MeasuredNetwork(file, quantisation ?? Quantisation()),
      try quantisation.map { _ in try MeasuredNetwork(file, Quantisation()) }
    )
  }

  /// The network's name, its definition and its state; of the same architecture always the same.
  /// - Throws: `ValidationError` for an imported file, which has no layers of ours to train.
  func load() throws -> (name: String, definition: NetworkDefinition, state: [NamedTensor]) {
    if let model {
      let file = try ModelFile(path: model)
      guard file.metadata.architecture.graph == nil else {
        throw ValidationError("'\(model)' is an imported network, which cannot be trained: measure it with embed")
      }
      return (file.metadata.architecture.name, file.metadata.architecture.definition, file.tensors)
    }
    let architecture = try Architecture.named(architecture ?? "")
    let network = try TrainableNetwork(architecture.definition, seed: 1)
    return (architecture.name, architecture.definition, network.state())
  }
}

/// Uniform noise in −1 ..< 1 in place of photographs: the time does not depend on what is in a picture.
func noise(count: Int) -> [Float] {
  var state: UInt64 = 1
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) / Float(1 << 23) - 1
  }
}

extension NetworkDefinition {
  /// `noise(count:)` for so many pictures.
  func noise(images: Int) -> [Float] { facebench.noise(count: images * inputChannels * inputHeight * inputWidth) }
}

/// Prints one JSON object, or the line for people.
func report(_ figures: some Encodable & CustomStringConvertible, json: Bool) throws {
  guard json else { return print(figures) }
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  encoder.outputFormatting = .sortedKeys
  print(String(decoding: try encoder.encode(figures), as: UTF8.self))
}

/// The processor time that this process has used, in seconds: on a busy machine steadier than the clock.
func processorSeconds() -> Double {
  var time = timespec()
  unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}

/// The most memory that this process has held at once, in bytes: the kernel's VmHWM.
func peakBytes() -> Int {
  guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kibibytes = line.split(separator: " ").dropLast().last.flatMap({ Int($0) })
  else { return 0 }
  return kibibytes << 10
}

/// Three digits behind the point at most.
func shortened(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
