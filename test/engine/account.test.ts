// Whose sign-in it is, as far as the tokens themselves tell.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { accountFrom, namelessAccount, subjectFrom } from '../../src/oauth/account.ts';

function jwtOf(claims: unknown): string {
  return `header.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
}

describe('An account', () => {
  it('goes by the name in the id token before any in the access token (checklist 11.7)', () => {
    const access = jwtOf({ sub: 'u-2', preferred_username: 'grace' });
    const idToken = { sub: 'u-1', email: 'ada@example.org', name: 'Ada Lovelace' };
    assert.deepEqual(accountFrom(idToken, access), { id: 'u-1', label: 'ada@example.org' });
    assert.deepEqual(accountFrom({ ...idToken, preferred_username: 'ada' }, access), {
      id: 'u-1',
      label: 'ada',
    });
    assert.deepEqual(accountFrom({ sub: 'u-1', name: 'Ada Lovelace' }, access), {
      id: 'u-1',
      label: 'Ada Lovelace',
    });
  });

  it('goes by a name in an access token that is a JWT where the id token has none, and stays whose it is (checklist 11.7)', () => {
    const access = jwtOf({ sub: 'u-2', name: 'Grace Hopper ✓' });
    assert.deepEqual(accountFrom({ sub: 'u-1' }, access), { id: 'u-1', label: 'Grace Hopper ✓' });
    assert.deepEqual(accountFrom(undefined, access), { id: 'u-2', label: 'Grace Hopper ✓' });
    assert.deepEqual(accountFrom(undefined, jwtOf({ email: 'g@example.org' })), {
      id: 'g@example.org',
      label: 'g@example.org',
    });
  });

  it('is none where a subject is all that is told', () => {
    assert.equal(accountFrom({ sub: 'u-1' }, jwtOf({ sub: 'u-2' })), undefined);
    assert.equal(accountFrom({ sub: 'u-1', name: '', email: 7, preferred_username: null }, 'x'), undefined);
    for (const token of ['opaque', 'a.b.c', 'a..c', `a.${btoa('no JSON')}.c`, jwtOf(null), jwtOf(['sub'])])
      assert.equal(accountFrom(undefined, token), undefined, token);
  });

  it('has a name on one line, without what could forge a sentence of ours', () => {
    assert.deepEqual(accountFrom({ sub: 'u-1', name: 'A\n\u202eda [x](command:y)' }, 'x'), {
      id: 'u-1',
      label: 'A da [x] (command:y)',
    });
    assert.equal(accountFrom({ sub: 'u-1', name: ' \u202e ' }, 'x'), undefined);
  });
});

describe('A subject', () => {
  it('is that of the id token, else of an access token that is a JWT', () => {
    assert.equal(subjectFrom({ sub: 'u-1' }, jwtOf({ sub: 'u-2' })), 'u-1');
    assert.equal(subjectFrom(undefined, jwtOf({ sub: 'u-2' })), 'u-2');
    assert.equal(subjectFrom(undefined, 'opaque'), undefined);
    assert.equal(subjectFrom({ sub: 7 }, 'opaque'), undefined);
  });

  it('is none where a server repeats a secret in its place: it would be shown and become part of keys (invariant 1)', () => {
    const secrets = ['refresh-1', undefined, '', 'u-1'];
    assert.equal(subjectFrom({ sub: 'Bearer refresh-1' }, jwtOf({ sub: 'u-1' }), secrets), 'u-1');
    assert.equal(subjectFrom({ sub: 'refresh-1' }, 'opaque', secrets), undefined);
    assert.deepEqual(accountFrom({ sub: 'refresh-1', name: 'A refresh-1' }, 'opaque', secrets), {
      id: 'A [hidden]',
      label: 'A [hidden]',
    });
  });

  it('stands for the name where there is none, made fit to be shown', () => {
    assert.deepEqual(namelessAccount('u-1\u202e|\n2'), { id: 'u-1\u202e|\n2', label: 'u-1 | 2' });
    assert.equal(namelessAccount('\u202e'), undefined);
    assert.equal(namelessAccount(undefined), undefined);
  });
});
