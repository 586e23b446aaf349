import { eventually } from '../support/deadline.ts';
import { configureServers, hands, rowSaying, signOut, stage } from './extension.ts';
import { SandboxProgram } from './sandboxProgram.ts';

describe('Consent', () => {
  let sandbox: SandboxProgram;
  let hurried: SandboxProgram;
  let restoreServers: () => Promise<void>;

  before(async () => {
    sandbox = await SandboxProgram.start();
    hurried = await SandboxProgram.start('--answer-seconds', '2');
    restoreServers = await configureServers({
      guarded: { url: sandbox.mcpUrl },
      hurried: { url: hurried.mcpUrl },
    });
    await hands.plugInAuthenticator();
  });

  after(async () => {
    await restoreServers();
    await sandbox.close();
    await hurried.close();
  });

  async function openConsent(server = 'guarded', { pagesOrigin } = sandbox): Promise<void> {
    await hands.runCommand('MCP OAuth: Sign In…');
    await hands.pickQuickItem(server);
    await hands.waitForPage(`${pagesOrigin}/`);
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
    await openConsent('hurried', hurried);
    await rowSaying('hurried', /sign-in failed/);
    await hands.pageClose();
    await hands.waitForNotification('“Nobody answered in time.”');
  });

  it('takes a passkey that was set up with the passphrase', async () => {
    await openConsent();
    await hands.pageClick('.foot a');
    await hands.waitForPage(sandbox.passkeysUrl);
    await hands.pageFill('#passphrase', stage.passphrase);
    await hands.pageClick('#open');
    await hands.pageFill('#name', 'This laptop');
    await hands.pageClick('#passkey');
    await pageSaying(/This laptop\s+\d{4}-\d\d-\d\d/);
    await hands.pageClose();
    await hands.waitForPage(`${sandbox.pagesOrigin}/interaction/`);
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
