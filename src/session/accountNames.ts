/** What accounts are called whose server does not say whose they are: by the person, as far as they want to. */
import type { Account } from '../oauth/account.ts';
import type { Server } from '../servers/server.ts';

const namedPrefix = 'named:';
const unnamedPrefix = 'unnamed:';

export function namedAccount(name: string): Account {
  return { id: namedPrefix + name, label: name };
}

/** Of a further account whose name was left open: nobody's who is there already. */
export function unnamedAccount({ url }: Pick<Server, 'url'>): Account {
  return { id: unnamedPrefix + crypto.randomUUID(), label: new URL(url).host };
}

/** Of a server that has one account, which nobody was asked about. */
export function onlyAccount({ name, url }: Pick<Server, 'name' | 'url'>): Account {
  return { id: name, label: new URL(url).host };
}

/** Whether the server told nothing that the account could be called by, so that its name is the person's to choose. */
export function isPersonsToName({ id }: Account, { name }: Pick<Server, 'name'>): boolean {
  return id === name || id.startsWith(namedPrefix) || id.startsWith(unnamedPrefix);
}
