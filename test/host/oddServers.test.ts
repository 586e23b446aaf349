import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { configureServers, hands, rowSaying, stage } from './extension.ts';

/** What each server answers to everything, and the sentence that a person reads. */
const odd: Record<string, { readonly status: number; readonly body: string; readonly sentence: RegExp }> = {
  html: {
    status: 200,
    body: '<!doctype html><title>Welcome</title>',
    sentence: /answered like no MCP server does \(HTTP 200\)/,
  },
  failing: {
    status: 500,
    body: 'Internal Server Error',
    sentence: /is in trouble right now \(HTTP 500\)/,
  },
  empty: { status: 200, body: '', sentence: /answered like no MCP server does \(HTTP 200\)/ },
  huge: { status: 200, body: 'x'.repeat(5_000_000), sentence: /far too large/ },
};

/** Of a second window that was closed; of the settings, which the editor has under a scheme of its own. */
const editorsOwn = [
  'Pending response rejected since connection got disposed',
  'Unable to retrieve document from URI',
];

describe('A server that answers unlike any MCP server', () => {
  const servers: Server[] = [];
  let restore: () => Promise<void>;

  before(async () => {
    const settings: Record<string, { url: string }> = {};
    for (const [name, { status, body }] of Object.entries(odd)) {
      const server = createServer((_, response) =>
        response.writeHead(status, { 'content-type': 'text/html' }).end(body),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      servers.push(server);
      settings[name] = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp` };
    }
    restore = await configureServers(settings);
  });

  after(async () => {
    await restore();

    for (const server of servers) server.close();
  });

  for (const [name, { sentence }] of Object.entries(odd)) {
    it(`(${name}) ends in the error state with a sentence`, async () => {
      await rowSaying(name, /needs sign-in/);
      await hands.clearNotifications();
      await hands.clickTreeAction(name, 'Sign In…');
      await rowSaying(name, /sign-in failed/);
      const failure = (await hands.notifications()).find(({ source }) => source === 'MCP OAuth');
      assert.match(failure?.message ?? '', sentence);
      assert.equal(failure?.severity, 'error');
    });
  }

  it('leaves no exception on the console', () => {
    const logs = readdirSync(path.join(stage.userDataDir, 'logs'), { recursive: true, encoding: 'utf8' });
    const host = logs.filter((file) => file.endsWith('remoteexthost.log'));
    assert.ok(host.length > 0, 'The log that is searched has to be there.');
    const lines = host.flatMap((file) =>
      readFileSync(path.join(stage.userDataDir, 'logs', file), 'utf8').split('\n'),
    );
    assert.deepEqual(
      lines.filter(
        (line) =>
          /\[error\]/.test(line) &&
          /mcp-oauth|rejected|unhandled/i.test(line) &&
          !editorsOwn.some((words) => line.includes(words)),
      ),
      [],
    );
  });
});
