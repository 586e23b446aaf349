/** What holds for every address that somebody else can choose (checklist 2.7, 3.11, 7.9, 16.1). */
import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AuthError } from '../../src/oauth/authError.ts';
import { reachOfAddress } from '../../src/oauth/reach.ts';
import { judgeResource } from '../../src/oauth/resource.ts';
import { policyFor, requireSecureUrl } from '../../src/oauth/secureUrl.ts';
import { readResourceDocument } from '../../src/oauth/wire/resourceDocument.ts';

const bounded = { numRuns: 500 };

/** Ranges as Node reads them, which shares no code with ours. */
function ranges(...subnets: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', prefix = ''] = subnet.split('/');
    list.addSubnet(network, Number(prefix), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return (address) => list.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
}
const isNobodys = ranges('0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::/128', 'fe80::/10', 'ff00::/8');
const isLoopback = ranges('127.0.0.0/8', '::1/128');
const isPrivate = ranges(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '192.0.0.0/24',
  'fc00::/7',
  'fec0::/10',
  '64:ff9b:1::/48',
);

const groups = (all: readonly number[]) => all.map((group) => group.toString(16)).join(':');
const octet = fc.oneof(fc.nat(255), fc.constantFrom(0, 10, 100, 127, 168, 169, 172, 192, 224, 254));
const ipv4 = fc.tuple(octet, octet, octet, octet).map((all) => all.join('.'));
const group = fc.oneof(
  fc.nat(0xffff),
  fc.constantFrom(0, 1, 0xfc00, 0xfdff, 0xfe80, 0xfec0, 0xff02, 0x64, 0xff9b),
);
/** Those that carry no address of IPv4, which have a range of their own. */
const ipv6 = fc
  .array(group, { minLength: 8, maxLength: 8 })
  .filter(
    ([first, ...others]) =>
      first !== 0 && first !== 0x2002 && !(first === 0x64 && others[0] === 0xff9b && others[1] === 0),
  )
  .map(groups);

describe('The reach of an address', () => {
  it('is that of its range', () => {
    fc.assert(
      fc.property(fc.oneof(ipv4, ipv6), (address) => {
        const expected = isNobodys(address)
          ? undefined
          : isLoopback(address)
            ? 'loopback'
            : isPrivate(address)
              ? 'private'
              : 'public';
        assert.equal(reachOfAddress(address), expected);
      }),
      bounded,
    );
  });

  it('is the same in every form that carries it', () => {
    fc.assert(
      fc.property(ipv4, (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const sixToFour = `2002:${groups([a * 256 + b, c * 256 + d])}::1`;
        for (const form of [`::ffff:${address}`, `64:ff9b::${address}`, sixToFour])
          assert.equal(reachOfAddress(form), reachOfAddress(address), form);
      }),
      bounded,
    );
  });
});

const hosts = fc.oneof(
  fc.domain(),
  ipv4,
  ipv6.map((address) => `[${address}]`),
  fc.constantFrom('localhost', 'a.localhost.', '0x7f.1', '2130706433', '[::ffff:7f00:1]', 'ⓛocalhost', ''),
);
const schemes = fc.constantFrom(
  'https',
  'http',
  'HTTPS',
  'javascript',
  'data',
  'file',
  'vscode',
  'blob:https',
  'ws',
  '',
);
const users = fc.constantFrom('', 'user@', 'user:secret@', '@', ':@');
const address = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc
    .tuple(
      schemes,
      fc.constantFrom('://', ':', ':\\\\', ' ://'),
      users,
      hosts,
      fc.constantFrom('', ':80', ':0', ':x'),
      fc.webPath(),
    )
    .map((parts) => parts.join('')),
);
const servers = ['https://mcp.example/mcp', 'https://10.0.0.1/mcp', 'http://127.0.0.1:8000/mcp'];

describe('An address that somebody else chose', () => {
  it('is https, or http on this machine for a server on this machine, or refused', () => {
    fc.assert(
      fc.property(address, fc.constantFrom(...servers), (text, server) => {
        let url: URL;
        try {
          url = requireSecureUrl(text, policyFor(server));
        } catch (thrown) {
          assert.ok(thrown instanceof AuthError && thrown.code === 'insecure_url', String(thrown));
          assert.ok((thrown.facts.received ?? '').length <= 300);
          return;
        }
        assert.equal(url.username + url.password, '');
        const host = url.hostname.replace(/^\[|\]$/g, '');
        const isHere = /(^|\.)localhost\.?$/.test(host) || reachOfAddress(host) === 'loopback';
        const isNear = isHere || reachOfAddress(host) === 'private';
        assert.ok(url.protocol === 'https:' || (url.protocol === 'http:' && isHere), url.href);
        if (server === servers[0]) assert.ok(!isNear, url.href);
        if (server === servers[1]) assert.ok(!isHere, url.href);
      }),
      { numRuns: 400 },
    );
  });
});

describe('A resource', () => {
  const server = new URL('https://mcp.example/ab/b');
  const path = fc.array(fc.constantFrom('a', 'b', 'ab', '..', '.', '%2e%2e', '', 'a%2Fb'), { maxLength: 4 });
  const near = fc
    .tuple(
      fc.constantFrom(
        'https://mcp.example',
        'HTTPS://MCP.example:443',
        'http://mcp.example',
        'https://mcp.example:8443',
        'https://mcp.example.evil.example',
        'https://evil.example',
        'https://mcp.example@evil.example',
        'https:mcp.example',
        '//mcp.example',
        'https://x@mcp.example',
        'blob:https://mcp.example',
        'https:\\\\mcp.example',
      ),
      path.map((segments) => segments.map((segment) => `/${segment}`).join('')),
      fc.constantFrom('', '/', '?', '?a=1', '#', '#a', '\\..\\evil'),
    )
    .map((parts) => parts.join(''));

  it('is never taken where it is of another origin, or not above the server by whole segments', () => {
    fc.assert(
      fc.property(fc.oneof(near, address), (resource) => {
        const document = readResourceDocument({ resource, authorization_servers: ['https://as.example'] });
        assert.ok(document);
        try {
          judgeResource(server.href, document, {});
        } catch (thrown) {
          assert.ok(thrown instanceof AuthError && thrown.code === 'resource_mismatch', String(thrown));
          return;
        }
        const named = new URL(resource);
        assert.equal(named.origin, server.origin);
        assert.equal(named.username + named.password + named.search + named.hash, '');
        const above = named.pathname.split('/').filter((segment) => segment !== '');
        assert.deepEqual(above, ['ab', 'b'].slice(0, above.length));
      }),
      { numRuns: 400 },
    );
  });
});
