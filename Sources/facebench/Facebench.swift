import ArgumentParser
import Networks

/// Measures; judges nothing and runs in no test. Put a peer beside it in the same session and quote the ratio.
@main
struct Facebench: AsyncParsableCommand {
  static func main() async {
    BLAS.skipShutdown()
    await main(nil)
  }

  static let configuration = CommandConfiguration(
    commandName: "facebench",
    abstract: "Measure embedding, training, detection, photographs, folders, search, calls, and a daemon under load.",
    subcommands: [
      EmbedCommand.self, TrainStepCommand.self, DetectCommand.self, PhotoCommand.self, IndexCommand.self,
      FolderCommand.self, RPCCommand.self, ServeCommand.self, EnrollVectorsCommand.self,
    ])
}
