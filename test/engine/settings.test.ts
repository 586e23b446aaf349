import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseServers } from '../../src/servers/settings.ts';

const url = 'https://mcp.example/mcp';

describe('The setting mcpOAuth.servers', () => {
  it('gives a server for each entry, byte for byte as its address was typed', () => {
    const { servers, problems } = parseServers({
      plain: { url: 'https://MCP.example' },
      full: { url, headers: { 'X-Team': 'a' }, oauth: { clientId: 'mine', scopes: ['a:b'], later: 1 } },
      off: { url: 'http://localhost:3000/mcp', oauth: false },
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(servers, [
      { name: 'plain', url: 'https://MCP.example', headers: {}, oauth: {} },
      { name: 'full', url, headers: { 'X-Team': 'a' }, oauth: { clientId: 'mine', scopes: ['a:b'] } },
      { name: 'off', url: 'http://localhost:3000/mcp', headers: {}, oauth: false },
    ]);
  });

  it('names what is wrong with an entry, and keeps the good ones', () => {
    const { servers, problems } = parseServers({
      good: { url },
      noUrl: {},
      plainHttp: { url: 'http://mcp.example/mcp' },
      otherScheme: { url: 'ftp://mcp.example' },
      fragment: { url: `${url}#x` },
      credentials: { url: 'https://a:b@mcp.example' },
      badHeaderName: { url, headers: { 'a b': 'c' } },
      badHeaderValue: { url, headers: { a: 'b\r\nc: d' } },
      badOauth: { url, oauth: true },
      badScope: { url, oauth: { scopes: ['a b'] } },
      text: 'https://mcp.example',
      '': { url },
      'two\nlines': { url },
      '[x](command:y)': { url },
    });
    assert.deepEqual(
      servers.map(({ name }) => name),
      ['good'],
    );
    assert.deepEqual(
      problems.map(({ name, member }) => [name, member]),
      [
        ['noUrl', 'url'],
        ['plainHttp', 'url'],
        ['otherScheme', 'url'],
        ['fragment', 'url'],
        ['credentials', 'url'],
        ['badHeaderName', 'headers'],
        ['badHeaderValue', 'headers'],
        ['badOauth', 'oauth'],
        ['badScope', 'oauth'],
        ['text', 'entry'],
        ['', 'name'],
        ['two\nlines', 'name'],
        ['[x](command:y)', 'name'],
      ],
    );
  });

  it('may be anything at all', () => {
    for (const setting of [undefined, null, 1, 'x', [], ['x'], { a: null }])
      assert.deepEqual(parseServers(setting).servers, []);
  });

  it('does not let a name reach the prototype of anything', () => {
    const { servers } = parseServers(
      JSON.parse(`{"__proto__": {"url": "${url}"}, "constructor": {"url": "${url}"}}`),
    );
    assert.deepEqual(
      servers.map(({ name }) => name),
      ['__proto__', 'constructor'],
    );
  });
});
