// Leave to register one client at the sandbox without the passphrase, for whoever started it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';

import { ClientTickets } from '../../src/sandbox/clients/clientTickets.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { openClients, redirectUri, shownIn } from './handClientPage.ts';

/** Leave to register one client, as whoever started the sandbox gets it. */
async function ticketFrom({ control: { url, key } }: Sandbox): Promise<string> {
  const headers = { authorization: `Bearer ${key}` };
  const answer = await fetch(`${url}/client-tickets`, { method: 'POST', headers });
  return ((await answer.json()) as { ticket: string }).ticket;
}

test('whoever started the sandbox leads a person to the page, who needs no passphrase for one client', async (t) => {
  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const ticket = await ticketFrom(sandbox);
  const { post } = await openClients(sandbox);
  const again = await post({ redirect_uris: 'http://app.example/', name: 'Mine', ticket });
  const asked = await again.text();
  assert.equal(again.status, 422);
  assert.doesNotMatch(asked, /id="passphrase"/, 'it is not asked for now either');
  assert.match(asked, new RegExp(`id="ticket" name="ticket" value="${ticket}"`));
  assert.match(asked, /id="name"\s+name="name"\s+value="Mine"/);
  const registered = await post({ redirect_uris: redirectUri, ticket });
  assert.equal(registered.status, 200);
  assert.ok(shownIn(await registered.text(), 'client-id'));

  const second = await post({ redirect_uris: redirectUri, ticket });
  const page = await second.text();
  assert.equal(second.status, 422);
  assert.match(page, /role="alert">\s*What VS Code opened the page with is used up/);
  assert.match(page, /id="passphrase"/);
  assert.equal(shownIn(page, 'client-id'), undefined);
});

test('the page stays closed to a ticket that was made up, that is too old, or that another sandbox gave', async (t) => {
  let nowMs = 1_000;
  const tickets = new ClientTickets(() => nowMs);
  const old = tickets.issue();
  nowMs += 600_000;
  assert.equal(tickets.isOpen(old), false);
  assert.equal(tickets.take(old), false);
  const [sandbox, other] = await Promise.all([startSandbox(), startSandbox()]);
  t.after(() => Promise.all([sandbox.close(), other.close()]));
  const { post } = await openClients(sandbox);
  for (const ticket of ['', ' ', 'x'.repeat(43), await ticketFrom(other)]) {
    const response = await post({ redirect_uris: redirectUri, ticket });
    assert.equal(response.status, 422, ticket);
    assert.equal(shownIn(await response.text(), 'client-id'), undefined);
  }
  const { post: forged } = await openClients(sandbox);
  const ticket = await ticketFrom(sandbox);
  assert.equal((await forged({ redirect_uris: redirectUri, ticket, csrf: '' })).status, 403);
});

test('a ticket is had with the control key alone, and in the page it leaves the address', async (t) => {
  const sandbox = await startSandbox();
  t.after(() => sandbox.close());
  const at = `${sandbox.control.url}/client-tickets`;
  const authorization = `Bearer ${sandbox.control.key}`;
  assert.equal((await fetch(at, { method: 'POST' })).status, 401);
  assert.equal(
    (await fetch(at, { method: 'POST', headers: { authorization, origin: sandbox.issuer } })).status,
    401,
  );
  assert.equal((await fetch(at, { headers: { authorization } })).status, 405);

  const { text } = await openClients(sandbox);
  const script = /<script>([^]*)<\/script>/.exec(text)?.[1] ?? '';
  const elements: Record<string, { value?: string; hidden?: boolean; disabled?: boolean }> = {
    ...{ ticket: {}, passphrase: {}, 'by-passphrase': {} },
  };
  const left: string[] = [];
  const page = (hash: string) => ({
    URLSearchParams,
    location: { hash, pathname: '/clients' },
    history: { replaceState: (_state: null, _title: string, to: string) => left.push(to) },
    document: { getElementById: (id: string) => elements[id] },
  });
  runInNewContext(script, page(''));
  assert.deepEqual([elements, left], [{ ticket: {}, passphrase: {}, 'by-passphrase': {} }, []]);
  runInNewContext(script, page('#ticket=abc'));
  assert.deepEqual(elements, {
    ...{ ticket: { value: 'abc' }, passphrase: { disabled: true }, 'by-passphrase': { hidden: true } },
  });
  assert.deepEqual(left, ['/clients']);
});

test('a hundred tickets are out at most, and the oldest gives way', () => {
  const tickets = new ClientTickets(() => 1_000);
  const out = Array.from({ length: 101 }, () => tickets.issue());
  assert.deepEqual(
    out.map((ticket) => tickets.isOpen(ticket)),
    out.map((_, index) => index > 0),
  );
});
