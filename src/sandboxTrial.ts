/** Builds what tries the sandbox. Loaded with the first of its commands, which most people never give. */
import { Uri, type ExtensionContext } from 'vscode';
import { newPassphrase } from './node/newPassphrase.ts';
import { SandboxProcess } from './node/sandboxProcess.ts';
import { systemClock } from './node/systemClock.ts';
import { SandboxCommands, type SandboxParts } from './vscode/sandboxCommands.ts';

export function openSandbox(
  { extensionUri, globalStorageUri }: ExtensionContext,
  parts: Omit<SandboxParts, 'newPassphrase' | 'clock' | 'start'>,
): SandboxCommands {
  return new SandboxCommands({
    ...parts,
    newPassphrase,
    clock: systemClock,
    start: (start) =>
      SandboxProcess.start({
        ...start,
        script: Uri.joinPath(extensionUri, 'dist', 'sandbox.mjs').fsPath,
        dataFile: Uri.joinPath(globalStorageUri, 'sandbox.sqlite').fsPath,
      }),
  });
}
