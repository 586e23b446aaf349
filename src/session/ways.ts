/** Remembers the way back to the editor that worked at an issuer (design 5.2). */
import type { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import type { SessionPorts } from './ports.ts';
import { keepRecord, readRecord, wayKey, WayRecord } from './records.ts';

type WayPorts = Pick<SessionPorts, 'store' | 'clock'>;

/** For so long after it worked a way is not checked again before the browser opens. */
const trustedForMs = 600_000;

export function readWay({ store }: WayPorts, issuer: IssuerDocument): Promise<WayRecord | undefined> {
  return readRecord(store, wayKey(issuer.issuer), WayRecord);
}

export async function rememberWay(
  { store, clock }: WayPorts,
  issuer: IssuerDocument,
  way: Omit<WayRecord, 'version' | 'workedAtMs'>,
): Promise<void> {
  const record: WayRecord = { ...way, version: 1, workedAtMs: clock.now() };
  await keepRecord(store, wayKey(issuer.issuer), record);
}

/** What failed is looked at before it is used again, though it is still the first to be tried. */
export async function doubtWay({ store }: WayPorts, issuer: IssuerDocument): Promise<void> {
  const way = await readRecord(store, wayKey(issuer.issuer), WayRecord);
  if (way !== undefined) await keepRecord(store, wayKey(issuer.issuer), { ...way, workedAtMs: 0 });
}

/** Whether this client came back this way just now. */
export function isTrusted(
  way: WayRecord | undefined,
  { redirectUri, clientId }: { readonly redirectUri: string; readonly clientId: string },
  nowMs: number,
): boolean {
  return (
    way?.redirectUri === redirectUri && way.clientId === clientId && nowMs - way.workedAtMs < trustedForMs
  );
}
