import FaceAPI
import FaceEngine
import FaceStore
import FaceTypes
import Foundation
import GRPCCore
import SwiftProtobuf

struct TransferService: Faced_V1_TransferService.SimpleServiceProtocol {
  let engine: FaceEngine

  /// A client that takes no more for so long is given up: an export holds up purges.
  private static let patience = DispatchTimeInterval.seconds(60)

  func exportGallery(
    request: Faced_V1_ExportGalleryRequest, response: RPCWriter<Faced_V1_ExportGalleryResponse>, context: ServerContext
  ) async throws {
    try await answering {
      guard !request.gallery.isEmpty else {
        throw Failure.invalidArgument("name the gallery: set gallery", field: "gallery")
      }
      let gallery = try inField("gallery", try ResourceName.parseGallery(request.gallery))
      let channel = BoundedChannel<Faced_V1_ExportGalleryResponse>(places: 16, patience: Self.patience)
      async let made: Void = Blocking.run { [engine] in
        defer { channel.finish() }
        try Self.export(gallery, of: engine, to: channel)
      }
      defer { channel.abandon() }
      for await part in channel.values {
        try await response.write(part)
        channel.took()
      }
      try await made
    }
  }

  private static func export(
    _ gallery: GalleryID, of engine: FaceEngine, to channel: BoundedChannel<Faced_V1_ExportGalleryResponse>
  ) throws {
    var names: [IdentityID: String] = [:]
    func put(_ part: Faced_V1_ExportGalleryResponse.OneOf_Part) throws {
      guard channel.put(.with { $0.part = part }) else {
        throw Failure(
          code: .cancelled, reason: .exportNotTaken, message: "the client took no more of the export")
      }
    }
    try engine.export(gallery) { start in
      try put(.start(.init(start)))
    } identity: { record in
      names[record.id] = record.name.text
      try put(.identity(.init(record)))
    } face: { face in
      try put(.face(.init(face, of: names[face.record.identity] ?? "")))
    }
  }

  func importFaces(
    request: RPCAsyncSequence<Faced_V1_ImportFacesRequest, any Error>,
    response: RPCWriter<Faced_V1_ImportFacesResponse>,
    context: ServerContext
  ) async throws {
    try await answering {
      for try await message in request { try await response.write(try await answer(message)) }
    }
  }

  private func answer(_ message: Faced_V1_ImportFacesRequest) async throws -> Faced_V1_ImportFacesResponse {
    guard !message.gallery.isEmpty else {
      throw Failure.invalidArgument("every message must name the gallery: set gallery", field: "gallery")
    }
    let model =
      message.model.isEmpty
      ? nil : try ModelID(hex: try inField("model", try ResourceName.parseModel(message.model)))
    var question = ImportRequest(
      gallery: try inField("gallery", try ResourceName.parseGallery(message.gallery)), model: model,
      faces: try message.faces.map { try ImportedFace($0) })
    question.again = message.again
    let outcomes = try await patiently { [question] () throws(EngineError) in try await engine.importFaces(question) }
    return .with { answer in
      for (index, outcome) in outcomes.enumerated() {
        switch outcome {
        case .known: answer.knownCount += 1
        case .added(let embeddedAnew, let createdIdentity):
          answer.addedCount += 1
          answer.embeddedCount += embeddedAnew ? 1 : 0
          answer.identitiesCreated += createdIdentity ? 1 : 0
        case .refused(let error):
          answer.problems.append(
            .with {
              $0.index = Int32(index)
              $0.problem = Failure(error).problem
            })
        }
      }
    }
  }
}
