/** A port of this computer that nothing else listens at (checklist 8.2, 8.3). */
import type { AddressInfo, Server } from 'node:net';

/**
 * Starts listening and tells the port.
 * @param port 0 for a free one.
 * @throws what `node:net` throws, such as `EADDRINUSE`.
 */
export async function listenExclusively(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Why a port was not to be had, as Node names it; undefined for anything else. */
export function systemCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string'
    ? thrown.code
    : undefined;
}
