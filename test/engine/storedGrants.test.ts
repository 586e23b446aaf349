// What a grant that is kept is good for, and when its token should no longer be sent.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GrantRecord } from '../../src/session/records.ts';
import { isNearEnd } from '../../src/session/storedGrants.ts';
import { issuerDocument } from '../hostile/rightWorld.ts';

const grantedAtMs = Date.UTC(2026, 0, 1);
const [minuteMs, hourMs] = [60_000, 3_600_000];

const grant: GrantRecord = {
  serverUrl: 'https://mcp.example/mcp',
  authorizationServer: issuerDocument,
  client: { kind: 'registered', clientId: 'client-1', authMethod: 'none' },
  accessToken: 'token',
  scopes: [],
  requestedScopes: [],
  account: { id: 'u-1', label: 'Ada' },
  grantedAtMs,
  expiresAtMs: grantedAtMs + hourMs,
};

describe('A token', () => {
  it('is near its end a minute before, and the sooner the shorter it lives (checklist 11.12)', () => {
    assert.equal(isNearEnd(grant, grantedAtMs + hourMs - minuteMs - 1), false);
    assert.equal(isNearEnd(grant, grantedAtMs + hourMs - minuteMs), true);
    const short = { ...grant, expiresAtMs: grantedAtMs + 4_000 };
    assert.deepEqual(
      [2_999, 3_000].map((ms) => isNearEnd(short, grantedAtMs + ms)),
      [false, true],
    );
  });

  it('lasts no longer because the clock was set back: nobody knows how long it has been there', () => {
    assert.equal(isNearEnd(grant, grantedAtMs - minuteMs), false);
    assert.equal(isNearEnd(grant, grantedAtMs - minuteMs - 1), true);
  });
});
