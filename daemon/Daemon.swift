import AuditLog
import CoreMetrics
import CoreTransport
import FaceAPI
import FaceEngine
import FaceTypes
import Foundation
import GRPCCore
import Images
import Logging
import RPCHealth
import RPCReflection
import ServiceLifecycle
import UnixSignals

/// Joins the engine and the wire, from the first byte to the last.
struct Daemon {
  let settings: Settings
  /// Flags, environment and file, read anew.
  let reread: @Sendable () async throws -> Settings
  let logger: Logger

  /// How long running calls may go on after SIGTERM.
  private static let grace = Duration.seconds(10)

  func run() async throws {
    // Before the engine makes one.
    let isFirst = !FileManager.default.fileExists(atPath: settings.engine.directory + "/models")
    let (hour, registry) = startMetering()
    let engine = try await FaceEngine.open(settings.engine, logger: logger)
    do {
      try await serve(engine, hour, registry, greets: isFirst)
    } catch {
      await engine.close()
      throw error
    }
    await engine.close()
    logger.info("stopped")
  }

  private func serve(
    _ engine: FaceEngine, _ hour: LastHour, _ registry: PrometheusRegistry?, greets: Bool
  ) async throws {
    let directory = settings.engine.directory
    let place = engine.isStoreShared ? DocumentPlace.store(engine, directory) : .folder(directory)
    let tokens = try await Self.tokens(place, logger)
    let policies = try await Self.policies(place, logger)
    let audit = try AuditLog(directory: directory + "/audit")
    defer { audit.flush() }
    let metrics = try serveMetrics(registry, engine)
    defer { metrics?.stop() }
    var options = CoreServerTransport.Options()
    // A verification carries two photographs; the rest of a message is small.
    options.maximumReceiveMessageBytes = 2 * settings.engine.photoLimits.bytes + (1 << 20)
    options.maximumBufferedBytes = 8 * options.maximumReceiveMessageBytes
    options.maximumConnections = settings.maximumConnections
    options.maximumConcurrentCallsPerConnection = max(1, settings.maximumCalls / 4)
    options.callLimit = Self.callLimit(settings.maximumCalls)
    options.socketMode = settings.socketMode
    options.keepalive = Keepalive(interval: .seconds(120), timeout: .seconds(20), pingsWithoutCalls: true)
    options.maximumConnectionAge = .seconds(3600)
    options.maximumConnectionIdle = .seconds(900)
    options.onNotice = { [logger] in ConnectionLog.write($0, to: logger) }
    let watch = try settings.tls.map { try CertificateWatch($0, logger: logger) }
    let transport = try CoreServerTransport(
      addresses: settings.addresses.map { try TransportAddress($0) },
      security: watch.map { .certificates($0.certificates) } ?? .plaintext, options: options)
    let writing = [
      Faced_V1_GalleryService.descriptor, Faced_V1_RecognitionService.descriptor, Faced_V1_ModelService.descriptor,
      Faced_V1_RetentionService.descriptor, Faced_V1_CorrectionService.descriptor,
      Faced_V1_TransferService.descriptor,
    ]
    let reading = [
      Faced_V1_ServerService.descriptor, Faced_V1_VectorService.descriptor, Faced_V1_ClusterService.descriptor,
      Faced_V1_ReviewService.descriptor, Faced_V1_CalibrationService.descriptor,
      Faced_V1_AccessService.descriptor, Faced_V1_AuditService.descriptor, Faced_V1_BackupService.descriptor,
    ]
    let health = HealthFeed(services: writing + reading, writing: writing, writes: engine.writes)
    let recent = RecentCalls()
    let retention = RetentionKeeper(engine: engine, file: policies, audit: audit, logger: logger)
    let server = GRPCServer(
      transport: transport,
      services: [
        GalleryService(engine: engine), RecognitionService(engine: engine), ModelService(engine: engine),
        ServerService(engine: engine, calls: recent, hour: hour, audit: audit), VectorService(engine: engine),
        ClusterService(engine: engine), TransferService(engine: engine),
        AccessService(tokens: tokens), AuditService(log: audit), BackupService(engine: engine),
        RetentionService(engine: engine, keeper: retention), CorrectionService(engine: engine),
        ReviewService(engine: engine), CalibrationService(engine: engine),
        HealthService(board: health.board),
      ] + (try reflection().services),
      interceptors: [
        CallObserver(listeners: [
          CallLog(logger: logger), AuditTrail(log: audit, alarm: AuditAlarm(logger: logger)), CallMetrics(),
          recent, hour,
        ]),
        AccessInterceptor(
          authenticator: Authenticator(tokens: tokens, requiresToken: settings.requiresToken), brake: RefusalBrake()),
      ])
    // The rest of what SIGHUP does is the `Reloader`'s.
    let signals = Signals { watch?.reload() }
    defer { signals.cancel() }
    var configuration = ServiceGroupConfiguration(
      services: [
        RPCService(
          server: server, health: health, certificates: watch, logger: logger, directory: greets ? directory : nil),
        retention, MemoryTrimmer(),
        Reloader(engine: engine, tokens: tokens, settings: settings, read: reread, logger: logger),
      ] + (engine.isStoreShared ? [DocumentFollower(tokens: tokens, retention: policies)] : []),
      gracefulShutdownSignals: [.sigterm, .sigint],
      logger: logger)
    configuration.maximumGracefulShutdownDuration = Self.grace
    try await ServiceGroup(configuration: configuration).run()
  }
}

