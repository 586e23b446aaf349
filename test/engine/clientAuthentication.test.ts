// How a client proves who it is, at a real endpoint (checklist 4.20, 4.21).
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { jwtVerify } from 'jose';
import { chooseAuthMethod } from '../../src/oauth/clientAuthentication.ts';
import { requestClientCredentials } from '../../src/oauth/clientCredentials.ts';
import type { ClientAuthMethod, ClientIdentity } from '../../src/oauth/wire/client.ts';
import type { IssuerDocument } from '../../src/oauth/wire/issuerDocument.ts';
import { failsWith, secretClient, tokenPath, TokenStand, without } from './tokenStand.ts';

const stand = new TokenStand();

const bare: IssuerDocument = {
  issuer: 'https://as.example',
  tokenEndpoint: 'https://as.example/token',
  requiresPushedRequests: false,
  takesClientDocuments: false,
  sendsIss: false,
};

describe('The way to authenticate', () => {
  const cases: readonly (readonly [string, string[] | undefined, boolean, ClientAuthMethod])[] = [
    [
      'is the form where the server takes both',
      ['client_secret_basic', 'client_secret_post'],
      true,
      'client_secret_post',
    ],
    [
      'is the header where the server takes no form',
      ['none', 'client_secret_basic'],
      true,
      'client_secret_basic',
    ],
    ['is the header where the server lists nothing', undefined, true, 'client_secret_basic'],
    ['is the key where the server takes nothing else', ['private_key_jwt'], true, 'private_key_jwt'],
    ['is the form where the server says that it takes none', ['none'], true, 'client_secret_post'],
    ['is none without a secret', ['client_secret_basic', 'client_secret_post'], false, 'none'],
    ['is none without a secret where the server lists nothing', undefined, false, 'none'],
  ];
  for (const [title, offered, hasSecret, expected] of cases) {
    it(`${title} (checklist 4.20, 4.21, field case 15)`, () => {
      const issuer = { ...bare, ...(offered !== undefined && { tokenAuthMethods: offered }) };
      assert.equal(chooseAuthMethod(issuer, hasSecret ? 's3cret' : undefined, undefined), expected);
    });
  }

  it('is what the person configured, whatever the server lists (checklist 4.20)', () => {
    const issuer = { ...bare, tokenAuthMethods: ['client_secret_post'] };
    assert.equal(chooseAuthMethod(issuer, 's3cret', 'private_key_jwt'), 'private_key_jwt');
    assert.equal(chooseAuthMethod(issuer, undefined, 'client_secret_basic'), 'client_secret_basic');
  });

  it('is a signature where a private key was entered, which nobody is ever sent (checklist 4.20)', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nMIG=\n-----END PRIVATE KEY-----\n';
    for (const tokenAuthMethods of [
      ['client_secret_post', 'private_key_jwt'],
      ['client_secret_basic'],
      ['none'],
    ])
      for (const configured of [undefined, 'client_secret_post', 'client_secret_basic'] as const)
        assert.equal(chooseAuthMethod({ ...bare, tokenAuthMethods }, key, configured), 'private_key_jwt');
    assert.equal(chooseAuthMethod(bare, key, 'none'), 'none');
  });
});

function ask(client: ClientIdentity) {
  stand.answers(tokenPath, { body: { access_token: 'token', token_type: 'Bearer' } });
  return requestClientCredentials(stand.transport, stand.context({ client }), stand.now, stand.signal);
}

describe('A secret', () => {
  it('goes in the form, and not in the header beside it (checklist 4.21)', async () => {
    await ask(secretClient);
    const { client_id: id, client_secret: secret } = stand.form();
    assert.deepEqual([id, secret], ['client-2', 's3cret+%:value']);
    assert.equal(stand.sent()[0]?.headers.authorization, undefined);
  });

  it('in the header is encoded as a form is, so that nothing in it separates (checklist 4.21, field case 15)', async () => {
    await ask({
      ...secretClient,
      clientId: 'my-client:1',
      clientSecret: 'a:b%c+d e-f_g.h~i',
      authMethod: 'client_secret_basic',
    });
    const [scheme, credentials = ''] = stand.sent()[0]?.headers.authorization?.split(' ') ?? [];
    assert.equal(scheme, 'Basic');
    assert.equal(Buffer.from(credentials, 'base64').toString(), 'my-client%3A1:a%3Ab%25c%2Bd+e-f_g.h~i');
    assert.equal(stand.form()['client_secret'], undefined);
  });

  it('that is missing or empty is never sent, and is asked for (field case 15)', async () => {
    const bereft = without(secretClient, 'clientSecret');
    for (const authMethod of ['client_secret_post', 'client_secret_basic', 'private_key_jwt'] as const) {
      await failsWith('client_secret_missing', ask({ ...bereft, authMethod }));
      await failsWith('client_secret_missing', ask({ ...bereft, clientSecret: '', authMethod }));
    }
    assert.deepEqual(stand.sent(), []);
  });

  it('that came with the method none stays here', async () => {
    await ask({ ...secretClient, authMethod: 'none' });
    assert.doesNotMatch(JSON.stringify(stand.sent()), /s3cret/);
    assert.equal(stand.form()['client_id'], 'client-2');
  });
});

describe('A private key', () => {
  const pem = (key: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }) =>
    key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const kinds = [
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
    ['ES512', generateKeyPairSync('ec', { namedCurve: 'P-521' })],
    ['EdDSA', generateKeyPairSync('ed25519')],
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ] as const;
  for (const [algorithm, { privateKey, publicKey }] of kinds) {
    it(`signs with ${algorithm} for the issuer and stays here (checklist 17.1, field case 15)`, async () => {
      const client = {
        ...secretClient,
        clientSecret: pem(privateKey),
        authMethod: 'private_key_jwt',
      } as const;
      await ask(client);
      const form = stand.form();
      assert.equal(form['client_assertion_type'], 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
      const { payload, protectedHeader } = await jwtVerify(form['client_assertion'] ?? '', publicKey, {
        algorithms: [algorithm],
        audience: stand.world.issuer,
        issuer: 'client-2',
        subject: 'client-2',
        requiredClaims: ['jti', 'exp', 'iat'],
      });
      assert.equal(protectedHeader.alg, algorithm);
      assert.equal(form['client_secret'], undefined);

      await ask(client);
      const again = await jwtVerify(stand.form()['client_assertion'] ?? '', publicKey);
      assert.notEqual(again.payload.jti, payload.jti, 'an assertion is good for once');
    });
  }

  it('that is none is said to be unusable, and is not shown', async () => {
    const publicPem = kinds[0][1].publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const bodies = ['AAAA', '!!!!', Buffer.from('no key at all').toString('base64')];
    const wrapped = bodies.map((body) => `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`);
    for (const clientSecret of ['no key', publicPem, ...wrapped]) {
      const client = { ...secretClient, clientSecret, authMethod: 'private_key_jwt' } as const;
      await failsWith('client_secret_invalid', ask(client), [clientSecret]);
    }
    assert.deepEqual(stand.sent(), []);
  });
});
