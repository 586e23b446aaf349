/** What was taken out of files of the person to be managed here, kept so that it can be given back as it was. */
import * as z from 'zod/mini';
import type { RemovedEntry } from '../servers/removedEntry.ts';
import { keepRecord, readRecord, type RecordKind, type RecordPorts } from './storedRecord.ts';

const prefix = 'takenOver:';

/** A header of the entry may be a credential: the store is one for secrets. */
export interface TakenOver {
  /** URI of the file. */
  readonly file: string;
  readonly removed: RemovedEntry;
}

const Text = z.lazy(() => z.object({ lead: z.string(), item: z.string(), tail: z.string() }));

const records: RecordKind<TakenOver> = {
  version: 1,
  schema: z.lazy(() =>
    z.object({
      file: z.string(),
      removed: z.object({
        kind: z.enum(['mcp', 'dotMcp', 'settings', 'workspace']),
        name: z.string(),
        cuts: z.readonly(z.array(z.object({ offset: z.number(), text: z.string() }))),
        left: z.string(),
        own: Text,
        before: z.readonly(z.array(z.string())),
        behind: z.readonly(z.array(z.string())),
      }),
    }),
  ),
};

/** By the name that the server has here, and the file: another workspace may have a server of the same name. */
export class TakenOverEntries {
  private readonly ports: RecordPorts;

  constructor(ports: RecordPorts) {
    this.ports = ports;
  }

  keep(name: string, entry: TakenOver): Promise<void> {
    return keepRecord(this.ports, keyOf(name, entry.file), records, entry);
  }

  find(name: string, file: string): Promise<TakenOver | undefined> {
    return readRecord(this.ports, keyOf(name, file), records);
  }

  forget(name: string, file: string): Promise<void> {
    return this.ports.store.remove(keyOf(name, file));
  }

  /** The names of those that are kept, each with its file. */
  async list(): Promise<readonly { readonly name: string; readonly file: string }[]> {
    return (await this.ports.store.keys()).flatMap((key) => {
      const [name, file] = partsOf(key);
      return name === undefined || file === undefined ? [] : [{ name, file }];
    });
  }
}

function keyOf(name: string, file: string): string {
  return prefix + JSON.stringify([name, file]);
}

function partsOf(key: string): readonly string[] {
  if (!key.startsWith(prefix)) return [];
  try {
    const parts: unknown = JSON.parse(key.slice(prefix.length));
    return Array.isArray(parts) ? parts.filter((part) => typeof part === 'string') : [];
  } catch {
    return [];
  }
}
