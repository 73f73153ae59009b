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

  @Test func anUnknownCodeIsUnknown() {
    var problem = failure.problem
    problem.code = 999
    #expect(Failure(problem).code == .unknown)
  }
}
