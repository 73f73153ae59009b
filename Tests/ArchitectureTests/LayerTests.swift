import Foundation
import Testing

/// The layer picture of ARCHITECTURE.md, held against the package and against every import.
@Suite struct LayerTests {
  /// From the bottom up. A module may use what lies in a lower layer.
  static let layers: [[String]] = [
    [
      "COpenBLAS", "CLevelDB", "CPostgreSQL", "CGRPC", "CGRPCAccept", "CZlib", "CMalloc", "CJPEG", "CPNG", "CWebP",
      "CHEIF", "CImageKernels",
      "CVectorKernels",
      "CNetworkKernels",
    ],
    [
      "LevelDB", "PostgreSQL", "Networks", "ONNX", "Images", "VectorIndex", "CoreTransport", "RPCHealth",
      "RPCReflection", "Milvus", "AuditLog",
      "BackupFile",
    ],
    ["FaceTypes", "FaceStore", "FaceNet", "FaceDetection", "FaceTraining", "SyntheticFaces"],
    ["FaceEngine", "FaceAPI"],
    [
      "faced", "facectl", "facetrain", "facebench", "facedemo", "interop", "echo", "neighbours", "keyvalue",
      "embed-patterns",
    ],
  ]

  /// Arrows within a layer.
  static let sideways: Set<String> = [
    "FaceStore→FaceTypes", "FaceNet→FaceTypes", "FaceDetection→FaceTypes", "FaceTraining→FaceTypes",
    "FaceTraining→FaceNet", "FaceTraining→FaceDetection", "ONNX→Networks",
    // The detector's networks come in the same model file as the embedding's.
    "FaceDetection→FaceNet",
    // A client of a server's own API.
    "Milvus→CoreTransport",
  ]

  /// C modules belong to one module each (BLAS to the two that multiply matrices); nobody else sees C types.
  static let owners: [String: Set<String>] = [
    "CLevelDB": ["LevelDB"], "CPostgreSQL": ["PostgreSQL"], "CGRPC": ["CoreTransport"],
    "CGRPCAccept": ["CoreTransport"], "CZlib": ["CoreTransport"], "CMalloc": ["faced"],
    "CJPEG": ["Images"], "CPNG": ["Images"], "CWebP": ["Images"], "CHEIF": ["Images"], "CImageKernels": ["Images"],
    "CVectorKernels": ["VectorIndex"], "CNetworkKernels": ["Networks"],
    "COpenBLAS": ["Networks", "VectorIndex"],
  ]

  /// Downward, and still wrong.
  static let forbidden: Set<String> = [
    // A client knows the wire and its nouns alone, and pictures, to draw on a copy of one what the daemon saw in it.
    "facectl→FaceEngine", "facectl→FaceStore", "facectl→FaceNet", "facectl→LevelDB", "facectl→PostgreSQL",
    "facectl→VectorIndex", "facectl→Milvus",
    // Training touches neither store nor index.
    "FaceTraining→VectorIndex", "FaceTraining→LevelDB", "FaceTraining→PostgreSQL", "facetrain→FaceStore",
    "facetrain→VectorIndex",
    // The wire's messages know nouns, not machinery.
    "FaceAPI→FaceStore", "FaceAPI→LevelDB", "FaceAPI→PostgreSQL", "FaceAPI→VectorIndex", "FaceAPI→CoreTransport",
    "FaceAPI→Networks",
  ]

  static func isAllowed(_ from: String, _ to: String) -> Bool {
    if let owners = owners[to] { return owners.contains(from) }
    if forbidden.contains("\(from)→\(to)") { return false }
    if sideways.contains("\(from)→\(to)") { return true }
    guard let above = rank(from), let below = rank(to) else { return false }
    return above > below
  }

  static func rank(_ module: String) -> Int? { layers.firstIndex { $0.contains(module) } }

  @Test func everyModuleHasALayer() throws {
    for target in try Manifest.read().targets where target.type != "test" {
      #expect(Self.rank(target.name) != nil, "'\(target.name)' is in no layer of the picture")
    }
  }

  @Test func dependenciesPointDownward() throws {
    let manifest = try Manifest.read()
    let names = Set(manifest.targets.map(\.name))
    for target in manifest.targets where target.type != "test" {
      for dependency in target.localDependencies where names.contains(dependency) {
        #expect(Self.isAllowed(target.name, dependency), "\(target.name) may not depend on \(dependency)")
      }
    }
  }

  /// A module that is built anyway can be imported without being declared; the picture forbids that too.
  @Test func importsPointDownward() throws {
    let manifest = try Manifest.read()
    let names = Set(manifest.targets.map(\.name))
    var files = 0
    for target in manifest.targets where target.type != "test" && target.type != "system" {
      for (file, imported) in try Manifest.imports(of: target) {
        files += 1
        for module in imported where names.contains(module) {
          #expect(Self.isAllowed(target.name, module), "\(file) may not import \(module)")
          #expect(
            target.localDependencies.contains(module),
            "\(file) imports \(module), which \(target.name) does not declare")
        }
      }
    }
    #expect(files > 100)
  }

  @Test func thePictureForbidsWhatItShould() {
    #expect(!Self.isAllowed("FaceStore", "FaceEngine"))
    #expect(!Self.isAllowed("FaceEngine", "FaceAPI"))
    #expect(!Self.isAllowed("FaceAPI", "FaceEngine"))
    #expect(!Self.isAllowed("facectl", "FaceEngine"))
    #expect(!Self.isAllowed("FaceEngine", "CLevelDB"))
    #expect(Self.isAllowed("FaceEngine", "FaceStore"))
  }
}
