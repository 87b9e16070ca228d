/** Numbers in words and colours. */

/** A count in few characters: 61,706 is `61.7 k`. */
export function count(value: number): string {
  for (const [size, unit] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k']
  ] as const) {
    if (value >= size) {
      const scaled = value / size;
      return `${scaled.toFixed(scaled < 100 ? 1 : 0)} ${unit}`;
    }
  }
  return String(value);
}

const EXACT = new Intl.NumberFormat('en');

/** A count with all its digits: `61,706`. */
export function exactly(value: number): string {
  return EXACT.format(value);
}

// Viridis at eleven even steps.
const VIRIDIS = [
  [68, 1, 84],
  [72, 36, 117],
  [65, 68, 135],
  [53, 95, 141],
  [42, 120, 142],
  [33, 145, 140],
  [34, 168, 132],
  [68, 191, 112],
  [122, 209, 81],
  [189, 223, 38],
  [253, 231, 37]
] as const;

/** The colour of a score between 0 and 1, the same scale as in the other views. */
export function viridis(score: number): string {
  const at = Math.min(Math.max(score, 0), 1) * (VIRIDIS.length - 1);
  const low = Math.min(Math.floor(at), VIRIDIS.length - 2);
  const [from, to] = [VIRIDIS[low]!, VIRIDIS[low + 1]!];
  const mixed = from.map((value, channel) => Math.round(value + (to[channel]! - value) * (at - low)));
  return `rgb(${mixed.join(', ')})`;
}
