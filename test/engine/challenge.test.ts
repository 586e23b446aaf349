import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseChallenge } from '../../src/oauth/challenge.ts';

const metadata = 'https://mcp.example/.well-known/oauth-protected-resource';

describe('A challenge is read (checklist 2.1, field case 21)', () => {
  const forms: [string, string][] = [
    ['as RFC 9728 shows it', `Bearer resource_metadata="${metadata}"`],
    ['behind another scheme', `Negotiate, Bearer resource_metadata="${metadata}"`],
    ['behind a scheme with a token68', `Negotiate YIIabc==, Bearer resource_metadata="${metadata}"`],
    ['from several headers joined by commas', `Basic realm="a, b", Bearer resource_metadata="${metadata}"`],
    ['with the scheme and the name in capitals', `BEARER Resource_Metadata="${metadata}"`],
    ['with spaces round the equals sign', `Bearer resource_metadata = "${metadata}"`],
    ['without quotes', `Bearer resource_metadata=${metadata}, error=invalid_token`],
    ['with single quotes', `Bearer resource_metadata='${metadata}'`],
    [
      'with commas in a quoted text before it',
      `Bearer error_description="a, b=c, \\"d\\"", resource_metadata="${metadata}"`,
    ],
    [
      'with the parameter repeated',
      `Bearer resource_metadata="${metadata}", resource_metadata="https://second.example"`,
    ],
    ['from the second of two Bearer challenges', `Bearer realm="x", Bearer resource_metadata="${metadata}"`],
    ['with a quote that never ends', `Bearer resource_metadata="${metadata}`],
    ['on the DPoP scheme (checklist 2.12)', `DPoP algs="ES256", resource_metadata="${metadata}"`],
  ];
  for (const [how, header] of forms) {
    it(how, () => assert.equal(parseChallenge(header)?.resourceMetadata, metadata));
  }

  it('with its scopes, without doubles', () => {
    assert.deepEqual(parseChallenge('Bearer scope="a b  a"')?.scopes, ['a', 'b']);
    assert.equal(parseChallenge('Bearer scope=""')?.scopes, undefined);
  });

  it('as one where several carry an access token: one adds what the other leaves out', () => {
    const challenge = parseChallenge(
      `DPoP algs="ES256", scope="b", Bearer scope="a", Bearer resource_metadata="/x"`,
    );
    assert.deepEqual(
      [challenge?.scheme, challenge?.scopes, challenge?.resourceMetadata],
      ['bearer', ['a'], '/x'],
    );
    assert.equal(parseChallenge('DPoP algs="ES256"')?.scheme, 'dpop');
    assert.equal(parseChallenge('dpop, bearer')?.scheme, 'bearer');
  });

  it('with how strongly the person has to prove who they are (checklist 12.8)', () => {
    const header = 'Bearer error="insufficient_user_authentication", acr_values="gold silver", max_age="60"';
    const { error, acrValues, maxAgeSeconds } = parseChallenge(header) ?? {};
    assert.deepEqual(
      [error, acrValues, maxAgeSeconds],
      ['insufficient_user_authentication', 'gold silver', 60],
    );
    for (const maxAge of ['-1', '1.5', 'soon', '99999999999', ''])
      assert.equal(parseChallenge(`Bearer max_age="${maxAge}"`)?.maxAgeSeconds, undefined);
  });

  it('as nothing where no scheme carries an access token', () => {
    assert.equal(parseChallenge('Basic realm="x"'), undefined);
    assert.equal(parseChallenge('= , "" \' ='), undefined);
    assert.equal(parseChallenge(null), undefined);
  });

  it('up to 16 kilobytes, whatever they are made of, and no further', () => {
    for (const piece of ['a ', 'a=', '"\\', "'", ', ', '= ', 'Bearer a="', 'abc/+', '\t']) {
      const noise = `Bearer ${piece.repeat(100_000)}`;
      assert.equal(parseChallenge(`${noise}", resource_metadata="${metadata}"`)?.resourceMetadata, undefined);
    }
  });
});
