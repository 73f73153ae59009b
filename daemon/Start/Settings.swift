import Configuration
import CoreTransport
import FaceEngine
import FaceStore
import FaceTypes
import Foundation
import Images
import Logging
import Milvus
import SystemPackage

/// A setting that cannot be used; the message names it and says what it may be.
struct SettingsError: Error {
  let message: String
}

/// What the daemon runs with, after flags, environment, file and defaults.
struct Settings: Sendable {
  var engine: EngineOptions
  /// Where it listens, in the order in which they were given.
  var addresses: [String]
  var logLevel: Logger.Level
  var logFormat: LogFormat
  /// Where Prometheus reads metrics; nil where it does not.
  var metricsAddress: String?
  /// Nil where connections are not encrypted.
  var tls: TLSFiles?
  /// Nil for what the descriptors allow.
  var maximumConnections: Int?
  /// Calls under way over all connections.
  var maximumCalls: Int
  /// The permissions of a Unix socket's file.
  var socketMode: UInt32?
  /// Callers on this machine need a token too.
  var requiresToken: Bool

  static let defaultAddress = "127.0.0.1:50151"
  static let defaultCalls = 1_024

  static func read(_ command: Faced) async throws -> Settings {
    let environment = ProcessInfo.processInfo.environment
    try SettingsCheck.environment(environment)
    let reader = ConfigReader(
      providers: try await providers(command, file: command.config ?? environment["FACED_CONFIG"]))
    let addresses = reader.string(forKey: "address", default: defaultAddress)
      .split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    let tls = try TLSFiles(
      certificate: reader.string(forKey: "tlsCertificate"), key: reader.string(forKey: "tlsKey"),
      clientCA: reader.string(forKey: "tlsClientCa"))
    let allowRemote = try flag(reader, "allowRemote")
    if tls == nil {
      for address in addresses { try checkIsLoopback(address, allowRemote: allowRemote) }
    }
    let limits = MachineLimits.current()
    let (directory, store) = try places(reader)
    var engine = EngineOptions(
      directory: directory,
      initialModel: try reader.string(forKey: "model") ?? bundled("default"),
      detector: try detector(reader),
      workers: try int(reader, "workers", 1...256) ?? limits.workers(of: ProcessInfo.processInfo.activeProcessorCount))
    engine.store = store
    engine.search = try search(reader)
    engine.maximumWaitingBytes = limits.waitingBytes(default: engine.maximumWaitingBytes)
    engine.masterKey = try EncryptionKey.read(file: reader.string(forKey: "encryptionKeyFile"), environment)
    if let rate = try number(reader, "falsePositiveRate") {
      guard rate > 0, rate < 1 else {
        throw SettingsError(message: "--false-positive-rate must be between 0 and 1, not \(rate)")
      }
      engine.falsePositiveRate = rate
    }
    if let quality = try number(reader, "minimumQuality") {
      guard (0...1).contains(quality) else {
        throw SettingsError(message: "--minimum-quality must be between 0 and 1, not \(quality)")
      }
      engine.minimumQuality = quality
    }
    if let text = reader.string(forKey: "minimumFace") {
      guard let face = MinimumFace(text) else {
        throw SettingsError(
          message:
            "--minimum-face is a number of pixels, or a share of the photograph's longer side as 5%, not '\(text)'")
      }
      engine.minimumFace = face
    }
    if let bytes = try int(reader, "maximumPhotoBytes", 1...(1 << 30)) { engine.photoLimits.bytes = bytes }
    if let pixels = try int(reader, "maximumPhotoPixels", 1...(1 << 30)) { engine.photoLimits.pixels = pixels }
    engine.maximumDecodedBytes =
      try int(reader, "maximumDecodedBytes", 1...(1 << 40)) ?? limits.decodedBytes(default: engine.maximumDecodedBytes)
    if let size = try int(reader, "batchSize", 1...EngineOptions.largestBatch) { engine.batchSize = size }
    if let wait = try int(reader, "batchWait", 0...10_000) { engine.batchWait = .milliseconds(wait) }
    if let changes = try int(reader, "checkpointChanges", 1...(1 << 30)) { engine.checkpoints.changes = changes }
    if let seconds = try int(reader, "checkpointSeconds", 1...86_400) {
      engine.checkpoints.interval = .seconds(seconds)
      engine.checkpoints.quiet = min(engine.checkpoints.quiet, .seconds(seconds))
    }
    if let faces = try int(reader, "checkpointMinimumFaces", 1...(1 << 30)) { engine.checkpoints.minimumFaces = faces }
    if let bytes = try int(reader, "scrubBytesPerSecond", 0...(1 << 40)) { engine.scrub.bytesPerSecond = bytes }
    if let seconds = try int(reader, "scrubSeconds", 1...(365 * 86_400)) {
      engine.scrub.rest = .seconds(seconds)
      engine.scrub.delay = min(engine.scrub.delay, .seconds(seconds))
    }
    if let days = try int(reader, "rollbackDays", 0...36_500) { engine.rollbackSeconds = days * 86_400 }
    let level = reader.string(forKey: "logLevel", default: "info")
    guard let logLevel = Logger.Level(rawValue: level) else {
      throw SettingsError(
        message: "--log-level '\(level)' is none of trace, debug, info, notice, warning, error, critical")
    }
    let format = reader.string(forKey: "logFormat", default: "text")
    guard let logFormat = LogFormat(rawValue: format) else {
      throw SettingsError(message: "logFormat '\(format)' is neither text nor json")
    }
    return Settings(
      engine: engine, addresses: addresses, logLevel: logLevel, logFormat: logFormat,
      metricsAddress: reader.string(forKey: "metricsAddress"),
      tls: tls, maximumConnections: try int(reader, "maximumConnections", 1...1_000_000),
      maximumCalls: try int(reader, "maximumCalls", 1...1_000_000) ?? defaultCalls,
      socketMode: try mode(reader), requiresToken: try flag(reader, "requireToken"))
  }