extension Daemon {
  private static func tokens(_ place: DocumentPlace, _ logger: Logger) async throws -> TokenRegistry {
    let (name, path) = ("tokens", "access/tokens.json")
    if try await place.adopt(name, from: path) {
      logger.notice("tokens of the data folder were taken into the store", metadata: ["file": "\(path)"])
    }
    return try TokenRegistry(place.document(name, at: path))
  }

  private static func policies(_ place: DocumentPlace, _ logger: Logger) async throws -> RetentionFile {
    let (name, path) = ("retention", "retention/policies.json")
    if try await place.adopt(name, from: path) {
      logger.notice("retention policies of the data folder were taken into the store", metadata: ["file": "\(path)"])
    }
    return try RetentionFile(
      policies: place.document(name, at: path), erasures: place.document("erasures", at: "retention/erasures.jsonl"))
  }

  /// Whoever looks after the daemon gets through when it has too much to do.
  private static func callLimit(_ calls: Int) -> CallLimit {
    var failure = Failure(
      code: .resourceExhausted, reason: .busy, message: "\(calls) calls are already in progress; send fewer at once")
    failure.retryAfter = .milliseconds(200)
    return CallLimit(
      calls: calls, refusal: RPCError(failure.status),
      exemptServices: ["grpc.health.v1.Health", Faced_V1_ServerService.descriptor.fullyQualifiedService])
  }

  /// Generic clients ask it what there is to call.
  private func reflection() throws -> ReflectionService {
    guard let path = Bundle.module.path(forResource: "services", ofType: "binpb"),
      let descriptors = FileManager.default.contents(atPath: path)
    else {
      throw SettingsError(
        message: "the bundled file services.binpb is missing from the installation; install faced again")
    }
    return try ReflectionService(descriptors: descriptors)
  }

  /// Where numbers go to, before the engine takes its first: to the last hour, and to Prometheus' registry where it is asked for.
  private func startMetering() -> (LastHour, PrometheusRegistry?) {
    let hour = LastHour()
    let registry = settings.metricsAddress.map { _ in PrometheusRegistry() }
    var factories: [any MetricsFactory] = [StageTimers(hour: hour)]
    if let registry { factories.append(PrometheusFactory(registry: registry)) }
    MetricsSystem.bootstrap(MultiplexMetricsHandler(factories: factories))
    return (hour, registry)
  }

  /// The Prometheus endpoint, where one was asked for.
  private func serveMetrics(_ registry: PrometheusRegistry?, _ engine: FaceEngine) throws -> MetricsEndpoint? {
    guard let registry, let address = settings.metricsAddress else { return nil }
    let gauges = Gauges(engine: engine)
    let endpoint = try MetricsEndpoint(address: address) {
      gauges.update()
      return registry.text
    }
    logger.info("metrics", metadata: ["address": "\(endpoint.address)"])
    Announcement.print("metrics \(endpoint.address)")
    return endpoint
  }
}

/// The server as a service of swift-service-lifecycle.
private struct RPCService: Service {
  let server: GRPCServer<CoreServerTransport>
  let health: HealthFeed
  let certificates: CertificateWatch?
  let logger: Logger
  /// Where everything is kept, on the first start alone.
  let directory: String?

  func run() async throws {
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          try await server.serve()
          return true
        }
        group.addTask {
          let addresses = try await server.transport.boundAddresses
          for address in addresses {
            logger.info("serving", metadata: ["address": "\(address)", "tls": "\(certificates != nil)"])
            Announcement.print("address \(address)")
          }
          Announcement.print("ready")
          if let directory { Announcement.greet(directory: directory, address: addresses[0]) }
          return false
        }
        group.addTask {
          await health.run()
          return false
        }
        group.addTask {
          await certificates?.run()
          return false
        }
        // The others last as long as the server does.
        while let isServed = try await group.next() { if isServed { group.cancelAll() } }
      }
    } onGracefulShutdown: {
      // Whoever watches learns of it while the connection is there.
      health.board.drain()
      server.beginGracefulShutdown()
    }
  }
}
