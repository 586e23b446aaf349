// Lets whoever started the sandbox look at its faults and switch them while it runs, see how counts fare, and lead a person
// to the page of the clients. Guarded by a key that is told to nobody else, and shut to web pages.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { checkFaultNames, faultTable } from '../faults/faults.ts';
import type { FaultSwitches } from '../faults/faultSwitches.ts';
import type { Handler } from './listener.ts';
import { readBody } from './requestBody.ts';

/** Below the issuer. */
export const controlPath = '/sandbox';

const bodyLimitBytes = 64 * 1024;

/** What may be steered, with which key, and where it is noted down. */
export interface Control {
  readonly faults: FaultSwitches;
  readonly key: string;
  readonly log: (line: string) => void;
  /** How the counts of the MCP server's slow tool fare, as JSON. */
  readonly counts: () => object;
  /** Leave to register one client by hand without the passphrase. */
  readonly issueTicket: () => string;
}

/** Answers requests for the control address; all others go on to `next`. */
export function serveControl({ faults, key, log, counts, issueTicket }: Control, next: Handler): Handler {
  return async (request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (path?.startsWith(`${controlPath}/`) !== true) return next(request, response);
    if (!isAllowed(request, key))
      return reply(response, 401, { error: 'The control key is missing or wrong.' });
    if (path === `${controlPath}/counts`)
      return request.method === 'GET'
        ? reply(response, 200, counts())
        : reply(response, 405, { error: 'Use GET.' });
    if (path === `${controlPath}/client-tickets`)
      return request.method === 'POST'
        ? reply(response, 200, { ticket: issueTicket() })
        : reply(response, 405, { error: 'Use POST.' });
    if (path !== `${controlPath}/faults`) return reply(response, 404, { error: 'There is no such address.' });
    if (request.method === 'GET') return reply(response, 200, describe(faults));
    if (request.method !== 'PUT') return reply(response, 405, { error: 'Use GET or PUT.' });
    try {
      faults.set(checkFaultNames(await readNames(request)));
      log(`faults now: ${faults.active.join(', ') || 'none'}`);
    } catch (error) {
      return reply(response, 400, { error: error instanceof Error ? error.message : String(error) });
    }
    return reply(response, 200, describe(faults));
  };
}

function isAllowed(request: IncomingMessage, key: string): boolean {
  if (request.headers.origin !== undefined) return false;
  const [given, expected] = [Buffer.from(request.headers.authorization ?? ''), Buffer.from(`Bearer ${key}`)];
  return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
}

async function readNames(request: IncomingMessage): Promise<string[]> {
  const names: unknown = JSON.parse((await readBody(request, bodyLimitBytes)) ?? '');
  if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  throw new Error('The body is a JSON array of names.');
}

function describe(faults: FaultSwitches): object {
  return { faults: faultTable.map((fault) => ({ ...fault, on: faults.isOn(fault.name) })) };
}

function reply(response: ServerResponse, status: number, body: object): Promise<void> {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
  return Promise.resolve();
}
