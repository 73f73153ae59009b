import FaceEngine
import Foundation
import Images
import Logging
import ServiceLifecycle
import UnixSignals

/// Takes over at SIGHUP what can change while the daemon runs, and says what cannot.
struct Reloader: Service {
  let engine: FaceEngine
  let tokens: TokenRegistry
  /// What the daemon runs with, but for what was taken over since.
  let settings: Settings
  /// Flags, environment and file, read anew.
  let read: @Sendable () async throws -> Settings
  let logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in await UnixSignalsSequence(trapping: .sighup) { await reload() }
    }
  }

  private func reload() async {
    var taken: [String] = []
    var refused: [String] = []
    do {
      try tokens.reload()
      taken.append("tokens")
    } catch {
      refused.append("tokens (\((error as? FileError)?.message ?? "\(error)"))")
    }
    do {
      let new = try await read()
      if new.logLevel != LogThreshold.level { taken.append(SettingKey.logLevel.flag) }
      LogThreshold.level = new.logLevel
      let running = engine.options
      if new.engine.falsePositiveRate != running.falsePositiveRate { taken.append(SettingKey.falsePositiveRate.flag) }
      if new.engine.minimumQuality != running.minimumQuality { taken.append(SettingKey.minimumQuality.flag) }
      if new.engine.minimumFace != running.minimumFace { taken.append(SettingKey.minimumFace.flag) }
      engine.adopt(
        falsePositiveRate: new.engine.falsePositiveRate, minimumQuality: new.engine.minimumQuality,
        minimumFace: new.engine.minimumFace)
      let waiting = settings.changesThatNeedARestart(to: new)
      if !waiting.isEmpty { refused.append("needs a restart: " + waiting.joined(separator: ", ")) }
    } catch let error as SettingsError {
      refused.append(error.message)
    } catch {
      refused.append("\(error)")
    }
    var metadata: Logger.Metadata = ["taken": "\(taken.joined(separator: ", "))"]
    if !refused.isEmpty { metadata["not_taken"] = "\(refused.joined(separator: "; "))" }
    logger.log(level: refused.isEmpty ? .notice : .warning, "settings were read again", metadata: metadata)
  }
}

extension Settings {
  /// Flags of what differs and is only read at the start.
  func changesThatNeedARestart(to new: Settings) -> [String] {
    var flags: [String] = []
    func compare<Value: Equatable>(_ key: SettingKey, _ value: (Settings) -> Value) {
      if value(self) != value(new) { flags.append(key.flag) }
    }
    compare(.data) { $0.engine.directory }
    compare(.address) { $0.addresses.joined(separator: ",") }
    compare(.model) { $0.engine.initialModel }
    compare(.detector) { $0.engine.detector }
    compare(.workers) { $0.engine.workers }
    compare(.maximumPhotoBytes) { $0.engine.photoLimits.bytes }
    compare(.maximumPhotoPixels) { $0.engine.photoLimits.pixels }
    compare(.checkpointChanges) { $0.engine.checkpoints.changes }
    compare(.checkpointSeconds) { $0.engine.checkpoints.interval }
    compare(.checkpointMinimumFaces) { $0.engine.checkpoints.minimumFaces }
    compare(.scrubBytesPerSecond) { $0.engine.scrub.bytesPerSecond }
    compare(.scrubSeconds) { $0.engine.scrub.rest }
    compare(.maximumDecodedBytes) { $0.engine.maximumDecodedBytes }
    compare(.batchSize) { $0.engine.batchSize }
    compare(.batchWait) { $0.engine.batchWait }
    compare(.maximumCalls) { $0.maximumCalls }
    compare(.rollbackDays) { $0.engine.rollbackSeconds }
    compare(.maximumConnections) { $0.maximumConnections }
    compare(.metricsAddress) { $0.metricsAddress }
    compare(.logFormat) { $0.logFormat }
    compare(.requireToken) { $0.requiresToken }
    return flags
  }
}
