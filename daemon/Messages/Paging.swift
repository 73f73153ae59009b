import FaceAPI
import FaceTypes

/// Pages of a list: a token is the key of the last item of the page before.
enum Paging {
  static let standardSize = 100

  static func size(_ wanted: Int32) throws -> Int {
    guard (0...Int32(RequestLimits.pageSize)).contains(wanted) else {
      throw Failure.invalidArgument("page_size is at most \(RequestLimits.pageSize)", field: "page_size")
    }
    return wanted == 0 ? standardSize : Int(wanted)
  }

  /// The number that a token holds; nil for the first page.
  static func number(_ token: String) throws -> UInt64? {
    if token.isEmpty { return nil }
    guard let number = UInt64(token) else {
      throw Failure.invalidArgument(
        "'\(token)' is no page token: use next_page_token of the page before", field: "page_token")
    }
    return number
  }

  /// Empty where the page is not full: it was the last.
  static func next<Item>(_ items: [Item], size: Int, _ key: (Item) -> String) -> String {
    items.count == size ? items.last.map(key) ?? "" : ""
  }
}
