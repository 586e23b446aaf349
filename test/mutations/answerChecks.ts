/** Checks of what comes back from the browser, and of the attempt that it belongs to (checklist 7, 8, 9). */
import { checksIn } from './securityCheck.ts';

export const answerChecks = [
  ...checksIn(
    'src/oauth/redirect.ts',
    ['redirect', 'redirectProperties', 'redirectLadder', 'hiddenWords'],
    [
      'the answer carries the state of the attempt (7.6)',
      'if (url === undefined || !carriesState(pending, url))',
      'if (url === undefined)',
    ],
    [
      'the answer carries one state alone (9.5)',
      'const isAnswer = states.length === 1 && states[0] === wireState;',
      'const isAnswer = states[0] === wireState;',
    ],
    [
      'an answer through a relay carries our nonce (7.6)',
      'return nonces.length === 1 && nonces[0] === state && (isAnswer || states.length === 0);',
      'return isAnswer || states.length === 0;',
    ],
    ['the answer arrives where it was sent to (8.4)', '  requireArrival(pending, url);\n', ''],
    ['the scheme of the arrival is compared (8.4)', 'url.protocol === expected.protocol && ', ''],
    ['the host of the arrival is compared (8.4)', 'url.host === expected.host && ', ''],
    ['the path of the arrival is compared (8.4)', ' && url.pathname === expected.pathname', ''],
    ['the answer is from the issuer (9.1)', '  requireIssuer(pending, iss);\n', ''],
    [
      'an answer names its issuer where that was promised (9.1)',
      'if (iss.length === 0 && !sendsIss) return;',
      'if (iss.length === 0) return;',
    ],
    [
      'an answer names one issuer alone (9.5)',
      'if (iss.length === 1 && iss[0] === issuer) return;',
      'if (iss[0] === issuer) return;',
    ],
    [
      'an answer has one code and one error (9.5)',
      'if (code.length > 1 || error.length > 1)',
      'if (code.length > 9)',
    ],
    [
      'the words of an answer are shown without the secrets of the attempt',
      'serverSaid(error[0], errorDescription[0], secretsOf(pending))',
      'serverSaid(error[0], errorDescription[0])',
    ],
    [
      'a foreign issuer is shown without the secrets of the attempt',
      "mismatch(issuer, iss.join(' '), secretsOf(pending))",
      "mismatch(issuer, iss.join(' '))",
    ],
  ),
  ...checksIn(
    'src/session/pendingAttempts.ts',
    ['redirect', 'windows', 'unfinishedSignIn', 'failingStore', 'passingTime'],
    [
      'an attempt is taken off the record (7.6)',
      '    try {\n      await ports.store.remove(pendingKey(state));\n    } catch',
      '    try {\n    } catch',
    ],
    [
      'an attempt is taken by one window alone (7.6)',
      'return ports.lock.hold(pendingKey(state), async () => {',
      'return ((_: string, work: () => Promise<Found<PendingRecord>>) => work())(pendingKey(state), async () => {',
    ],
    [
      'an attempt ends after ten minutes (7.6)',
      'return ageMs < pendingLifetimeMs && ageMs > -pendingLifetimeMs;',
      'return ageMs !== Infinity;',
    ],
    [
      'an attempt ends also where the clock was set back (7.6)',
      'return ageMs < pendingLifetimeMs && ageMs > -pendingLifetimeMs;',
      'return ageMs < pendingLifetimeMs;',
    ],
  ),
  ...checksIn(
    'src/oauth/authorization.ts',
    ['specification', 'authorizationAddress', 'redirect', 'settingsSwitches', 'pushedRequest'],
    [
      'every attempt has a state of its own (7.6)',
      'const state = oauth.generateRandomState();',
      "const state = 'state';",
    ],
    [
      'every attempt has a verifier of its own (7.2)',
      'codeVerifier: oauth.generateRandomCodeVerifier(),',
      "codeVerifier: 'v'.repeat(43),",
    ],
    [
      'the challenge is made from the verifier and does not tell it (7.2)',
      'codeChallenge: await oauth.calculatePKCECodeChallenge(pending.codeVerifier),',
      'codeChallenge: pending.codeVerifier,',
    ],
    [
      'a browser is sent to secure addresses alone (7.9)',
      'return requireSecureUrl(issuer.authorizationEndpoint, transport.policy);',
      'return new URL(issuer.authorizationEndpoint);',
    ],
    [
      'no setting adds a parameter of the protocol (7.1)',
      "([name, value]) => !reservedParameters.has(name) && value !== '',",
      "([, value]) => value !== '',",
    ],
  ),
  ...checksIn(
    'src/oauth/wire/authorization.ts',
    ['specification', 'redirect'],
    ['the challenge is S256 (7.2)', "code_challenge_method: 'S256',", "code_challenge_method: 'plain',"],
    [
      'the resource is named in every request (7.3)',
      'return resource === undefined ? {} : { resource };',
      'return resource === undefined ? {} : {};',
    ],
  ),
  ...checksIn(
    'src/oauth/authorizationCheck.ts',
    ['clients'],
    [
      'a client is looked for with a state and verifier of no attempt (7.6)',
      '    wireState: oauth.generateRandomState(),\n    codeVerifier: oauth.generateRandomCodeVerifier(),\n',
      '',
    ],
  ),
  ...checksIn(
    'src/oauth/deviceGrant.ts',
    ['deviceGrant', 'otherGrants'],
    [
      'the page of a device code is secure (7.9)',
      'const shown = requireSecureUrl(device.verificationUri, transport.policy, secrets);',
      'const shown = new URL(device.verificationUri);',
    ],
    [
      'the page with the code in it is of the host that is shown (16.2)',
      'complete?.host === shown.host ? complete.href : undefined',
      'complete?.href',
    ],
  ),
  ...checksIn(
    'src/vscode/pastedAddress.ts',
    ['redirects'],
    ['a pasted address counts where the browser was sent (8.8)', '    url.host === place.host &&\n', ''],
  ),
];
