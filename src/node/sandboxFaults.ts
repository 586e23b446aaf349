/** Reads and chooses the faults of a running sandbox, over its control address. */
import { quotable } from '../oauth/authError.ts';
import type { SandboxAnnouncement } from './sandboxAnnouncement.ts';
import { askSandbox } from './sandboxControl.ts';

export interface SandboxFault {
  readonly name: string;
  /** What the servers do while it is on, as a sentence. */
  readonly about: string;
  /** Where it is known from. */
  readonly source: string;
  readonly isOn: boolean;
}

/** @throws Error where the sandbox does not answer or says something else. */
export async function readFaults(sandbox: SandboxAnnouncement): Promise<readonly SandboxFault[]> {
  const { faults } = await askSandbox(sandbox, 'faults', 'GET');
  if (!Array.isArray(faults)) throw new Error('The sandbox does not list its faults.');
  return faults.map(readFault);
}

/**
 * Switches on exactly these faults.
 * @throws Error where the sandbox does not answer or refuses.
 */
export async function chooseFaults(sandbox: SandboxAnnouncement, names: readonly string[]): Promise<void> {
  await askSandbox(sandbox, 'faults', 'PUT', JSON.stringify(names));
}

function readFault(entry: unknown): SandboxFault {
  const { name, about, source, on } = Object(entry) as Record<string, unknown>;
  if (typeof name !== 'string' || !/^[a-z\d]+(-[a-z\d]+)*$/.test(name) || typeof on !== 'boolean')
    throw new Error('The sandbox lists a fault that is none.');
  return { name, about: quotable(about) ?? '', source: quotable(source) ?? '', isOn: on };
}
