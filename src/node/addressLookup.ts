/** The addresses behind a host name, as this machine's resolver gives them. */
import type { Lookup } from '../oauth/transport.ts';

/** Empty where the name cannot be resolved here, as behind a proxy that resolves it by itself. */
export const lookupAddresses: Lookup = async (hostname) => {
  // Makes a resolver as it is loaded, which no start has to wait for.
  const { lookup } = await import('node:dns/promises');
  try {
    return (await lookup(hostname, { all: true })).map(({ address }) => address);
  } catch {
    return [];
  }
};
