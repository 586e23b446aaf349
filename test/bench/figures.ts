/** Arithmetic on what was measured. */

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [below = NaN, above = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (below + above) / 2;
}

/** The figure below which that share of all is. */
export function quantile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)] ?? NaN;
}

/** One figure against another, round by round. */
export function byRound(
  ours: readonly number[],
  others: readonly number[],
  compare: (our: number, other: number) => number,
): readonly number[] {
  return ours.map((our, round) => compare(our, others[round] ?? NaN));
}
