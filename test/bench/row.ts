/** One row of the bench, or a group of rows that are measured together. */
import type { Line } from './report.ts';
import type { Stand } from './stand.ts';

export interface Row {
  /** As `--only` names it. */
  readonly name: string;
  /** What `--only` takes for all rows of a kind. */
  readonly group: 'signIn' | 'gateway' | 'editor';
  measure(stand: Stand): Promise<readonly Line[]>;
}
