// The report that is copied for a bug: what stands in it, and that nobody else's text becomes markup of it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Attempt, resourceDocument } from './attempt.ts';
import { serverAt } from './desk.ts';
import { reportOn } from './traceTexts.ts';

const attempt = new Attempt();

/** The report without what stands in code, where nothing is markup. */
function markupOf(report: string): string {
  return report.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '').replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, '');
}

describe('A report', () => {
  it('says where the extension runs, and how each server stands', async () => {
    const oauth = { redirect: 'uriHandler', scopes: ['notes:read'], requirePkceMetadata: false } as const;
    const { session } = await attempt.signIn({ headers: { 'X-Tenant': 'of-nobody-else' }, oauth });
    const report = reportOn([session]);
    for (const line of [
      '- Extension: `1.2.3`',
      '- Editor: `Visual Studio Code 1.105.0`, desktop',
      '- Remote: none',
      '- Workspace: trusted',
      '### Server `notes`',
      `- Address: \`${attempt.world.mcpUrl}\``,
      '- Settings: `url`, `headers.X-Tenant`, `oauth.redirect=uriHandler`, `oauth.scopes`, `oauth.requirePkceMetadata=false`',
      '- State: `connected`',
      `- Authorization server: \`${attempt.world.issuer}\``,
      '- Client: `registered`',
      '- Way back from the browser: `uriHandler`, `vscode://mcp-oauth.mcp-oauth/callback`',
      '- Scopes granted: `notes:read`',
    ])
      assert.ok(report.split('\n').includes(line), `${line} is missing: ${report}`);
    assert.match(report, /```text\nSign-in · .* · signed in, after/);
  });

  it('says whether the secret storage keeps what it is given (field case 32)', () => {
    const said = (secrets?: string) =>
      /^- Secret storage: (.*)$/m.exec(reportOn([], secrets === undefined ? {} : { secrets }))?.[1];
    assert.equal(said('lost'), 'has lost what it kept, as without a keyring');
    assert.equal(said('kept'), 'keeps sign-ins');
    assert.equal(said('failed'), 'does not answer');
    for (const unknown of ['unknown', undefined, '<img src=x>'])
      assert.equal(said(unknown), 'not known whether it keeps sign-ins');
  });

  it('leaves out what follows the path of an address, and credentials in it', async () => {
    const { session } = await attempt.signIn();
    const report = reportOn([session], { url: 'https://ada:pass@mcp.example/mcp?key=1#part' });
    assert.match(report, /- Address: `https:\/\/mcp\.example\/mcp`/);
  });

  it('names nobody who is signed in, and no client', async () => {
    const { session } = await attempt.signIn({ oauth: { clientId: 'the-client-of-ada' } });
    assert.equal(session.accounts[0]?.account.label, 'ada');
    const report = reportOn([session]);
    assert.match(report, /`oauth\.clientId`/);
    assert.doesNotMatch(report, /\bada\b/);
  });

  it('tells the last failure with its sentence', async () => {
    attempt.world.alter(resourceDocument, { resource: 'https://other.example/mcp' });
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl));
    await assert.rejects(session.signIn());
    const report = reportOn([session]);
    assert.match(report, /- State: `error \(resource_mismatch\)`/);
    assert.match(report, /- Last failure: `resource_mismatch`, `\d{4}-/);
    assert.match(report, /✗ 2\.7 +It stopped here: resource_mismatch/);
  });

  it('keeps texts of others in code, backticks or not', async () => {
    const hostile = '`` ``` [x](command:evil) <img src=x onerror=y> @everyone #1\n### Heading\n```\n';
    attempt.world.redirect = (request) => ({
      error: 'access_denied',
      error_description: hostile,
      state: request.get('state') ?? '',
      iss: attempt.world.issuer,
    });
    const name = 'a`b``c [x](y)';
    const session = await attempt.desk.open(serverAt(attempt.world.mcpUrl, { name }));
    await assert.rejects(session.signIn());
    const report = reportOn([session], { log: [`words "${hostile}"`] });
    assert.doesNotMatch(markupOf(report), /evil|img|everyone|Heading|\[x\]/);
    assert.match(markupOf(reportOn([session])), /### Server \n/);
  });

  it('tells of files what they are called, and not in whose folder they lie', async () => {
    const { session } = await attempt.signIn();
    const log = [
      'a cause="Error < at f (file:///home/ada/.vscode/extensions/mcp-oauth/dist/extension.js:1:2)"',
      'b cause="Error < at f (C:\\Users\\Ada Lovelace\\.vscode\\extensions\\mcp\\dist\\extension.js:1:2)"',
      'c cause="Error < at g (/usr/share/code/resources/out/main.js:3:4)"',
      'd address="https://mcp.example/a/b"',
    ];
    const report = reportOn([session], { log });
    assert.doesNotMatch(report, /\b(?:ada|Ada|Lovelace|usr)\b/);
    assert.match(report, /…\/dist\/extension\.js:1:2/);
    assert.match(report, /…\/main\.js:3:4/);
    assert.match(report, /address="https:\/\/mcp\.example\/a\/b"/);
  });

  it('stays short enough to be posted, however many servers there are', async () => {
    const { session } = await attempt.signIn();
    const report = reportOn(Array.from({ length: 60 }, () => session));
    assert.ok(report.length < 65_536, `${report.length} characters`);
    assert.match(report, /Further attempts were left out/);
  });
});
