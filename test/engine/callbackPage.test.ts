// The page that a person sees after the sign-in, at a loopback address.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stand, visit } from './loopbackStand.ts';

describe('The page at a loopback address', () => {
  it('says that it is done, or that the server did not complete it', async (t) => {
    const good = await stand(t);
    assert.match(
      (await visit(good.port, '/callback?state=known&code=1')).body,
      /Done &#38; well: close this tab\./,
    );
    const bad = await stand(t);
    const reply = await visit(bad.port, '/callback?state=known&error=access_denied');
    assert.match(reply.body, /The editor tells you more\./);
    assert.match(await bad.answer, /error=access_denied$/, 'Why is for the session to judge.');
  });

  it('repeats nothing of the address and sends nobody on (checklist 8.6, 8.7)', async (t) => {
    const { port } = await stand(t);
    const parameters = new URLSearchParams({
      state: 'known',
      error: 'marker-error',
      error_description: '<script>marker()</script>',
      redirect_uri: 'https://marker.example/',
      next: '//marker.example/',
    });
    const { body, headers } = await visit(port, `/callback?${parameters.toString()}`);
    assert.doesNotMatch(body, /marker|\bknown\b/);
    assert.equal(headers.location, undefined);
    assert.equal(headers['refresh'], undefined);
    assert.doesNotMatch(body, /http-equiv/i);
  });

  it('runs no script, loads nothing, and leaves no trace (checklist 8.6, 16.7)', async (t) => {
    const [first, second] = [await stand(t), await stand(t)];
    const { headers, body } = await visit(first.port, '/callback?state=known&code=1');
    const policy = String(headers['content-security-policy']);
    const nonce = /^default-src 'none'; style-src 'nonce-([\w+/=]{20,})'/.exec(policy)?.[1] ?? '';
    assert.ok(body.includes(`<style nonce="${nonce}">`), policy);
    assert.match(policy, /; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/);
    assert.doesNotMatch(body, /<script|https?:|src=|href=|url\(/i);
    assert.ok(body.includes('<title>Done &#38; well: close this tab. – Sign-in &#60;b&#62;</title>'));
    assert.ok(body.includes('<html lang="en-&#34;x">'));
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cache-control'], 'no-store');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers.connection, 'close');
    const next = await visit(second.port, '/callback?state=known&code=1');
    assert.ok(!next.body.includes(nonce), 'A nonce is used once.');
  });
});
