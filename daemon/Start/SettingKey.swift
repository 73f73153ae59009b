import Foundation

/// Every setting: `falsePositiveRate` in the file is `--false-positive-rate` as a flag and `FACED_FALSE_POSITIVE_RATE` in
/// the environment. What is not here is refused wherever it stands.
enum SettingKey: String, CaseIterable {
  case data, store, search, address, model, detector, falsePositiveRate, minimumQuality, minimumFace, workers
  case maximumPhotoBytes
  case maximumPhotoPixels, maximumDecodedBytes, batchSize, batchWait
  case checkpointChanges, checkpointSeconds, checkpointMinimumFaces, scrubBytesPerSecond
  case scrubSeconds, rollbackDays, metricsAddress, logFormat, logLevel, requireToken, allowRemote, config
  case encryptionKeyFile
  case tlsCertificate, tlsKey, tlsClientCa, maximumConnections, maximumCalls, socketMode

  enum Kind { case text, number, whole, flag }

  var kind: Kind {
    switch self {
    case .data, .store, .search, .address, .model, .detector, .minimumFace, .metricsAddress, .logFormat, .logLevel:
      .text
    case .config: .text
    case .encryptionKeyFile, .tlsCertificate, .tlsKey, .tlsClientCa, .socketMode: .text
    case .falsePositiveRate, .minimumQuality: .number
    case .workers, .maximumPhotoBytes, .maximumPhotoPixels, .maximumDecodedBytes, .batchSize, .batchWait,
      .checkpointChanges, .checkpointSeconds,
      .checkpointMinimumFaces, .scrubBytesPerSecond, .scrubSeconds, .rollbackDays, .maximumConnections,
      .maximumCalls:
      .whole
    case .requireToken, .allowRemote: .flag
    }
  }

  var variable: String { "FACED_" + words.joined(separator: "_").uppercased() }
  var flag: String { "--" + words.joined(separator: "-") }

  private var words: [String] {
    var words = [""]
    for letter in rawValue {
      if letter.isUppercase { words.append("") }
      words[words.count - 1] += letter.lowercased()
    }
    return words
  }
}

/// Finds what nobody would read, and would so be believed to hold.
enum SettingsCheck {
  /// Variables of the prefix that other programs of faced read, or that are read elsewhere.
  private static let others: Set<String> = [
    "FACED_TOKEN", EncryptionKey.variable, "FACED_KERNELS", "FACED_NETWORK_KERNELS", "FACED_TEST_FACES",
  ]

  /// - Throws: `SettingsError` for a variable that is no setting's, or that is empty.
  static func environment(_ environment: [String: String]) throws(SettingsError) {
    let known = SettingKey.allCases.map(\.variable)
    for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("FACED_") {
      if others.contains(name) { continue }
      guard known.contains(name) else {
        throw SettingsError(message: "the variable \(name) is not a setting of faced\(suggestion(name, known))")
      }
      guard !value.isEmpty else {
        throw SettingsError(message: "the variable \(name) is empty; give it a value or unset it")
      }
    }
  }

  /// - Throws: `SettingsError` for a file that is not one JSON object of settings, each of its own kind.
  static func file(_ path: String) throws(SettingsError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw SettingsError(message: "the settings file '\(path)' is missing or cannot be read")
    }
    guard let object = try? JSONDecoder().decode([String: JSONValue].self, from: data) else {
      throw SettingsError(message: "the settings file '\(path)' is not a JSON object, as in {\"workers\": 2}")
    }
    let known = SettingKey.allCases.filter { $0 != .config }.map(\.rawValue)
    for (name, value) in object.sorted(by: { $0.key < $1.key }) {
      guard known.contains(name), let key = SettingKey(rawValue: name) else {
        throw SettingsError(message: "'\(name)' in '\(path)' is not a setting of faced\(suggestion(name, known))")
      }
      let (fits, wanted) =
        switch (key.kind, value) {
        case (.text, .text(let text)): (!text.isEmpty, "a text that is not empty")
        case (.text, _): (false, "a text in quotation marks")
        case (.whole, .number(let number)): (number == number.rounded(), "a whole number")
        case (.number, .number), (.flag, .flag): (true, "")
        case (.whole, _): (false, "a whole number")
        case (.number, _): (false, "a number")
        case (.flag, _): (false, "true or false")
        }
      guard fits else { throw SettingsError(message: "'\(name)' in '\(path)' has to be \(wanted)") }
    }
  }

  private static func suggestion(_ name: String, _ known: [String]) -> String {
    let nearest = known.min { distance(name, $0) < distance(name, $1) }
    guard let nearest, distance(name, nearest) <= max(2, name.count / 4) else {
      return "; `faced --help` lists them"
    }
    return "; did you mean \(nearest)?"
  }

  /// Letters to change, add or remove, upper and lower case being one.
  private static func distance(_ a: String, _ b: String) -> Int {
    let (a, b) = (Array(a.lowercased()), Array(b.lowercased()))
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, other) in b.enumerated() {
        let changed = diagonal + (letter == other ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[b.count]
  }
}

/// What may stand in the settings file.
private enum JSONValue: Decodable {
  case text(String), number(Double), flag, other

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if (try? container.decode(Bool.self)) != nil {
      self = .flag
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .other
    }
  }
}
