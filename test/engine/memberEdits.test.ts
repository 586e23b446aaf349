// Members of `oauth` changed in files that people keep by hand.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parsedJson } from '../../src/servers/jsonText.ts';
import { setOAuthMembers } from '../../src/servers/memberEdits.ts';

const file = `{
  // Mine
  "editor.fontSize": 13,
  "mcpOAuth.servers": {
    "plain": { "url": "https://plain.example/mcp" },
    // Registered in May
    "notes": {
      "url": "https://notes.example/mcp", // the team's
      "oauth": {
        "clientId": "old", // of the test
        /* as the vendor wants it */
        "tokenEndpointAuthMethod": "client_secret_post",
        "scopes": ["a"]
      }
    }
  }
}
`;

const edited = (name: string, members: Parameters<typeof setOAuthMembers>[3], text = file) =>
  setOAuthMembers(text, 'settings', name, members);

describe('A member of an entry', () => {
  it('is replaced where it stands, and every comment and member around it stays', () => {
    assert.equal(edited('notes', { clientId: 'new' }).text, file.replace('"old"', '"new"'));
  });

  it('is added behind the others', () => {
    assert.equal(
      edited('notes', { redirect: 'loopback' }).text,
      file.replace('"scopes": ["a"]', '"scopes": ["a"],\n        "redirect": "loopback"'),
    );
  });

  it('brings `oauth` along where the entry has none, in the manner of the entry', () => {
    const { text = '' } = edited('plain', { clientId: 'mine', redirect: 'loopback' });
    const { 'mcpOAuth.servers': servers = {} } = parsedJson(text) as Record<string, Record<string, unknown>>;
    assert.deepEqual(servers['plain'], {
      url: 'https://plain.example/mcp',
      oauth: { clientId: 'mine', redirect: 'loopback' },
    });
    assert.deepEqual(
      text.split('\n').filter((line) => !line.includes('"plain"')),
      file.split('\n').filter((line) => !line.includes('"plain"')),
    );
  });

  it('is taken out with the comment that is its own', () => {
    assert.equal(
      edited('notes', { tokenEndpointAuthMethod: undefined }).text,
      file.replace(
        '        /* as the vendor wants it */\n        "tokenEndpointAuthMethod": "client_secret_post",\n',
        '',
      ),
    );
    assert.equal(edited('plain', { tokenEndpointAuthMethod: undefined }).text, file);
  });

  it('is left alone where the file could come to harm', () => {
    const broken = file.replace('"editor.fontSize": 13,', '"editor.fontSize": ,');
    assert.equal(edited('notes', { clientId: 'new' }, broken).refusal, 'unreadable');
    assert.equal(edited('gone', { clientId: 'new' }).refusal, 'absent');
    const off = file.replace('{ "url": "https://plain.example/mcp" }', '{ "url": "x", "oauth": false }');
    assert.equal(edited('plain', { clientId: 'new' }, off).refusal, 'not_object');
    const twice = file.replace('"scopes": ["a"]\n      }', '"scopes": ["a"]\n      },\n      "oauth": {}');
    assert.equal(edited('notes', { clientId: 'new' }, twice).refusal, 'repeated');
  });
});
