/** Takes the secret of a client that a person registered by hand; it goes to the secret storage and nowhere else. */
import { commands, window } from 'vscode';
import { parseUrl } from '../oauth/secureUrl.ts';
import type { Clock } from '../oauth/clock.ts';
import { signInBarrier, type OAuthSettings, type Server } from '../servers/server.ts';
import type { SecretOwner, writeClientSecret } from '../session/clientSecrets.ts';
import type { RecordStore } from '../session/ports.ts';
import type { Session } from '../session/session.ts';
import type { Sessions } from '../session/sessions.ts';
import { needsPerson } from '../session/state.ts';
import { readEnteredSecret } from './enteredSecret.ts';
import { clientSecretMessages as messages } from './messages/commands.ts';
import { besideLinks } from './notificationLinks.ts';
import { inLabel } from './plainText.ts';
import { pickServer } from './serverPick.ts';

/** Where a secret goes. */
export interface SecretKeeping {
  readonly store: RecordStore;
  readonly keepSecret: typeof writeClientSecret;
  /** The authorization server that the client of the settings is for; undefined for one that is tied to none yet. */
  readonly boundIssuer: (server: Server) => Promise<string | undefined>;
  readonly clock: Clock;
}

/** Asks for the secret of the given server, or of one that the person picks. */
export async function setClientSecretCommand(
  sessions: Sessions,
  keeping: SecretKeeping,
  chosen: Session | undefined,
): Promise<void> {
  const candidates = sessions.all.filter((session) => ownersOf(session).length > 0);
  if (sessions.all.length > 0 && (candidates.length === 0 || (chosen && !candidates.includes(chosen)))) {
    await explainClient(sessions, chosen);
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
  if (session !== undefined && owner !== undefined) await askForSecret(sessions, session, owner, keeping);
}

async function askForSecret(
  sessions: Sessions,
  session: Session,
  owner: SecretOwner,
  { store, keepSecret, boundIssuer, clock }: SecretKeeping,
): Promise<void> {
  const { server } = session;
  const { clientId, identityProvider, tokenEndpointAuthMethod } = settingsOf(session);
  const isKeyWanted = owner === 'client' && tokenEndpointAuthMethod === 'private_key_jwt';
  const client =
    owner === 'client' ? { clientId, issuer: await boundIssuer(server) } : (identityProvider ?? {});
  const text = await window.showInputBox({
    title: messages.title(server.name),
    prompt: messages.prompt(inLabel(client.clientId ?? ''), client.issuer && parseUrl(client.issuer)?.host),
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
  if (!needsPerson(session.state)) {
    void window.showInformationMessage(messages.stored(server.name));
    return;
  }
  const { offerSignIn } = await import('./signInOffer.ts');
  offerSignIn({ sessions, clock }, session, { sentence: messages.stored(besideLinks(server.name)) });
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
    { label: messages.ofClient(), description: inLabel(clientId ?? ''), owner: 'client' as const },
    {
      label: messages.ofIdentityProvider(),
      description: inLabel(identityProvider?.clientId ?? ''),
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

/** A secret without a client belongs to nobody; a server that registers none by itself has a guide to one. */
async function explainClient(sessions: Sessions, chosen: Session | undefined): Promise<void> {
  const isClosed = ({ state }: Session) => state.kind === 'needs_client_registration';
  const isGuided = chosen === undefined ? sessions.all.some(isClosed) : isClosed(chosen);
  const [guide, open] = [messages.configureClient(), messages.openSettings()];
  const buttons = isGuided ? [guide, open] : [open];
  const pressed = await window.showInformationMessage(messages.noServer(), ...buttons);
  if (pressed === guide) await commands.executeCommand('mcpOAuth.configureClient', chosen);
  if (pressed === open) await commands.executeCommand('mcpOAuth.openSettings', chosen);
}
