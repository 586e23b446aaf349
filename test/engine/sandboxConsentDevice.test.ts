// The pages of the device grant (RFC 8628): the code, its confirmation, the same consent as everywhere, the end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import type { House } from './consentHouse.ts';
import { openHouse, passphrase } from './consentHouse.ts';
import { csrfOf, fetchJson, postForm, Visitor } from './sandboxVisitor.ts';

const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code';

let sandbox: Sandbox;
before(async () => {
  sandbox = await startSandbox();
});
after(() => sandbox.close());

/** A device that asked for a code, and the browser of the person in front of it. */
class Device {
  readonly visitor: Visitor;
  readonly userCode: string;
  readonly address: string;
  readonly deviceCode: string;

  private constructor(visitor: Visitor, answer: Record<string, unknown>) {
    this.visitor = visitor;
    this.userCode = String(answer['user_code']);
    this.address = String(answer['verification_uri']);
    this.deviceCode = String(answer['device_code']);
  }

  static async begin(clientName = 'Television', at: Sandbox = sandbox): Promise<Device> {
    const grantTypes = ['authorization_code', 'refresh_token', deviceGrant];
    const visitor = await Visitor.register(at, { client_name: clientName, grant_types: grantTypes });
    const document = await fetchJson(`${at.issuer}/.well-known/oauth-authorization-server`);
    const { status, body } = await postForm(String(document['device_authorization_endpoint']), {
      client_id: visitor.clientId,
      scope: 'notes:read',
      resource: at.mcpUrl,
    });
    assert.equal(status, 200, JSON.stringify(body));
    return new Device(visitor, body);
  }

  /** Types a code into the page that asks for it. */
  async type(userCode: string): Promise<Response> {
    const page = await (await this.visitor.open(this.address)).text();
    return this.visitor.submit(this.address, { xsrf: xsrfOf(page), user_code: userCode });
  }

  /** Types the right code and presses a button of the page that shows it again. */
  async confirm(fields: Record<string, string> = {}): Promise<Response> {
    const page = await (await this.type(this.userCode)).text();
    const form = { xsrf: xsrfOf(page), user_code: this.userCode, confirm: 'yes', ...fields };
    return this.visitor.submit(this.address, form);
  }

  poll() {
    return this.visitor.token({ grant_type: deviceGrant, device_code: this.deviceCode });
  }
}

function xsrfOf(page: string): string {
  return /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
}

test('code, confirmation, consent with the passphrase, and the device has its tokens', async () => {
  const device = await Device.begin();
  const confirmation = await (await device.type(device.userCode.toLowerCase())).text();
  assert.match(confirmation, new RegExp(`<p class="code" id="user-code">${device.userCode}<`));
  assert.match(confirmation, /<strong>Television<\/strong>/);

  const consent = await device.confirm();
  assert.equal(consent.status, 200);
  const text = await consent.text();
  assert.match(text, /<dt>This device<\/dt>\s*<dd id="destination">Television</);
  assert.match(text, /id="passphrase"/);
  const { passphrase = '' } = sandbox;
  const form = { csrf: csrfOf(text), account: 'ada', decision: 'allow' };
  assert.equal((await device.visitor.submit(consent.url, form)).status, 422, 'not without the passphrase');
  assert.equal((await device.poll()).body['error'], 'authorization_pending');

  const end = await device.visitor.submit(consent.url, { ...form, passphrase });
  assert.match(await end.text(), /The device is signed in/);
  const { status, body } = await device.poll();
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body['scope'], 'notes:read');
});

test('every page on the way is guarded like the consent page', async () => {
  const device = await Device.begin();
  const consent = await device.confirm();
  const form = { csrf: csrfOf(await consent.text()), account: 'ada', passphrase: sandbox.passphrase ?? '' };
  const other = await Device.begin();
  for (const response of [
    await device.visitor.open(device.address),
    await device.type('BBBB-BBBB'),
    await other.type(other.userCode),
    consent,
    await device.visitor.submit(consent.url, { ...form, decision: 'allow' }),
    await other.confirm({ abort: 'yes' }),
    await other.visitor.submit(other.address, {}),
  ]) {
    assert.match(
      response.headers.get('content-security-policy') ?? '',
      /default-src 'none'.*frame-ancestors 'none'/,
    );
    assert.equal(response.headers.get('x-frame-options'), 'DENY');
    assert.equal(response.headers.get('cache-control'), 'no-store');
  }
});

test('the field for the code has a name, and the page needs no script', async () => {
  const device = await Device.begin();
  const response = await device.visitor.open(device.address);
  const text = await response.text();
  assert.match(text, /<label for="user-code">/);
  assert.match(text, /<input[^>]* name="user_code" id="user-code"/);
  assert.doesNotMatch(text, /onfocus|<script/);
});

