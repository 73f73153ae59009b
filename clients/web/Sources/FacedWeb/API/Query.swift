import Foundation
import Hummingbird

extension Request {
  /// The query's fields in their order, as forms encode them: '+' is a space.
  var queryFields: [(name: String, value: String)] {
    (uri.query ?? "").split(separator: "&").map { field in
      let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      func decoded(_ text: Substring) -> String {
        let text = String(text).replacing("+", with: " ")
        return text.removingPercentEncoding ?? text
      }
      return (decoded(pair[0]), pair.count > 1 ? decoded(pair[1]) : "")
    }
  }
}
