import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { policyFor, requireSecureUrl } from '../../src/oauth/secureUrl.ts';
import { DiscoveryStand, issuerAddress } from './discoveryStand.ts';

const stand = new DiscoveryStand();
const publicServer = policyFor('https://mcp.example/mcp');
const localServer = policyFor('http://127.0.0.1:8000/mcp');

describe('A server in a private network', () => {
  it('may lead to its network and to the world, not to this machine', () => {
    const policy = policyFor('https://10.0.0.5/mcp');
    assert.doesNotThrow(() => requireSecureUrl('https://192.168.1.1/as', policy));
    assert.doesNotThrow(() => requireSecureUrl('https://as.example', policy));
    assert.throws(() => requireSecureUrl('https://127.0.0.1/as', policy), { code: 'insecure_url' });
    assert.throws(() => requireSecureUrl('http://192.168.1.1/as', policy), { code: 'insecure_url' });
  });
});

describe('A server on this machine', () => {
  it('may show its pages at a name of this machine while it answers at an address (RFC 6761 §6.3)', async () => {
    for (const name of ['localhost', 'sandbox.localhost']) {
      const pages = `${stand.world.issuer.replace('127.0.0.1', name)}/authorize`;
      stand.world.alter(issuerAddress, { authorization_endpoint: pages });
      stand.documents.forget(stand.world.mcpUrl);
      assert.equal((await stand.finds()).issuer.authorizationEndpoint, pages);
    }
  });

  it('may be one whose address nobody can read, and leads nowhere near then', () => {
    assert.deepEqual(policyFor('no address'), { nearest: 'public', serverHost: undefined });
  });
});

describe('An address chosen by somebody else (checklist 3.11, 7.9, 16.1)', () => {
  const cases: [string, 'ok' | 'no', 'ok' | 'no'][] = [
    // address, from a public server, from a server on this machine
    ['https://as.example/token', 'ok', 'ok'],
    ['http://as.example/token', 'no', 'no'],
    ['http://127.0.0.1:9/token', 'no', 'ok'],
    ['http://127.9.9.9/token', 'no', 'ok'],
    ['http://[::1]:9/token', 'no', 'ok'],
    ['http://localhost/token', 'no', 'ok'],
    ['http://sandbox.localhost/token', 'no', 'ok'],
    ['http://localhost:47710/authorize', 'no', 'ok'],
    ['http://sandbox.localhost:47710/authorize', 'no', 'ok'],
    ['http://a.b.LOCALHOST.:47710/authorize', 'no', 'ok'],
    ['http://notlocalhost/token', 'no', 'no'],
    ['http://localhost.local/token', 'no', 'no'],
    ['http://localhost@as.example/token', 'no', 'no'],
    ['http://2130706433/token', 'no', 'ok'],
    ['https://localhost/token', 'no', 'ok'],
    ['http://localhost.example/token', 'no', 'no'],
    ['http://127.0.0.1.example/token', 'no', 'no'],
    ['http://169.254.169.254/latest', 'no', 'no'],
    ['https://169.254.169.254/latest', 'no', 'no'],
    ['https://[fe80::1]/', 'no', 'no'],
    ['https://0.0.0.0/', 'no', 'no'],
    ['https://[::]/', 'no', 'no'],
    ['https://[::ffff:127.0.0.1]/', 'no', 'ok'],
    ['https://[::ffff:169.254.1.1]/', 'no', 'no'],
    ['https://10.1.2.3/', 'no', 'ok'],
    ['https://172.31.0.1/', 'no', 'ok'],
    ['https://172.32.0.1/', 'ok', 'ok'],
    ['https://192.168.0.1/', 'no', 'ok'],
    ['https://100.64.0.1/', 'no', 'ok'],
    ['https://224.0.0.1/', 'no', 'no'],
    ['https://255.255.255.255/', 'no', 'no'],
    ['https://[ff02::1]/', 'no', 'no'],
    ['https://[64:ff9b::10.0.0.1]/', 'no', 'ok'],
    ['https://[2002:7f00:1::]/', 'no', 'ok'],
    ['https://[fd00::1]/', 'no', 'ok'],
    ['https://8.8.8.8/', 'ok', 'ok'],
    ['https://fd.example/', 'ok', 'ok'],
    ['https://user:pass@as.example/token', 'no', 'no'],
    ['https://user@as.example/token', 'no', 'no'],
    ['https://:pass@as.example/token', 'no', 'no'],
    ['javascript:alert(1)', 'no', 'no'],
    ['data:text/html,x', 'no', 'no'],
    ['file:///etc/passwd', 'no', 'no'],
    ['vscode://publisher.name/x', 'no', 'no'],
    ['as.example/token', 'no', 'no'],
    ['', 'no', 'no'],
  ];
  for (const [address, fromPublic, fromLocal] of cases) {
    it(`“${address}” is ${fromPublic} from a public server and ${fromLocal} from one on this machine`, () => {
      for (const [policy, verdict] of [
        [publicServer, fromPublic],
        [localServer, fromLocal],
      ] as const) {
        const check = () => requireSecureUrl(address, policy);
        if (verdict === 'ok') assert.doesNotThrow(check);
        else assert.throws(check, { code: 'insecure_url' });
      }
    });
  }
});
