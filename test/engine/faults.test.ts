// What the extension does under each fault of the sandbox: it signs in and a tool answers, or it fails with a code that
// says why, and nothing worse happens.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { faultTable } from '../../src/sandbox/faults/faults.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { Server } from '../../src/servers/server.ts';
import { expectedFailures } from './expectedFailures.ts';
import { FaultTrial } from './faultTrial.ts';

/** `works`, the code of the failure, or everything that has to be true. */
type Outcome = string | ((trial: FaultTrial, fault: string) => Promise<void>);

const hourMs = 3_600_000;

/** Signs in and has a tool answer. */
async function works(trial: FaultTrial): Promise<void> {
  assert.equal(await trial.signIn(), 'connected');
  assert.match(await trial.callTool('whoami'), /^Signed in as ada/);
}

/** Goes wrong in this way, and works once the person has put something into the settings. */
function until(code: string, settings: Partial<Server>): Outcome {
  return async (trial) => {
    assert.equal(await trial.signIn(), code);
    const again = await new FaultTrial(trial.sandbox).open(settings);
    try {
      await works(again);
    } finally {
      again.close();
    }
  };
}

/** Fails with a code and, quoted, the words of the server. */
function saying(code: string, words: RegExp): Outcome {
  return async (trial) => {
    assert.equal(await trial.signIn(), code);
    const { state } = trial.session;
    assert.ok(state.kind === 'error' || state.kind === 'needs_client_registration');
    assert.match(`${state.error.facts.serverCode ?? ''} ${state.error.facts.serverWords ?? ''}`, words);
  };
}

/** Signed in before the fault came; an hour later the token has run out. */
function anHourLater(outcome: (trial: FaultTrial) => Promise<void>): Outcome {
  return async (trial, fault) => {
    trial.sandbox.faults.set([]);
    await works(trial);
    trial.sandbox.faults.set([fault]);
    trial.desk.clock.advance(hourMs + 1);
    await outcome(trial);
  };
}

/** The first sign-in fails, the next one does not. */
const worksTheSecondTime: Outcome = async (trial) => {
  await trial.signIn();
  await works(trial);
};

/** Forgotten since the last sign-in, and found out before the person sees a page that leads nowhere. */
const worksForAnOldClient = anHourLater(async (trial) => {
  await trial.session.signOut();
  const registrations = () => trial.requests.filter((request) => request.endsWith('/register')).length;
  const before = registrations();
  await works(trial);
  assert.equal(registrations(), before + 1, 'it is registered anew');
  assert.equal(trial.desk.opened.length, 2, 'the person sees one page');
});

/** The grant is kept, and serves again when the trouble has passed. */
const passes = anHourLater(async (trial) => {
  await trial.callTool('whoami');
  assert.equal(trial.session.state.kind, 'offline');
  trial.sandbox.faults.set([]);
  trial.desk.clock.advance(hourMs);
  assert.match(await trial.callTool('whoami'), /^Signed in as ada/);
  assert.equal(trial.desk.opened.length, 1);
});

const refreshes = anHourLater(async (trial) => {
  assert.match(await trial.callTool('whoami'), /^Signed in as ada/);
  assert.equal(trial.desk.opened.length, 1);
});

const expires = anHourLater(async (trial) => {
  assert.match(await trial.callTool('whoami'), /^-32010/);
  assert.equal(trial.session.state.kind, 'expired');
  assert.equal(trial.requests.filter((request) => request.endsWith('/token')).length, 2);
});

