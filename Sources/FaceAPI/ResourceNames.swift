public import FaceTypes

/// The resource names of the API, written and read in this one place.
///
/// A client writes names from what somebody typed: the functions that take text pass it on as it is, and the daemon checks it.
public enum ResourceName {
  /// `galleries/{gallery}`
  public static func gallery(_ gallery: GalleryID) -> String { self.gallery(gallery.name) }

  /// `galleries/{gallery}`, as somebody typed the gallery.
  public static func gallery(_ typed: String) -> String { "galleries/\(typed)" }

  /// `galleries/{gallery}/identities/{number}`: the number, never the display name, so it outlives a rename.
  public static func identity(_ id: IdentityID, in gallery: GalleryID) -> String { identity(id, in: gallery.name) }

  /// `galleries/{gallery}/identities/{number}`, as somebody typed the gallery.
  public static func identity(_ id: IdentityID, in typed: String) -> String { "\(gallery(typed))/identities/\(id)" }

  /// `galleries/{gallery}/faces/{number}`
  public static func face(_ id: FaceID, in gallery: GalleryID) -> String { face(id, in: gallery.name) }

  /// `galleries/{gallery}/faces/{number}`, as somebody typed the gallery.
  public static func face(_ id: FaceID, in typed: String) -> String { "\(gallery(typed))/faces/\(id)" }

  /// `galleries/{gallery}/changes/{number}`: an entry of the gallery's history.
  public static func change(_ number: UInt64, in gallery: GalleryID) -> String { change(number, in: gallery.name) }

  /// `galleries/{gallery}/changes/{number}`, as somebody typed the gallery.
  public static func change(_ number: UInt64, in typed: String) -> String { "\(gallery(typed))/changes/\(number)" }

  /// `models/{SHA-256 of the file, 64 hexadecimal digits}`
  public static func model(_ model: ModelID) -> String { self.model(model.hex) }

  /// `models/{digits}`: the first digits of a model's SHA-256, as somebody typed them.
  public static func model(_ digits: String) -> String { "models/\(digits)" }

  /// `reindexJobs/{number}`
  public static func reindexJob(_ number: UInt64) -> String { reindexJob(String(number)) }

  /// `reindexJobs/{number}` or `reindexJobs/latest`, as somebody typed it.
  public static func reindexJob(_ typed: String) -> String { "reindexJobs/\(typed)" }

  /// `tokens/{id}`
  public static func token(_ id: String) -> String { "tokens/\(id)" }

  /// Reads `galleries/{gallery}`; an empty name is the default gallery.
  public static func parseGallery(_ name: String) throws(InvalidName) -> GalleryID {
    if name.isEmpty { return .default }
    let parts = try segments(name, collections: ["galleries"], form: "galleries/{gallery}")
    return try GalleryID(parts[0])
  }

  /// Reads `galleries/{gallery}/identities/{number}`. A display name is refused: somebody may be called like a number.
  public static func parseIdentity(_ name: String) throws(InvalidName) -> (GalleryID, IdentityReference) {
    let form = "galleries/{gallery}/identities/{number}"
    let parts = try segments(name, collections: ["galleries", "identities"], form: form)
    guard let number = number(parts[1]) else {
      throw InvalidName(
        "'\(name)' has no identity number: use \(form), or give the display name in the field for it")
    }
    return (try GalleryID(parts[0]), .id(IdentityID(number)))
  }

  /// Reads `galleries/{gallery}/faces/{number}`.
  public static func parseFace(_ name: String) throws(InvalidName) -> (GalleryID, FaceID) {
    let form = "galleries/{gallery}/faces/{number}"
    let parts = try segments(name, collections: ["galleries", "faces"], form: form)
    guard let number = number(parts[1]) else { throw InvalidName("'\(name)' has no face number: use \(form)") }
    return (try GalleryID(parts[0]), FaceID(number))
  }

  /// Reads `galleries/{gallery}/changes/{number}`.
  public static func parseChange(_ name: String) throws(InvalidName) -> (GalleryID, UInt64) {
    let form = "galleries/{gallery}/changes/{number}"
    let parts = try segments(name, collections: ["galleries", "changes"], form: form)
    guard let number = number(parts[1]) else { throw InvalidName("'\(name)' has no change number: use \(form)") }
    return (try GalleryID(parts[0]), number)
  }

  /// Reads `galleries/{gallery}` or `galleries/{gallery}/identities/{number}`.
  public static func parseFaceParent(_ name: String) throws(InvalidName) -> (GalleryID, IdentityReference?) {
    if name.utf8.count(where: { $0 == UInt8(ascii: "/") }) <= 1 {
      return (try parseGallery(name), nil)
    }
    let (gallery, identity) = try parseIdentity(name)
    return (gallery, identity)
  }

  /// Reads `models/{digits}` and gives the digits: all 64 or, where a person types, the first few.
  public static func parseModel(_ name: String) throws(InvalidName) -> String {
    let digits = try segments(name, collections: ["models"], form: "models/{sha256}")[0]
    guard digits.utf8.count <= 64, digits.allSatisfy({ $0.isHexDigit && !$0.isUppercase }) else {
      throw InvalidName("'\(digits)' is no model: use lower-case hexadecimal digits as 'model list' prints them")
    }
    return digits
  }

  /// Reads `reindexJobs/{number}`; `reindexJobs/latest` is nil.
  public static func parseReindexJob(_ name: String) throws(InvalidName) -> UInt64? {
    let form = "reindexJobs/{number} or reindexJobs/latest"
    let last = try segments(name, collections: ["reindexJobs"], form: form)[0]
    if last == "latest" { return nil }
    guard let number = number(last) else { throw InvalidName("'\(name)' is no job: use \(form)") }
    return number
  }

  /// The variable segments of a name whose fixed ones are `collections`.
  private static func segments(
    _ name: String, collections: [String], form: String
  ) throws(InvalidName) -> [String] {
    // By bytes: a '/' and a combining mark behind it are one character of Swift's.
    let parts = name.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    var variables: [String] = []
    guard parts.count == 2 * collections.count else { throw InvalidName("'\(name)' is not of the form \(form)") }
    for (index, collection) in collections.enumerated() {
      guard parts[2 * index] == collection, !parts[2 * index + 1].isEmpty else {
        throw InvalidName("'\(name)' is not of the form \(form)")
      }
      variables.append(parts[2 * index + 1])
    }
    return variables
  }

  /// The number as this program writes it: another spelling of it, as `007` or `+7`, is none.
  private static func number(_ text: String) -> UInt64? {
    guard let number = UInt64(text), String(number) == text else { return nil }
    return number
  }
}
