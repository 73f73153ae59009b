import FaceAPI
import GRPCCore
import GRPCProtobuf
import Testing

@Suite struct FailureTests {
  let failure = Failure(code: .invalidArgument, reason: "NO_FACE", message: "no face was found")

  @Test func aStatusCarriesItsReasonToTheClient() throws {
    #expect(Failure(RPCError(failure.status)) == failure)
  }

  @Test func aProblemCarriesItsReasonToTheClient() {
    #expect(Failure(failure.problem) == failure)
  }

  @Test func anErrorWithoutDetailsKeepsItsCode() {
    let plain = Failure(RPCError(code: .unavailable, message: "gone"))
    #expect(plain == Failure(code: .unavailable, reason: "", message: "gone"))
  }

  /// A model's header, a name: what a message quotes may be of any length, and a status must fit into metadata.
  @Test(arguments: ["x", "é", "人", "👩‍👩‍👧‍👦"])
  func aLongMessageKeepsItsStartAndItsEnd(_ filling: String) {
    let long = "refused: " + String(repeating: filling, count: 20_000) + "; give a shorter one"
    let failure = Failure(code: .invalidArgument, reason: "X", message: long)
    #expect(failure.message.utf8.count <= Failure.longestMessage)
    #expect(failure.message.hasPrefix("refused: ") && failure.message.hasSuffix("; give a shorter one"))
    let error = RPCError(failure.status)
    let details = error.metadata.reduce(0) { sum, pair in
      switch pair.value {
      case .string(let text): sum + text.utf8.count
      case .binary(let bytes): sum + bytes.count * 4 / 3
      }
    }
    // Percent-encoded, a byte of the message takes three.
    #expect(error.message.utf8.count * 3 + details < 8 << 10)
  }

  @Test func anUnknownCodeIsUnknown() {
    var problem = failure.problem
    problem.code = 999
    #expect(Failure(problem).code == .unknown)
  }
}
