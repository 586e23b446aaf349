// Every fault that can be switched on, in one table; `--list-faults` prints it, and FAULTS.md beside this folder shows it.
import { authorizationFaults } from './authorizationFaults.ts';
import type { FaultEntry } from './faultSwitches.ts';
import { issuerFaults } from './issuerFaults.ts';
import { mcpFaults } from './mcpFaults.ts';

const entries = [...mcpFaults, ...issuerFaults, ...authorizationFaults].map(
  ({ name, about, source }): [string, FaultEntry] => [`${name}: ${about}`, { name, about, source }],
);

/**
 * The table, in the order of a sign-in: the MCP server, who is in charge, the authorization server. A fault of both
 * servers has one line.
 */
export const faultTable: readonly FaultEntry[] = [...new Map(entries).values()];

/**
 * The names, each once.
 *
 * @throws Error with a sentence for people if one is no fault of the table.
 */
export function checkFaultNames(names: Iterable<string>): readonly string[] {
  const unique = [...new Set(names)];
  const unknown = unique.find((name) => !faultTable.some((fault) => fault.name === name));
  if (unknown !== undefined)
    throw new Error(`There is no fault named “${unknown}”; --list-faults prints those there are.`);
  return unique;
}

/** The table as Markdown, aligned so that it is as good to read in a terminal. */
export function listFaults(faults: readonly FaultEntry[]): string {
  const rows = [
    ['fault', 'what the servers do', 'source'],
    ...faults.map(({ name, about, source }) => [`\`${name}\``, about.replaceAll('|', '\\|'), source]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const write = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const [head = [], ...body] = rows;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |\n`;
  return write(head) + rule + body.map(write).join('');
}
