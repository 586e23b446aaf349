// Other extensions: what they may be told of a server, whom the person lets use a sign-in, and under which address.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthError } from '../../src/oauth/authError.ts';
import type { AccountGrant } from '../../src/session/accounts.ts';
import { ExtensionConsents } from '../../src/vscode/apiConsents.ts';
import { apiErrorOf } from '../../src/vscode/apiError.ts';
import { ExtensionAddresses } from '../../src/vscode/apiGateway.ts';
import { describeServer, tokenOf } from '../../src/vscode/apiServers.ts';
import { Attempt } from './attempt.ts';
import { serverAt } from './desk.ts';
import { KeptState } from './keptState.ts';

const attempt = new Attempt();
const reader = { id: 'acme.reader', name: 'Reader' };
const notes = serverAt('https://mcp.example/notes');
const address = notes.url;

describe('An extension that the person lets use a sign-in', () => {
  it('may do so from then on, and no other extension, server or address with it', async () => {
    const state = new KeptState();
    const consents = new ExtensionConsents(state);
    assert.equal(consents.answerFor(reader.id, notes), undefined);
    await consents.keep({ asker: reader, server: notes, address, allowed: true });
    assert.equal(new ExtensionConsents(state).answerFor(reader.id, notes), true);
    assert.equal(consents.answerFor('acme.reader2', notes), undefined);
    assert.equal(consents.answerFor(reader.id, { ...notes, name: 'other' }), undefined);
    assert.equal(consents.answerFor(reader.id, { ...notes, url: `${notes.url}/` }), undefined);
  });

  it('is listed with what was answered, by name, and its headers and settings are kept nowhere', async () => {
    const state = new KeptState();
    const consents = new ExtensionConsents(state);
    const guarded = { ...notes, headers: { 'X-Key': 'secret' } };
    await consents.keep({
      asker: { id: 'acme.writer', name: 'Writer' },
      server: guarded,
      address,
      allowed: false,
    });
    await consents.keep({ asker: reader, server: notes, address, allowed: true });
    const server = { name: notes.name, url: notes.url };
    assert.deepEqual(consents.all, [
      { asker: reader, server, address, allowed: true },
      { asker: { id: 'acme.writer', name: 'Writer' }, server, address, allowed: false },
    ]);
    assert.ok(!JSON.stringify([...state.values]).includes('secret'));
  });

  it('is asked about again where the answer cannot be read', async () => {
    const state = new KeptState();
    const consents = new ExtensionConsents(state);
    await consents.keep({ asker: reader, server: notes, address, allowed: true });
    const [key = ''] = state.keys();
    for (const broken of ['yes', null, {}, { allowed: 'yes' }, 1]) {
      state.values.set(key, broken);
      assert.equal(consents.answerFor(reader.id, notes), undefined, JSON.stringify(broken));
      assert.deepEqual(consents.all, []);
    }
  });
});

describe('An address at the gateway that an extension was given', () => {
  const serverKey = (server: object) => JSON.stringify(server);

  it('is its own, and leads to the server for as long as the person allows it', async () => {
    const consents = new ExtensionConsents(new KeptState());
    const addresses = new ExtensionAddresses(consents, serverKey);
    const key = addresses.keyFor(reader, notes);
    assert.equal(addresses.serverKeyOf(key), undefined, 'before the person has answered');
    await consents.keep({ asker: reader, server: notes, address, allowed: true });
    assert.equal(addresses.serverKeyOf(key), serverKey(notes));
    assert.notEqual(addresses.keyFor({ ...reader, id: 'acme.writer' }, notes), key);
    await consents.keep({ asker: reader, server: notes, address, allowed: false });
    assert.equal(addresses.serverKeyOf(key), undefined);
  });

  it('is told of where the person takes it back, so that what is under way there can end', async () => {
    const consents = new ExtensionConsents(new KeptState());
    const addresses = new ExtensionAddresses(consents, serverKey);
    const key = addresses.keyFor(reader, notes);
    const told: (readonly string[])[] = [];
    consents.onDidChange(() => told.push(addresses.withdrawn));
    await consents.keep({ asker: reader, server: notes, address, allowed: true });
    await consents.keep({ asker: reader, server: notes, address, allowed: false });
    assert.deepEqual(told, [[], [key]]);
  });

  it('takes nothing away from the addresses of others', () => {
    const addresses = new ExtensionAddresses(new ExtensionConsents(new KeptState()), serverKey);
    assert.equal(addresses.serverKeyOf(serverKey(notes)), serverKey(notes));
    assert.equal(addresses.serverKeyOf(undefined), undefined);
  });
});

describe('What an extension is told', () => {
  it('of a server is its state and whose sign-in it is, frozen, and no token (invariant 1)', async () => {
    const { session } = await attempt.signIn({ headers: { 'X-Key': 'secret' } });
    const told = describeServer(session, 'mcp-oauth:notes');
    assert.deepEqual(told, {
      name: 'notes',
      url: attempt.world.mcpUrl,
      state: 'connected',
      account: { id: 'u-1', label: 'ada' },
      scopes: ['notes:read', 'notes:write'],
      expiresAtMs: attempt.desk.clock.now() + 3_600_000,
      providerId: 'mcp-oauth:notes',
    });
    for (const part of [told, told.account, told.scopes]) assert.ok(Object.isFrozen(part));
    const text = JSON.stringify(told);
    assert.ok(!text.includes(session.accessToken ?? '-') && !text.includes('secret'));
    await session.signOut();
    assert.equal(describeServer(session, '').state, 'needs_auth');
    assert.equal(describeServer(session, '').account, undefined);
  });

  it('of a token is how long it lasts and what it is for', async () => {
    const { session } = await attempt.signIn();
    const [grant] = session.accounts;
    assert.ok(grant);
    assert.deepEqual(tokenOf(grant), {
      accessToken: session.accessToken,
      tokenType: 'Bearer',
      account: { id: 'u-1', label: 'ada' },
      scopes: ['notes:read', 'notes:write'],
      expiresAtMs: attempt.desk.clock.now() + 3_600_000,
    });
  });

  it('of a token that is bound to a key is nothing: it would be of no use (checklist 17.3)', async () => {
    const { world } = attempt;
    const answer = world.answers.get('/as/token');
    world.answers.set('/as/token', (request) => {
      const reply = answer?.(request) ?? {};
      return { ...reply, body: { ...(reply.body as object), token_type: 'DPoP' } };
    });
    const { session } = await attempt.signIn({ oauth: { dpop: true } });
    const [bound] = session.accounts;
    assert.ok(bound?.accessToken !== undefined && bound.isBound);
    assert.equal(tokenOf(bound), undefined);
    assert.notEqual(tokenOf({ ...bound, isBound: false } satisfies AccountGrant), undefined);
  });

  it('of a failure is its code and a sentence, and not the cause, which may say more than it should', () => {
    const error = apiErrorOf(new AuthError('unreachable', {}, new Error('the cause')), 'It is away.');
    assert.deepEqual(
      [error.name, error.code, error.message],
      ['McpOAuthError', 'unreachable', 'It is away.'],
    );
    assert.equal(error.cause, undefined);
    assert.ok(error instanceof Error);
  });
});
