import FaceAPI
import FaceEngine
import FaceStore
import FaceTypes
import GRPCCore
import SwiftProtobuf

struct ReviewService: Faced_V1_ReviewService.SimpleServiceProtocol {
  let engine: FaceEngine

  func checkGallery(
    request: Faced_V1_CheckGalleryRequest, response: RPCWriter<Faced_V1_GalleryFinding>, context: ServerContext
  ) async throws {
    try await answering {
      try await engine.review(try ReviewRequest(request)) { finding in
        try await response.write(.init(finding))
      }
    }
  }

  func keepApart(request: Faced_V1_KeepApartRequest, context: ServerContext) async throws -> Faced_V1_ApartPair {
    try await answering {
      let (gallery, a, b) = try Self.pair(request.first, request.second)
      let (first, second) = try await engine.setApart(gallery, a, b, true)
      for identity in [first, second] { CallNotes.current?.note(identity: identity.id.value) }
      return .with {
        ($0.first, $0.second) = (
          ResourceName.identity(first.id, in: gallery), ResourceName.identity(second.id, in: gallery)
        )
        ($0.firstDisplayName, $0.secondDisplayName) = (first.name.text, second.name.text)
      }
    }
  }

  func forgetApart(
    request: Faced_V1_ForgetApartRequest, context: ServerContext
  ) async throws -> Google_Protobuf_Empty {
    try await answering {
      let (gallery, a, b) = try Self.pair(request.first, request.second)
      let (first, second) = try await engine.setApart(gallery, a, b, false)
      for identity in [first, second] { CallNotes.current?.note(identity: identity.id.value) }
      return .init()
    }
  }

  func listApart(
    request: Faced_V1_ListApartRequest, context: ServerContext
  ) async throws -> Faced_V1_ListApartResponse {
    try await answering {
      let size = try Paging.size(request.pageSize)
      let gallery = try inField("parent", try ResourceName.parseGallery(request.parent))
      let page = try engine.apartPairs(gallery, after: try Self.key(request.pageToken), limit: size)
      var answer = Faced_V1_ListApartResponse()
      for pair in page {
        var message = Faced_V1_ApartPair()
        message.first = ResourceName.identity(pair.first, in: gallery)
        message.second = ResourceName.identity(pair.second, in: gallery)
        message.firstDisplayName = try engine.identity(gallery, pair.first)?.name.text ?? ""
        message.secondDisplayName = try engine.identity(gallery, pair.second)?.name.text ?? ""
        message.createTime = .init(milliseconds: pair.createdAt)
        answer.pairs.append(message)
      }
      answer.nextPageToken = Paging.next(page, size: size) { "\($0.first)-\($0.second)" }
      return answer
    }
  }

  private static func key(_ token: String) throws -> (IdentityID, IdentityID)? {
    if token.isEmpty { return nil }
    let numbers = token.split(separator: "-").compactMap { UInt64($0) }
    guard numbers.count == 2 else {
      throw Failure.invalidArgument(
        "'\(token)' is no page token: use next_page_token of the page before", field: "page_token")
    }
    return (IdentityID(numbers[0]), IdentityID(numbers[1]))
  }

  private static func pair(
    _ first: Faced_V1_IdentityChoice, _ second: Faced_V1_IdentityChoice
  ) throws -> (GalleryID, IdentityReference, IdentityReference) {
    let ((gallery, a), (other, b)) = (try first.address, try second.address)
    guard gallery == other else {
      throw Failure.invalidArgument("both identities are of one gallery", field: "second")
    }
    return (gallery, a, b)
  }
}