  /// A flag goes before the environment, and that before the file.
  private static func providers(_ command: Faced, file: String?) async throws -> [any ConfigProvider] {
    var flags: [AbsoluteConfigKey: ConfigValue] = [:]
    func set(_ key: AbsoluteConfigKey, _ content: ConfigContent?) {
      if let content { flags[key] = ConfigValue(content, isSecret: false) }
    }
    set("data", command.data.map { .string($0) })
    set("store", command.store.map { .string($0) })
    set("search", command.search.map { .string($0) })
    set("address", command.address.isEmpty ? nil : .string(command.address.joined(separator: ",")))
    set("model", command.model.map { .string($0) })
    set("detector", command.detector.map { .string($0) })
    set("falsePositiveRate", command.falsePositiveRate.map { .double($0) })
    set("minimumQuality", command.minimumQuality.map { .double($0) })
    set("minimumFace", command.minimumFace.map { .string($0) })
    set("workers", command.workers.map { .int($0) })
    set("maximumPhotoBytes", command.maximumPhotoBytes.map { .int($0) })
    set("maximumPhotoPixels", command.maximumPhotoPixels.map { .int($0) })
    set("maximumDecodedBytes", command.maximumDecodedBytes.map { .int($0) })
    set("batchSize", command.batchSize.map { .int($0) })
    set("batchWait", command.batchWait.map { .int($0) })
    set("checkpointChanges", command.checkpointChanges.map { .int($0) })
    set("checkpointSeconds", command.checkpointSeconds.map { .int($0) })
    set("checkpointMinimumFaces", command.checkpointMinimumFaces.map { .int($0) })
    set("scrubBytesPerSecond", command.scrubBytesPerSecond.map { .int($0) })
    set("scrubSeconds", command.scrubSeconds.map { .int($0) })
    set("rollbackDays", command.rollbackDays.map { .int($0) })
    set("encryptionKeyFile", command.encryptionKeyFile.map { .string($0) })
    set("metricsAddress", command.metricsAddress.map { .string($0) })
    set("tlsCertificate", command.tlsCertificate.map { .string($0) })
    set("tlsKey", command.tlsKey.map { .string($0) })
    set("tlsClientCa", command.tlsClientCa.map { .string($0) })
    set("maximumCalls", command.maximumCalls.map { .int($0) })
    set("maximumConnections", command.maximumConnections.map { .int($0) })
    set("socketMode", command.socketMode.map { .string($0) })
    set("logFormat", command.logFormat.map { .string($0) })
    set("requireToken", command.requireToken ? .bool(true) : nil)
    set("logLevel", command.logLevel.map { .string($0) })
    set("allowRemote", command.allowRemote ? .bool(true) : nil)
    var providers: [any ConfigProvider] = [
      InMemoryProvider(name: "flags", values: flags), EnvironmentVariablesProvider().prefixKeys(with: "faced"),
    ]
    if let file {
      try SettingsCheck.file(file)
      do {
        providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(file)))
      } catch {
        throw SettingsError(message: "the file '\(file)' cannot be read as JSON")
      }
    }
    return providers
  }

  /// The server that searches; nil where that is this process.
  private static func search(_ reader: ConfigReader) throws -> MilvusSearch? {
    guard let text = reader.string(forKey: "search"), text != "memory" else { return nil }
    guard text.hasPrefix("milvus") else {
      throw SettingsError(message: "--search is memory, or milvus://HOST:PORT; '\(text.prefix(40))' is neither")
    }
    do throws(MilvusError) { return try MilvusSearch(try MilvusAddress(text)) } catch {
      throw SettingsError(message: "--search: \(error.message)")
    }
  }

  /// The data folder and the store, which is in it unless it is elsewhere.
  private static func places(_ reader: ConfigReader) throws -> (directory: String, store: StoreLocation) {
    let data = reader.string(forKey: "data")
    guard let text = reader.string(forKey: "store") else {
      let directory = data ?? defaultDirectory()
      return (directory, .levelDB(directory))
    }
    let store: StoreLocation
    do { store = try StoreLocation(text) } catch { throw SettingsError(message: "--store: \(error.message)") }
    guard case .levelDB(let directory) = store else { return (data ?? defaultDirectory(), store) }
    guard data == nil || data == directory else {
      throw SettingsError(
        message: "--data and --store leveldb: name two folders, and a store is in its data folder; give one of them")
    }
    return (directory, store)
  }

  /// Nil when the key is unset.
  /// - Throws: when it is set to anything but a whole number in the range.
  private static func int(_ reader: ConfigReader, _ key: ConfigKey, _ range: ClosedRange<Int>) throws -> Int? {
    if let value = reader.int(forKey: key), range.contains(value) { return value }
    if reader.int(forKey: key) == nil, reader.string(forKey: key) == nil { return nil }
    throw SettingsError(
      message: "\(name(key)) is a whole number from \(range.lowerBound) to \(range.upperBound)")
  }

  private static func mode(_ reader: ConfigReader) throws -> UInt32? {
    guard let text = reader.string(forKey: "socketMode") else { return nil }
    guard let mode = UInt32(text, radix: 8), mode <= 0o777 else {
      throw SettingsError(message: "--socket-mode '\(text)' is not permissions in octal digits, such as 0660")
    }
    return mode
  }

  private static func number(_ reader: ConfigReader, _ key: ConfigKey) throws -> Double? {
    if let value = reader.double(forKey: key) { return value }
    guard let text = reader.string(forKey: key) else { return nil }
    throw SettingsError(message: "\(name(key)) is a number, not '\(text)'")
  }

  private static func flag(_ reader: ConfigReader, _ key: ConfigKey) throws -> Bool {
    if let value = reader.bool(forKey: key) { return value }
    guard let text = reader.string(forKey: key) else { return false }
    throw SettingsError(message: "\(name(key)) is true or false, not '\(text)'")
  }

  /// The flag, which says best what is meant.
  private static func name(_ key: ConfigKey) -> String {
    let text = "\(key)"
    return SettingKey(rawValue: text)?.flag ?? text
  }

  /// By the XDG rules, which ignore a path that is not absolute.
  static func defaultDirectory() -> String {
    let environment = ProcessInfo.processInfo.environment
    func absolute(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
    return (absolute("XDG_STATE_HOME") ?? (absolute("HOME") ?? NSHomeDirectory()) + "/.local/state") + "/faced"
  }

  private static func detector(_ reader: ConfigReader) throws -> DetectorChoice {
    switch reader.string(forKey: "detector", default: "faced") {
    case "faced": .faced(detector: try bundled("detector"), aligner: try bundled("aligner"))
    case let path where path.hasSuffix(".onnx"): .onnx(path: path)
    case let other: throw SettingsError(message: "detector '\(other)' is neither faced nor an .onnx file")
    }
  }

  private static func bundled(_ name: String) throws -> String {
    guard let path = Bundle.module.path(forResource: name, ofType: "safetensors") else {
      throw SettingsError(
        message: "the bundled file \(name).safetensors is missing from the installation; install faced "
          + "again")
    }
    return path
  }

  /// What crosses a network in the clear can be read and changed by others, so that has to be asked for.
  private static func checkIsLoopback(_ address: String, allowRemote: Bool) throws {
    let isLocal = try TransportAddress(address).isLocal()
    guard isLocal || allowRemote else {
      throw SettingsError(
        message: "'\(address)' can be reached from other machines, and nothing is encrypted; add --tls-certificate and "
          + "--tls-key, or use 127.0.0.1, or add --allow-remote if something in front of it encrypts")
    }
  }
}
