/** The person of a run: allows every sign-in that a driver opens its browser for, and tells whose it is. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { answerConsent } from '../engine/faultTrial.ts';

const browser = fileURLToPath(import.meta.resolve('./browser.ts'));

export class ConsentDesk {
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
  }

  /** @param onSignIn told of each browser before the page is answered, with the name of the driver that opened it. */
  static async open(sandbox: Sandbox, onSignIn: (driver: string) => void): Promise<ConsentDesk> {
    const server = createServer((request, response) => {
      const serve = async () => {
        const { driver, address } = (await json(request)) as Readonly<Record<string, string>>;
        onSignIn(driver ?? '');
        const callback = await answerConsent(sandbox, address ?? '', 'allow');
        // The driver may be gone by now, or have been served by another one meanwhile.
        const landing = callback === undefined ? undefined : await fetch(callback);
        return landing?.ok === true ? 200 : 502;
      };
      void serve()
        .catch(() => 502)
        .then((status) => response.writeHead(status).end());
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    return new ConsentDesk(server);
  }

  /** What the environment of a driver says of its browser. */
  environmentFor(driver: string): Readonly<Record<string, string>> {
    const { port } = this.server.address() as AddressInfo;
    return {
      BROWSER: `${process.execPath} ${browser}`,
      SOAK_DESK: `http://127.0.0.1:${port}`,
      SOAK_DRIVER: driver,
    };
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}
