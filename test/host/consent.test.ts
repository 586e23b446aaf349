import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { eventually } from '../support/deadline.ts';
import { configureServers, extension, hands, rowSaying, signOut } from './extension.ts';

/** What the sandbox prints about itself. */
interface Announcement {
  readonly mcpUrl: string;
  readonly passphrase: string;
  readonly passkeysUrl: string;
}

/** A name that VS Code leaves alone, where browsers look on this computer without asking anybody. */
const pagesHost = 'sandbox.localhost';

describe('Consent', () => {
  const programs: ChildProcess[] = [];
  let sandbox: Announcement;
  let pagesOrigin: string;
  let restoreServers: () => Promise<void>;

  before(async () => {
    sandbox = await startProgram();
    const hurried = await startProgram('--answer-seconds', '2');
    pagesOrigin = new URL(sandbox.passkeysUrl).origin;
    restoreServers = await configureServers({
      guarded: { url: sandbox.mcpUrl },
      hurried: { url: hurried.mcpUrl },
    });
    await hands.plugInAuthenticator();
  });

  after(async () => {
    await restoreServers();
    for (const program of programs) {
      program.stdin?.end();
      await once(program, 'exit');
    }
  });

  /** No terminal: whoever answers the page has nothing but the page. */
  async function startProgram(...more: string[]): Promise<Announcement> {
    const script = path.join(extension().extensionPath, 'dist', 'sandbox.mjs');
    const flags = ['--json', '--quiet', '--memory', '--until-stdin-closes', '--pages-host', pagesHost];
    const ports = ['--authorization-port', '0', '--mcp-port', '0'];
    const program = spawn(process.execPath, [script, ...flags, ...ports, ...more], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    programs.push(program);
    const [line] = (await once(createInterface(program.stdout), 'line')) as [string];
    return JSON.parse(line) as Announcement;
  }

  async function openConsent(server = 'guarded', page = `${pagesOrigin}/interaction/`): Promise<void> {
    await hands.runCommand('MCP OAuth: Sign In…');
    await hands.pickQuickItem(server);
    await hands.waitForPage(page);
  }

  it('is refused to whoever does not know the passphrase, and Cancel is no refusal by the person', async () => {
    await openConsent();
    await hands.pageFill('#passphrase', 'guessed');
    await hands.pageClick('#allow');
    await pageSaying(/That is not the passphrase\. 4 tries are left\./);
    await hands.pageClick('#cancel');
    await rowSaying('guarded', /sign-in failed/);
    await hands.pageClose();
    await hands.waitForNotification('“The person left without answering.”');
  });

  it('that nobody gives in time ends by itself, and is no refusal by the person either', async () => {
    await openConsent('hurried', 'http://sandbox.localhost:');
    await rowSaying('hurried', /sign-in failed/);
    await hands.pageClose();
    await hands.waitForNotification('“Nobody answered in time.”');
  });

  it('takes a passkey that was set up with the passphrase', async () => {
    await openConsent();
    await hands.pageClick('.foot a');
    await hands.waitForPage(sandbox.passkeysUrl);
    await hands.pageFill('#passphrase', sandbox.passphrase);
    await hands.pageClick('#open');
    await hands.pageFill('#name', 'This laptop');
    await hands.pageClick('#passkey');
    await pageSaying(/This laptop\s+\d{4}-\d\d-\d\d/);
    await hands.pageClose();
    await hands.waitForPage(`${pagesOrigin}/interaction/`);
    await hands.pageClick('#cancel');
    await rowSaying('guarded', /sign-in failed/);
    await hands.pageClose();

    await openConsent();
    await hands.pageFill('#account', 'ada');
    await hands.pageClick('#passkey');
    await rowSaying('guarded', /^connected as ada/);
    await hands.pageClose();
    await signOut('guarded');
  });
});

async function pageSaying(words: RegExp): Promise<void> {
  let text = '';
  await eventually(
    15_000,
    async () => {
      text = await hands.pageText();
      return words.test(text) || undefined;
    },
    () => `The page does not say ${String(words)} but: ${text}`,
  );
}
