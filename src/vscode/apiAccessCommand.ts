/** Shows which extensions may use which sign-ins, and takes the person's changes. */
import { window, type QuickPickItem } from 'vscode';
import type { Consent, ExtensionConsents } from './apiConsents.ts';
import { extensionAccessMessages as messages } from './messages/extensionAccess.ts';
import { inLabel } from './plainText.ts';

export async function manageExtensionAccessCommand(consents: ExtensionConsents): Promise<void> {
  const items = consents.all.map(toItem);
  if (items.length === 0) {
    void window.showInformationMessage(messages.nobody());
    return;
  }
  const picked = await window.showQuickPick(items, { canPickMany: true, placeHolder: messages.pick() });
  if (picked === undefined) return;
  for (const item of items) {
    const allowed = picked.includes(item);
    if (allowed !== item.consent.allowed) await consents.keep({ ...item.consent, allowed });
  }
}

function toItem(consent: Consent): QuickPickItem & { readonly consent: Consent } {
  const { asker, server, address, allowed } = consent;
  return {
    label: inLabel(asker.name),
    description: inLabel(server.name),
    detail: inLabel(`${asker.id}, ${address}`),
    picked: allowed,
    consent,
  };
}
