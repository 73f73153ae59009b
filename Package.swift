// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target is in Swift 6 mode and takes warnings as errors.
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Generated code is not ours to warn about, and its imports are public.
let generated: [SwiftSetting] = [.enableUpcomingFeature("MemberImportVisibility")]

let grpc: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let configuration: Target.Dependency = .product(name: "Configuration", package: "swift-configuration")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")

let package = Package(
  name: "faced",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "faced", targets: ["faced"]),
    .executable(name: "facectl", targets: ["facectl"]),
    .executable(name: "facetrain", targets: ["facetrain"]),
    .executable(name: "facebench", targets: ["facebench"]),
    .executable(name: "facedemo", targets: ["facedemo"]),
  ],
  dependencies: [
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // C: one module per library; its types never leave the module above it.
    .systemLibrary(name: "COpenBLAS"),
    .systemLibrary(name: "CLevelDB"),
    .systemLibrary(name: "CGRPC"),
    .target(name: "CJPEG"),
    .target(name: "CPNG"),
    .target(name: "CDlib"),
    .target(name: "CVectorKernels", cSettings: [.unsafeFlags(["-O3"])]),

    // Machinery: knows nothing of faces.
    .target(name: "LevelDB", dependencies: ["CLevelDB"], swiftSettings: strict),
    .target(name: "Networks", dependencies: ["COpenBLAS"], swiftSettings: strict),
    .target(name: "Images", dependencies: ["CJPEG", "CPNG"], swiftSettings: strict),
    .target(name: "VectorIndex", dependencies: ["CVectorKernels", "COpenBLAS"], swiftSettings: strict),
    .target(name: "CoreTransport", dependencies: ["CGRPC", grpc], swiftSettings: strict),

    // Faces.
    .target(name: "FaceTypes", swiftSettings: strict),
    .target(name: "FaceStore", dependencies: ["FaceTypes", "LevelDB"], swiftSettings: strict),
    .target(name: "FaceNet", dependencies: ["FaceTypes", "Networks", "Images", crypto], swiftSettings: strict),
    .target(name: "FaceDetection", dependencies: ["FaceTypes", "Images", "CDlib"], swiftSettings: strict),
    .target(name: "FaceTraining", dependencies: ["FaceTypes", "FaceNet", "Networks", "Images"], swiftSettings: strict),
    .target(name: "SyntheticFaces", dependencies: ["Images"], swiftSettings: strict),

    // Engine.
    .target(
      name: "FaceEngine",
      dependencies: ["FaceTypes", "FaceStore", "FaceNet", "FaceDetection", "Images", "VectorIndex", logging],
      swiftSettings: strict),
    .target(
      name: "FaceAPI", dependencies: ["FaceTypes", grpc, grpcProtobuf, protobuf], swiftSettings: generated),

    // Programs.
    .executableTarget(
      name: "faced",
      dependencies: [
        "FaceEngine", "FaceAPI", "CoreTransport", "FaceTypes", grpc, protobuf, arguments, logging, configuration,
        lifecycle,
      ],
      path: "daemon", exclude: ["Models/README.md"], resources: [.copy("Models")], swiftSettings: strict),
    .executableTarget(
      name: "facectl", dependencies: ["FaceAPI", "CoreTransport", "FaceTypes", grpc, protobuf, arguments],
      path: "clients/facectl", swiftSettings: strict),
    .executableTarget(
      name: "facetrain", dependencies: ["FaceTraining", "FaceNet", "Images", "FaceTypes", arguments],
      swiftSettings: strict),
    .executableTarget(
      name: "facebench",
      dependencies: [
        "FaceNet", "FaceTraining", "Networks", "VectorIndex", "FaceAPI", "CoreTransport", "FaceTypes", grpc, arguments,
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "facedemo", dependencies: ["SyntheticFaces", "Images", arguments], swiftSettings: strict),
  ],
  cxxLanguageStandard: .cxx17
)
