/** Words of others on their way to a person: into sentences, the log and the trace (invariant 1). */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { AuthError, mismatch, quotable } from '../../../src/oauth/authError.ts';
import { concealerFor } from '../../../src/session/concealment.ts';
import { logLine } from '../../../src/session/logLine.ts';
import { Trace } from '../../../src/session/trace.ts';
import { ManualClock } from '../../engine/manualClock.ts';
import { requireFit, requireHidden, type Door } from '../door.ts';
import { addresses, text } from '../hostileText.ts';

interface Case {
  readonly words: string;
  readonly name: string;
  readonly filled: string;
}

const secret = 'secret-of-the-attempt-58ee';
const entered = 'entered+by/the person-58ee';
const token = 'Bearer token-of-the-header-58ee';

export const shownTextDoor: Door<Case> = {
  name: 'shownText',
  share: 12,
  cases: fc.record({
    words: fc
      .array(
        fc.oneof(
          text,
          fc.constantFrom(
            secret,
            entered,
            encodeURIComponent(entered),
            token,
            'token-of-the-header-58ee',
            ...addresses,
            `https://a.example/x?key=${secret}`,
          ),
        ),
        { maxLength: 5 },
      )
      .map((all) => all.join('')),
    name: fc.constantFrom('accessToken', 'state', 'host', 'client_secret', 'serverWords'),
    filled: text,
  }),
  try({ words, name, filled }) {
    for (const shown of [
      quotable(words),
      quotable(words, [secret]),
      ...Object.values(mismatch(words, words)),
    ])
      if (shown !== undefined) requireFit(shown, 'words');
    requireHidden([secret], quotable(words, [secret]) ?? '');
    const line = logLine('event', { [name]: words }, new Error(words, { cause: new Error(secret) }));
    assert.doesNotMatch(line, /[\r\n]/);
    if (/secret|token|^state$/i.test(name)) assert.ok(line.startsWith(`event ${name}=[hidden] cause=`), line);
    const conceal = concealerFor({
      headers: { authorization: token, 'x-odd': filled },
      filledIn: { '${input:a}': entered, '${input:b}': filled },
    });
    const trace = new Trace('sign_in', new ManualClock(), conceal);
    trace.hide(secret);
    trace.decide({ id: 'issuer_matches', issuer: words });
    trace.exchange({ purpose: 'token', method: 'POST', address: words, outcome: 200, durationMs: 1 });
    const told = trace.cleaned(new AuthError('token_refused', { serverWords: words, expected: words }));
    const shown = JSON.stringify([trace.entries, told.facts, told.message]);
    requireHidden([secret, 'token-of-the-header-58ee'], shown);
    assert.ok(!shown.includes(entered), shown);
  },
};
