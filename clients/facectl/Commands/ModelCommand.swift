import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model", abstract: "List and add models.", subcommands: [List.self, Add.self])

  private struct Output: Encodable {
    let model: String
    let architecture: String
    let label: String
    let embeddingSize: Int32
    let inputSize: Int32
    let added: String
    let active: Bool
    /// Until when the vectors of a model that answered before are kept; absent where it has none.
    let vectorsKeptUntil: String?
    /// The model with whose vectors this one's may be compared.
    let compatibleWith: String?
    /// What an ONNX file was taken for as it was added; absent in lists.
    let findings: [String]?

    private enum CodingKeys: String, CodingKey {
      case model, architecture, label, added, active, embeddingSize = "embedding_size", inputSize = "input_size"
      case vectorsKeptUntil = "vectors_kept_until", compatibleWith = "compatible_with", findings
    }

    init(_ model: Faced_V1_Model) {
      self.model = model.name.lastSegment
      architecture = model.architecture
      label = model.label
      embeddingSize = model.embeddingSize
      inputSize = model.inputSize
      added = model.addTime.iso8601
      active = model.active
      vectorsKeptUntil = model.hasVectorsKeptUntil ? model.vectorsKeptUntil.iso8601 : nil
      compatibleWith = model.compatibleWith.isEmpty ? nil : model.compatibleWith.lastSegment
      findings = model.findings.isEmpty ? nil : model.findings
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List the models with their calibration.")
    @OptionGroup var shared: SharedOptions

    func run() async throws {
      let models = try await shared.withDaemon { client in
        try await Faced_V1_ModelService.Client(wrapping: client).listModels(.init()).models
      }.map(Output.init)
      if shared.json { return models.forEach { Terminal.printJSON($0) } }
      Terminal.printTable(
        ["", "MODEL", "ARCHITECTURE", "SIZE", "ADDED", "VECTORS KEPT UNTIL", "LABEL"],
        models.map {
          [
            $0.active ? "*" : "", String($0.model.prefix(12)), $0.architecture, String($0.embeddingSize), $0.added,
            $0.vectorsKeptUntil ?? "", $0.label,
          ]
        })
    }
  }

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Upload a model or ONNX file; `reindex start` makes it the one that answers.",
      discussion: """
        Of an ONNX file the daemon finds out what it is by its name and its shapes: ArcFace (InsightFace), SFace, AdaFace, \
        MagFace, facenet-pytorch or OpenFace. --preset says it instead. A model without calibration is calibrated on the \
        people of the gallery that has the most: ten at least, some with two faces. Read the licence of weights before you \
        use them: many are for research alone.
        """)

    @OptionGroup var shared: SharedOptions
    @Argument(help: "The model file (safetensors), or an ONNX file.") var file: String
    @Option(help: "What an ONNX file is: arcface, sface, adaface, magface, facenet or openface. [by name and shapes]")
    var preset: String?

    private static let chunkBytes = 1 << 20

    func run() async throws {
      let path = RawPath(file)
      guard FileStatus(path)?.kind == .file, let handle = FileHandle(forReadingAtPath: file) else {
        throw CommandFailure(
          code: "invalidArgument", reason: "UNREADABLE",
          message: "the model file '\(file)' is missing, is not a file, or cannot be read")
      }
      let label = String(Printable.line(path.lastComponent).prefix(60))
      let model = try await shared.withDaemon { client in
        try await Faced_V1_ModelService.Client(wrapping: client).addModel { writer in
          try await writer.write(
            .with {
              $0.label = label
              $0.preset = preset ?? ""
            })
          while let chunk = try handle.read(upToCount: Self.chunkBytes), !chunk.isEmpty {
            try await writer.write(.with { $0.chunk = chunk })
          }
        }
      }
      let output = Output(model)
      if shared.json { return Terminal.printJSON(output) }
      for finding in model.findings { Terminal.print(paragraph: finding) }
      Terminal.print(
        paragraph: "added model \(output.model)\nmake it active: facectl reindex start \(output.model.prefix(12))")
    }
  }
}
