import FaceTypes
import Foundation
import SwiftProtobuf

extension Google_Protobuf_Timestamp {
  /// As in 2026-01-31T12:00:00Z.
  var iso8601: String { ISO8601DateFormatter().string(from: date) }
}

extension String {
  /// The part of a resource name behind its last '/'.
  var lastSegment: String { split(separator: "/").last.map(String.init) ?? self }
}

/// What a page is asked for: as many records as it may have.
let largestPage = Int32(RequestLimits.pageSize)

/// Every item of a paged list.
func everyPage<Item>(
  _ page: (_ token: String) async throws -> (items: [Item], next: String)
) async throws -> [Item] {
  var all: [Item] = []
  var token = ""
  repeat {
    let (items, next) = try await page(token)
    all += items
    token = next
  } while !token.isEmpty
  return all
}