/** A call may be lost now and then, and the sign-in never: nobody is asked again. */
const keepsTheSignIn: Outcome = async (trial) => {
  const hours = 12;
  await works(trial);
  let answered = 0;
  for (let hour = 1; hour <= hours; hour += 1) {
    trial.desk.clock.advance(hourMs + 1);
    if (/^Signed in as ada/.test(await trial.callTool('whoami'))) answered += 1;
    assert.notEqual(trial.session.state.kind, 'expired');
  }
  assert.ok(answered >= hours / 2, `${answered} of ${hours} calls were answered`);
  const renewals = trial.requests.filter((request) => request.endsWith('/token')).length - 1;
  assert.ok(renewals >= hours, 'each hour there was a token to renew');
  trial.sandbox.faults.set([]);
  trial.desk.clock.advance(hourMs + 1);
  assert.match(await trial.callTool('whoami'), /^Signed in as ada/);
  assert.equal(trial.desk.opened.length, 1);
};

/** Signing out forgets everything here, after the server was told. */
const signsOut: Outcome = async (trial) => {
  await works(trial);
  const ended = new AbortController();
  const over = trial.session.signOut().finally(() => ended.abort());
  while (!ended.signal.aborted) {
    await nextTurn();
    if (trial.sandbox.faults.silences > 0) trial.desk.clock.advance(31_000);
  }
  await over;
  assert.equal(trial.session.state.kind, 'needs_auth');
  assert.equal(trial.desk.records.keyOf('grant'), undefined);
  assert.ok(trial.requests.some((request) => request.endsWith('/revoke')));
};

const closed = saying('registration_closed', /./);

