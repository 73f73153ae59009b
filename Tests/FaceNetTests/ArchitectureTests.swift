import FaceNet
import Networks
import Testing

@Suite struct ArchitectureTests {
  /// NN4 of the paper: 6.9 M parameters, 285 M multiply-adds; counted out of its table.
  @Test func nn4HasThePapersSize() throws {
    let definition = try Architecture.named("nn4").definition
    #expect(try definition.parameterCount() == 6_943_952)
    #expect(try definition.multiplyAdds() == 288_870_400)
    #expect([definition.inputHeight, definition.inputWidth] == [96, 96])
    #expect(try definition.outputDimension() == 128)
  }

  @Test func theShippedNetworkIsSmall() throws {
    let small = try Architecture.named("NN4-small").definition
    let tiny = try Architecture.named("NN4-tiny").definition
    #expect((30_000_000...60_000_000).contains(try small.multiplyAdds()))
    #expect(4 * (try small.parameterCount()) < 16 << 20)
    #expect((8_000_000...20_000_000).contains(try tiny.multiplyAdds()))
    #expect(try small.outputDimension() == 128 && tiny.outputDimension() == 128)
  }

  @Test func unknownNamesAreRefusedWithTheKnownOnes() {
    #expect {
      try Architecture.named("NN9")
    } throws: { error in
      guard let error = error as? ModelFileError else { return false }
      return error.code == .unknownArchitecture && error.message.contains("NN4-small")
    }
  }
}
