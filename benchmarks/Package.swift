// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// Debian's libgrpc++-dev.
let grpcPlusPlus: [LinkerSetting] = ["grpc++", "grpc", "gpr", "absl_synchronization", "absl_base"].map {
  .linkedLibrary($0)
}

/// A package of its own, so that the daemon's build does not pay for what it is compared with.
let package = Package(
  name: "benchmarks",
  dependencies: [
    .package(name: "faced", path: ".."),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .executableTarget(
      name: "echo-server",
      dependencies: [
        .product(name: "CoreTransport", package: "faced"),
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/EchoServer", swiftSettings: strict),
    .executableTarget(name: "echo-cpp", linkerSettings: grpcPlusPlus),
    .executableTarget(name: "echo-load", linkerSettings: grpcPlusPlus),
  ],
  cxxLanguageStandard: .cxx17
)
