import Foundation
import Testing

/// What is `public` is promised to other packages, so it says what it promises.
@Suite struct PublicTests {
  /// Modules that no other package uses: what they share is `package`.
  static let internalModules: Set<String> = ["AuditLog", "FaceDetection", "FaceTraining", "SyntheticFaces"]

  @Test func everyPublicDeclarationHasADocstring() throws {
    var seen = 0
    for (path, text) in try Self.sources() {
      let declarations = Self.declarations(in: text)
      seen += declarations.count
      for declaration in declarations where !declaration.isDocumented {
        Issue.record("\(path):\(declaration.line) has no docstring: \(declaration.text)")
      }
    }
    // A scan that reads nothing finds nothing.
    #expect(seen > 1_000)
  }

  @Test func modulesOfThisPackageAloneAreNotPublic() throws {
    for (path, text) in try Self.sources() {
      guard Self.internalModules.contains(where: { path.hasPrefix($0 + "/") }) else { continue }
      for declaration in Self.declarations(in: text) {
        Issue.record("\(path):\(declaration.line) should be `package`: \(declaration.text)")
      }
    }
  }

  @Test func theScanTellsThemApart() {
    let text = """
      public import FaceTypes

      /// Said.
      @frozen
      public struct Said {
        public var silent = 0
        // Not a docstring.
        public init() {}
        /// Said too.
        @TaskLocal public static var current: Int?
        package var ours = 0
        let text = "public var"
      }
      """
    let found = Self.declarations(in: text)
    #expect(found.map(\.line) == [5, 6, 8, 10])
    #expect(found.map(\.isDocumented) == [true, false, false, true])
  }

  struct Declaration {
    let line: Int
    let text: String
    let isDocumented: Bool
  }

  /// Lines that declare something public. A docstring stands right above, or above the attributes.
  static func declarations(in text: String) -> [Declaration] {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    return lines.indices.compactMap { index in
      let line = lines[index]
      let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
      guard words.first == "public", words.dropFirst().first != "import" else { return nil }
      let above = lines[..<index].last { !$0.hasPrefix("@") }
      return Declaration(line: index + 1, text: line, isDocumented: above?.hasPrefix("///") == true)
    }
  }

  /// Every Swift file below `Sources` that somebody writes, by its path there.
  static func sources() throws -> [(path: String, text: String)] {
    let folder = Manifest.root.appendingPathComponent("Sources")
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
    return try paths.filter { $0.hasSuffix(".swift") && !$0.contains("/Generated/") }.map {
      ($0, try String(contentsOf: folder.appendingPathComponent($0), encoding: .utf8))
    }
  }
}
