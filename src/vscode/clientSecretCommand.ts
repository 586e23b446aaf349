/** Takes the secret of a client that a person registered by hand; it goes to the secret storage and nowhere else. */
import { commands, window } from 'vscode';
import { signInBarrier, type OAuthSettings } from '../servers/server.ts';
import type { SecretOwner, writeClientSecret } from '../session/clientSecrets.ts';
import type { RecordStore } from '../session/ports.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { readEnteredSecret } from './enteredSecret.ts';
import { clientSecretMessages as messages } from './messages/commands.ts';
import { pickServer } from './serverPick.ts';
import { signInWithPerson } from './signInCommand.ts';

/** Where a secret goes. */
export interface SecretKeeping {
  readonly store: RecordStore;
  readonly keepSecret: typeof writeClientSecret;
}

/** Asks for the secret of the given server, or of one that the person picks. */
export async function setClientSecretCommand(
  sessions: Sessions,
  keeping: SecretKeeping,
  chosen: Session | undefined,
): Promise<void> {
  const candidates = sessions.all.filter((session) => ownersOf(session).length > 0);
  if (sessions.all.length > 0 && (candidates.length === 0 || (chosen && !candidates.includes(chosen)))) {
    await explainClient();
    return;
  }
  const session =
    chosen ??
    (await pickServer(sessions, {
      candidates,
      placeHolder: messages.pickServer(),
      nobody: messages.noServer(),
    }));
  const owner = session && (await pickOwner(session));
  if (session !== undefined && owner !== undefined) await askForSecret(session, owner, keeping);
}

async function askForSecret(
  session: Session,
  owner: SecretOwner,
  { store, keepSecret }: SecretKeeping,
): Promise<void> {
  const { server } = session;
  const settings = settingsOf(session);
  const isKeyWanted = owner === 'client' && settings.tokenEndpointAuthMethod === 'private_key_jwt';
  const clientId = owner === 'client' ? settings.clientId : settings.identityProvider?.clientId;
  const text = await window.showInputBox({
    title: messages.title(server.name),
    prompt: messages.prompt(clientId ?? ''),
    password: true,
    ignoreFocusOut: true,
    validateInput: (typed) => problemOf(typed, isKeyWanted),
  });
  if (text === undefined) return;
  const entered = readEnteredSecret(text);
  if (entered.kind === 'unusable_key') return;
  if (entered.kind === 'none') {
    await keepSecret(store, server, owner, undefined);
    void window.showInformationMessage(messages.removed(server.name));
    return;
  }
  await keepSecret(store, server, owner, entered.secret);
  const signIn = messages.signIn();
  if ((await window.showInformationMessage(messages.stored(server.name), signIn)) === signIn)
    await signInWithPerson(session);
}

function problemOf(text: string, isKeyWanted: boolean): string | undefined {
  const { kind } = readEnteredSecret(text);
  if (kind === 'unusable_key') return messages.keyUnusable();
  return kind === 'shared' && isKeyWanted ? messages.keyOnly() : undefined;
}

async function pickOwner(session: Session): Promise<SecretOwner | undefined> {
  const owners = ownersOf(session);
  if (owners.length < 2) return owners[0];
  const { clientId, identityProvider } = settingsOf(session);
  const items = [
    { label: messages.ofClient(), description: clientId ?? '', owner: 'client' as const },
    {
      label: messages.ofIdentityProvider(),
      description: identityProvider?.clientId ?? '',
      owner: 'identityProvider' as const,
    },
  ];
  const placeHolder = messages.pickOwner(session.server.name);
  return (await window.showQuickPick(items, { placeHolder }))?.owner;
}

/** Who of a server's settings can have a secret. */
function ownersOf(session: Session): readonly SecretOwner[] {
  if (signInBarrier(session.server) !== undefined) return [];
  const { clientId, identityProvider } = settingsOf(session);
  return [
    ...(clientId === undefined ? [] : (['client'] as const)),
    ...(identityProvider === undefined ? [] : (['identityProvider'] as const)),
  ];
}

function settingsOf({ server }: Session): OAuthSettings {
  return server.oauth === false ? {} : server.oauth;
}

/** A secret without a client belongs to nobody. */
async function explainClient(): Promise<void> {
  const open = messages.openSettings();
  if ((await window.showInformationMessage(messages.noServer(), open)) === open)
    await commands.executeCommand('mcpOAuth.openSettings');
}
