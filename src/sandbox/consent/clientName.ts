// How a person reads which app asks. Its name is whatever it registered; only the host of its own address is no choice
// of its own.
import type { Client } from 'oidc-provider';

import { toLine } from '../pages/shownText.ts';

/** The longest name that is shown, in characters. */
const nameLimit = 80;

/** The name of an app, or what it is known by where that name shows nothing. */
export function nameClient({ clientName, clientId }: Pick<Client, 'clientName' | 'clientId'>): string {
  const name = toLine(clientName ?? '', nameLimit);
  return name === '' ? toLine(findClientHost(clientId) ?? clientId, nameLimit) : name;
}

/** The host of a client whose id is the address of its metadata document. */
export function findClientHost(clientId: string): string | undefined {
  const url = URL.parse(clientId);
  return url?.protocol === 'https:' ? url.host : undefined;
}
