import ArgumentParser
import FaceAPI
import Foundation
import GRPCCore
import SwiftProtobuf

struct ClusterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cluster", abstract: "Group the faces of a folder, or of a gallery, by person.",
    discussion: "Nobody needs to be enrolled, and nothing is kept. Group 0 holds the faces that are like no other.")

  @OptionGroup var shared: SharedOptions
  @Argument(help: "A folder of photographs, or photographs.") var paths: [String] = []
  @Option(help: "Group the enrolled faces of this gallery instead.") var gallery: String?
  @Option(help: "The mean squared distance up to which two groups are one; the model's calibration says it otherwise.")
  var threshold: Double?

  func validate() throws {
    if paths.isEmpty == (gallery == nil) { throw ValidationError("give a folder or photographs, or --gallery NAME") }
  }

  func run() async throws {
    let items = Walk.items(of: paths, .given)
    let isComplete = try await shared.withDaemon { [self] client in
      var first = Faced_V1_ClusterRequest()
      if let threshold { first.threshold = threshold }
      if let gallery {
        first.gallery = "galleries/\(gallery)"
        ClusterOutput.print(try await groups([first], client), faces: nil, json: shared.json)
        return true
      }
      let found = try await embed(items, client)
      guard let model = found.models.first else {
        if !shared.json { Terminal.print("no face was found") }
        return found.isComplete
      }
      guard found.models.count == 1 else {
        throw Failure(
          code: .failedPrecondition, reason: "MODEL_CHANGED",
          message: "the daemon's model changed meanwhile; run the command again")
      }
      first.model = model
      ClusterOutput.print(
        try await groups(Self.messages(first, found.vectors), client), faces: found.faces, json: shared.json)
      return found.isComplete
    }
    if !isComplete { throw Ending.someRefused.code }
  }

  private struct Found {
    var faces: [ClusterOutput.Face] = []
    var vectors: [[Float]] = []
    var models: Set<String> = []
    var isComplete = true
  }

  private func embed(_ items: [WalkItem], _ client: GRPCClient<some ClientTransport>) async throws -> Found {
    var found = Found()
    let isComplete = try await EmbedOutput.ask(items, .all, client) { answer in
      if let error = answer.error {
        return Terminal.note("\(answer.file): left out (\(error.reason)): \(error.message)")
      }
      if let model = answer.model { found.models.insert(model) }
      for face in answer.faces {
        found.faces.append(.init(file: answer.file, box: face.box))
        found.vectors.append(face.vector)
      }
    }
    found.isComplete = isComplete
    return found
  }

  private func groups(
    _ messages: [Faced_V1_ClusterRequest], _ client: GRPCClient<some ClientTransport>
  ) async throws -> [Faced_V1_FaceGroup] {
    try await Faced_V1_ClusterService.Client(wrapping: client).cluster(
      requestProducer: { writer in
        for message in messages { try await writer.write(message) }
      },
      onResponse: { response in
        var groups: [Faced_V1_FaceGroup] = []
        for try await group in response.messages { groups.append(group) }
        return groups
      })
  }

  private static func messages(
    _ first: Faced_V1_ClusterRequest, _ vectors: [[Float]]
  ) -> [Faced_V1_ClusterRequest] {
    let size = 1_000
    var messages = [first]
    for start in stride(from: 0, to: vectors.count, by: size) {
      messages.append(
        .with {
          $0.vectors = vectors[start..<min(start + size, vectors.count)].map { row in .with { $0.values = row } }
        })
    }
    return messages
  }
}
