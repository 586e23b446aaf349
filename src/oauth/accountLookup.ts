/**
 * Asks the authorization server whose token it is, where the token answer gave no name: userinfo (OpenID Connect Core
 * §5.3), then introspection (RFC 7662). For display only, like every {@link Account}.
 */
import * as oauth from 'oauth4webapi';
import { namelessAccount, subjectOf, type Account } from './account.ts';
import { quotable } from './authError.ts';
import { parseChallenge } from './challenge.ts';
import { secretsOfClient } from './clientAuthentication.ts';
import type { Proofs } from './dpop.ts';
import { askEndpoint, hiddenSpellings } from './endpointRequest.ts';
import { readJson } from './jsonBody.ts';
import { judgeRefusal } from './refusal.ts';
import type { Transport } from './transport.ts';
import type { ClientIdentity } from './wire/client.ts';
import type { IssuerDocument } from './wire/issuerDocument.ts';
import { readIntrospection, readNameClaims, type NameClaims } from './wire/token.ts';

export interface AccountQuestion {
  readonly issuer: IssuerDocument;
  readonly client: ClientIdentity;
  /** Of the key that the token is bound to. */
  readonly proofs?: Proofs | undefined;
  readonly accessToken: string;
  /** What was granted. */
  readonly scopes: readonly string[];
  /** Subject of the id token, where there was one: what is said of anybody else does not count. */
  readonly expectedSubject?: string | undefined;
}

/**
 * By its name, else by its subject; undefined where the server tells neither.
 * @throws nothing but the signal's reason.
 */
export async function lookUpAccount(
  transport: Transport,
  question: AccountQuestion,
  signal: AbortSignal,
): Promise<Account | undefined> {
  const { accessToken, client, expectedSubject } = question;
  // A server that repeats what it was sent in place of a name would have it shown (invariant 1).
  const secrets = hiddenSpellings([accessToken, ...secretsOfClient(client)]);
  let nameless: Account | undefined;
  for (const ask of [askUserinfo, askIntrospection]) {
    try {
      const claims = await ask(transport, question, signal);
      const label = quotable(claims?.name, secrets);
      const subject = claims && subjectOf(claims, secrets);
      if (label !== undefined) return { id: subject ?? expectedSubject ?? label, label };
      nameless ??= namelessAccount(subject);
    } catch {
      // A name is worth no failed sign-in.
      signal.throwIfAborted();
    }
  }
  return nameless;
}

async function askUserinfo(
  transport: Transport,
  { issuer, proofs, accessToken, scopes, expectedSubject }: AccountQuestion,
  signal: AbortSignal,
): Promise<NameClaims | undefined> {
  const { userinfoEndpoint: endpoint } = issuer;
  if (endpoint === undefined || !scopes.includes('openid')) return undefined;
  const url = new URL(endpoint);
  const ask = async () => {
    const presented =
      proofs === undefined
        ? { authorization: `Bearer ${accessToken}` }
        : await proofs.headersFor(accessToken, 'GET', url);
    const headers = { accept: 'application/json', ...presented };
    return transport.send('userinfo', endpoint, { headers, signal });
  };
  const first = await ask();
  const nonce = first.headers.get('dpop-nonce') ?? undefined;
  const challenge = parseChallenge(first.headers.get('www-authenticate'));
  const meaning = judgeRefusal({ status: first.status, challenge, nonce, accessToken });
  if (nonce !== undefined) await proofs?.noteNonce(accessToken, url, nonce);
  // Once, so that no server makes a loop of it (checklist 14.10).
  const response = proofs !== undefined && meaning === 'nonce_wanted' ? await ask() : first;
  const claims = response.ok ? readNameClaims(await readJson(response)) : undefined;
  // OpenID Connect Core §5.3.2: it may be about somebody else than the id token.
  return expectedSubject === undefined || claims?.subject === expectedSubject ? claims : undefined;
}

async function askIntrospection(
  transport: Transport,
  { issuer, client, accessToken, expectedSubject }: AccountQuestion,
  signal: AbortSignal,
): Promise<NameClaims | undefined> {
  const { introspectionEndpoint: endpoint } = issuer;
  if (endpoint === undefined) return undefined;
  const answer = await askEndpoint(
    { transport, purpose: 'introspection', endpoint, issuer, client, proofs: undefined, signal },
    (server, named, authentication, options) =>
      oauth.introspectionRequest(server, named, authentication, accessToken, options),
  );
  const claims = answer.ok && answer.error === undefined ? readIntrospection(answer.body) : undefined;
  // Here the subject may be left out (RFC 7662 §2.2).
  const subject = claims?.subject ?? expectedSubject;
  return expectedSubject === undefined || subject === expectedSubject ? claims : undefined;
}
