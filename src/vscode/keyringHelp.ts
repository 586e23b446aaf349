/** Explains why sign-ins do not last on a computer without a keyring, and where VS Code tells what to do. */
import { window } from 'vscode';
import { externalBrowser } from './browser.ts';
import { keyringMessages as messages } from './messages/keyring.ts';

const address = 'https://code.visualstudio.com/docs/configure/settings-sync#_troubleshooting-keychain-issues';

export function openKeyringHelp(): Promise<boolean> {
  return externalBrowser.open(address);
}

/** @returns whether the person wants to be told again. */
export async function explainLostSecrets(): Promise<boolean> {
  const [learn, hush] = [messages.learnMore(), messages.dontShowAgain()];
  const pressed = await window.showWarningMessage(messages.lost(), learn, hush);
  if (pressed === learn) await openKeyringHelp();
  return pressed !== hush;
}
