import Foundation

/// What `swift package dump-package` says, as far as the layers need it.
struct Manifest {
  struct Target {
    let name: String
    let type: String
    /// Relative to the package.
    let path: String
    let localDependencies: Set<String>
  }

  let targets: [Target]

  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func read() throws -> Manifest { try result.get() }

  /// Read once for all the tests.
  private static let result = Result { try dump() }

  private static func dump() throws -> Manifest {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // A scratch folder of its own: the test run holds the package's.
    process.arguments = [
      "swift", "package", "--package-path", root.path, "--scratch-path",
      FileManager.default.temporaryDirectory.appendingPathComponent("faced-manifest-\(getpid())").path, "dump-package",
    ]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let json = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    let targets = json?["targets"] as? [[String: Any]] ?? []
    return Manifest(targets: targets.compactMap(Target.init))
  }

  /// Every Swift file of a target with the modules that it imports.
  static func imports(of target: Target) throws -> [(file: String, modules: [String])] {
    let folder = root.appendingPathComponent(target.path)
    let enumerator = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
    var files: [(file: String, modules: [String])] = []
    while let url = enumerator?.nextObject() as? URL {
      guard url.pathExtension == "swift" else { continue }
      let text = try String(contentsOf: url, encoding: .utf8)
      let modules = text.split(separator: "\n").compactMap { line -> String? in
        let words = line.split(separator: " ")
        guard let index = words.firstIndex(of: "import"), index <= 1, index + 1 < words.count else { return nil }
        return String(words.last?.split(separator: ".").first ?? "")
      }
      files.append((url.lastPathComponent, modules))
    }
    return files
  }
}

extension Manifest.Target {
  fileprivate init?(_ json: [String: Any]) {
    guard let name = json["name"] as? String, let type = json["type"] as? String else { return nil }
    let path = json["path"] as? String ?? "Sources/\(name)"
    self.name = name
    self.path = path
    // A program that only tests use is part of them.
    self.type = path.hasPrefix("Tests/") ? "test" : type
    let dependencies = json["dependencies"] as? [[String: Any]] ?? []
    localDependencies = Set(
      dependencies.compactMap { dependency in
        for kind in ["byName", "target"] {
          if let parts = dependency[kind] as? [Any], let name = parts.first as? String { return name }
        }
        return nil
      })
  }
}
