internal import ArgumentParser
internal import FaceNet
internal import Networks

struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Count a network's parameters and multiply-adds.")

  @Option(help: "The network's name, such as NN4 or NN4-small.") var architecture: String
  @Flag(help: "Print JSON.") var json = false

  struct Counts: Encodable {
    var parameters: Int
    var multiplyAdds: Int
    var input: [Int]

    enum CodingKeys: String, CodingKey {
      case parameters
      case multiplyAdds = "multiply_adds"
      case input
    }
  }

  func run() throws {
    let architecture = try Architecture.named(architecture)
    let definition = architecture.definition
    let counts = Counts(
      parameters: try definition.parameterCount(), multiplyAdds: try definition.multiplyAdds(),
      input: [definition.inputHeight, definition.inputWidth])
    if json { return try Output.json(counts) }
    Output.line("\(architecture.name): \(architecture.summary)")
    Output.line("\(counts.parameters) parameters, \(counts.multiplyAdds) multiply-adds, input \(counts.input)")
  }
}
