/** What is stored of a share: the leave of one program on one computer to use the sign-in to one server. */
import * as z from 'zod/mini';
import type { RecordStore } from './ports.ts';
import { serverIn } from './records.ts';
import type { RecordKind } from './storedRecord.ts';

/** Programs whose configuration is known; anything else gets an address to copy. */
export const clientKinds = ['claude-code', 'codex', 'opencode', 'other'] as const;
export type ClientKind = (typeof clientKinds)[number];

/** An entry of ours in the configuration file of a client. */
const WrittenEntry = z.lazy(() => z.object({ file: z.string(), name: z.string() }));
export type WrittenEntry = z.infer<typeof WrittenEntry>;

const ShareRecord = z.lazy(() =>
  z.object({
    id: z.string(),
    /** The computer whose programs it is for: the same records may be read on others, which must not listen for it. */
    place: z.string(),
    client: z.enum(clientKinds),
    /** What people call the client. */
    label: z.string(),
    serverName: z.string(),
    serverUrl: z.string(),
    /** Knowing it is the leave: 256 random bits as base64url. */
    key: z.string(),
    createdAtMs: z.number(),
    entry: z.optional(WrittenEntry),
  }),
);
export type ShareRecord = z.infer<typeof ShareRecord>;

export const shareRecords: RecordKind<ShareRecord> = { version: 1, schema: ShareRecord };

export const sharePrefix = 'share:';
/** Begins with the server, as all that is forgotten with it. */
export const shareKey = ({ serverName, serverUrl, place, id }: Omit<ShareRecord, 'key'>): string =>
  sharePrefix + JSON.stringify([serverName, serverUrl, place, id]);

/** The keys of all that is shared of a server of this name, on whichever computer. */
export async function shareKeysOf(store: Pick<RecordStore, 'keys'>, serverName: string): Promise<string[]> {
  const keys = await store.keys();
  return keys.filter((key) => key.startsWith(sharePrefix) && serverIn(key)?.name === serverName);
}
