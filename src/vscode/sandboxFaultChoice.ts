/** What goes wrong at the sandbox, chosen from a list. */
import { window } from 'vscode';
import { sandboxMessages as messages } from './messages/sandbox.ts';
import type { SandboxFault } from './runningSandbox.ts';

/** Names of those that the person wants; undefined where they left it as it was. */
export async function pickFaults(faults: readonly SandboxFault[]): Promise<string[] | undefined> {
  // There are many: those that are on come first.
  const inOrder = faults.toSorted((one, other) => Number(other.isOn) - Number(one.isOn));
  const items = inOrder.map(({ name, about, source, isOn }) => ({
    label: name,
    description: sourceWords(source),
    detail: about,
    picked: isOn,
  }));
  const picked = await window.showQuickPick(items, {
    canPickMany: true,
    title: messages.faultsTitle(),
    placeHolder: messages.pickFaults(),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.map(({ label }) => label);
}

/** The numbers of rules and cases are for who works on the extension; a standard has its name. */
function sourceWords(source: string): string {
  if (source.startsWith('field case')) return messages.fromTheField();
  return source.startsWith('checklist') ? messages.fromTheSpecification() : source;
}

/** Under such a fault a person registers a client by hand. */
export function closesRegistration(name: string): boolean {
  return name.startsWith('registration-closed');
}
