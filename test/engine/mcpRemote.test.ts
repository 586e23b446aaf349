// Servers that other clients reach through mcp-remote, and that need no program in between.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSnippet } from '../../src/servers/snippet.ts';

const url = 'https://mcp.example/mcp';

/** Name, address and headers of what a text gives. */
function pasted(text: string) {
  const read = readSnippet(text);
  assert.equal(read.refusal, undefined, text);
  return read.entries.map((one) => [one.name, one.url, one.headers]);
}

describe('A pasted text', () => {
  it('that starts mcp-remote is the server that it leads to', () => {
    for (const server of [
      { command: 'npx', args: ['mcp-remote', url] },
      { command: 'npx', args: ['-y', 'mcp-remote@latest', url, '3334', '--transport', 'http-only'] },
      { command: 'cmd', args: ['/c', 'npx', '-y', 'mcp-remote', url] },
      { command: '/usr/local/bin/mcp-remote', args: [url, '--debug'] },
      { type: 'local', command: ['bunx', 'mcp-remote', url] },
      { command: `npx -y mcp-remote@latest "${url}"` },
      { command: `npx -y mcp-remote ${url}`, args: [] },
      { command: { path: 'npx', args: ['-y', 'mcp-remote', url], env: {} }, settings: {} },
    ])
      assert.deepEqual(pasted(JSON.stringify({ mcpServers: { notes: server } })), [['notes', url, {}]]);
    const args = [
      'mcp-remote',
      url,
      '--header',
      'Authorization:${AUTH}',
      '--header',
      'X-Key: ${KEY}',
      '--header',
      'X-T:a:b',
    ];
    const server = { command: 'npx', args, env: { AUTH: 'Bearer abc' } };
    assert.deepEqual(pasted(JSON.stringify({ mcpServers: { notes: server } })), [
      ['notes', url, { Authorization: 'Bearer abc', 'X-Key': '${env:KEY}', 'X-T': 'a:b' }],
    ]);
    assert.deepEqual(pasted(`npx -y mcp-remote ${url} --header "X-Key: a b"`), [
      [undefined, url, { 'X-Key': 'a b' }],
    ]);
  });

  it('that starts mcp-remote keeps the client of the person, unless a variable stands for it', () => {
    for (const [id, oauth] of [
      ['mine', { clientId: 'mine' }],
      ['${ID}', { clientId: 'given' }],
      ['$ID', undefined],
      ['', undefined],
    ] as const) {
      const info = JSON.stringify({ client_id: id, client_secret: 'x' });
      const own = { command: 'npx', args: ['mcp-remote', url, '--static-oauth-client-info', info] };
      const { entries } = readSnippet(JSON.stringify({ notes: { ...own, env: { ID: 'given' } } }));
      assert.deepEqual(entries?.[0]?.oauth, oauth);
    }
  });
});
