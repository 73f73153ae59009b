import FaceAPI
import FaceEngine
import FaceTypes
import SwiftProtobuf

/// Messages of requests, and what the daemon makes of them before the engine sees them.
enum FuzzRequests {
  static func test(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard let kind = bytes.first else { return }
    try? read(Array(bytes.dropFirst()), kind)
  }

  private static func read(_ bytes: [UInt8], _ kind: UInt8) throws {
    func message<M: Message>(_ type: M.Type) throws -> M {
      let message = try M(serializedBytes: bytes)
      _ = NamedGalleries.galleries(in: message)
      return message
    }
    switch kind % 8 {
    case 0: _ = try EnrollRequest(try message(Faced_V1_EnrollRequest.self))
    case 1: _ = try IdentifyRequest(try message(Faced_V1_IdentifyRequest.self))
    case 2: _ = try VerifyRequest(try message(Faced_V1_VerifyRequest.self))
    case 3:
      for face in try message(Faced_V1_ImportFacesRequest.self).faces { _ = try ImportedFace(face) }
    case 4: _ = try message(Faced_V1_MergeIdentitiesRequest.self).into.address
    case 5: _ = try message(Faced_V1_ListFacesRequest.self).owner
    case 6: _ = try message(Faced_V1_ClusterRequest.self)
    default:
      // Names as people type them.
      let text = String(decoding: bytes, as: UTF8.self)
      _ = try? IdentityReference(typed: text)
      _ = try? ResourceName.parseFace(text)
      _ = try? ResourceName.parseIdentity(text)
      _ = try DisplayName(text)
    }
  }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput") public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzRequests.test(start, count)
  return 0
}
