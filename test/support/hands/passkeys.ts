// An authenticator for passkeys, as a laptop has one built in: the browser's own virtual one (WebDriver extension of Web
// Authentication, §11.2), which belongs to a tab. Its passkeys go along from tab to tab.
import type { CDPSession, Page } from 'playwright-core';

import type { Workbench } from './workbench.ts';

const options = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const;

/** A passkey as the browser tells it, with the private key and the counter that it has then. */
interface Credential {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly privateKey: string;
  readonly signCount: number;
}

/** Plugs one into every tab there is and every tab that is opened later. */
export async function plugInAuthenticator({ context }: Workbench): Promise<void> {
  const passkeys = new Map<string, Credential>();
  const plugIn = async (page: Page) => {
    const session = await context.newCDPSession(page);
    const keep = ({ credential }: { readonly credential: Credential }) =>
      passkeys.set(credential.credentialId, credential);
    session.on('WebAuthn.credentialAdded', keep);
    session.on('WebAuthn.credentialAsserted', keep);
    await addAuthenticator(session, passkeys);
  };
  context.on('page', (page) => {
    // A tab that is closed again at once needs none.
    plugIn(page).catch((cause: unknown) => {
      if (!page.isClosed()) throw cause;
    });
  });
  await Promise.all(context.pages().map(plugIn));
}

async function addAuthenticator(
  session: CDPSession,
  passkeys: ReadonlyMap<string, Credential>,
): Promise<void> {
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options });
  for (const credential of passkeys.values()) {
    await session.send('WebAuthn.addCredential', { authenticatorId, credential });
  }
}
