// Servers from several sources: whose entry counts, and what a workspace cannot do to servers of the person.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { VariableValues } from '../../src/servers/serverEntry.ts';
import { namesIn, parseServers } from '../../src/servers/settings.ts';
import type { Source } from '../../src/servers/source.ts';

const url = 'https://mcp.example/mcp';
const elsewhere = 'https://other.example/mcp';
const user: Source = { scope: 'user' };
const workspace: Source = { scope: 'workspace', workspace: 'file:///project' };
const folder = (name: string): Source => ({ scope: 'folder', folder: `file:///${name}` });

type Layers = readonly (readonly [Source, unknown, unknown?])[];

function parse(layers: Layers, values?: VariableValues) {
  return parseServers(
    layers.map(([source, servers, inputs]) => ({ source, servers, inputs })),
    values,
  );
}

/** Name, address and scope of each server. */
function listedIn(layers: Layers, values?: VariableValues) {
  return parse(layers, values).listed.map(({ server, source }) => [server.name, server.url, source.scope]);
}

function problemsIn(layers: Layers, values?: VariableValues) {
  return parse(layers, values).problems.map(({ name, source, member, reason }) => [
    name,
    source.scope,
    member,
    reason,
  ]);
}

describe('Servers of several sources', () => {
  it('are all there, each with where it comes from', () => {
    const layers: Layers = [
      [user, { a: { url } }],
      [workspace, { b: { url } }],
      [folder('one'), { c: { url } }],
      [folder('two'), { d: { url } }],
    ];
    const { listed, waiting, problems } = parse(layers);
    assert.deepEqual(
      listed.map(({ server, source }) => [server.name, source]),
      [
        ['a', user],
        ['b', workspace],
        ['c', folder('one')],
        ['d', folder('two')],
      ],
    );
    assert.deepEqual([waiting, problems], [[], []]);
  });

  it('are replaced whole by the nearer one of the same name, never merged with it', () => {
    const layers: Layers = [
      [user, { a: { url, headers: { 'X-Key': 'mine' }, oauth: { clientId: 'mine' } } }],
      [workspace, { a: { url, oauth: { scopes: ['read'] } } }],
      [folder('one'), { a: { url, headers: { 'X-Team': 'one' } } }],
    ];
    const { listed, problems } = parse(layers);
    assert.deepEqual(
      listed.map(({ server, source }) => [server, source]),
      [[{ name: 'a', url, headers: { 'X-Team': 'one' }, oauth: {} }, folder('one')]],
    );
    assert.deepEqual(problems, []);
  });

  it('may lead elsewhere in a folder than in its workspace, since neither is the person’s own', () => {
    const layers: Layers = [
      [workspace, { a: { url } }],
      [folder('one'), { a: { url: elsewhere } }],
    ];
    assert.deepEqual(listedIn(layers), [['a', elsewhere, 'folder']]);
    assert.deepEqual(problemsIn(layers), []);
  });

  it('have the name of the first folder where two folders differ, and say so of the other', () => {
    const layers: Layers = [
      [folder('one'), { a: { url }, b: { url }, c: { url } }],
      [folder('two'), { a: { url: elsewhere }, b: { url, headers: { 'X-Team': 'two' } }, c: { url } }],
    ];
    const { listed, problems } = parse(layers);
    assert.deepEqual(
      listed.map(({ server, source }) => [server.name, server.url, source]),
      ['a', 'b', 'c'].map((name) => [name, url, folder('one')]),
    );
    assert.deepEqual(problems, [
      { name: 'a', source: folder('two'), member: 'url', reason: 'taken', takenBy: folder('one') },
      { name: 'b', source: folder('two'), member: 'entry', reason: 'taken', takenBy: folder('one') },
    ]);
  });

  it('are not replaced by one that cannot be used', () => {
    const layers: Layers = [
      [user, { a: { url } }],
      [workspace, { a: { url, headers: { 'bad name': 'x' } } }],
    ];
    assert.deepEqual(listedIn(layers), [['a', url, 'user']]);
    assert.deepEqual(problemsIn(layers), [['a', 'workspace', 'headers', 'unusable']]);
  });

  it('may be anything at all in each of them', () => {
    for (const value of [
      null,
      1,
      'x',
      [],
      ['x'],
      { a: null },
      { a: [] },
      { a: { oauth: null } },
      { '': {} },
    ]) {
      const layers: Layers = [user, workspace, folder('one')].map((source) => [source, value, value]);
      assert.deepEqual(listedIn(layers), []);
    }
  });

  it('are named and nothing more where the workspace is not trusted', () => {
    const servers = { a: { url }, 'two\nlines': { url }, b: 'x' };
    assert.deepEqual(namesIn({ source: workspace, servers }), ['a', 'b']);
    assert.deepEqual(namesIn({ source: workspace, servers: 7 }), []);
  });
});

