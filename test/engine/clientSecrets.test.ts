// The secret of a client: where it comes from, and how the client proves itself with it.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeClientSecret } from '../../src/session/clientSecrets.ts';
import { Attempt, issuerDocument } from './attempt.ts';
import { serverAt } from './desk.ts';

const attempt = new Attempt();

describe('A secret', () => {
  it('that was entered for a configured client proves who asks, and is kept out of the settings (checklist 4.20)', async () => {
    const server = serverAt(attempt.world.mcpUrl, { oauth: { clientId: 'mine' } });
    attempt.world.alter(issuerDocument, { token_endpoint_auth_methods_supported: ['client_secret_post'] });
    await writeClientSecret(attempt.desk.records, server, 'client', 's3cret');
    await (await attempt.desk.open(server)).signIn();
    assert.equal(form('/as/token').get('client_secret'), 's3cret');
    assert.doesNotMatch(attempt.desk.log.join('\n'), /s3cret/);
  });

  it('belongs to one client of one server, and is gone once it is taken away', async () => {
    const server = serverAt(attempt.world.mcpUrl, { oauth: { clientId: 'mine' } });
    attempt.world.alter(issuerDocument, {
      token_endpoint_auth_methods_supported: ['none', 'client_secret_post'],
    });
    await writeClientSecret(attempt.desk.records, server, 'client', 's3cret');
    await attempt.signIn({ oauth: { clientId: 'another' } });
    assert.equal(form('/as/token').get('client_secret'), null);
    await writeClientSecret(attempt.desk.records, server, 'client', undefined);
    await attempt.signIn({ oauth: { clientId: 'mine' } });
    assert.equal(form('/as/token').get('client_secret'), null);
    assert.equal(
      [...attempt.desk.records.records.keys()].some((key) => key.startsWith('secret:')),
      false,
    );
  });

  it('that nobody asked for is used, also where the method says none (field case 14, Figma)', async () => {
    for (const method of ['none', undefined, 'client_secret_post', 'client_secret_basic']) {
      await attempt.renew();
      attempt.world.answers.set('/as/register', () => ({
        status: 201,
        body: { client_id: 'client-1', client_secret: 's3cret', token_endpoint_auth_method: method },
      }));
      await attempt.signIn();
      const [request] = attempt.world.sent('/as/token');
      const basic =
        request?.headers.authorization === `Basic ${Buffer.from('client-1:s3cret').toString('base64')}`;
      const posted = new URLSearchParams(request?.body).get('client_secret') === 's3cret';
      assert.deepEqual(
        { basic, posted },
        basicIsMeant(method) ? { basic: true, posted: false } : { basic: false, posted: true },
        String(method),
      );
    }
  });

  it('that is empty or null is none (field case 14, 15)', async () => {
    for (const secret of ['', null]) {
      await attempt.renew();
      attempt.world.answers.set('/as/register', () => ({
        status: 201,
        body: { client_id: 'client-1', client_secret: secret },
      }));
      await attempt.signIn();
      assert.equal(form('/as/token').get('client_secret'), null);
      assert.equal(attempt.world.sent('/as/token')[0]?.headers.authorization, undefined);
    }
  });

  it('that ends is registered anew in time (checklist 14.1, field case 14)', async () => {
    const ends = Math.floor(attempt.desk.clock.now() / 1000) + 3_600;
    attempt.world.answers.set('/as/register', () => ({
      status: 201,
      body: { client_id: 'client-1', client_secret: 's', client_secret_expires_at: ends },
    }));
    await attempt.signIn();
    await attempt.signIn();
    assert.equal(attempt.world.sent('/as/register').length, 1);
    attempt.desk.clock.advance(3_600_000);
    await attempt.signIn();
    assert.equal(attempt.world.sent('/as/register').length, 2);
  });

  it('is asked for at registration where the server takes no client without one (field case 15, Asana)', async () => {
    for (const [offered, asked] of [
      [['client_secret_basic'], 'client_secret_basic'],
      [['client_secret_basic', 'client_secret_post'], 'client_secret_post'],
      [['client_secret_basic', 'none'], 'none'],
      [undefined, 'none'],
    ] as const) {
      await attempt.renew();
      attempt.world.alter(issuerDocument, { token_endpoint_auth_methods_supported: offered });
      await attempt.signIn();
      const body = JSON.parse(attempt.world.sent('/as/register')[0]?.body ?? '') as Record<string, unknown>;
      assert.equal(body['token_endpoint_auth_method'], asked);
    }
  });
});

function basicIsMeant(method: string | undefined): boolean {
  return method === undefined || method === 'client_secret_basic';
}

function form(path: string): URLSearchParams {
  return new URLSearchParams(attempt.world.sent(path).at(-1)?.body);
}
