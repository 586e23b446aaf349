/** Speaks to the control address of a running sandbox, which only whoever started it can. */
import type { SandboxAnnouncement } from './sandboxAnnouncement.ts';

/** The sandbox answers from memory. */
const answerWithinMs = 10_000;

/**
 * Asks for what there is below the control address.
 * @throws Error where the sandbox does not answer, or refuses.
 */
export async function askSandbox(
  { controlUrl, controlKey }: SandboxAnnouncement,
  what: 'faults' | 'client-tickets',
  method: string,
  body?: string,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`${controlUrl.replace(/\/$/, '')}/${what}`, {
    method,
    headers: {
      authorization: `Bearer ${controlKey}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body }),
    redirect: 'error',
    signal: AbortSignal.timeout(answerWithinMs),
  });
  if (!response.ok) throw new Error(`The sandbox answered ${response.status} about its ${what}.`);
  return Object(await response.json()) as Record<string, unknown>;
}

/**
 * The address of the page on which a person registers a client by hand, with leave to do so once without the passphrase.
 * The leave stands in the fragment, which goes to no server.
 * @throws Error where the sandbox does not answer, or gives no leave.
 */
export async function clientPage(sandbox: SandboxAnnouncement): Promise<string> {
  const { ticket } = await askSandbox(sandbox, 'client-tickets', 'POST');
  if (typeof ticket !== 'string' || !/^[\w-]{20,100}$/.test(ticket))
    throw new Error('The sandbox gives no leave to register a client.');
  return `${sandbox.clientsUrl}#ticket=${ticket}`;
}