const outcomes: Readonly<Record<string, Outcome>> = {
  'challenge-missing': 'works',
  'challenge-custom-document': 'works',
  'challenge-without-document': 'works',
  'challenge-negotiate': 'works',
  'challenge-several-headers': 'works',
  'challenge-duplicate-parameters': 'works',
  'challenge-single-quotes': 'works',
  'challenge-spaced': 'works',
  'challenge-unquoted': 'works',
  'challenge-commas': 'works',
  'challenge-relative': 'works',
  'challenge-foreign': 'works',
  'challenge-broken-document': 'resource_metadata_invalid',

  'resource-only-at-root': 'works',
  'resource-absent': 'resource_metadata_missing',
  'resource-origin': 'works',
  'resource-trailing-slash': 'works',
  'resource-foreign': 'resource_mismatch',
  'resource-sibling': 'resource_mismatch',
  'resource-without-servers': 'resource_metadata_invalid',
  'resource-scopes-many': until('registration_refused', { oauth: { scopes: ['notes:read'] } }),
  'resource-huge': 'response_too_large',
  'resource-slow': async (trial) => {
    const ended = trial.signIn();
    // The first request and the one for the document; neither outlives its time.
    while (trial.requests.length < 2) await nextTurn();
    const turning = setInterval(() => trial.desk.clock.advance(10_000), 20);
    assert.equal(await ended.finally(() => clearInterval(turning)), 'timed_out');
  },
  'resource-noise-400': 'works',
  'resource-noise-401': 'works',
  'resource-noise-403': 'works',
  'resource-noise-405': 'works',
  'resource-noise-502': 'works',
  'resource-noise-html': 'works',
  'resource-noise-empty': 'works',
  'resource-noise-null': 'works',
  'resource-noise-redirect': 'works',
  'resource-noise-silent': 'works',

  'token-never-accepted': async (trial) => {
    assert.equal(await trial.signIn(), 'connected');
    assert.match(await trial.callTool('whoami'), /^-32010/);
    assert.equal(trial.session.state.kind, 'expired');
    assert.equal(trial.desk.opened.length, 1, 'nothing opens a browser by itself');
  },
  'scope-never-enough': async (trial) => {
    assert.equal(await trial.signIn(), 'connected');
    assert.match(await trial.callTool('add_note', { text: 'a' }), /^-32010/);
    assert.equal(trial.desk.opened.length, 1, 'what is granted already is not asked for again');
    assert.equal(trial.session.state.kind, 'connected');
  },
  forbidden: async (trial) => {
    assert.equal(await trial.signIn(), 'connected');
    assert.match(await trial.callTool('whoami'), /forbidden/);
    assert.deepEqual([trial.session.state.kind, trial.desk.opened.length], ['connected', 1]);
  },
  'step-up-authentication': async (trial) => {
    assert.equal(await trial.signIn(), 'connected');
    await trial.callTool('whoami');
    const asked = new URL(trial.desk.opened.at(-1) ?? '').searchParams;
    assert.equal(asked.get('acr_values'), 'urn:mcp-oauth-sandbox:strong');
    assert.equal(trial.desk.opened.length, 2);
  },
  'own-header': async (trial) => {
    assert.equal(await trial.signIn(), 'resource_metadata_missing');
    const configured = await new FaultTrial(trial.sandbox).open({
      headers: { Authorization: 'Bearer sandbox-api-key' },
    });
    assert.equal(configured.session.state.kind, 'no_auth');
    assert.match(await configured.callTool('whoami'), /^Signed in as/);
    assert.deepEqual(configured.requests, [], 'nothing is asked of any well-known address');
    configured.close();
  },
  'mcp-redirect': 'server_failed',
  'mcp-unavailable': 'server_busy',
  flaky: keepsTheSignIn,
  'streams-broken': 'works',
  'dpop-required': 'works',
  'dpop-nonce': 'works',

  'two-authorization-servers': 'works',
  'authorization-server-changed': async (trial, fault) => {
    trial.sandbox.faults.set([]);
    await works(trial);
    const [refreshToken] =
      /"refreshToken":"[^"]+"/.exec([...trial.desk.records.records.values()].join()) ?? [];
    trial.sandbox.faults.set([fault]);
    assert.match(await trial.callTool('whoami'), /^-32010/, 'the new one does not know the old token');
    assert.equal(trial.session.state.kind, 'expired');
    const before = trial.requests.length;
    await works(trial);
    const later = trial.requests.slice(before);
    assert.ok(
      later.some((request) => /^POST .*\/register$/.test(request)),
      'it is registered anew',
    );
    assert.ok(
      !later.some((request) => request.startsWith(`POST ${trial.sandbox.issuer}/`)),
      'the old one hears nothing',
    );
    assert.ok(refreshToken === undefined || !later.join().includes(refreshToken));
  },
  'issuer-with-path': 'works',
  'issuer-with-path-openid-inserted': 'works',
  'issuer-with-path-openid-appended': 'works',

  'metadata-only-openid': 'works',
  'metadata-noise-400': 'works',
  'metadata-noise-401': 'works',
  'metadata-noise-403': 'works',
  'metadata-noise-405': 'works',
  'metadata-noise-502': 'works',
  'metadata-noise-html': 'works',
  'metadata-noise-empty': 'works',
  'metadata-noise-null': 'works',
  'metadata-noise-redirect': 'works',
  'metadata-noise-silent': 'works',
  'metadata-unavailable': 'server_busy',
  'metadata-huge': 'response_too_large',
  'metadata-silent': 'timed_out',
  'metadata-redirect': 'issuer_metadata_missing',
  'metadata-issuer-wrong': 'issuer_mismatch',
  'metadata-issuer-slash': 'issuer_mismatch',
  'metadata-without-pkce': 'pkce_unsupported',
  'metadata-plain-pkce': 'pkce_unsupported',
  'metadata-without-iss': 'works',
  'metadata-private-endpoint': 'insecure_url',
  'metadata-http-endpoint': 'insecure_url',
  'metadata-script-endpoint': 'insecure_url',
  'revocation-absent': async (trial) => {
    await works(trial);
    await trial.session.signOut();
    assert.equal(trial.desk.records.keyOf('grant'), undefined);
  },

  'registration-closed': closed,
  'registration-closed-okta': closed,
  'registration-closed-401': closed,
  'registration-closed-422': closed,
  'registration-closed-400': closed,
  'registration-closed-500': closed,
  'registration-absent': 'registration_closed',
  'registration-null': 'registration_closed',
  'custom-scheme-refused': 'works',
  'custom-scheme-refused-as-metadata': 'works',
  'custom-scheme-refused-in-words': 'works',
  'loopback-for-native-only': 'works',
  'registration-200': 'works',
  'registration-redirect-changed': 'registration_refused',
  'registration-secret': 'works',
  'registration-secret-without-method': 'works',
  'registration-secret-empty': 'works',
  'registration-secret-null': 'works',
  'registration-secret-without-expiry': 'works',
  'registration-secret-expired': async (trial) => {
    await works(trial);
    await works(trial);
    assert.equal(
      trial.requests.filter((request) => request.endsWith('/register')).length,
      2,
      'it is not used again',
    );
  },
  'secret-with-odd-characters': 'works',
  'only-client-secret-post': 'works',
  'only-client-secret-basic': 'works',

  'client-forgotten': worksForAnOldClient,
  'client-forgotten-400': worksForAnOldClient,
  'client-forgotten-401': worksForAnOldClient,
  'client-forgotten-422': worksForAnOldClient,
  'client-forgotten-500': worksForAnOldClient,
  'scope-required': 'works',
  'scope-limited': until('authorization_failed', { oauth: { scopes: ['notes:read'] } }),
  'openid-refused': until('authorization_failed', { oauth: { scopes: ['notes:read', 'notes:write'] } }),
  'resource-refused': saying('authorization_failed', /AADSTS901002/),
  'resource-invalid': saying('authorization_failed', /invalid_target The resource is unknown/),
  'resource-ignored': 'works',
  'prompt-refused': until('authorization_failed', { oauth: { authorizationParameters: { prompt: '' } } }),
  'audience-required': saying('authorization_failed', /audience parameter is required/),
  'pushed-requests-only': 'works',
  'denied-by-nobody': saying('access_denied', /No terminal to ask on/),
  'nobody-to-ask': saying('interaction_required', /Nobody is there/),
  'server-error': saying('server_error', /The database is down/),
  'temporarily-unavailable': saying('temporarily_unavailable', /Too many sign-ins/),

  'state-wrong': 'state_mismatch',
  'state-absent': 'state_mismatch',
  'iss-missing': 'iss_mismatch',
  'iss-wrong': 'iss_mismatch',
  'iss-slash': 'iss_mismatch',
  'iss-twice': 'iss_mismatch',
  'iss-wrong-on-error': async (trial) => {
    trial.decision = 'deny';
    assert.equal(await trial.signIn(), 'iss_mismatch', 'what the other server says is not believed');
  },
  'iss-unpromised-missing': 'works',
  'iss-unpromised-wrong': 'iss_mismatch',
  'code-absent': 'redirect_invalid',
  'parameters-unknown': 'works',
  'words-hostile': async (trial) => {
    trial.decision = 'deny';
    assert.equal(await trial.signIn(), 'access_denied');
    const { state } = trial.session;
    const words = state.kind === 'error' ? (state.error.facts.serverWords ?? '') : '';
    assert.ok(words.length > 0 && words.length <= 300);
    assert.doesNotMatch(words, /[\u202e\u0007]|\]\(/);
  },
  'callback-unreachable': 'works',

  'token-500': 'server_busy',
  'token-502': 'server_busy',
  'token-429': 'server_busy',
  'token-408': 'server_busy',
  'token-reset': passes,
  'token-silent': 'timed_out',
  'token-slow': anHourLater(async (trial) => {
    const answers = await Promise.all([trial.callTool('whoami'), trial.callTool('whoami')]);
    for (const answer of answers) assert.match(answer, /^Signed in as ada/);
    assert.equal(
      trial.requests.filter((request) => request.endsWith('/token')).length,
      2,
      'one refresh for both',
    );
  }),
  'token-200-error': saying('token_refused', /The code is incorrect/),
  'token-form-encoded': 'works',
  'token-401-challenge': saying('token_refused', /invalid_client/),
  'client-forgotten-at-token': worksTheSecondTime,
  'token-400-empty': 'token_invalid',
  'expiry-absent': 'works',
  'expiry-zero': 'works',
  'expiry-text': anHourLater(async (trial) => {
    const before = trial.session.accessToken;
    const authorization = await trial.session.authorization();
    assert.ok(authorization.kind === 'token');
    assert.notEqual(authorization.accessToken, before, 'it ended when the text said');
  }),
  'expiry-negative': 'works',
  'expiry-huge': 'works',
  'token-ends-early': 'works',
  'refresh-absent': async (trial) => {
    await works(trial);
    trial.desk.clock.advance(hourMs + 1);
    const before = trial.requests.length;
    assert.match(await trial.callTool('whoami'), /^-32010/);
    assert.equal(trial.session.state.kind, 'expired');
    assert.equal(trial.requests.length, before, 'nothing is tried without a refresh token');
  },
  'scope-narrower': async (trial) => {
    await works(trial);
    const { state } = trial.session;
    assert.deepEqual(state.kind === 'connected' ? state.scopes : [], ['openid']);
  },
  'scope-unsaid': async (trial) => {
    await works(trial);
    const { state } = trial.session;
    assert.deepEqual(state.kind === 'connected' ? state.scopes : [], [
      'openid',
      'profile',
      'notes:read',
      'notes:write',
      'offline_access',
    ]);
  },
  'token-type-strange': 'token_invalid',
  'token-absent': 'token_invalid',
  'refresh-kept': refreshes,
  'refresh-dead': expires,
  'refresh-dead-invalid-request': expires,
  'refresh-dead-unauthorized-client': expires,
  'refresh-wants-everything': refreshes,
  'refresh-only-for-offline-access': async (trial) => {
    await works(trial);
    trial.desk.clock.advance(hourMs + 1);
    assert.match(await trial.callTool('whoami'), /^Signed in as ada/);
  },
  'dpop-nonce-at-token': 'works',
  'revocation-unavailable': signsOut,
  'revocation-unsupported': signsOut,
  'revocation-silent': signsOut,
};

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

