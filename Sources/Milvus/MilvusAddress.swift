import CoreTransport
import Foundation

/// Where a Milvus server is and how its collections are made: `milvus://HOST:PORT[/DATABASE][?OPTION=VALUE&…]`, or `milvuss://`
/// with TLS. `USER:PASSWORD@` before the host is shown to a server that asks who one is.
public struct MilvusAddress: Hashable, Sendable, CustomStringConvertible {
  /// HOST:PORT.
  public var target: String
  /// Whether the connection is encrypted.
  public var usesTLS = false
  /// A PEM file of the authorities that the server's certificate is checked against; nil for the machine's own. Option `ca`.
  public var certificateAuthorities: String?
  /// USER:PASSWORD; nil where the server asks for none.
  public var credentials: String?
  /// Empty for the server's default one.
  public var database = ""
  /// What the collections' names begin with. Option `prefix`.
  public var prefix = "faced"
  /// Option `index`.
  public var indexType = "AUTOINDEX"
  /// Parameters of building the index, such as `nlist` and `M`: every option of a number that is none of the others.
  public var indexParameters: [String: Int] = [:]
  /// Parameters of searching it: `nprobe`, `ef`.
  public var searchParameters: [String: Int] = [:]
  /// When a search sees what was written; only `strong` sees everything at once. Option `consistency`.
  public var consistency = Consistency.strong

  /// Seconds that a call may take. Option `timeout`.
  public var timeout = 10

  /// Of reads with the writes before them.
  public enum Consistency: String, CaseIterable, Hashable, Sendable {
    case strong, bounded, eventually
  }

  /// - Parameter text: an address as above.
  /// - Throws: `invalidArgument`.
  public init(_ text: String) throws(MilvusError) {
    guard let parts = URLComponents(string: text), let scheme = parts.scheme, ["milvus", "milvuss"].contains(scheme),
      let host = parts.host, !host.isEmpty
    else {
      throw MilvusError(
        .invalidArgument, "a Milvus server is milvus://HOST:PORT, or milvuss://HOST:PORT with TLS; this is neither")
    }
    // A bare IPv6 address keeps its brackets.
    target = "\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host):\(parts.port ?? 19530)"
    usesTLS = scheme == "milvuss"
    if let user = parts.user { credentials = "\(user):\(parts.password ?? "")" }
    database = String(parts.path.drop { $0 == "/" })
    for item in parts.queryItems ?? [] { try take(item.name, item.value ?? "") }
  }

  private mutating func take(_ name: String, _ value: String) throws(MilvusError) {
    switch name {
    case "index": indexType = value.uppercased()
    case "ca": certificateAuthorities = value
    case "prefix":
      guard let first = value.utf8.first, first < 128, Character(Unicode.Scalar(first)).isLetter,
        value.utf8.count <= 64, value.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
      else {
        throw MilvusError(.invalidArgument, "prefix= is 1 to 64 letters, digits and _, with a letter first")
      }
      prefix = value
    case "consistency":
      guard let level = Consistency(rawValue: value) else {
        throw MilvusError(.invalidArgument, "consistency= is strong, bounded or eventually, not '\(value)'")
      }
      consistency = level
    default:
      guard let number = Int(value), number > 0, !name.isEmpty else {
        throw MilvusError(
          .invalidArgument,
          "'\(name)=\(value)' is no option: there are index=, prefix=, consistency=, timeout=, ca=, and parameters of the index, which "
            + "are whole numbers, such as nlist=, nprobe=, M=, efConstruction= and ef=")
      }
      if name == "timeout" {
        timeout = number
      } else if ["nprobe", "ef", "reorder_k", "search_list"].contains(name) {
        searchParameters[name] = number
      } else {
        indexParameters[name] = number
      }
    }
  }

  /// Without the credentials.
  public var description: String {
    "milvus\(usesTLS ? "s" : "")://\(target)" + (database.isEmpty ? "" : "/\(database)")
  }
}
