// Commands with which other clients add a server, as pages show them, with all that a shell lets one write.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSnippet } from '../../src/servers/snippet.ts';

const url = 'https://mcp.example/mcp';
const other = 'https://other.example/mcp';

/** Name, address and headers of what a text gives. */
function pasted(text: string) {
  const read = readSnippet(text);
  assert.equal(read.refusal, undefined, text);
  return read.entries.map((one) => [one.name, one.url, one.headers]);
}

/** Name and address of each server that a text gives. */
function added(text: string) {
  return pasted(text).map(([name, address]) => [name, address]);
}

const oauthIn = (text: string) => readSnippet(text).entries?.[0]?.oauth;

describe('A pasted command', () => {
  it('may be the one with which another client adds a server', () => {
    for (const line of [
      `claude mcp add --transport http notes ${url}`,
      `$ claude mcp add notes ${url} -t http --scope user`,
      `claude mcp add \\\n  --transport=http \\\n  notes \\\n  '${url}'`,
      `gemini mcp add --transport http notes ${url}`,
      `codex mcp add notes --url ${url}`,
      `claude mcp add notes -- npx -y mcp-remote ${url}`,
      `claude mcp add-json notes '{"type":"http","url":"${url}"}'`,
      `code --add-mcp '{"name":"notes","type":"http","url":"${url}"}'`,
      `code --add-mcp "{\\"name\\":\\"notes\\",\\"type\\":\\"http\\",\\"url\\":\\"${url}\\"}"`,
    ])
      assert.deepEqual(pasted(line), [['notes', url, {}]], line);
    assert.deepEqual(
      pasted(`claude mcp add --transport http notes ${url} --header "Authorization: Bearer abc" -H 'X-A: b'`),
      [['notes', url, { Authorization: 'Bearer abc', 'X-A': 'b' }]],
    );
    assert.deepEqual(pasted(`codex mcp add notes --url ${url} --bearer-token-env-var TOKEN`), [
      ['notes', url, { Authorization: 'Bearer ${env:TOKEN}' }],
    ]);
    const { entries } = readSnippet(
      `claude mcp add -t http --client-id mine --callback-port 8080 notes ${url}`,
    );
    assert.deepEqual(entries?.[0]?.oauth, { clientId: 'mine', redirectPort: 8080 });
  });

  it('may be one of a program that adds a server to several clients', () => {
    for (const [line, name] of [
      [`npx add-mcp ${url}`, undefined],
      [`npx -y add-mcp@latest -n notes ${url} -a cursor`, 'notes'],
      [`npx add-mcp ${url} --header "X-A: b" -g -y --name notes`, 'notes'],
      [`npx -y install-mcp@latest ${url} --client claude`, undefined],
      [`npx install-mcp ${url} --client claude --project mine --oauth yes`, undefined],
      [`npx mcp-add --name notes --type remote --url "${url}" --scope global --clients "claude"`, 'notes'],
      [`pnpm dlx add-mcp --unknown word ${url}`, undefined],
    ] as const)
      assert.deepEqual(added(line), [[name, url]], line);
    assert.equal(readSnippet('npx add-mcp @org/server').refusal, 'local');
    assert.equal(readSnippet('npx add-mcp').refusal, 'unreadable');
  });

  it('gives the name, whatever options stand around it', () => {
    for (const line of [
      `gemini mcp add -t http --include-tools a,b --exclude-tools c notes ${url}`,
      `gemini mcp add --trust notes ${url}`,
      `claude mcp add --transport http --client-secret notes ${url}`,
      `claude mcp add --unknown value notes ${url}`,
      `claude mcp add notes --unknown value ${url}`,
      `claude mcp add --unknown=value notes ${url}`,
      `codex mcp add --unknown value notes --url ${url}`,
      `codex mcp add --oauth-resource https://api.example notes --url ${url}`,
      `kiro-cli mcp add --name notes --url ${url}`,
      `claude mcp add --unknown value notes -- npx mcp-remote ${url}`,
    ])
      assert.deepEqual(added(line), [['notes', url]], line);
    assert.deepEqual(added(`claude mcp add --one value --two word ${url}`), [[undefined, url]]);
  });

  it('gives the client that it names, unless that is a variable', () => {
    assert.deepEqual(oauthIn(`codex mcp add --oauth-client-id mine notes --url ${url}`), {
      clientId: 'mine',
    });
    assert.equal(oauthIn(`claude mcp add -t http --client-id $CLIENT_ID notes ${url}`), undefined);
    assert.equal(oauthIn(`claude mcp add -t http --client-id "\${CLIENT_ID}" notes ${url}`), undefined);
  });

  it('may be written for any shell, and go on in further lines', () => {
    for (const line of [
      `claude mcp add -t http notes \\ \n  ${url}`,
      `claude mcp add -t http notes \`\t\r\n  ${url}`,
      `claude mcp add -t http notes ^\r\n  ${url}`,
      `claude mcp add-json notes '{\\"url\\":\\"${url}\\"}'`,
      `code --add-mcp '{\\"name\\":\\"notes\\",\\"url\\":\\"${url}\\"}'`,
    ])
      assert.deepEqual(added(line), [['notes', url]], line);
  });

  it('may be one of several, of which all are taken', () => {
    for (const text of [
      `claude mcp add -t http notes ${url}\nclaude mcp add -t http other ${other}`,
      `$ claude mcp add -t http notes ${url}\n$ claude mcp add -t http other ${other}`,
      `codex mcp add --verbose notes --url ${url}\ncodex mcp add other --url ${other}`,
      `gemini mcp add notes ${url} && gemini mcp add other ${other}`,
      `npx add-mcp ${url} -n notes -y\nnpx add-mcp ${other} -n other -y`,
      `codex mcp add --verbose notes --url ${url}\nnpx -y add-mcp ${other} -n other`,
      `code --add-mcp '{"name":"notes","url":"${url}"}' --add-mcp '{"name":"other","url":"${other}"}'`,
      `claude mcp add-json notes '{"url":"${url}"}'\nclaude mcp add-json other '{"url":"${other}"}'`,
      `claude mcp add notes -- npx -y mcp-remote ${url}\nclaude mcp add other -- npx -y mcp-remote ${other}`,
      `claude mcp add local -- npx server\nclaude mcp add notes ${url}\nclaude mcp add other ${other}`,
    ])
      assert.deepEqual(
        added(text),
        [
          ['notes', url],
          ['other', other],
        ],
        text,
      );
    assert.deepEqual(added(`claude mcp add notes ${url}\nnpx mcp-remote ${other}`), [
      ['notes', url],
      [undefined, other],
    ]);
  });

  it('that cannot be read is not left out silently where others can be', () => {
    const good = `claude mcp add notes ${url}`;
    for (const [line, refusal] of [
      ['claude mcp add', 'unreadable'],
      ['claude mcp add other', 'unreadable'],
      ["claude mcp add-json other '{'", 'unreadable'],
      ["code --add-mcp '{}'", 'unreadable'],
      ['claude mcp add other http://other.example', 'url'],
      [`claude mcp add other ${other} -H "a: \u{1f600}"`, 'headers'],
    ] as const)
      for (const text of [`${good}\n${line}`, `${line}\n${good}`])
        assert.equal(readSnippet(text).refusal, refusal, text);
  });

  it('that starts a server here gives none, whatever addresses it hands on', () => {
    for (const line of [
      `claude mcp add notes -- npx server ${url}`,
      `claude mcp add notes -- docker run image --url ${url}`,
      'npx mcp-remote',
    ])
      assert.equal(readSnippet(line).refusal, 'local', line);
  });

  it('is the same in a field of one line, which has a blank for each line break', () => {
    for (const text of [
      `\`\`\`bash\nclaude mcp add -t http \\\n  notes \\\n  ${url} \\\n  -H 'X-A: b'\n\`\`\``,
      `claude mcp add -t http \`\n  notes \`\n  ${url}`,
      `// .vscode/mcp.json\n{ "servers": { "notes": { "url": "${url}" } } }`,
      `# ~/.codex/config.toml\n[features]\nrmcp = true\n\n[mcp_servers.notes]\nurl = "${url}"\nenabled = true`,
    ]) {
      assert.deepEqual(added(text), [['notes', url]], text);
      const pasted = text.replaceAll(/\r\n|\n/g, ' ');
      assert.deepEqual(added(pasted), [['notes', url]], pasted);
    }
  });
});
