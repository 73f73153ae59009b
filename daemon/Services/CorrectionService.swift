import FaceAPI
import FaceEngine
import FaceStore
import FaceTypes
import GRPCCore

struct CorrectionService: Faced_V1_CorrectionService.SimpleServiceProtocol {
  let engine: FaceEngine

  func mergeIdentities(
    request: Faced_V1_MergeIdentitiesRequest, context: ServerContext
  ) async throws -> Faced_V1_CorrectionResponse {
    try await answering {
      let (gallery, from) = try request.from.address
      let (other, into) = try request.into.address
      try requireOne([gallery, other])
      return try response(await engine.mergeIdentities(gallery, from, into: into))
    }
  }

  func splitIdentity(
    request: Faced_V1_SplitIdentityRequest, context: ServerContext
  ) async throws -> Faced_V1_CorrectionResponse {
    try await answering {
      let (gallery, from) = try request.from.address
      let faces = try faces(request.faces, of: gallery)
      return try response(
        await engine.splitIdentity(gallery, from, faces, as: try DisplayName(request.displayName)))
    }
  }

  func moveFaces(
    request: Faced_V1_MoveFacesRequest, context: ServerContext
  ) async throws -> Faced_V1_CorrectionResponse {
    try await answering {
      let (gallery, into) = try request.into.address
      return try response(await engine.moveFaces(gallery, try faces(request.faces, of: gallery), to: into))
    }
  }

  func listChanges(
    request: Faced_V1_ListChangesRequest, context: ServerContext
  ) async throws -> Faced_V1_ListChangesResponse {
    try await answering {
      let size = try Paging.size(request.pageSize)
      let page = try engine.changes(
        try ResourceName.parseGallery(request.parent), before: try Paging.number(request.pageToken), limit: size)
      var response = Faced_V1_ListChangesResponse()
      response.changes = try page.map(message)
      response.nextPageToken = Paging.next(page, size: size) { String($0.number) }
      return response
    }
  }

  func undoChange(
    request: Faced_V1_UndoChangeRequest, context: ServerContext
  ) async throws -> Faced_V1_CorrectionResponse {
    try await answering {
      let (gallery, number) = try ResourceName.parseChange(request.name)
      return try response(await engine.undoChange(gallery, number))
    }
  }

  private func response(_ correction: Correction) throws -> Faced_V1_CorrectionResponse {
    for id in [correction.change.from, correction.change.into] { CallNotes.current?.note(identity: id.value) }
    var response = Faced_V1_CorrectionResponse()
    response.change = try message(correction.change)
    response.identity = .init(correction.identity)
    return response
  }

  private func message(_ change: ChangeRecord) throws -> Faced_V1_Change {
    var message = Faced_V1_Change(change)
    message.fromDisplayName = try engine.identity(change.gallery, change.from)?.name.text ?? ""
    message.intoDisplayName = try engine.identity(change.gallery, change.into)?.name.text ?? ""
    return message
  }

  private func faces(_ names: [String], of gallery: GalleryID) throws -> [FaceID] {
    try names.map { name in
      let (other, face) = try ResourceName.parseFace(name)
      try requireOne([gallery, other])
      return face
    }
  }

  private func requireOne(_ galleries: Set<GalleryID>) throws {
    guard galleries.count == 1 else {
      throw Failure.invalidArgument("a correction stays within one gallery; faces cannot move to another")
    }
  }
}

extension Faced_V1_Change {
  init(_ change: ChangeRecord) {
    self.init()
    name = ResourceName.change(change.number, in: change.gallery)
    kind =
      switch change.kind {
      case .merge: .merge
      case .split: .split
      case .move: .move
      case .rename: .rename
      }
    state =
      switch change.state {
      case .inForce: .inForce
      case .undone: .undone
      case .erased: .erased
      }
    createTime = .init(milliseconds: change.createdAt)
    from = ResourceName.identity(change.from, in: change.gallery)
    into = ResourceName.identity(change.into, in: change.gallery)
    faceCount = Int64(change.faceCount)
  }
}