test('a code that is none, or none at all, is said beside the field', async () => {
  const device = await Device.begin();
  const unknown = await device.type('BBBB-BBBB');
  assert.equal(unknown.status, 422);
  const text = await unknown.text();
  assert.match(text, /id="user-code" aria-invalid="true"/);
  assert.match(text, /role="alert">There is no such code/);
  assert.match(await (await device.type('')).text(), /role="alert">Type the code/);
  assert.doesNotMatch(await (await device.type('"><img src=x>')).text(), /<img/);
});

test('Deny beside the code tells the device that the person declined', async () => {
  const device = await Device.begin();
  assert.match(await (await device.confirm({ abort: 'yes' })).text(), /You declined/);
  assert.equal((await device.poll()).body['error'], 'access_denied');
  assert.match(await (await device.type(device.userCode)).text(), /This code was used before/);
});

for (const [decision, error, words] of [
  ['deny', 'access_denied', /You declined/],
  ['cancel', 'interaction_required', /The person left without answering/],
] as const) {
  test(`${decision} on the consent page reaches the device as ${error}`, async () => {
    const device = await Device.begin();
    const consent = await device.confirm();
    const form = { csrf: csrfOf(await consent.text()), decision };
    assert.match(await (await device.visitor.submit(consent.url, form)).text(), words);
    assert.equal((await device.poll()).body['error'], error);
  });
}

/** A house, and a device there whose code ends so many seconds from now. */
async function beginAged(inSeconds: number): Promise<{ house: House; device: Device }> {
  const house = await openHouse();
  const device = await Device.begin('Television', house);
  const store = house.stores('DeviceCode');
  const exp = Math.floor(Date.now() / 1000) + inSeconds;
  await store.upsert(device.deviceCode, { ...(await store.find(device.deviceCode)), exp }, 600);
  return { house, device };
}

test('a code that has expired is said to be too old', async (t) => {
  const { house, device } = await beginAged(-1);
  t.after(() => house.close());
  const response = await device.type(device.userCode);
  assert.equal(response.status, 422);
  assert.match(await response.text(), /role="alert">This code is too old\. Let the device show a new one\./);
});

test('the consent page waits no longer than the code of the device', async (t) => {
  const { house, device } = await beginAged(30);
  t.after(() => house.close());
  const consent = await device.confirm();
  const text = await consent.text();
  const [, seconds] = /<meta http-equiv="refresh" content="(\d+);/.exec(text) ?? [];
  assert.ok(Number(seconds) > 0 && Number(seconds) <= 30, seconds);
  assert.match(text, /This page waits \d\d? seconds? for an/);

  house.pass(31);
  const form = { csrf: csrfOf(text), account: 'ada', passphrase, decision: 'allow' };
  const end = await device.visitor.submit(consent.url, form);
  assert.match(await end.text(), /Nobody answered in time\./);
  assert.equal((await device.poll()).status, 400);
});

test('an answer for a device whose code is gone comes too late', async (t) => {
  const { house, device } = await beginAged(600);
  t.after(() => house.close());
  const consent = await device.confirm();
  const form = { csrf: csrfOf(await consent.text()), account: 'ada', passphrase, decision: 'allow' };
  await house.stores('DeviceCode').destroy(device.deviceCode);
  const end = await device.visitor.submit(consent.url, form);
  assert.match(await end.text(), /Nobody answered in time\./);
});

test('the name of a device is one line that no character turns round', async () => {
  const device = await Device.begin(`\u202eTele\n vision${'x'.repeat(500)}`);
  const confirmation = await (await device.type(device.userCode)).text();
  assert.match(confirmation, /<strong>Tele visionx{68}…<\/strong>/);
  const consent = await device.confirm();
  const text = await consent.text();
  assert.match(text, /id="destination">Tele visionx{68}…</);
  const form = { csrf: csrfOf(text), account: 'ada', passphrase: sandbox.passphrase ?? '' };
  const end = await (await device.visitor.submit(consent.url, { ...form, decision: 'allow' })).text();
  assert.match(end, /<strong>Tele visionx{68}…<\/strong>/);
  assert.doesNotMatch(confirmation + text + end, /\u202e/);
});

test('text chosen by a device stays text', async () => {
  const device = await Device.begin('<img src=x>');
  assert.doesNotMatch(await (await device.type(device.userCode)).text(), /<img/);
  assert.doesNotMatch(await (await device.confirm()).text(), /<img/);
});
