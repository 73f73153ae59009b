internal import ArgumentParser
import Networks

/// `facetrain`: trains, evaluates, calibrates and exports the networks.
@main
struct FaceTrain: AsyncParsableCommand {
  static func main() async {
    BLAS.skipShutdown()
    await main(nil)
  }

  static let configuration = CommandConfiguration(
    commandName: "facetrain",
    abstract: "Train, evaluate, calibrate and export face embedding networks.",
    subcommands: [
      Prepare.self, Targets.self, Train.self, Export.self, Import.self, Quantise.self, Calibrate.self,
      Evaluate.self, EvaluateFolder.self, Report.self, ReportGroups.self, Embed.self, Describe.self, TrainDetector.self,
      ExportDetector.self,
      EvaluateDetector.self, TrainAligner.self, ExportAligner.self, EvaluateAligner.self,
    ])
}
