import FaceEngine
import Testing

@Suite struct DecisionTests {
  @Test(arguments: [1, 2, 60, 300, 100_000])
  func theRateOverAllComparisonsIsTheWantedOne(_ comparisons: Int) {
    let wanted = 0.01
    let each = Decision.falseAcceptRate(falsePositiveRate: wanted, comparisons: comparisons)
    var passes = 1.0
    for _ in 0..<comparisons { passes *= 1 - each }
    #expect(abs((1 - passes) - wanted) < 1e-6)
  }

  @Test func anEmptyGalleryAsksForTheRateItself() {
    #expect(Decision.falseAcceptRate(falsePositiveRate: 0.01, comparisons: 0) == 0.01)
  }
}
