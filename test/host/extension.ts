/** The extension under test, the servers that wait for it, and what a test asks of it again and again. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { providerId } from '../../src/vscode/authenticationProviders.ts';
import { anyScopes } from '../../src/vscode/tokenWish.ts';
import { eventually } from '../support/deadline.ts';
import { connectHands, type TreeRow } from '../support/handsClient.ts';

/** The person at the screen. */
export const hands = connectHands();

/** What the launcher prepared, as it says it in the environment. */
export interface Stage {
  readonly sandbox: { readonly issuer: string; readonly mcpUrl: string };
  /** Like the sandbox, with tokens that end soon. */
  readonly brief: { readonly issuer: string; readonly mcpUrl: string };
  /** What the consent pages of both ask for. */
  readonly passphrase: string;
  /** Where the editor keeps settings, logs and state. */
  readonly userDataDir: string;
}

export const stage = JSON.parse(process.env['MCP_OAUTH_STAGE'] ?? 'null') as Stage;

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension('mcp-oauth.mcp-oauth');
  assert.ok(found, 'The extension is not there.');
  return found;
}

/** The row of a server in the tree, once it says what is expected. */
export async function rowSaying(server: string, words: RegExp, withinMs = 20_000): Promise<TreeRow> {
  await hands.openView('MCP OAuth');
  let rows: readonly TreeRow[] = [];
  return eventually(
    withinMs,
    async () => {
      rows = await hands.treeRows('MCP servers');
      return rows.find(({ label, description }) => label === server && words.test(description));
    },
    () => `“${server}” does not say ${String(words)}; the tree shows ${JSON.stringify(rows)}.`,
  );
}

/** Runs the command “Sign In…” for a server and waits for the consent page. */
export async function openConsentPage(server: string): Promise<void> {
  await hands.runCommand('MCP OAuth: Sign In…');
  await hands.pickQuickItem(server);
  await hands.waitForPage(`${(server === 'brief' ? stage.brief : stage.sandbox).issuer}/`);
}

/** Signs in to a server of the sandbox as somebody. */
export async function signInAs(server: string, account: string): Promise<void> {
  await openConsentPage(server);
  await allowAs(account);
  await rowSaying(server, new RegExp(`^connected as ${account}`));
  await hands.pageClose();
}

/** Answers the consent page that is open. */
export async function allowAs(account: string): Promise<void> {
  await hands.pageFill('#account', account);
  await hands.pageFill('#passphrase', stage.passphrase);
  await hands.pageClick('#allow');
}

export async function signOut(server: string): Promise<void> {
  await hands.runCommand('MCP OAuth: Sign Out…');
  await hands.pickQuickItem(server);
  await rowSaying(server, /^signed out/);
}

/**
 * Cancels a sign-in from the row of its server, with as many clicks as that takes: one right after Sign In counts as the
 * second of a double click.
 */
export async function cancelFromRow(server: string, words: RegExp): Promise<void> {
  const impatient = connectHands({ deadlineMs: 2_000 });
  let said = '';
  let hasBegun = false;
  await eventually(
    20_000,
    async () => {
      const rows = await hands.treeRows('MCP servers');
      said = rows.find(({ label }) => label === server)?.description ?? '';
      const isAsBefore = words.test(said);
      if (isAsBefore && hasBegun) return true;
      // The row may be drawn a moment after everything else.
      hasBegun ||= said !== '' && !isAsBefore;
      if (!hasBegun) return undefined;
      // The button goes away with the sign-in.
      await impatient.clickTreeAction(server, 'Cancel Sign-In').catch(() => undefined);
      return undefined;
    },
    () => `“${server}” was not cancelled: it says ${said}.`,
  );
}

/** The session as this extension gets it from VS Code, without asking anybody. */
export function silentSession(server: string): Thenable<vscode.AuthenticationSession | undefined> {
  return vscode.authentication.getSession(providerId(server), anyScopes, { silent: true });
}

/** Puts these servers in place of those in the person's settings; the returned function puts the others back. */
export async function configureServers(servers: object): Promise<() => Promise<void>> {
  const configuration = vscode.workspace.getConfiguration('mcpOAuth');
  const before = configuration.inspect('servers')?.globalValue;
  const write = async (value: unknown) => {
    await configuration.update('servers', value, vscode.ConfigurationTarget.Global);
  };
  await write(servers);
  return () => write(before);
}
