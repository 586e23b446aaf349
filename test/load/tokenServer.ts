/**
 * The authorization server of one MCP server, with tokens that live for seconds. It fails like any other, and keeps account
 * of who asks for a token too early, or shows a refresh token again.
 */
import { answer, ListeningServer, plainFaults, type Visit } from './listeningServer.ts';
import type { Misfortune } from './misfortune.ts';

export const tokenSeconds = 6;
/** A new one is worth a request when a quarter of the old one's life is left; a slow computer has room in this. */
const earliestAtMs = tokenSeconds * 500;

export class TokenServer {
  requests = 0;
  /** Tokens that arrived, beside the first one, which the gateway begins with. */
  given = 0;
  /** Requests that it failed to answer with one. */
  failed = 0;
  /** Refresh tokens that came a second time. */
  reuses = 0;
  /** New tokens for ones that were neither refused nor near their end. */
  superfluous = 0;
  /** How often what a new token needs has failed since somebody got one. */
  failures = 0;
  private readonly server = new ListeningServer((visit) => this.serve(visit));
  private readonly misfortune: Misfortune;
  private serial = 1;
  private token = 'token-1';
  /** Undefined while somebody uses it. */
  private refreshToken: string | undefined = 'refresh-1';
  private givenAtMs = Date.now();
  /** Whether the token was refused before its end. */
  private isRefused = false;
  /** Whether it came for one that was refused, and has let nobody in yet. */
  isDoubtful = false;
  /** When each token is over, in whole seconds since the epoch, as a JWT says it. */
  private readonly endsAt = new Map<string, number>();

  constructor(misfortune: Misfortune) {
    this.misfortune = misfortune;
  }

  async open(): Promise<void> {
    await this.server.open();
    this.noteToken();
  }

  get origin(): string {
    return this.server.origin;
  }

  connections(): Promise<number> {
    return this.server.connections();
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** No grace for one that is over. */
  takes(token: string): boolean {
    return (this.endsAt.get(token) ?? 0) > Math.floor(Date.now() / 1_000);
  }

  /** The MCP server has let somebody in with it. */
  noteTaken(token: string): void {
    if (token === this.token) this.isDoubtful = false;
  }

  revoke(token: string): void {
    this.endsAt.delete(token);
    this.isRefused = true;
  }

  private async serve(visit: Visit): Promise<void> {
    const { url = '' } = visit.request;
    if (url === '/token') await this.renew(visit, new URLSearchParams(visit.sent));
    else if (url === '/.well-known/oauth-authorization-server') await this.describe(visit);
    else visit.response.writeHead(404).end();
  }

  private async describe(visit: Visit): Promise<void> {
    const { origin } = this;
    const document = {
      issuer: origin,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
      code_challenge_methods_supported: ['S256'],
    };
    const fault = this.misfortune.strike('issuer document', plainFaults);
    if (fault !== undefined && fault !== 'slow') this.failures += 1;
    await answer(visit, document, fault, { 'cache-control': 'no-store' });
  }

  private async renew(visit: Visit, form: URLSearchParams): Promise<void> {
    this.requests += 1;
    const shown = form.get('refresh_token') ?? undefined;
    const refreshes = form.get('grant_type') === 'refresh_token';
    if (refreshes && shown !== this.refreshToken) {
      this.reuses += 1;
      visit.response.writeHead(400, { 'content-type': 'application/json' });
      visit.response.end(JSON.stringify({ error: 'invalid_grant' }));
      return;
    }
    if (this.takes(this.token) && Date.now() - this.givenAtMs < earliestAtMs) this.superfluous += 1;
    const fault = this.misfortune.strike('token', plainFaults);
    if (fault !== undefined && fault !== 'slow') {
      // One that takes back the refresh token with an answer that is lost ends the sign-in for everybody: it takes that one again.
      this.failed += 1;
      this.failures += 1;
      await answer(visit, {}, fault);
      return;
    }
    this.refreshToken = undefined;
    this.serial += 1;
    const token = `token-${this.serial}`;
    const refreshToken = `refresh-${this.serial}`;
    const body = { access_token: token, token_type: 'Bearer', expires_in: tokenSeconds };
    await answer(visit, refreshes ? { ...body, refresh_token: refreshToken } : body, fault);
    this.given += 1;
    this.failures = 0;
    this.isDoubtful = this.isRefused;
    this.isRefused = false;
    this.token = token;
    this.refreshToken = refreshToken;
    this.noteToken();
  }

  private noteToken(): void {
    this.givenAtMs = Date.now();
    const nowSeconds = Math.floor(this.givenAtMs / 1_000);
    for (const [token, atSeconds] of this.endsAt) if (atSeconds <= nowSeconds) this.endsAt.delete(token);
    this.endsAt.set(this.token, nowSeconds + tokenSeconds);
  }
}
