/** Checks of the sandbox: who registers a client there by hand, who steers it, where it answers, and whom it asks. */
import { checksIn } from './securityCheck.ts';

export const sandboxChecks = [
  ...checksIn(
    'src/sandbox/clients/clientTickets.ts',
    ['sandboxClientTickets'],
    [
      'a ticket is good for one client',
      '    this.#endsAtMs.delete(ticket);\n    return isOpen;',
      '    return isOpen;',
    ],
    [
      'a ticket is good for minutes',
      'return (this.#endsAtMs.get(ticket) ?? 0) > this.#now();',
      'return (this.#endsAtMs.get(ticket) ?? 0) > 0;',
    ],
    [
      'a ticket is one that was given out',
      'return (this.#endsAtMs.get(ticket) ?? 0) > this.#now();',
      'return (this.#endsAtMs.get(ticket) ?? Infinity) > this.#now();',
    ],
    [
      'only so many tickets are out',
      'if (this.#endsAtMs.size >= openLimit && oldest',
      'if (this.#endsAtMs.size < 0 && oldest',
    ],
  ),
  ...checksIn(
    'src/sandbox/clients/clientDesk.ts',
    ['sandboxHandClients', 'sandboxClientTickets'],
    [
      'a client is registered with a ticket that is open, or the passphrase',
      'if (this.#ground.clientTickets?.take(leave) !== true)',
      'if (this.#ground.clientTickets?.take(leave) === undefined)',
    ],
    [
      'no page of another site registers a client',
      'if (!isFromHere(ctx) || !this.#ground',
      'if (!this.#ground',
    ],
    [
      'a form that registers a client is from our page',
      "if (!isFromHere(ctx) || !this.#ground.tokens.isFrom(nameForm(visit), form.get('csrf')))",
      'if (!isFromHere(ctx))',
    ],
    [
      'a client is registered when its redirect URIs are fit (7.8)',
      "    if (typeof client === 'string') {\n",
      "    if (typeof client === 'string' && client === '') {\n",
    ],
  ),
  ...checksIn(
    'src/sandbox/http/control.ts',
    ['sandboxControl', 'sandboxClientTickets'],
    ['no web page steers the sandbox', '  if (request.headers.origin !== undefined) return false;\n', ''],
    [
      'the sandbox is steered with its key',
      'return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);',
      'return given.byteLength > 0 && timingSafeEqual(expected, expected);',
    ],
  ),
  ...checksIn(
    'src/sandbox/http/listener.ts',
    ['sandboxHandClients', 'sandboxAuthorization', 'sandboxDoors', 'sandboxMcp'],
    [
      'the sandbox answers under names of this computer alone',
      'if (!isLoopbackAuthority(request.headers.host)) {',
      'if (request.headers.host === "") {',
    ],
    ['the sandbox listens on this computer alone', '  if (!isLoopbackHost(host)) {', '  if (host === "") {'],
  ),
  ...checksIn(
    'src/sandbox/http/loopback.ts',
    ['sandboxHandClients', 'sandboxDoors', 'sandboxAuthorization', 'sandboxMcp'],
    [
      'a name that begins like one of this computer is none',
      "(isIPv4(name) && name.startsWith('127.'))",
      "name.startsWith('127.')",
    ],
  ),
  ...checksIn(
    'src/sandbox/http/pagesHost.ts',
    ['sandboxDoors'],
    [
      'the passphrase is typed at this computer alone',
      'if (!isName || !isLoopbackHost(pagesHost))',
      'if (!isName)',
    ],
  ),
  ...checksIn(
    'src/sandbox/http/requestLog.ts',
    ['sandboxControl', 'sandboxDoors'],
    [
      'the log of the sandbox has no secret of a query',
      "return harmless.has(name) ? printable(value) : '…';",
      'return printable(value);',
    ],
    [
      'the log of the sandbox has no secret of a path',
      "return printable(pathname).replace(/\\/(interaction|authorize|register|device)\\/[^/]+/, '/$1/…');",
      'return printable(pathname);',
    ],
    [
      'a line of the log of the sandbox is one',
      String.raw`const clean = text.replace(/[\p{C}\p{Z}]+/gu, ' ');`,
      'const clean = text;',
    ],
  ),
  ...checksIn(
    'src/sandbox/authorization/clientDocument.ts',
    ['sandboxClients'],
    [
      'the sandbox fetches documents over https alone',
      "      if (url.protocol !== 'https:') throw new Error('A client document is fetched over https only.');\n",
      '',
    ],
    [
      'the sandbox asks no address of a private network',
      '      if (isIP(literal) !== 0 && isForbidden(literal)) throw new Error(forbidden(literal));\n',
      '      void [isIP(literal), forbidden];\n',
    ],
    [
      'the sandbox asks no name that leads into a private network',
      'const bad = error ? undefined : addresses.find(({ address }) => isForbidden(address));',
      'const bad = error ? undefined : addresses.slice(1).find(({ address }) => !addresses.some((one) => one.address !== address) && isForbidden(address));',
    ],
    [
      'the sandbox reads no more of a document than it may have',
      'if (sizeBytes > documentLimitBytes)',
      'if (sizeBytes > 10_000 * documentLimitBytes)',
    ],
  ),
  ...checksIn(
    'src/sandbox/pages/markup.ts',
    ['sandboxConsent', 'sandboxHandClients', 'sandboxConsentDevice'],
    ['text of a client is no element in a page of the sandbox', '/[&<>"\']/g', '/[&>"\']/g'],
    ['text of a client ends no attribute in a page of the sandbox', '/[&<>"\']/g', "/[&<>']/g"],
  ),
];
