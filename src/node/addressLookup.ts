/** The addresses behind a host name, as this machine's resolver gives them. */
import { lookup } from 'node:dns/promises';
import type { Lookup } from '../oauth/transport.ts';

/** Empty where the name cannot be resolved here, as behind a proxy that resolves it by itself. */
export const lookupAddresses: Lookup = async (hostname) => {
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
};
