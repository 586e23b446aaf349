/** Where a name leads decides whether anything is sent there (checklist 16.1). */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reachOfAddress, reachOfHost } from '../../src/oauth/reach.ts';
import { createTransport, type Lookup } from '../../src/oauth/transport.ts';
import { policyFor } from '../../src/oauth/secureUrl.ts';
import { DiscoveryStand, issuerAddress, resourceAddress } from './discoveryStand.ts';

const stand = new DiscoveryStand();
const publicAddress = '93.184.215.14';

/** Whether a request to `address` goes out for the server at `serverUrl`. */
async function goesOut(serverUrl: string, address: string): Promise<boolean> {
  let sent = 0;
  stand.fetch = () => {
    sent += 1;
    return Promise.resolve(new Response());
  };
  const isSent = await stand
    .transport(serverUrl)
    .send('token', address)
    .then(
      () => true,
      (thrown: unknown) => {
        assert.equal((thrown as { code?: unknown }).code, 'insecure_url');
        return false;
      },
    );
  assert.equal(sent, isSent ? 1 : 0);
  return isSent;
}

describe('A name that a server of the world leads to', () => {
  const cases: [string, string[], boolean][] = [
    ['of the world', [publicAddress, '2606:4700::1'], true],
    ['that cannot be looked up', [], true],
    ['of a private network', ['10.0.0.1'], false],
    ['of a private network among others', [publicAddress, '192.168.1.1'], false],
    ['of a private network of IPv6', ['fd00::1'], false],
    ['of this machine', ['127.0.0.1'], false],
    ['of this machine in IPv6', ['::1'], false],
    ['of this machine in the clothes of IPv6', ['::ffff:127.0.0.1'], false],
    ['of this machine behind a translation', ['64:ff9b::7f00:1'], false],
    ['that is link-local', ['169.254.169.254'], false],
    ['that is link-local in IPv6, with a zone', ['fe80::1%eth0'], false],
    ['that nobody has', ['0.0.0.0'], false],
    ['whose look-up gives no address', ['as.example'], false],
  ];
  for (const [what, addresses, isAllowed] of cases) {
    it(`${what} is ${isAllowed ? 'asked' : 'not asked'}`, async () => {
      stand.names.set('mcp.example', [publicAddress]);
      stand.names.set('as.example', addresses);
      assert.equal(await goesOut('https://mcp.example/mcp', 'https://as.example/token'), isAllowed);
    });
  }

  it('is asked where the look-up fails, since a proxy may know it', async () => {
    const lookup: Lookup = () => Promise.reject(new Error('ENOTFOUND'));
    const ports = {
      fetch: () => Promise.resolve(new Response()),
      clock: stand.clock,
      lookup,
      onExchange: () => undefined,
    };
    const transport = createTransport(ports, policyFor('https://mcp.example'));
    assert.equal((await transport.send('token', 'https://as.example')).status, 200);
  });

  it('stops a discovery before anything is sent to it (checklist 16.1)', async () => {
    const serverUrl = 'https://mcp.example/mcp';
    stand.standFor('https://mcp.example', 'https://inside.example');
    stand.names.set('inside.example', ['10.0.0.1']);
    stand.challengeWith(`Bearer resource_metadata="${resourceAddress}"`);
    stand.world.alter(resourceAddress, {
      resource: serverUrl,
      authorization_servers: ['https://inside.example/as'],
    });
    const { facts } = await stand.fails('insecure_url', { serverUrl });
    assert.equal(facts.received, 'inside.example');
    assert.equal(stand.world.sent(issuerAddress).length, 0);
    stand.challengeWith('Bearer resource_metadata="https://inside.example/x"');
    await stand.fails('insecure_url', { serverUrl });
    assert.equal(stand.world.sent('/x').length, 0);
  });
});

describe('The host of the server itself', () => {
  it('may lie in a private network or on this machine, and lets others lie there too', async () => {
    stand.names.set('mcp.corp', ['10.1.0.1', '10.1.0.2']);
    stand.names.set('as.corp', ['10.2.0.1']);
    stand.names.set('dev.corp', ['127.0.0.1']);
    assert.equal(await goesOut('https://mcp.corp', 'https://mcp.corp/mcp'), true);
    assert.equal(await goesOut('https://mcp.corp', 'https://as.corp/token'), true);
    assert.equal(await goesOut('https://mcp.corp', 'https://dev.corp/token'), false);
    assert.equal(await goesOut('https://dev.corp', 'https://dev.corp/mcp'), true);
    assert.equal(await goesOut('https://dev.corp', 'https://as.corp/token'), true);
  });

  it('opens no door by one near address among its others', async () => {
    stand.names.set('mcp.example', [publicAddress, '127.0.0.1', '10.0.0.1']);
    stand.names.set('inside.example', ['10.0.0.1']);
    assert.equal(await goesOut('https://mcp.example', 'https://inside.example'), false);
    // Itself it may be asked: the person named it.
    assert.equal(await goesOut('https://mcp.example', 'https://mcp.example/mcp'), true);
  });

  it('is never link-local, where clouds keep their credentials', async () => {
    stand.names.set('mcp.example', ['169.254.169.254']);
    assert.equal(await goesOut('https://mcp.example', 'https://mcp.example/mcp'), false);
  });
});

