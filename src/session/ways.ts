/** Remembers the way back to the editor that worked at an issuer (design 5.2). */
import type { IssuerDocument } from '../oauth/wire/issuerDocument.ts';
import { wayKey, wayRecords, type WayRecord } from './records.ts';
import { keepRecord, readRecord, type RecordPorts } from './storedRecord.ts';

/** For so long after it worked a way is not checked again before the browser opens. */
const trustedForMs = 600_000;

export function readWay(ports: RecordPorts, { issuer }: IssuerDocument): Promise<WayRecord | undefined> {
  return readWayOf(ports, issuer);
}

export function readWayOf(ports: RecordPorts, issuer: string): Promise<WayRecord | undefined> {
  return readRecord(ports, wayKey(issuer), wayRecords);
}

export async function rememberWay(
  ports: RecordPorts,
  issuer: IssuerDocument,
  way: Omit<WayRecord, 'workedAtMs'>,
): Promise<void> {
  const record = { ...way, workedAtMs: ports.clock.now() };
  await keepRecord(ports, wayKey(issuer.issuer), wayRecords, record);
}

/** What failed is looked at before it is used again, though it is still the first to be tried. */
export async function doubtWay(ports: RecordPorts, issuer: IssuerDocument): Promise<void> {
  const way = await readWay(ports, issuer);
  if (way !== undefined)
    await keepRecord(ports, wayKey(issuer.issuer), wayRecords, { ...way, workedAtMs: 0 });
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
