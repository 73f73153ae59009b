// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is in Swift 6 mode and takes warnings as errors.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// And the compiler proves what stands above the machinery memory-safe, but for the few expressions marked `unsafe`.
let safe: [SwiftSetting] = strict + [.strictMemorySafety()]

/// Generated code is not ours to warn about, and its imports are public.
let generated: [SwiftSetting] = [.enableUpcomingFeature("MemberImportVisibility")]

let grpc: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let deques: Target.Dependency = .product(name: "DequeModule", package: "swift-collections")
let heaps: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let systemPaths: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "faced",
  products: [
    .executable(name: "faced", targets: ["faced"]),
    .executable(name: "facectl", targets: ["facectl"]),
    .executable(name: "facetrain", targets: ["facetrain"]),
    .executable(name: "facebench", targets: ["facebench"]),
    .executable(name: "facedemo", targets: ["facedemo"]),
    .library(name: "CoreTransport", targets: ["CoreTransport"]),
    .library(name: "RPCHealth", targets: ["RPCHealth"]),
    .library(name: "RPCReflection", targets: ["RPCReflection"]),
    .library(name: "FaceAPI", targets: ["FaceAPI"]),
    .library(name: "VectorIndex", targets: ["VectorIndex"]),
    .library(name: "LevelDB", targets: ["LevelDB"]),
    .library(name: "PostgreSQL", targets: ["PostgreSQL"]),
    .library(name: "Networks", targets: ["Networks"]),
    .library(name: "FaceNet", targets: ["FaceNet"]),
  ],
  dependencies: [
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    // C: one module per library; its types never leave the module above it.
    .systemLibrary(name: "COpenBLAS"),
    .systemLibrary(name: "CLevelDB"),
    .systemLibrary(name: "CPostgreSQL"),
    .systemLibrary(name: "CGRPC"),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CMalloc"),
    .target(name: "CGRPCAccept"),
    .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    .target(name: "CWebP", linkerSettings: [.linkedLibrary("webp")]),
    // Opens libheif itself, when a file needs it.
    .target(name: "CHEIF", linkerSettings: [.linkedLibrary("dl")]),
    .target(name: "CImageKernels"),
    .target(name: "CVectorKernels"),
    .target(name: "CNetworkKernels"),

    // Machinery: knows nothing of faces.
    .target(name: "LevelDB", dependencies: ["CLevelDB"], swiftSettings: strict),
    .target(name: "PostgreSQL", dependencies: ["CPostgreSQL"], swiftSettings: strict),
    .target(
      name: "Networks", dependencies: ["COpenBLAS", "CNetworkKernels"], exclude: ["README.md"], swiftSettings: strict),
    .target(name: "ONNX", dependencies: ["Networks"], exclude: ["OPERATORS.md"], swiftSettings: safe),
    .target(name: "Images", dependencies: ["CJPEG", "CPNG", "CWebP", "CHEIF", "CImageKernels"], swiftSettings: strict),
    .target(
      name: "VectorIndex", dependencies: ["CVectorKernels", "COpenBLAS"], exclude: ["README.md", "growth.svg"],
      swiftSettings: strict),
    .target(
      name: "CoreTransport", dependencies: ["CGRPC", "CGRPCAccept", "CZlib", grpc, deques], exclude: ["README.md"],
      swiftSettings: strict),
    // The standard services of gRPC, for any server.
    .target(name: "RPCHealth", dependencies: [grpc, grpcProtobuf, protobuf], swiftSettings: generated),
    .target(name: "RPCReflection", dependencies: [grpc, grpcProtobuf, protobuf], swiftSettings: generated),

    .target(
      name: "Milvus", dependencies: ["CoreTransport", grpc, grpcProtobuf, protobuf], exclude: ["README.md"],
      swiftSettings: generated),

    .target(name: "AuditLog", dependencies: [crypto], swiftSettings: safe),
    .target(name: "BackupFile", dependencies: [crypto], swiftSettings: safe),

    // Faces.
    .target(name: "FaceTypes", swiftSettings: safe),
    .target(
      name: "FaceStore", dependencies: ["FaceTypes", "LevelDB", "PostgreSQL", crypto], exclude: ["SCHEMA.md"],
      resources: ["V1-tables", "V2-documents"].map { .embedInCode("PostgreSQL/\($0).sql") }, swiftSettings: safe),
    .target(name: "FaceNet", dependencies: ["FaceTypes", "Networks", "ONNX", "Images", crypto], swiftSettings: safe),
    .target(
      name: "FaceDetection", dependencies: ["FaceTypes", "FaceNet", "Networks", "ONNX", "Images"],
      swiftSettings: safe),
    .target(
      name: "FaceTraining", dependencies: ["FaceTypes", "FaceNet", "FaceDetection", "Networks", "Images"],
      swiftSettings: strict),
    .target(name: "SyntheticFaces", dependencies: ["Images"], swiftSettings: safe),

    // Engine, and the wire; neither knows the other.
    .target(
      name: "FaceEngine",
      dependencies: [
        "FaceTypes", "FaceStore", "FaceNet", "FaceDetection", "ONNX", "Images", "VectorIndex", "BackupFile", logging,
        metrics,
        deques, heaps, crypto,
      ],
      swiftSettings: safe),
    .target(name: "FaceAPI", dependencies: ["FaceTypes", grpc, grpcProtobuf, protobuf], swiftSettings: generated),

    // Programs.
    .executableTarget(
      name: "faced",
      dependencies: [
        "FaceEngine", "FaceStore", "FaceNet", "Networks", "Images", "FaceAPI", "CoreTransport", "FaceTypes", "AuditLog",
        "CMalloc", "BackupFile", "RPCHealth", "RPCReflection", "Milvus",
        grpc, grpcProtobuf, metrics,
        protobuf, arguments, logging, configuration, lifecycle, signals, systemPaths, crypto,
      ],
      path: "daemon",
      exclude: [
        "LIMITS.md", "Operation/dashboard.json", "Operation/alerts.yml", "Models/README.md",
        "Models/triplet.safetensors", "Models/previous.safetensors",
      ],
      resources: [
        .copy("Models/default.safetensors"), .copy("Models/small.safetensors"),
        .copy("Models/detector.safetensors"), .copy("Models/aligner.safetensors"),
        .copy("Services/services.binpb"),
      ],
      swiftSettings: safe),
    .executableTarget(
      name: "facectl",
      dependencies: [
        "FaceAPI", "FaceTypes", "CoreTransport", "Images", "AuditLog", "BackupFile", grpc, protobuf, arguments, crypto,
      ],
      path: "clients/facectl", swiftSettings: safe),
    .executableTarget(
      name: "facetrain",
      dependencies: ["FaceTraining", "FaceNet", "FaceDetection", "Networks", "ONNX", "Images", "FaceTypes", arguments],
      swiftSettings: safe),
    .executableTarget(
      name: "facebench",
      dependencies: [
        "FaceNet", "FaceDetection", "FaceEngine", "FaceTraining", "Networks", "VectorIndex", "CoreTransport",
        "FaceTypes",
        "FaceAPI", "SyntheticFaces", "Images", grpc, grpcProtobuf, protobuf, arguments,
      ],
      swiftSettings: safe),
    .executableTarget(
      name: "facedemo", dependencies: ["SyntheticFaces", "Images", arguments], swiftSettings: safe),

    // gRPC's interoperability cases (`make interop`), and the shortest server and client.
    .executableTarget(
      name: "interop", dependencies: ["CoreTransport", grpc, grpcProtobuf, protobuf, arguments],
      swiftSettings: generated),
    .executableTarget(
      name: "echo", dependencies: ["CoreTransport", "RPCHealth", grpc], path: "Examples/echo", swiftSettings: strict),
    // What the libraries are like to use by themselves.
    .executableTarget(
      name: "neighbours", dependencies: ["VectorIndex"], path: "Examples/neighbours", swiftSettings: strict),
    .executableTarget(name: "keyvalue", dependencies: ["LevelDB"], path: "Examples/keyvalue", swiftSettings: strict),
    .executableTarget(
      name: "embed-patterns", dependencies: ["Networks"], path: "Examples/embed", swiftSettings: strict),

    // Tests, from the bottom up.
    .target(name: "TestNumbers", path: "Tests/Support/TestNumbers", swiftSettings: strict),
    .target(
      name: "TestPostgreSQL", dependencies: ["PostgreSQL"], path: "Tests/Support/TestPostgreSQL",
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .target(
      name: "TestMilvus", path: "Tests/Support/TestMilvus", swiftSettings: [.treatAllWarnings(as: .error)]),
    .testTarget(
      name: "MilvusTests", dependencies: ["Milvus", "TestMilvus", "TestNumbers"], swiftSettings: strict),
    .testTarget(name: "LevelDBTests", dependencies: ["LevelDB", "TestNumbers"], swiftSettings: strict),
    .testTarget(name: "PostgreSQLTests", dependencies: ["PostgreSQL", "TestPostgreSQL"], swiftSettings: strict),
    .testTarget(name: "CNetworkKernelsTests", dependencies: ["CNetworkKernels"], swiftSettings: strict),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks"], resources: [.copy("Golden")], swiftSettings: strict),
    .testTarget(
      name: "ONNXTests", dependencies: ["ONNX", "Networks", "FaceNet", "FaceTypes", "Images", "TestNumbers"],
      resources: [.copy("Golden")],
      swiftSettings: strict),
    .testTarget(
      name: "ImagesTests", dependencies: ["Images", "TestNumbers"], resources: [.copy("Golden")],
      swiftSettings: strict),
    .testTarget(name: "AuditLogTests", dependencies: ["AuditLog"], swiftSettings: strict),
    .testTarget(name: "CVectorKernelsTests", dependencies: ["CVectorKernels"], swiftSettings: strict),
    .testTarget(name: "VectorIndexTests", dependencies: ["VectorIndex"], swiftSettings: strict),
    .executableTarget(
      name: "transport-rounds", dependencies: ["CoreTransport", grpc], path: "Tests/Support/transport-rounds",
      swiftSettings: strict),
    .testTarget(
      name: "CoreTransportTests", dependencies: ["CoreTransport", "transport-rounds", grpc], swiftSettings: strict),
    .testTarget(
      name: "RPCServicesTests", dependencies: ["CoreTransport", "RPCHealth", grpc, protobuf], swiftSettings: strict),
    .executableTarget(
      name: "store-torture", dependencies: ["FaceStore", "FaceTypes"], path: "Tests/Support/store-torture",
      swiftSettings: strict),
    .testTarget(
      name: "FaceStoreTests",
      dependencies: [
        "FaceStore", "FaceTypes", "LevelDB", "PostgreSQL", "TestNumbers", "TestPostgreSQL", "store-torture",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FaceNetTests", dependencies: ["FaceNet", "FaceTypes", "Networks", "ONNX", "Images"],
      resources: [.copy("Golden")], swiftSettings: strict),
    .testTarget(
      name: "FaceTrainingTests",
      dependencies: ["FaceTraining", "FaceNet", "FaceDetection", "FaceTypes", "Networks", "Images"],
      exclude: ["Golden"], swiftSettings: strict),
    .testTarget(
      name: "FaceDetectionTests",
      dependencies: ["FaceDetection", "FaceNet", "FaceTypes", "Networks", "Images", "SyntheticFaces"],
      swiftSettings: strict),
    .testTarget(name: "SyntheticFacesTests", dependencies: ["SyntheticFaces", "Images"], swiftSettings: strict),
    .testTarget(
      name: "FaceEngineTests",
      dependencies: [
        "FaceEngine", "FaceDetection", "FaceNet", "FaceStore", "FaceTypes", "Images", "SyntheticFaces", "TestNumbers",
        logging,
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FaceAPITests", dependencies: ["FaceAPI", "FaceTypes", grpc, grpcProtobuf], swiftSettings: strict),
    .testTarget(
      name: "DaemonTests",
      dependencies: [
        "SyntheticFaces", "Images", "TestPostgreSQL", "TestMilvus", "TestNumbers", "faced", "facectl",
      ],
      swiftSettings: strict),
    .testTarget(name: "ArchitectureTests", swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx17
)

// What `fuzz/` reads with, beyond what is offered to everybody.
if Context.environment["FACED_FUZZ"] != nil {
  package.products += ["Images", "ONNX", "BackupFile", "FaceEngine", "FaceTypes"].map {
    .library(name: $0, targets: [$0])
  }
}
