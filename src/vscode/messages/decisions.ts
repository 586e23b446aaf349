/** Each decision on the way to a token as a sentence; a new one does not compile without. */
import { l10n } from 'vscode';
import type { AuthErrorCode } from '../../oauth/authError.ts';
import type { Decision, DecisionId, Decisions } from '../../oauth/decision.ts';
import type { Habit } from '../../oauth/habits.ts';
import type { RefusalMeaning } from '../../oauth/refusal.ts';
import type { Tolerance } from '../../oauth/tolerance.ts';

const { t } = l10n;

/** A failure that did not end the attempt, or a status, in a few words. */
const cause = ({ status, failure }: { status?: number; failure?: AuthErrorCode }): string =>
  failure === undefined ? t('HTTP {0}', status ?? 0) : failure;

const list = (items: readonly string[]): string => (items.length === 0 ? t('none') : items.join(', '));

const meanings: Record<RefusalMeaning, () => string> = {
  nonce_wanted: () => t('it wants its own nonce in the proof'),
  more_scopes_wanted: () => t('it wants more access than was granted'),
  stronger_sign_in_wanted: () => t('it wants the person to prove better who they are'),
  token_rejected: () => t('it does not take the token (any more)'),
  sign_in_wanted: () => t('it wants a sign-in'),
  denied: () => t('it knows who asks and says no'),
};

const tolerances: Record<Tolerance, () => string> = {
  resource_prefix: () =>
    t('The resource is the origin of the server or a path above its address. That is let pass.'),
  resource_setting: () =>
    t('The document is about another resource than this server, which “oauth.resource” allows.'),
  resource_not_listed: () =>
    t('The authorization server does not list this resource among those that it protects. That is let pass.'),
  issuer_skipped: () => t('An authorization server that is listed before this one has no document.'),
  issuer_setting: () => t('The authorization server is the one that “oauth.issuer” names.'),
  issuer_elsewhere: () => t('Its document lies at the address of another authorization server.'),
  pkce_not_promised: () =>
    t('The authorization server does not promise PKCE, and “oauth.requirePkceMetadata” does without that.'),
  legacy_metadata: () =>
    t(
      'There is no protected resource document: the origin of the server is its authorization server (2025-03-26).',
    ),
  legacy_endpoints: () =>
    t(
      'Nothing is published: endpoints by their names of 2025-03-26 are used, as “oauth.legacyEndpoints” says.',
    ),
};

const habits: Record<Habit, (service: string) => string> = {
  pkce_unlisted: (service) => t('{0} is known to do PKCE without promising it.', service),
  resource_by_scope: (service) =>
    t('{0} is known to take the resource from the scopes; none is named.', service),
  offline_by_parameter: (service) =>
    t('{0} is known to give refresh tokens for a parameter of its own, which is added.', service),
  consent_not_asked: (service) => t('{0} is known to need no request for consent; none is made.', service),
  scopes_limited: (service) =>
    t('{0} is known to let MCP clients have only some of the scopes that it lists.', service),
  issuer_alias: (service) => t('{0} is known to call itself by another name than this.', service),
  issuer_slash: (service) =>
    t('{0} is known to differ in the slash at the end of its name, which is let pass.', service),
};