describe('A look-up', () => {
  it('is made once for each name of one sign-in, and again for the next', async () => {
    const transport = stand.transport('https://mcp.example/mcp');
    stand.fetch = () => Promise.resolve(new Response());
    for (const path of ['a', 'b']) await transport.send('token', `https://as.example/${path}`);
    assert.deepEqual(stand.lookedUp.toSorted(), ['as.example', 'mcp.example']);
    await goesOut('https://mcp.example/mcp', 'https://as.example/a');
    assert.equal(stand.lookedUp.length, 4);
  });

  it('that takes longer than its caller waits sends nothing after it', async () => {
    const [asked, goOn] = [Promise.withResolvers<undefined>(), Promise.withResolvers<readonly string[]>()];
    const lookup: Lookup = () => {
      asked.resolve(undefined);
      return goOn.promise;
    };
    let sent = 0;
    const fetch = () => {
      sent += 1;
      return Promise.resolve(new Response());
    };
    const ports = { fetch, clock: stand.clock, lookup, onExchange: () => undefined };
    const caller = new AbortController();
    const { signal } = caller;
    const request = createTransport(ports, policyFor('https://mcp.example')).send(
      'token',
      'https://as.example',
      { signal },
    );
    await asked.promise;
    caller.abort(new Error('Enough.'));
    await assert.rejects(request, { message: 'Enough.' });
    goOn.resolve([publicAddress]);
    await new Promise(setImmediate);
    assert.equal(sent, 0);
  });

  it('is made for no address and no name of this machine', async () => {
    for (const host of ['127.0.0.1', '[::1]', 'localhost', 'sandbox.localhost', '8.8.8.8', '[2606:4700::1]'])
      assert.equal(await goesOut('http://localhost:8000', `https://${host}/`), true);
    assert.deepEqual(stand.lookedUp, []);
  });
});

describe('An address is as near as the range that it is of', () => {
  const ranges: [string, ReturnType<typeof reachOfHost>][] = [
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::127.0.0.1', 'loopback'],
    ['64:ff9b::127.0.0.1', 'loopback'],
    ['2002:7f00:1::', 'loopback'],
    ['10.255.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.0.1', 'private'],
    ['100.64.0.1', 'private'],
    ['192.0.0.1', 'private'],
    ['fc00::1', 'private'],
    ['fdff::1', 'private'],
    ['fec0::1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['64:ff9b::a00:1', 'private'],
    ['2002:a00:1::1', 'private'],
    ['172.32.0.1', 'public'],
    ['11.0.0.1', 'public'],
    ['198.18.0.1', 'public'],
    ['2606:4700::1', 'public'],
    ['64:ff9b:1::1', 'private'],
    ['64:ff9b:2::1', 'public'],
    ['2002:808:808::', 'public'],
    ['::ffff:8.8.8.8', 'public'],
    ['0.0.0.0', undefined],
    ['0.1.2.3', undefined],
    ['169.254.1.1', undefined],
    ['224.0.0.1', undefined],
    ['255.255.255.255', undefined],
    ['::', undefined],
    ['fe80::1', undefined],
    ['febf::1%3', undefined],
    ['ff02::1', undefined],
    ['::ffff:169.254.169.254', undefined],
    ['64:ff9b::a9fe:a9fe', undefined],
    ['not an address', undefined],
    ['as.example', undefined],
    ['', undefined],
  ];
  for (const [address, reach] of ranges) {
    it(`“${address}”: ${reach ?? 'nobody is sent there'}`, () => {
      assert.equal(reachOfAddress(address), reach);
      const host = address.includes(':') ? `[${address}]` : address;
      // The same address in the documents of a server.
      if (URL.canParse(`https://${host}`) && address !== 'as.example')
        assert.equal(reachOfHost(new URL(`https://${host}`).hostname), reach);
    });
  }
});
