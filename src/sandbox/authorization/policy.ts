// When a person is asked, and for what: at every sign-in, whoever signed in before.
import { errors, interactionPolicy } from 'oidc-provider';

import { splitScopes } from './scopes.ts';

/** Noted on a request whose scope is the server's own. */
export const scopeFilledIn = 'scopeFilledIn';

/**
 * oidc-provider's policy, with account choice on request, an answer for every single sign-in, and refusal of scopes
 * of which none is known.
 */
export function buildPolicy(
  scopes: readonly string[],
  defaultScopes: readonly string[],
): interactionPolicy.DefaultPolicy {
  const { Check, Prompt, base } = interactionPolicy;
  const known = new Check('known_scope', 'none of the scopes is known', (ctx) => {
    const { params } = ctx.oidc;
    // RFC 6749 §3.3: a request without a scope is processed with a default.
    if (params && (params['scope'] ?? '') === '') {
      params['scope'] = defaultScopes.join(' ');
      ctx.state[scopeFilledIn] = true;
    }
    const asked = params?.['scope'];
    const list = typeof asked === 'string' ? asked : '';
    if (!splitScopes(list).some((scope) => scopes.includes(scope))) {
      throw new errors.InvalidScope('None of the scopes is one of this server.', list);
    }
    return Check.NO_NEED_TO_PROMPT;
  });
  // A login that a browser still remembers is no proof that a person is there.
  const answered = new Check('person_answered', 'a person has to answer', (ctx) =>
    ctx.oidc.result?.login === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
  );
  const policy = base();
  policy.get('login')?.checks.add(answered);
  policy.add(new Prompt({ name: 'select_account', requestable: true }, known), 0);
  return policy;
}
