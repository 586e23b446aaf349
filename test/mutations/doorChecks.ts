/** Checks of whom our own listeners let in, and of what crosses the gateway (checklist 8, 11.4). */
import { checksIn } from './securityCheck.ts';

export const doorChecks = [
  ...checksIn(
    'src/node/callbackServer.ts',
    ['loopbackReceiver'],
    [
      'a page that rebinds its name gets nothing at the loopback address (8.6)',
      "  if (!hosts.has(headers.host?.toLowerCase() ?? '')) return 404;\n",
      '',
    ],
    [
      'the loopback address has one path (8.6)',
      "  if (url.split('?', 1)[0] !== callbackPath) return 404;\n",
      '',
    ],
    [
      'the loopback address takes one method (8.6)',
      "return method === 'GET' ? undefined : 405;",
      'return method === "" ? 405 : undefined;',
    ],
  ),
  ...checksIn(
    'src/node/loopbackReceiver.ts',
    ['loopbackReceiver'],
    [
      'an answer is taken once (8.6)',
      '    this.waiting.delete(state);\n    return deliver;',
      '    return deliver;',
    ],
    [
      'the port is closed after its answer (8.2)',
      '        close();\n        deliver(received);',
      '        deliver(received);',
    ],
    [
      'both addresses called localhost are ours (8.3)',
      "if (systemCode(thrown) !== 'EADDRINUSE') return",
      'if (systemCode(thrown) !== "") return',
    ],
  ),
  ...checksIn(
    'src/node/callbackPage.ts',
    ['callbackPage'],
    ['the page runs no script and loads nothing (16.7)', "default-src 'none'; style-src", 'style-src'],
    ['the page cannot be framed (16.7)', "; frame-ancestors 'none'", ''],
    ['the page is not kept', "  'cache-control': 'no-store',\n", ''],
    ['the page tells nobody its address', "  'referrer-policy': 'no-referrer',\n", ''],
  ),
  ...checksIn(
    'src/gateway/gateway.ts',
    [
      'gateway',
      'gatewayDoor',
      'gatewayRequestShapes',
      'gatewayReview',
      'gatewayOlderTransport',
      'gatewayAccountStreams',
    ],
    ['the gateway answers under its own host alone', '!this.ports.hosts().includes(host) || ', ''],
    [
      'the gateway answers one host alone',
      "typeof host !== 'string' || !this.ports.hosts().includes(host)",
      '![host].flat().some((one) => this.ports.hosts().includes(one ?? ""))',
    ],
    ['the gateway answers no web page', ' || origin !== undefined)', ')'],
    [
      'the gateway takes no body whose end is a matter of opinion',
      "  if (String(encoding).toLowerCase() !== 'chunked') return undefined;",
      '  void encoding;',
    ],
    [
      'a stream ends with its account',
      "isListening(call) && (method === 'POST' || isStreamable)",
      "isListening(call) && method === 'POST'",
    ],
    [
      'so does one that is the answer to a message',
      "isListening(call) && (method === 'POST' || isStreamable)) endWithAccount(",
      "method === 'GET' && isStreamable) endWithAccount(",
    ],
    [
      'the account of a stream is that which it was asked for with',
      'endWithAccount(call, route, account);',
      'endWithAccount(call, route, route.account());',
    ],
  ),
  ...checksIn(
    'src/gateway/serverRefusal.ts',
    ['gateway', 'specificationTokens'],
    [
      'a client never sees 401',
      'if (status !== 401 && status !== 403) return undefined;',
      'if (status !== 403) return undefined;',
    ],
    [
      'a client never sees 403',
      'if (status !== 401 && status !== 403) return undefined;',
      'if (status !== 401) return undefined;',
    ],
  ),
  ...checksIn(
    'src/gateway/headers.ts',
    [
      'gateway',
      'gatewayCredentials',
      'gatewayReview',
      'gatewayNonces',
      'gatewayBodies',
      'specificationTokens',
    ],
    [
      'a client gets no challenge',
      "const ofTheServer = new Set(['www-authenticate', 'dpop-nonce']);",
      "const ofTheServer = new Set(['dpop-nonce']);",
    ],
    [
      'a client gets no nonce',
      "const ofTheServer = new Set(['www-authenticate', 'dpop-nonce']);",
      "const ofTheServer = new Set(['www-authenticate']);",
    ],
    ['a client’s own token goes nowhere', "'host', 'authorization', 'dpop',", "'host', 'dpop',"],
    ['a client’s own proof goes nowhere', "'host', 'authorization', 'dpop',", "'host', 'authorization',"],
    [
      'what a client names as its connection’s stays there',
      'if (!hopByHop.has(name) && !ofTheClient.has(name) && !named.has(name))',
      'if (!hopByHop.has(name) && !ofTheClient.has(name))',
    ],
    [
      'what a server names as its connection’s stays there',
      'if (hopByHop.has(known) || ofTheServer.has(known) || named.has(known)) continue;',
      'if (hopByHop.has(known) || ofTheServer.has(known)) continue;',
    ],
  ),
  ...checksIn(
    'src/oauth/ownAddress.ts',
    ['gateway', 'gatewayCredentials', 'gatewayOlderTransport', 'gatewayRedirects', 'specificationTokens'],
    [
      'a token goes to the origin of its server alone (11.4)',
      'return address.origin === origin ? address : undefined;',
      'return address;',
    ],
    ['redirects are followed only so often', 'maxRedirects = 3;', 'maxRedirects = 300;'],
    [
      'a server that was asked with TLS is asked with it again',
      "    address.protocol = 'https:';\n",
      '    return address;\n',
    ],
    [
      'what a server names as credentials is none',
      "[address.username, address.password, address.hash] = ['', '', ''];",
      "[address.hash] = [''];",
    ],
  ),
  ...checksIn(
    'src/gateway/forward.ts',
    ['gateway', 'gatewayReview'],
    [
      'what a tool may have done already is not done twice',
      'const isStale = () => clock.now() - sentAtMs <= staleWithinMs;',
      'const isStale = () => clock.now() >= sentAtMs;',
    ],
  ),
  ...checksIn(
    'src/gateway/messageAddresses.ts',
    ['gatewayOlderTransport'],
    [
      'an address for messages ends with its stream',
      "    stream.once('close', () => this.open.delete(path));\n",
      '',
    ],
  ),
  ...checksIn(
    'src/gateway/shareDoor.ts',
    ['shareDoor'],
    [
      'what a share still receives ends with it',
      'if (!this.shares.has(path)) this.gateway.cutOff(path);',
      'if (path === "") this.gateway.cutOff(path);',
    ],
    [
      'a share that is over lets nobody in',
      '    this.stop = parts.shares.onDidChange(() => this.follow());',
      '    this.stop = () => undefined;',
    ],
  ),
  ...checksIn(
    'src/node/boundedServer.ts',
    ['gatewayRequestShapes', 'gatewayFlood', 'listeners', 'portListener'],
    [
      'no header is left out of what a request is judged by',
      'if (request.rawHeaders.length > 2 * maxHeaders)',
      'if (request.rawHeaders.length < 0)',
    ],
    [
      'requests that can be read in two ways are refused',
      'insecureHTTPParser: false,',
      'insecureHTTPParser: true,',
    ],
    [
      'connections are counted',
      'if (this.requests.size >= this.limit && !this.makeRoom()) {',
      'if (this.requests.size < 0) {',
    ],
    ['a head does not take forever', '      headersTimeout: bounds.headMs,\n', ''],
  ),
  ...checksIn(
    'src/node/windowLink.ts',
    ['windowLinkDoor', 'windowLink'],
    ['windows answer no web page', 'headers.origin !== undefined || headers.host', 'headers.host'],
    [
      'windows answer under their own host alone',
      "headers.origin !== undefined || headers.host !== 'localhost'",
      'headers.origin !== undefined',
    ],
    ['windows answer who knows their path', ' && url === this.path && ', ' && '],
    ['windows take one method', "return method === 'POST' && ", 'return '],
  ),
  ...checksIn(
    'src/node/windowRequest.ts',
    ['windowLinkDoor', 'windowLink', 'linkedRecords'],
    ['what windows say is limited', 'if (size > maxBytes) return undefined;', ''],
  ),
  ...checksIn(
    'src/node/windowAnnouncements.ts',
    ['windowLinkDoor', 'windowLink', 'windowNews'],
    [
      'an announcement is a small file',
      'if (!found.isFile() || found.size > maxBytes) return undefined;',
      '',
    ],
    [
      'an announcement leads to a socket of this computer',
      "kind !== ownKind || typeof place !== 'string' || !isSocketPath(place)",
      "kind !== ownKind || typeof place !== 'string'",
    ],
    ['announcements are for this user alone', 'await chmod(this.folder, 0o700);', ''],
  ),
  ...checksIn(
    'src/node/sharePort.ts',
    ['sharePort'],
    [
      'a stranger on the port of shares is none of ours',
      'resolve(chunk.length === expected.length && timingSafeEqual(chunk, expected));',
      'resolve(chunk.length === expected.length || !timingSafeEqual(expected, expected));',
    ],
    [
      'whose the port is is told under its own host alone',
      'nonce !== undefined && host === this.host && origin',
      'nonce !== undefined && origin',
    ],
    [
      'whose the port is is told to no web page',
      ' && origin === undefined;',
      ' && (origin ?? "") !== undefined;',
    ],
  ),
  ...checksIn(
    'src/node/socketListener.ts',
    ['listeners', 'gateway', 'gatewayDoor'],
    [
      'the folder of a socket is of this user alone',
      'mkdir(path.dirname(address.path), { mode: 0o700 })',
      'mkdir(path.dirname(address.path), { mode: 0o755 })',
    ],
    [
      'a socket is of this user alone',
      'await chmod(address.path, 0o600);',
      'await chmod(address.path, 0o666);',
    ],
  ),
];