const sentences: { readonly [Id in DecisionId]: (facts: Decisions[Id]) => string } = {
  challenge_read: ({ source, scheme, parameters, error }) => {
    const sentence = {
      first_contact: () =>
        t('The server asks for a sign-in. Scheme: {0}. Parameters: {1}.', scheme, list(parameters)),
      remembered: () =>
        t(
          'What the server asked for a while ago still counts. Scheme: {0}. Parameters: {1}.',
          scheme,
          list(parameters),
        ),
      refused_request: () =>
        t('The server refused a request just now. Scheme: {0}. Parameters: {1}.', scheme, list(parameters)),
    }[source]();
    return error === undefined ? sentence : `${sentence} ${t('Its error code: “{0}”.', error)}`;
  },
  challenge_missing: () => t('The server refuses, and does not say how to get in.'),
  server_open: () => t('The server answers anybody, and publishes nothing to sign in to.'),
  server_offers_sign_in: () => t('The server answers anybody, and publishes that one can sign in.'),
  document_remembered: ({ address }) => t('Known already, and still fresh: {0}', address),
  resource_document_named: ({ address }) =>
    t('The challenge names the protected resource document: {0}', address),
  resource_document_found: ({ address }) =>
    t('The protected resource document is where it belongs: {0}', address),
  document_passed_over: ({ address, ...rest }) => t('No document there ({1}): {0}', address, cause(rest)),
  resource_document_absent: () => t('The server has no protected resource document.'),
  resource_chosen: ({ resource, by }) =>
    ({
      setting: () => t('The token is asked for “{0}”, as “oauth.resource” says.', resource),
      document: () => t('The token is asked for “{0}”, as the document says.', resource),
      address: () => t('The token is asked for “{0}”, the address of the server.', resource),
    })[by](),
  resource_omitted: () => t('No resource is named, as “oauth.resource” or a habit of the server wants it.'),
  issuers_offered: ({ issuers, known }) =>
    t('Several authorization servers are offered: {0}. Known from before: {1}.', list(issuers), list(known)),
  issuer_without_document: ({ issuer }) => t('This authorization server has no document: {0}', issuer),
  issuer_document_found: ({ address, kind }) =>
    kind === 'oauth'
      ? t('The authorization server’s document was found (OAuth): {0}', address)
      : t('The authorization server’s document was found (OpenID Connect): {0}', address),
  issuer_matches: ({ issuer }) =>
    t('The document is of the authorization server that was named: {0}', issuer),
  pkce_promised: () => t('The authorization server promises PKCE with S256.'),
  tolerated: ({ tolerance }) => tolerances[tolerance](),
  habit_followed: ({ habit, service }) => habits[habit](service),
  issuer_moved: ({ from, to }) => t('The server led to {0} before, and leads to {1} now.', from, to),
  scopes_chosen: ({ scopes, by, isWidened, asksToStay }) =>
    [
      {
        setting: () => t('Scopes, as “oauth.scopes” says: {0}.', list(scopes)),
        challenge: () => t('Scopes, as the challenge says: {0}.', list(scopes)),
        document: () => t('Scopes, as the protected resource document says: {0}.', list(scopes)),
        nothing: () => t('Scopes, though nobody names any: {0}.', list(scopes)),
      }[by](),
      ...(isWidened ? [t('Some are there because they were granted or asked for before.')] : []),
      ...(asksToStay ? [t('“offline_access” was added, so that the sign-in can be renewed.')] : []),
    ].join(' '),
  tokens_bound: ({ by }) =>
    by === 'server'
      ? t('The server wants tokens that are bound to a key (DPoP).')
      : t('Tokens are to be bound to a key (DPoP), as “oauth.dpop” says.'),
  grant_chosen: ({ grant }) => t('Access is obtained by “{0}”, as “oauth.grant” says.', grant),
  redirects_possible: ({ kinds }) =>
    t('Ways back from the browser, in the order of trying: {0}.', list(kinds)),
  redirect_prepared: ({ kind, address }) => t('The way back is “{0}”: {1}', kind, address),
  redirect_passed_over: ({ kind, failure }) =>
    t('The way back “{0}” is not taken ({1}); the next one is tried.', kind, failure),
  client_chosen: ({ kind, method }) =>
    ({
      configured: () => t('The client is the one of “oauth.clientId” (proof: {0}).', method),
      document: () => t('The client is named by its metadata document (proof: {0}).', method),
      stored: () => t('The client is the one that was registered here before (proof: {0}).', method),
      registered: () => t('The client was registered just now (proof: {0}).', method),
    })[kind](),
  registration_passed_over: ({ reason }) =>
    ({
      not_taken: () => t('The registration on record is not taken by the server any more.'),
      secret_ran_out: () => t('The secret of the registration on record has run out.'),
      other_scopes: () => t('The registration on record is for other scopes.'),
    })[reason](),
  client_trusted: () => t('The client came back this way a short while ago, and is not checked again.'),
  client_checked: ({ verdict }) =>
    ({
      fine: () => t('Asked beforehand, the server has nothing against the client.'),
      client_unknown: () => t('Asked beforehand, the server does not know the client.'),
      redirect_refused: () => t('Asked beforehand, the server does not take the way back.'),
      broken: () => t('Asked beforehand, the server broke down; it has perhaps lost the client.'),
      unanswered: () => t('The server could not be asked beforehand; the browser perhaps can.'),
    })[verdict](),
  client_replaced: () => t('The client is replaced by one that is registered anew.'),
  page_opened: ({ host }) => t('The browser opened at {0}.', host),
  code_shown: ({ host }) => t('A code was shown that is to be entered at {0}.', host),
  answer_arrived: () => t('An answer came back.'),
  state_matches: () => t('It belongs to this sign-in.'),
  arrival_matches: () => t('It arrived where it was sent to.'),
  sender_matches: ({ issuer }) => t('It names its sender, and that is the right one: {0}', issuer),
  sender_unnamed: () => t('It names no sender, and the authorization server did not promise to.'),
  code_arrived: () => t('It brings a code.'),
  tokens_received: ({ scopes, lifetimeSeconds, isRenewable, isBound }) =>
    [
      lifetimeSeconds === undefined
        ? t('A token came, without a word on how long it lasts. Scopes: {0}.', list(scopes))
        : t('A token came that lasts for {1} seconds. Scopes: {0}.', list(scopes), lifetimeSeconds),
      isRenewable ? t('A refresh token came with it.') : t('No refresh token came with it.'),
      ...(isBound ? [t('It is bound to a key.')] : []),
    ].join(' '),
  scopes_narrowed: ({ missing }) => t('These scopes were asked for and not granted: {0}.', list(missing)),
  account_named: ({ by }) =>
    ({
      server: () => t('The authorization server says whose the token is.'),
      person: () => t('You said whose the token is.'),
      nobody: () => t('Nobody says whose the token is; the server has one account here.'),
    })[by](),
  grant_kept: () => t('The sign-in is kept in the secret storage.'),
  renewal_by: ({ way }) =>
    way === 'refreshing'
      ? t('A new token is asked for with the refresh token, by this window alone.')
      : t('A new token is asked for like the first one, without a person.'),
  renewal_unsaved: () =>
    t(
      'The new token could not be kept in the secret storage; it is in memory alone, and keeping it is tried again.',
    ),
  renewal_judged: ({ fault }) =>
    ({
      passing: () => t('That passes: the sign-in is kept, and the next try comes by itself.'),
      final: () =>
        t('That is final, unless another window has a newer token: somebody has to sign in again.'),
      stuck: () => t('Somebody has to mend something; the sign-in is kept until then.'),
    })[fault](),
  secret_renewed: ({ isRenewed }) =>
    isRenewed
      ? t('The client’s secret had run out; the server gave a new one.')
      : t('The client’s secret had run out, and the server gave no new one.'),
  refusal_judged: ({ status, meaning }) =>
    t('The server answered a request with HTTP {0}: {1}.', status, meanings[meaning]()),
  remedy_spent: () => t('The same was tried for this request already; it is not tried twice.'),
  token_replaced: ({ replacement }) =>
    ({
      replaced: () => t('There is a new token.'),
      not_now: () => t('There is no new token for now.'),
      over: () => t('There is no new token to be had without signing in.'),
    })[replacement](),
  access_granted_already: () => t('All that the server asks for is granted already; nobody is asked again.'),
  questions_spent: () => t('You were asked for this lately; you are not asked again until you sign in.'),
  person_asked: ({ about, allows }) => {
    if (about === 'access')
      return allows
        ? t('Asked for more access, you allowed it.')
        : t('Asked for more access, you did not allow it.');
    return allows ? t('Asked to sign in, you agreed.') : t('Asked to sign in, you did not agree.');
  },
};

export function decisionSentence(decision: Decision): string {
  const say = sentences[decision.id] as (facts: Decision) => string;
  return say(decision);
}
