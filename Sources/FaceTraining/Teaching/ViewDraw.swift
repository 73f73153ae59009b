/// What a view of a bank shows: one face or a blend of two, and whose version of it the teacher sees.
package struct ViewDraw: Hashable, Sendable {
  package var picture: Int
  /// The second face and the mask of the first; nil for a view of one face.
  package var partner: Int?
  package var mask: BlendMask?
  /// Whether the teacher sees the view before it is moved and harmed (`Recipe.Teaching.clean`).
  package var isClean: Bool
}

/// Draws the views of banks: a pure function of the recipe's seed, the bank's number and the view's.
package struct ViewSampler: Sendable {
  /// Pictures of people to train on, and without a label.
  let pictures: [Int]
  let partners: PosePartners
  let plan: Recipe.Teaching
  let seed: UInt64

  package init(pictures: [Int], partners: PosePartners, plan: Recipe.Teaching, seed: UInt64) {
    (self.pictures, self.partners, self.plan, self.seed) = (pictures, partners, plan, seed)
  }

  package func draw(bank: Int, view: Int) -> ViewDraw {
    var random = RandomSource(seed: seed, 20, bank, view)
    let picture = pictures[Int.random(in: pictures.indices, using: &random)]
    let isClean = Float.random(in: 0..<1, using: &random) < plan.clean
    var draw = ViewDraw(picture: picture, partner: nil, mask: nil, isClean: isClean)
    if Float.random(in: 0..<1, using: &random) < plan.blends {
      draw.partner = partners.partner(of: picture, candidates: plan.candidates, random: &random)
      draw.mask = BlendMask(random: &random)
    }
    return draw
  }

  /// Draws the changes of one view. A clean view's differ from epoch to epoch; another's are those that the teacher saw.
  func changes(bank: Int, view: Int, epoch: Int, isClean: Bool) -> RandomSource {
    RandomSource(seed: seed, 21, bank, view, isClean ? epoch : -1)
  }

  /// The order in which a bank's views are seen.
  func order(bank: Int, epoch: Int) -> [Int] {
    var random = RandomSource(seed: seed, 22, bank, epoch)
    return (0..<plan.bank).shuffled(using: &random)
  }
}
