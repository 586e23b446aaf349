// The person at the browser: opens the address that a client wants opened, signs in and allows, and goes where the
// answer leads.
import assert from 'node:assert/strict';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { Visitor } from '../engine/sandboxVisitor.ts';

/** Allows what is asked at this address; the address that the answer sends the browser to, not opened yet. */
export async function allow(sandbox: Sandbox, address: string): Promise<URL> {
  const browser = await Visitor.register(sandbox);
  // The attempt is the client's own: its state and its verifier are not the browser's to know.
  return browser.decide({ url: address, state: '', verifier: '' }, 'allow');
}

/** Allows, and brings the answer to the client that listens for it. */
export async function allowAndReturn(sandbox: Sandbox, address: string): Promise<void> {
  const landing = await fetch(await allow(sandbox, address));
  assert.ok(landing.ok, `The client answered the redirect with ${landing.status}.`);
  await landing.text();
}
