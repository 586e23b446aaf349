// What the browser keeps for VS Code and for the other tabs: cookies, localStorage, IndexedDB, sessionStorage.
import type { Workbench } from './workbench.ts';

export async function browserStorageHolding(workbench: Workbench, text: string): Promise<readonly string[]> {
  return (await entries(workbench)).filter(({ value }) => value.includes(text)).map(({ place }) => place);
}

interface StorageEntry {
  readonly place: string;
  /** Name and content, as JSON. */
  readonly value: string;
}

async function entries({ context }: Workbench): Promise<StorageEntry[]> {
  const { cookies, origins } = await context.storageState({ indexedDB: true });
  const found = cookies.map((cookie) => entry(`cookie of ${cookie.domain}`, cookie.name, cookie));
  for (const kept of origins) {
    const { origin, localStorage, ...databases } = kept;
    for (const item of localStorage) found.push(entry(`localStorage of ${origin}`, item.name, item));
    found.push(entry(`IndexedDB of ${origin}`, 'all', databases));
  }
  for (const page of context.pages()) {
    // As text, since the types of the browser's own objects are unknown on this side.
    const session = await page.evaluate<unknown>('({ ...sessionStorage })');
    found.push(entry(`sessionStorage of ${page.url()}`, 'all', session));
  }
  return found;
}

function entry(where: string, name: string, content: unknown): StorageEntry {
  return { place: `${where}: ${name}`, value: JSON.stringify(content) };
}
