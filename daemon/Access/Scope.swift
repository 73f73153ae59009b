/// What a caller may do. A method needs one of them (`MethodRules`).
enum Scope: String, Codable, CaseIterable, Sendable {
  /// Identify, verify, detect.
  case identify
  /// Enroll photographs and make identities.
  case enroll
  /// List and get what is there, without pictures.
  case read
  /// Kept crops, which are pictures of people.
  case crops
  /// Everything, the other scopes included.
  case admin
}
