/** Adds a server by its address and a name, then offers to sign in. */
import { window } from 'vscode';
import { isServerUrl } from '../servers/oauthSettings.ts';
import { isServerName } from '../servers/settings.ts';
import type { Sessions } from '../session/sessions.ts';
import { addConfiguredServer } from './configuredServers.ts';
import { addServerMessages as messages } from './messages/commands.ts';
import { signInWithPerson } from './signInCommand.ts';

export async function addServerCommand(sessions: Sessions, follow: () => Promise<void>): Promise<void> {
  const url = await window.showInputBox({
    title: messages.title(),
    prompt: messages.urlPrompt(),
    placeHolder: 'https://mcp.example.com/mcp',
    ignoreFocusOut: true,
    validateInput: (text) => (isServerUrl(text.trim()) ? undefined : messages.urlInvalid()),
  });
  if (url === undefined) return;
  const name = await window.showInputBox({
    title: messages.title(),
    prompt: messages.namePrompt(),
    value: proposeName(url.trim()),
    ignoreFocusOut: true,
    validateInput: (text) => nameProblem(sessions, text.trim()),
  });
  if (name === undefined) return;
  await addConfiguredServer(name.trim(), url.trim());
  await follow();
  const session = sessions.find(name.trim());
  const signIn = messages.signIn();
  if ((await window.showInformationMessage(messages.added(name.trim()), signIn)) === signIn && session) {
    await signInWithPerson(session);
  }
}

function nameProblem(sessions: Sessions, name: string): string | undefined {
  if (!isServerName(name)) return messages.nameInvalid();
  return sessions.find(name) === undefined ? undefined : messages.nameTaken(name);
}

/** `mcp.linear.app` and `api.linear.app` are best called `linear`. */
function proposeName(url: string): string {
  const labels = new URL(url).hostname.split('.').filter((label) => !/^(mcp|api|www)$/.test(label));
  return /^\d+$/.test(labels[0] ?? '') ? new URL(url).host : (labels[0] ?? '');
}
