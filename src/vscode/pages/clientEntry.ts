/** Keeps a client that a person registered by hand: its id in the settings, its secret in the secret storage. */
import type { OAuthMembers } from '../../servers/memberEdits.ts';
import { oauthMembers } from '../../servers/oauthSettings.ts';
import type { OAuthSettings, Server } from '../../servers/server.ts';
import type { writeClientSecret } from '../../session/clientSecrets.ts';
import type { RecordStore } from '../../session/ports.ts';
import type { readEnteredSecret } from '../enteredSecret.ts';
import { guideMessages as messages } from '../messages/guide.ts';
import type { SettingsWritten } from '../settingsFiles.ts';
import type { GuideNews, SaveRequest } from './guideRequests.ts';

/** What the page told the person besides what it asked for. */
export interface Told {
  /** The authorization server that the client is for: no other is to have it, unless settings name one (checklist 4.17). */
  readonly issuer?: string | undefined;
  /** The port in what was to be registered, where settings do not have it yet. */
  readonly redirectPort?: number | undefined;
}

export interface ClientEntryParts {
  /** The server of a name as the settings that are followed have it. */
  readonly findServer: (name: string) => Server | undefined;
  /** Writes members of `oauth` where the entry of the server stands. */
  readonly setOAuth: (server: string, members: OAuthMembers) => Promise<SettingsWritten>;
  /** Reads the settings again. */
  readonly follow: () => Promise<void>;
  readonly store: RecordStore;
  readonly keepSecret: typeof writeClientSecret;
  readonly readSecret: typeof readEnteredSecret;
  /** Ties a client to the authorization server that it was entered for. */
  readonly bind: (server: Server, clientId: string, issuer: string) => Promise<void>;
}

type Problem = Extract<GuideNews, { kind: 'problem' }>;

export class ClientEntry {
  private readonly parts: ClientEntryParts;

  constructor(parts: ClientEntryParts) {
    this.parts = parts;
  }

  /**
   * All is judged before anything is written. The secret follows the id: it is kept under the id and the address.
   * @returns what is wrong; undefined once all is kept and the settings are followed.
   */
  async save(
    server: Server,
    request: SaveRequest,
    { issuer, redirectPort }: Told = {},
  ): Promise<Problem | undefined> {
    const clientId = request.clientId.trim();
    if (clientId === '') return problem(messages.clientIdMissing(), 'clientId');
    if (!oauthMembers().clientId.safeParse(clientId).success)
      return problem(messages.clientIdUnusable(), 'clientId');
    const entered = this.parts.readSecret(request.clientSecret);
    if (entered.kind === 'unusable_key') return problem(messages.keyUnusable(), 'clientSecret');
    if (entered.kind === 'shared' && request.authMethod === 'private_key_jwt')
      return problem(messages.keyOnly(), 'clientSecret');
    const refusal = await this.write(server, clientId, request, redirectPort);
    if (refusal !== undefined) return problem(refusal);
    const now = this.parts.findServer(server.name);
    if (now === undefined || !hasClient(now, server.url, clientId) || !leadsTo(now, issuer))
      return problem(messages.notFollowed());
    try {
      if (issuer !== undefined && !namesIssuer(now)) await this.parts.bind(now, clientId, issuer);
      if (entered.kind === 'none') return undefined;
      await this.parts.keepSecret(this.parts.store, now, 'client', entered.secret);
      return undefined;
    } catch {
      return problem(messages.secretNotKept());
    }
  }

  /** Writes the settings where they have to be other ones; undefined once they are followed, else why not. */
  private async write(
    { name, oauth }: Server,
    clientId: string,
    { authMethod, redirect }: SaveRequest,
    redirectPort: number | undefined,
  ): Promise<string | undefined> {
    const before: OAuthSettings = oauth === false ? {} : oauth;
    const members: OAuthMembers = {
      clientId,
      tokenEndpointAuthMethod: authMethod === 'automatic' ? undefined : authMethod,
      ...(redirect !== 'all' && { redirect }),
      ...(redirectPort !== undefined && { redirectPort }),
    };
    const isSame = Object.entries(members).every(
      ([member, value]) => before[member as keyof OAuthSettings] === value,
    );
    if (isSame) return undefined;
    try {
      const written = await this.parts.setOAuth(name, members);
      if (written !== 'written') return messages[written]();
      await this.parts.follow();
      return undefined;
    } catch (thrown) {
      return messages.notSaved(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }
}

function hasClient({ url, oauth }: Server, expectedUrl: string, clientId: string): boolean {
  return url === expectedUrl && oauth !== false && oauth.clientId === clientId;
}

/** The settings may name another authorization server by now than the one that the client is for. */
function leadsTo({ oauth }: Server, issuer: string | undefined): boolean {
  return issuer === undefined || oauth === false || oauth.issuer === undefined || oauth.issuer === issuer;
}

function namesIssuer({ oauth }: Server): boolean {
  return oauth !== false && oauth.issuer !== undefined;
}

function problem(text: string, field?: 'clientId' | 'clientSecret'): Problem {
  return { kind: 'problem', text, ...(field !== undefined && { field }) };
}
