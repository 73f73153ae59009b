// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  // libFuzzer has the `main`.
  .unsafeFlags(["-parse-as-library"]),
]

func faced(_ name: String) -> Target.Dependency { .product(name: name, package: "faced") }

/// Programs that read what libFuzzer makes up. A package of its own: everything in it is built with the fuzzer's
/// instrumentation (`scripts/fuzz.sh`).
let package = Package(
  name: "faced-fuzz",
  dependencies: [
    .package(name: "faced", path: ".."),
    .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
  ],
  targets: [
    .target(name: "CChecksum"),
    .executableTarget(name: "FuzzImages", dependencies: [faced("Images")], swiftSettings: strict),
    .executableTarget(name: "FuzzModels", dependencies: [faced("FaceNet"), faced("ONNX")], swiftSettings: strict),
    .executableTarget(
      name: "FuzzCheckpoints", dependencies: ["CChecksum", faced("VectorIndex")],
      swiftSettings: strict),
    .executableTarget(name: "FuzzBackups", dependencies: [faced("BackupFile")], swiftSettings: strict),
    .executableTarget(
      name: "FuzzRequests",
      dependencies: [
        faced("FaceAPI"), faced("FaceEngine"),
        .product(name: "SwiftProtobuf", package: "swift-protobuf"), .product(name: "GRPCCore", package: "grpc-swift-2"),
      ],
      swiftSettings: strict),
  ])
