import CoreMetrics

/// swift-metrics' numbers, kept in a registry. `faced.calls` becomes `faced_calls_total`; times are in seconds.
struct PrometheusFactory: MetricsFactory {
  let registry: PrometheusRegistry

  /// Upper bounds of what is timed, in seconds.
  static let seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
  /// Upper bounds of squared distances, which lie in 0 to 4.
  static let distances = Array(stride(from: 0.1, through: 2.0, by: 0.1)) + [4]
  /// Upper bounds of counts, such as the size of a batch.
  static let counts: [Double] = [1, 2, 4, 8, 16, 32, 64, 128]

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    Handler(self, label + ".total", dimensions, [])
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    Handler(self, label, dimensions, [])
  }

  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    let bounds = label.contains("distance") ? Self.distances.map { ($0 * 10).rounded() / 10 } : Self.counts
    return Handler(self, label, dimensions, aggregate ? bounds : [])
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    Handler(self, label + ".seconds", dimensions, Self.seconds)
  }

  func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
  func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
  func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
  func destroyTimer(_ handler: any TimerHandler) { remove(handler) }

  private func remove(_ handler: Any) {
    guard let handler = handler as? Handler else { return }
    registry.remove(handler.name, handler.labels)
  }

  /// One series under every hat that swift-metrics knows.
  private final class Handler: CounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    let registry: PrometheusRegistry
    let name: String
    let labels: PrometheusRegistry.Labels
    let bounds: [Double]

    init(_ factory: PrometheusFactory, _ label: String, _ dimensions: [(String, String)], _ bounds: [Double]) {
      registry = factory.registry
      name = label.replacing(".", with: "_").replacing("-", with: "_")
      labels = PrometheusRegistry.Labels(dimensions)
      self.bounds = bounds
    }

    func increment(by amount: Int64) { registry.change(name, .counter, labels) { $0.value += Double(amount) } }
    func reset() { registry.change(name, .counter, labels) { $0.value = 0 } }

    func set(_ value: Int64) { set(Double(value)) }
    func set(_ value: Double) { registry.change(name, .gauge, labels) { $0.value = value } }
    func increment(by amount: Double) { registry.change(name, .gauge, labels) { $0.value += amount } }
    func decrement(by amount: Double) { registry.change(name, .gauge, labels) { $0.value -= amount } }

    func record(_ value: Int64) { record(Double(value)) }
    func record(_ value: Double) {
      bounds.isEmpty ? set(value) : registry.observe(name, labels, value, bounds: bounds)
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
  }
}