describe('A workspace with an entry of the name of one of the person’s own', () => {
  const own = (entry: object): Layers => [[user, { mine: entry }]];
  const withTheirs = (mine: object, theirs: object, source: Source = workspace): Layers => [
    ...own(mine),
    [source, { mine: theirs }],
  ];

  it('leads it nowhere else: the person’s stays, and the other is named (invariant 2)', () => {
    for (const source of [workspace, folder('one')]) {
      for (const other of [elsewhere, 'https://mcp.example/other', `${url}/`, 'https://MCP.example/mcp']) {
        const layers = withTheirs({ url, headers: { 'X-Key': 'mine' } }, { url: other }, source);
        const { listed, problems } = parse(layers);
        assert.deepEqual(
          listed.map(({ server }) => server),
          [{ name: 'mine', url, headers: { 'X-Key': 'mine' }, oauth: {} }],
        );
        assert.deepEqual(problems, [{ name: 'mine', source, member: 'url', reason: 'taken', takenBy: user }]);
      }
    }
  });

  it('leads nobody to another authorization server, identity provider or relay (checklist 4.16, invariant 2)', () => {
    const identityProvider = { issuer: 'https://idp.example', clientId: 'editor' };
    for (const oauth of [
      { issuer: 'https://evil.example' },
      { identityProvider },
      { relayUrl: 'https://evil.example/relay' },
    ]) {
      const member = `oauth.${Object.keys(oauth)[0] ?? ''}`;
      const added = withTheirs({ url }, { url, oauth });
      assert.deepEqual(problemsIn(added), [['mine', 'workspace', member, 'taken']]);
      assert.deepEqual(listedIn(added), [['mine', url, 'user']]);
      // Nor does it take away what the person chose.
      const taken = withTheirs({ url, oauth }, { url });
      assert.deepEqual(problemsIn(taken), [['mine', 'workspace', member, 'taken']]);
      assert.deepEqual(problemsIn(withTheirs({ url, oauth }, { url, oauth })), []);
    }
  });

  it('has nobody sign in where the person said never to', () => {
    const layers = withTheirs({ url, oauth: false }, { url });
    assert.deepEqual(problemsIn(layers), [['mine', 'workspace', 'oauth', 'taken']]);
    assert.deepEqual(problemsIn(withTheirs({ url }, { url, oauth: false })), []);
  });

  it('may say all else about it', () => {
    const oauth = { clientId: 'ours', scopes: ['read'], redirect: 'loopback' };
    const { listed, problems } = parse(withTheirs({ url, oauth: { clientId: 'mine' } }, { url, oauth }));
    assert.deepEqual(problems, []);
    assert.deepEqual([listed[0]?.server.oauth, listed[0]?.source], [oauth, workspace]);
  });

  it('does not get the name of one that cannot be used either', () => {
    const layers = withTheirs({ url: 'http://mcp.example' }, { url: elsewhere });
    assert.deepEqual(listedIn(layers), []);
    assert.deepEqual(problemsIn(layers), [
      ['mine', 'user', 'url', 'unusable'],
      ['mine', 'workspace', 'entry', 'taken'],
    ]);
  });

  it('is compared by where both lead once their variables are filled in', () => {
    const values: VariableValues = {
      env: (name) => ({ HOST: 'mcp.example', OTHER: 'other.example' })[name],
    };
    const written = (host: string) => ({ url: `https://\${env:${host}}/mcp` });
    assert.deepEqual(listedIn(withTheirs(written('HOST'), { url }), values), [['mine', url, 'workspace']]);
    assert.deepEqual(listedIn(withTheirs({ url }, written('OTHER')), values), [['mine', url, 'user']]);
  });

  it('does not pass for it while nobody knows where one of them leads', () => {
    const inputs = [{ id: 'host', type: 'promptString' }];
    const entry = { url: 'https://${input:host}/mcp' };
    const layers: Layers = [
      [user, { mine: entry }, inputs],
      [workspace, { mine: entry }, inputs],
    ];
    const { listed, waiting, problems } = parse(layers);
    assert.deepEqual(
      [listed, waiting.map(({ source }) => source), problems.map(({ reason }) => reason)],
      [[], [user], ['taken']],
    );
  });

  it('waits no longer for what only the entry wanted that it replaces', () => {
    const mine = { url, headers: { Authorization: 'Bearer ${input:token}' } };
    const inputs = [{ id: 'token', type: 'promptString' }];
    const alone = parse([[user, { mine }, inputs]]);
    assert.deepEqual(
      alone.waiting.map(({ source }) => source),
      [user],
    );
    const { listed, waiting } = parse([
      [user, { mine }, inputs],
      [workspace, { mine: { url } }],
    ]);
    assert.deepEqual([listed[0]?.source, waiting], [workspace, []]);
  });

  it('leaves the person’s own in use while it waits itself for what it wants', () => {
    const layers: Layers = [
      [user, { mine: { url } }],
      [
        workspace,
        { mine: { url, headers: { 'X-Key': '${input:key}' } } },
        [{ id: 'key', type: 'promptString' }],
      ],
    ];
    const { listed, waiting } = parse(layers);
    assert.deepEqual([listed[0]?.source, waiting[0]?.source], [user, workspace]);
  });

  it('reads no file of this machine: only the person names one', () => {
    const entry = { url, oauth: { assertionFile: '/home/me/.ssh/id_ed25519' } };
    assert.deepEqual(listedIn([[user, { a: entry }]]), [['a', url, 'user']]);
    for (const source of [workspace, folder('one')]) {
      const layers: Layers = [[source, { theirs: entry, good: { url } }]];
      assert.deepEqual(problemsIn(layers), [['theirs', source.scope, 'oauth.assertionFile', 'personal']]);
      assert.deepEqual(listedIn(layers), [['good', url, source.scope]]);
    }
  });
});
