// Every fault that can be switched on, in one table. docs: `--list-faults` prints it.
import { authorizationFaults } from './authorizationFaults.ts';
import type { FaultEntry } from './faultSwitches.ts';
import { issuerFaults } from './issuerFaults.ts';
import { mcpFaults } from './mcpFaults.ts';

/** The table, in the order of a sign-in: the MCP server, who is in charge, the authorization server. */
export const faultTable: readonly FaultEntry[] = [...mcpFaults, ...issuerFaults, ...authorizationFaults].map(
  ({ name, about, source }) => ({ name, about, source }),
);

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
