/// What facectl identify prints for one photograph.
struct Reply: Decodable {
  struct Face: Decodable {
    let decision: String
    let identity: String?
    let distance: Double?
    let threshold: Double
    let candidates: [Candidate]
  }

  struct Candidate: Decodable { let identity: String, distance: Double }
  struct Refusal: Decodable { let reason: String }

  let faces: [Face]
  let error: Refusal?
}

/// What was asked and what was answered.
struct Answers {
  enum Verdict { case right, unknown, wrong, refused }

  struct Row {
    let file: String
    /// Nil for a stranger.
    let truth: String?
    let reply: Reply

    var answer: String? { reply.faces.first?.identity }

    var verdict: Verdict {
      if reply.error != nil { return .refused }
      if answer == truth { return .right }
      return answer == nil ? .unknown : .wrong
    }
  }

  let title: String
  let rows: [Row]

  var known: [Row] { rows.filter { $0.truth != nil } }
  var strangers: [Row] { rows.filter { $0.truth == nil } }
  /// Of all answers, those that name somebody wrong.
  var wrongShare: Double { share(rows.filter { $0.verdict == .wrong }.count, of: rows.count) }
  /// Of the known, those who were answered with "unknown" or whose picture was refused.
  var unknownShare: Double {
    share(known.filter { $0.verdict == .unknown || $0.verdict == .refused }.count, of: known.count)
  }
  /// Of the known, those whose nearest candidate is right, whatever the threshold says.
  var rankOne: Double {
    share(known.filter { $0.reply.faces.first?.candidates.first?.identity == $0.truth }.count, of: known.count)
  }

  var summary: String {
    let recognised = known.filter { $0.verdict == .right }.count
    let accepted = strangers.filter { $0.verdict == .wrong }.count
    return "\(recognised) of \(known.count) recognised, \(known.filter { $0.verdict == .wrong }.count) taken for "
      + "somebody else, \(accepted) of \(strangers.count) strangers taken for somebody; nearest is right for "
      + Report.percent(rankOne)
  }

  private func share(_ part: Int, of whole: Int) -> Double { whole == 0 ? 0 : Double(part) / Double(whole) }
}
