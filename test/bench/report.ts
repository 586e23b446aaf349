/** What the bench tells: a line for each comparison, and a table of them. */

export interface Figure {
  readonly who: string;
  readonly value: number;
  /** What it was worked out from, such as one figure for each round. */
  readonly raw?: readonly number[];
}

export interface Line {
  readonly row: string;
  /** What the figures are, with their unit. */
  readonly what: string;
  readonly ours: Figure;
  readonly peer?: Figure;
  /** Ours by the peer's. */
  readonly ratio?: number;
  /** In words; absent where the figures are told for whoever wants to know. */
  readonly budget?: string;
  readonly isWithin?: boolean;
}

/** What has to be true of the ratio, and its words. */
export interface Budget {
  readonly words: string;
  readonly holds: (ratio: number) => boolean;
}

export function compare(row: string, what: string, ours: Figure, peer: Figure, budget?: Budget): Line {
  const ratio = ours.value / peer.value;
  return {
    row,
    what,
    ours,
    peer,
    ratio,
    ...(budget && { budget: budget.words, isWithin: budget.holds(ratio) }),
  };
}

/** A count that may not be more. */
export function limited(row: string, what: string, ours: Figure, limit: number): Line {
  return { row, what, ours, budget: `≤ ${limit}`, isWithin: ours.value <= limit };
}

export function atMost(limit: number): Budget {
  return { words: `≤ ${limit}`, holds: (ratio) => ratio <= limit };
}

export function atLeast(limit: number): Budget {
  return { words: `≥ ${limit}`, holds: (ratio) => ratio >= limit };
}

export const less: Budget = { words: '< 1', holds: (ratio) => ratio < 1 };
export const more: Budget = { words: '> 1', holds: (ratio) => ratio > 1 };

export function tableOf(lines: readonly Line[]): string {
  const heads = ['row', 'what', 'ours', 'peer', 'ratio', 'budget', 'within'];
  const rows = lines.map(({ row, what, ours, peer, ratio, budget = '', isWithin }) => [
    row,
    what,
    shown(ours),
    peer === undefined ? '' : shown(peer),
    ratio === undefined ? '' : rounded(ratio),
    budget,
    isWithin === undefined ? '' : isWithin ? 'yes' : 'NO',
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const draw = (cells: readonly string[]) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [draw(heads), draw(widths.map((width) => '─'.repeat(width))), ...rows.map(draw)].join('\n');
}

/** What `--check` fails for, in sentences: budgets that are missed, and what could not be measured. */
export function shortfalls(lines: readonly Line[], missing: readonly string[]): readonly string[] {
  const missed = lines.filter(({ isWithin }) => isWithin === false);
  return [
    ...missed.map((line) => `Missed: ${nameOf(line)}`),
    ...missing.map((sentence) => `Not checked: ${sentence}`),
  ];
}

/** One line by itself: `throughput, share of direct, 200 B: 0.2 (process) against 0.44 (bare proxy), ratio 0.46, budget ≥ 0.8`. */
export function nameOf({ row, what, ours, peer, ratio, budget }: Line): string {
  const against = peer === undefined ? '' : ` against ${shown(peer)}`;
  const share = ratio === undefined ? '' : `, ratio ${rounded(ratio)}`;
  return `${row}, ${what}: ${shown(ours)}${against}${share}, budget ${budget ?? 'none'}`;
}

function shown({ who, value }: Figure): string {
  return `${rounded(value)} (${who})`;
}

/** Three digits that count. */
export function rounded(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}