test('every fault of the table is tried, and no other', () => {
  const names = faultTable.map(({ name }) => name).sort();
  assert.deepEqual(Object.keys(outcomes).sort(), names);
  assert.deepEqual(
    Object.keys(expectedFailures).filter((name) => !names.includes(name)),
    [],
  );
});

test('every case that users report is there by name, but those that no server can cause', () => {
  const cases = faultTable.flatMap(({ source }) =>
    [...source.matchAll(/field case (\d+)/g)].map(([, number]) => Number(number)),
  );
  // A start-up with many servers, an address that was edited, a keyring that was reset.
  const causedByNoServer = [24, 28, 32];
  for (let number = 1; number <= 32; number += 1) {
    assert.equal(cases.includes(number), !causedByNoServer.includes(number), `case ${number}`);
  }
});

describe('Under a fault of the server', () => {
  for (const { name, about } of faultTable) {
    const outcome = outcomes[name];
    const reason = expectedFailures[name];
    if (outcome === undefined) continue;
    test(`${name}: ${describeOutcome(outcome)}${reason === undefined ? '' : ` (not yet: ${reason})`}`, async () => {
      sandbox.faults.set([name]);
      const trial = await new FaultTrial(sandbox).open();
      try {
        const run = typeof outcome === 'string' ? tryFor(outcome)(trial) : outcome(trial, name);
        if (reason === undefined) await run;
        else
          await assert.rejects(
            run,
            assert.AssertionError,
            `It passes: take “${name}” out of the list. ${about}`,
          );
      } finally {
        trial.close();
      }
    });
  }
});

function tryFor(outcome: string): (trial: FaultTrial) => Promise<void> {
  if (outcome === 'works') return works;
  return async (trial) => assert.equal(await trial.signIn(), outcome);
}

function describeOutcome(outcome: Outcome): string {
  if (typeof outcome !== 'string') return 'the extension does what it should';
  return outcome === 'works' ? 'signs in and a tool answers' : `fails with ${outcome}`;
}
