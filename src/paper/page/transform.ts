/** From millimetres on the sheet to pixels on the page, and how such a map is fitted to points that were found. */

export interface Point {
  x: number;
  y: number;
}

/** A homography, row by row; the last of the nine is 1. An affine map has zeros in place seven and eight. */
export type Transform = readonly [number, number, number, number, number, number, number, number, number];

export function apply(map: Transform, { x, y }: Point): Point {
  const scale = map[6] * x + map[7] * y + map[8];
  return { x: (map[0] * x + map[1] * y + map[2]) / scale, y: (map[3] * x + map[4] * y + map[5]) / scale };
}

export interface Pair {
  from: Point;
  to: Point;
  weight: number;
}

/**
 * Least squares. Three pairs or more, not on one line, give an affine map; `perspective` needs four or more, spread out.
 * @returns null when the points do not determine it.
 */
export function fit(pairs: readonly Pair[], kind: 'affine' | 'perspective'): Transform | null {
  const unknowns = kind === 'affine' ? 6 : 8;
  if (pairs.length * 2 < unknowns) return null;
  // Moved and scaled so that all numbers are about 1, or the squares drown in rounding.
  const source = framed(pairs.map(({ from }) => from));
  const target = framed(pairs.map(({ to }) => to));
  const normal = Array.from({ length: unknowns }, () => new Float64Array(unknowns + 1));
  for (const { from, to, weight } of pairs) {
    const { x, y } = source.enter(from);
    const aim = target.enter(to);
    addEquation(normal, [x, y, 1, 0, 0, 0, -x * aim.x, -y * aim.x], aim.x, weight);
    addEquation(normal, [0, 0, 0, x, y, 1, -x * aim.y, -y * aim.y], aim.y, weight);
  }
  const solved = solve(normal);
  if (!solved) return null;
  const at = (index: number): number => solved[index] ?? 0;
  const inner: Transform = [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7), 1];
  return scaledToOne(multiply(multiply(target.leave, inner), source.matrix));
}

function addEquation(normal: Float64Array[], row: readonly number[], value: number, weight: number): void {
  const size = normal.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) normal[i]![j]! += weight * row[i]! * row[j]!;
    normal[i]![size]! += weight * row[i]! * value;
  }
}

/** Gauss with pivots. */
function solve(rows: Float64Array[]): number[] | null {
  const size = rows.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    const divisor = rows[pivot]![column]!;
    if (Math.abs(divisor) < 1e-9) return null;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / divisor;
      if (factor !== 0) for (let k = column; k <= size; k++) rows[row]![k]! -= factor * rows[column]![k]!;
    }
  }
  return rows.map((row, index) => row[size]! / row[index]!);
}

/** Into a frame whose origin is the mean and whose unit is the mean distance, and back. */
function framed(points: readonly Point[]): { matrix: Transform; leave: Transform; enter(point: Point): Point } {
  const mean = (pick: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const middle = { x: mean((point) => point.x), y: mean((point) => point.y) };
  const unit = mean((point) => Math.hypot(point.x - middle.x, point.y - middle.y)) || 1;
  return {
    matrix: [1 / unit, 0, -middle.x / unit, 0, 1 / unit, -middle.y / unit, 0, 0, 1],
    leave: [unit, 0, middle.x, 0, unit, middle.y, 0, 0, 1],
    enter: ({ x, y }) => ({ x: (x - middle.x) / unit, y: (y - middle.y) / unit }),
  };
}

function multiply(a: Transform, b: Transform): Transform {
  const cell = (row: number, column: number): number =>
    a[row * 3]! * b[column]! + a[row * 3 + 1]! * b[column + 3]! + a[row * 3 + 2]! * b[column + 6]!;
  return [
    ...[cell(0, 0), cell(0, 1), cell(0, 2)],
    ...[cell(1, 0), cell(1, 1), cell(1, 2)],
    ...[cell(2, 0), cell(2, 1), cell(2, 2)],
  ] as unknown as Transform;
}

function scaledToOne(map: Transform): Transform {
  return map.map((value) => value / map[8]) as unknown as Transform;
}

/** How far the map misses its points, root mean square, in units of the target. */
export function misfit(map: Transform, pairs: readonly Pair[]): number {
  const squares = pairs.map(({ from, to }) => {
    const { x, y } = apply(map, from);
    return (x - to.x) ** 2 + (y - to.y) ** 2;
  });
  return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / Math.max(1, squares.length));
}
