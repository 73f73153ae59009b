/// Which faces of a photograph are looked for. Small ones cost the most: a picture that shows them has four times the pixels of
/// one that shows faces of twice the size.
package enum SoughtFaces: Hashable, Sendable {
  /// All that the detector finds at its working size.
  case all
  /// Those that are at least so many pixels wide, in the picture that is searched.
  case from(Double)
  /// Large ones first. Smaller ones, as with `all`, only where there is none, or where there are several and the smallest
  /// is hardly larger than what was looked for: somebody else may be a little further away.
  case largeFirst
}
