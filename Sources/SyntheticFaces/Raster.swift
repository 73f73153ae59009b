/// A vertex on the canvas: place in its pixels, nearness (larger is nearer), and shaded colour.
struct Vertex {
  var x: Float
  var y: Float
  var near: Float
  var colour: Vector
  var visible: Bool
}

/// A picture in linear light with a depth for every pixel.
struct Canvas {
  let side: Int
  private(set) var colours: [Vector]
  private var nearness: [Float]

  init(side: Int, background: [Vector]) {
    self.side = side
    colours = background
    nearness = [Float](repeating: -.infinity, count: side * side)
  }

  /// Draws a grid of vertices, row by row, as triangles with colours blended between their corners. Cells with an
  /// invisible corner are left out.
  mutating func draw(_ vertices: [Vertex], columns: Int) {
    let rows = vertices.count / columns
    let side = self.side
    unsafe colours.withUnsafeMutableBufferPointer { colours in
      unsafe nearness.withUnsafeMutableBufferPointer { nearness in
        unsafe vertices.withUnsafeBufferPointer { vertices in
          for row in 0..<rows - 1 {
            for column in 0..<columns - 1 {
              let index = row * columns + column
              let a = unsafe vertices.baseAddress! + index
              let (b, c, d) = unsafe (a + 1, a + columns, a + columns + 1)
              guard unsafe a.pointee.visible, unsafe b.pointee.visible, unsafe c.pointee.visible,
                unsafe d.pointee.visible
              else { continue }
              unsafe fill(a, b, c, colours.baseAddress!, nearness.baseAddress!, side)
              unsafe fill(b, d, c, colours.baseAddress!, nearness.baseAddress!, side)
            }
          }
        }
      }
    }
  }

  /// Mixes a disc of one colour over what is farther away.
  mutating func stamp(x: Float, y: Float, near: Float, radius: Float, colour: Vector) {
    let limit = Float(side - 1)
    guard x + radius >= 0, y + radius >= 0, x - radius <= limit, y - radius <= limit else { return }
    let columns = Int(max(0, x - radius - 1))...Int(min(limit, x + radius + 1))
    let rows = Int(max(0, y - radius - 1))...Int(min(limit, y + radius + 1))
    for row in rows {
      for column in columns where nearness[row * side + column] < near {
        let (dx, dy) = (Float(column) + 0.5 - x, Float(row) + 0.5 - y)
        let cover = min(max(radius + 0.5 - (dx * dx + dy * dy).squareRoot(), 0), 1)
        if cover > 0 { colours[row * side + column] = colours[row * side + column].mixed(colour, cover) }
      }
    }
  }
}

/// One triangle by edge functions over its bounding box.
@inline(__always)
private func fill(
  _ a: UnsafePointer<Vertex>, _ b: UnsafePointer<Vertex>, _ c: UnsafePointer<Vertex>,
  _ colours: UnsafeMutablePointer<Vector>, _ nearness: UnsafeMutablePointer<Float>, _ side: Int
) {
  let (ax, ay, bx, by, cx, cy) = unsafe (a.pointee.x, a.pointee.y, b.pointee.x, b.pointee.y, c.pointee.x, c.pointee.y)
  let area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
  guard area != 0 else { return }
  let limit = Float(side - 1)
  let (left, right) = (min(ax, min(bx, cx)), max(ax, max(bx, cx)))
  let (top, bottom) = (min(ay, min(by, cy)), max(ay, max(by, cy)))
  guard right >= 0.5, bottom >= 0.5, left <= limit + 0.5, top <= limit + 0.5 else { return }
  let firstX = Int(max(0, (left - 0.5).rounded(.up)))
  let lastX = Int(min(limit, (right - 0.5).rounded(.down)))
  let firstY = Int(max(0, (top - 0.5).rounded(.up)))
  let lastY = Int(min(limit, (bottom - 0.5).rounded(.down)))
  guard firstX <= lastX, firstY <= lastY else { return }
  let inverse = 1 / area
  for row in firstY...lastY {
    let py = Float(row) + 0.5
    for column in firstX...lastX {
      let px = Float(column) + 0.5
      let wb = ((px - ax) * (cy - ay) - (py - ay) * (cx - ax)) * inverse
      let wc = ((bx - ax) * (py - ay) - (by - ay) * (px - ax)) * inverse
      let wa = 1 - wb - wc
      guard wa >= 0, wb >= 0, wc >= 0 else { continue }
      let near = unsafe wa * a.pointee.near + wb * b.pointee.near + wc * c.pointee.near
      let index = row * side + column
      guard unsafe near > nearness[index] else { continue }
      unsafe nearness[index] = near
      unsafe colours[index] = unsafe a.pointee.colour * wa + b.pointee.colour * wb + c.pointee.colour * wc
    }
  }
}
