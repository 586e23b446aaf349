import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseChallenge } from '../../src/oauth/challenge.ts';
import { chooseScopes, covers, promptFor, union, type ScopeWish } from '../../src/oauth/scopes.ts';
import { assumedIssuerDocument } from '../../src/oauth/wire/issuerDocument.ts';

const issuer = assumedIssuerDocument('https://as.example');
const offline = { ...issuer, scopesSupported: ['offline_access', 'other'] };

function choose(changes: Partial<ScopeWish>, challenge?: string): readonly string[] {
  return chooseScopes({
    configured: undefined,
    challenge: challenge === undefined ? undefined : parseChallenge(challenge),
    supported: undefined,
    previous: [],
    issuer,
    wantsRefreshToken: true,
    ...changes,
  });
}

describe('Scopes are asked for', () => {
  it('as the challenge names them, which beats what the resource lists (checklist 6.1, 6.2)', () => {
    assert.deepEqual(choose({ supported: ['a', 'b'] }, 'Bearer scope="c d"'), ['c', 'd']);
  });

  it('as the resource lists them where the challenge names none (checklist 6.1)', () => {
    assert.deepEqual(choose({ supported: ['a', 'b'] }, 'Bearer'), ['a', 'b']);
    assert.deepEqual(choose({ supported: ['a', 'b'] }), ['a', 'b']);
  });

  it('not at all where nobody names any (checklist 6.1)', () => {
    assert.deepEqual(choose({}), []);
    assert.deepEqual(choose({ issuer: offline }), []);
  });

  it('as the person chose them, which beats every document (field case 11)', () => {
    assert.deepEqual(
      choose({ configured: ['mine'], supported: ['a'], issuer: offline }, 'Bearer scope="b"'),
      ['mine'],
    );
    assert.deepEqual(choose({ configured: [], supported: ['a'] }), []);
  });

  it('together with those that were asked for before (checklist 6.3, 12.3)', () => {
    const challenge = 'Bearer error="insufficient_scope", scope="write read"';
    assert.deepEqual(choose({ previous: ['read', 'list'] }, challenge), ['read', 'list', 'write']);
    assert.deepEqual(choose({ configured: ['mine'] }, challenge), ['mine', 'write', 'read']);
  });

  it('with offline access where the authorization server lists it, and not where the resource alone does (checklist 6.4, field case 12)', () => {
    assert.deepEqual(choose({ supported: ['a'], issuer: offline }), ['a', 'offline_access']);
    assert.deepEqual(choose({ supported: ['a'] }), ['a']);
    assert.deepEqual(choose({ supported: ['a', 'offline_access'], issuer: offline }), [
      'a',
      'offline_access',
    ]);
  });

  it('never with openid unless somebody names it (checklist 6.8)', () => {
    const openid = { ...issuer, scopesSupported: ['openid', 'profile'] };
    assert.deepEqual(choose({ supported: ['a'], issuer: openid }), ['a']);
  });
});

describe('Consent is asked for', () => {
  it('with offline access that is ours, and never against what the person configured (checklist 6.5, field case 12)', () => {
    const open = { configured: undefined };
    assert.equal(promptFor(open, ['a', 'offline_access']), 'consent');
    assert.equal(promptFor(open, ['a']), undefined);
    const configured = ['offline_access'];
    assert.equal(promptFor({ configured }, configured), undefined);
  });
});

describe('Lists of scopes', () => {
  it('are joined without doubles, and one covers another by its names alone (checklist 6.7, 12.5)', () => {
    assert.deepEqual(union(['a', 'b'], ['b', 'c', 'c']), ['a', 'b', 'c']);
    assert.equal(covers(['a', 'b'], ['b']), true);
    assert.equal(covers(['admin'], ['read']), false);
    assert.equal(covers([], []), true);
  });
});
