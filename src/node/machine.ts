/** What variables in addresses and headers may name of this machine. */
import { homedir } from 'node:os';
import { sep } from 'node:path';

export const machine = {
  env: (name: string): string | undefined => process.env[name],
  userHome: homedir(),
  pathSeparator: sep,
};
