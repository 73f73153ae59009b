/// The client's version; the daemon tells its own in `facectl status`.
enum Version {
  static let text = "0.2.0"
}
