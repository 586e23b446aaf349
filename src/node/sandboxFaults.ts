/** Reads and chooses the faults of a running sandbox, over its control address. */
import { quotable } from '../oauth/authError.ts';
import type { SandboxAnnouncement } from './sandboxAnnouncement.ts';

export interface SandboxFault {
  readonly name: string;
  /** What the servers do while it is on, as a sentence. */
  readonly about: string;
  /** Where it is known from. */
  readonly source: string;
  readonly isOn: boolean;
}

/** The sandbox answers from memory. */
const answerWithinMs = 10_000;

/** @throws Error where the sandbox does not answer or says something else. */
export async function readFaults(sandbox: SandboxAnnouncement): Promise<readonly SandboxFault[]> {
  const response = await send(sandbox, 'GET');
  const { faults } = Object(await response.json()) as { readonly faults?: unknown };
  if (!Array.isArray(faults)) throw new Error('The sandbox does not list its faults.');
  return faults.map(readFault);
}

/**
 * Switches on exactly these faults.
 * @throws Error where the sandbox does not answer or refuses.
 */
export async function chooseFaults(sandbox: SandboxAnnouncement, names: readonly string[]): Promise<void> {
  await send(sandbox, 'PUT', JSON.stringify(names));
}

async function send(sandbox: SandboxAnnouncement, method: string, body?: string): Promise<Response> {
  const response = await fetch(`${sandbox.controlUrl.replace(/\/$/, '')}/faults`, {
    method,
    headers: {
      authorization: `Bearer ${sandbox.controlKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
    redirect: 'error',
    signal: AbortSignal.timeout(answerWithinMs),
  });
  if (!response.ok) throw new Error(`The sandbox answered ${response.status} about its faults.`);
  return response;
}

function readFault(entry: unknown): SandboxFault {
  const { name, about, source, on } = Object(entry) as Record<string, unknown>;
  if (typeof name !== 'string' || !/^[a-z\d]+(-[a-z\d]+)*$/.test(name) || typeof on !== 'boolean')
    throw new Error('The sandbox lists a fault that is none.');
  return { name, about: quotable(about) ?? '', source: quotable(source) ?? '', isOn: on };
}
