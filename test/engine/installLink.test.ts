// Links with which pages offer to install a server: what they carry is read, and the page itself is never the server.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSnippet } from '../../src/servers/snippet.ts';

const url = 'https://mcp.example/mcp';

/** Name and address of each server that a link gives. */
function added(link: string) {
  const read = readSnippet(link);
  assert.equal(read.refusal, undefined, link);
  return read.entries.map((entry) => [entry.name, entry.url]);
}

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('A link to install a server', () => {
  it('is read, whichever client it is for', () => {
    const config = encodeURIComponent(base64(JSON.stringify({ url })));
    const entry = { name: 'notes', type: 'http', url };
    for (const link of [
      `vscode:mcp/install?${json(entry)}`,
      `vscode:mcp/install?${JSON.stringify(entry)}`,
      `vscode-insiders:mcp/install?${json(entry)}`,
      `https://insiders.vscode.dev/redirect/mcp/install?name=notes&config=${json(entry)}`,
      `https://vscode.dev/redirect?url=${encodeURIComponent(`vscode:mcp/install?${json(entry)}`)}`,
      `cursor://anysphere.cursor-deeplink/mcp/install?name=notes&config=${config}`,
      `https://cursor.com/en/install-mcp?name=notes&config=${config}`,
      `https://cursor.com/install-mcp?name=notes&config=${config}`,
      `https://www.cursor.com/install-mcp?name=notes&config=${config}`,
      `https://www.cursor.com/en-US/install-mcp?name=notes&config=${config}`,
      `https://cursor.com/install-mcp?name=notes&config=${base64(json({ url }))}`,
      `https://kiro.dev/launch/mcp/add?name=notes&config=${json({ url, disabled: false, autoApprove: [] })}`,
      `https://kiro.dev/launch/mcp/add/?name=notes&config=${json({ notes: { url } })}`,
      `kiro://kiro.mcp/add?name=notes&config=${json({ url })}`,
      `https://lmstudio.ai/install-mcp?name=notes&config=${config}`,
      `lmstudio://add_mcp?name=notes&config=${config}`,
      `https://vscode.dev/redirect/mcp/install?name=notes&config=${json({ url })}&quality=insiders`,
      `https://insiders.vscode.dev/redirect?url=${encodeURIComponent(`vscode-insiders:mcp/install?${json({ name: 'notes', url })}`)}`,
      `https://vs-open.link/mcp-install?${json({ notes: { type: 'http', url } })}`,
      `goose://extension?url=${encodeURIComponent(url)}&type=streamable_http&id=x&name=notes&timeout=300`,
      `goose://extension?cmd=npx&arg=-y&arg=mcp-remote&arg=${encodeURIComponent(url)}&id=x&name=notes`,
      `cursor://anysphere.cursor-deeplink/mcp/install?name=notes&config=${base64(JSON.stringify({ command: `npx -y mcp-remote ${url}` }))}`,
    ])
      assert.deepEqual(added(link), [['notes', url]], link);
    assert.equal(readSnippet('goose://extension?cmd=npx&arg=-y&arg=server&name=notes').refusal, 'local');
  });

  it('may carry any letters, in either alphabet of base64', () => {
    const path = `${url}/ü/~~~???>>>`;
    const written = Buffer.from(JSON.stringify({ url: path }));
    for (const config of [
      encodeURIComponent(written.toString('base64')),
      written.toString('base64'),
      written.toString('base64url'),
    ])
      assert.deepEqual(added(`https://cursor.com/en/install-mcp?name=n%C3%B6tes&config=${config}`), [
        ['nötes', path],
      ]);
  });

  it('that carries nothing to be read is not taken for the address of a server', () => {
    for (const page of [
      'https://cursor.com/en/install-mcp',
      'https://www.cursor.com/install-mcp',
      'https://kiro.dev/launch/mcp/add',
      'https://lmstudio.ai/install-mcp',
      'https://vscode.dev/redirect',
      'https://insiders.vscode.dev/redirect',
      'https://vscode.dev/redirect/mcp/install',
      'https://vs-open.link/mcp-install',
      'vscode://mcp/install',
    ])
      for (const query of [
        '',
        '?',
        '?name=notes',
        '?name=notes&config=',
        '?name=notes&config=%%%',
        '?config=W10=',
        `?config=${base64('"x"')}`,
        `?url=${encodeURIComponent(`https://vscode.dev/redirect?url=${encodeURIComponent(url)}`)}`,
        `?config=${json({ url: 'http://mcp.example' })}`,
        '?{',
      ])
        assert.notEqual(readSnippet(page + query).refusal, undefined, page + query);
    assert.equal(readSnippet('goose://extension').refusal, 'local');
  });

  it('is none where only its name looks like one', () => {
    for (const address of [
      'https://mcp.cursor.com/mcp',
      'https://cursor.com.example/install-mcp?name=x&config=e30=',
      'https://server.example/@x/mcp?config=eyJhIjoxfQ==',
    ])
      assert.deepEqual(added(address), [[undefined, address]]);
  });
});
