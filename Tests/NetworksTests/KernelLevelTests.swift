import Networks
import Testing

@Suite struct KernelLevelTests {
  @Test func theOneInUseIsSupported() throws {
    #expect(KernelLevel.supported.contains(try KernelLevel.current()))
    #expect(KernelLevel.supported.contains(.plain))
  }

  @Test(arguments: KernelLevel.supported) func everySupportedOneCanBeForced(_ level: KernelLevel) throws {
    #expect(try KernelLevel.forced(by: level.rawValue) == level)
  }

  @Test(arguments: [nil, ""]) func nothingIsForced(_ value: String?) throws {
    #expect(try KernelLevel.forced(by: value) == nil)
  }

  @Test(arguments: ["AVX2", "sse9", " "]) func otherNamesAreRefusedWithTheRightOnes(_ value: String) throws {
    let error = #expect(throws: NetworkError.self) { try KernelLevel.forced(by: value) }
    #expect(error?.code == .invalidEnvironment)
    let message = try #require(error).message
    #expect(message.contains(KernelLevel.variable) && message.contains("'\(value)'") && message.contains("plain"))
  }
}
