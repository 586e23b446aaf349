/** Text, JSON and headers as nobody should write them, and as somebody will. */
import fc from 'fast-check';

/** Placeholders that the one who answers fills with what was just sent. */
export const echoes = ['{{body}}', '{{authorization}}', '{{address}}'] as const;

export const addresses = [
  'https://mcp.example/mcp',
  'https://mcp.example',
  'https://mcp.example/mc',
  'https://mcp.example/mcp/',
  'https://as.example/as',
  'https://as.example/as/',
  'https://as.example/as?x',
  'https://as.example/as#x',
  'https://evil.example/x',
  'https://near.example/x',
  'https://mcp.example@evil.example/',
  'https://user:secret@as.example/',
  'http://as.example/as',
  'http://127.0.0.1:1/x',
  'http://[::ffff:169.254.169.254]/latest',
  'https://169.254.169.254/latest',
  'https://10.0.0.1/',
  'https://localhost/',
  'https://a.localhost./',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'data:text/html,x',
  'vscode://mcp-oauth.mcp-oauth/callback',
  'https://[broken',
  '//evil.example/x',
  '/relative',
  '',
];

export const oddTexts = [
  '',
  ' ',
  '\0',
  '\r\nset-cookie: a=b',
  '__proto__',
  'constructor',
  'toString',
  '\ud800',
  'a\udc00b',
  '\u202egnp.exe',
  '[x](command:workbench.action.quit)',
  '\u2028',
  '\ufeff',
  '%00',
  '%',
  '${env:HOME}',
  'x'.repeat(4_000),
  '🔑'.repeat(200),
  '1e400',
  'null',
  '<script>alert(1)</script>',
  ...echoes,
];

export const text = fc.oneof(
  fc.constantFrom(...oddTexts),
  fc.constantFrom(...addresses),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 30 }),
);

/** JSON as it is written, much of which no program would write. */
export const rawJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: text.map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.constantFrom(...addresses).map((value) => JSON.stringify(value)) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...['null', 'true', 'false', '0', '-1', '1', '3600', '-0', '1e400', '-1e400', '1e-400', '0.1', '1e21'],
      ...['9007199254740993', '99999999999999999999999999', '[]', '{}', '[[]]', '[null]', '[""]', '[1]'],
      ...[
        '{"__proto__":{"x":1}}',
        '{"constructor":{"prototype":{"x":1}}}',
        '{"toString":1}',
        '{"length":-1}',
      ],
      ...[
        '"\\ud800"',
        '"\\u0000"',
        '"\\u202e"',
        '["S256"]',
        '["plain"]',
        '["code"]',
        '["none"]',
        '["header"]',
      ],
      ...[
        '["https://evil.example/x"]',
        '["https://as.example/as","https://evil.example/x"]',
        '"Bearer"',
        '"DPoP"',
      ],
      ...['"3600"', '["a b","\\n"]', '"a,b c"', '{"a":{"a":{"a":{}}}}'],
    ),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 3 }) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 3_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 1, max: 300 }).map((count) => JSON.stringify(Array(count).fill('a'))),
  },
);

/** Members of an object as they are written; a name may come twice. */
export function rawMembers(
  names: readonly string[],
  maxLength = 4,
): fc.Arbitrary<readonly (readonly [string, string])[]> {
  const name = fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...names) },
    { weight: 1, arbitrary: fc.constantFrom('__proto__', 'constructor', '', 'toString') },
  );
  return fc.array(fc.tuple(name, rawJson), { maxLength });
}

/** The object with the members in place of, or beside, its own. */
export function written(whole: object, members: readonly (readonly [string, string])[]): string {
  const changed = new Set(members.map(([name]) => name));
  const kept = Object.entries(whole)
    .filter(([name, value]) => !changed.has(name) && value !== undefined)
    .map(([name, value]) => [name, JSON.stringify(value)] as const);
  return `{${[...kept, ...members].map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`;
}

/** What comes in place of JSON. */
export const noise = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      ' ',
      '{',
      '[',
      '{"',
      '"',
      'nul',
      '<html>',
      '{}}',
      '{"a":1,}',
      '\ufeff{}',
      '\0',
      'error=x&error=y',
    ],
    ...[
      'access_token=a&token_type=bearer',
      '[[[[',
      '{"error":"{{body}}","error_description":"{{authorization}}"}',
    ],
    ...['{"error":"invalid_grant","error_description":"{{body}}"}', '{{body}}', '<title>{{address}}</title>'],
  ),
  rawJson,
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => '{"a":'.repeat(depth)),
);

/** What can stand in a header at all; the rest no network brings. */
export function headerValue(value: string): string {
  return value.replace(/[^\t\x20-\x7e\x80-\xff]/g, '').trim();
}

const scheme = ['Bearer', 'DPoP', 'Basic', 'bearer', 'Negotiate', ''];
const parameters = [
  'resource_metadata',
  'scope',
  'error',
  'error_description',
  'realm',
  'max_age',
  'acr_values',
  '__proto__',
];

export const challenge = fc
  .array(
    fc.tuple(
      fc.constantFrom(...scheme),
      fc.array(
        fc.tuple(
          fc.constantFrom(...parameters),
          fc.constantFrom('=', ' = ', ''),
          fc.constantFrom('"', "'", ''),
          text,
        ),
        {
          maxLength: 4,
        },
      ),
      fc.constantFrom(', ', ',', ' ', ' ,,'),
    ),
    { maxLength: 3 },
  )
  .map((all) =>
    all
      .map(
        ([name, list, end]) =>
          `${name} ${list.map(([key, sign, quote, value]) => key + sign + quote + value + quote).join(', ')}${end}`,
      )
      .join(''),
  );

export const headers = fc.array(
  fc.oneof(
    fc.tuple(fc.constant('www-authenticate'), challenge),
    fc.tuple(
      fc.constantFrom(
        ...[
          'content-type',
          'location',
          'retry-after',
          'cache-control',
          'etag',
          'age',
          'expires',
          'date',
          'dpop-nonce',
        ],
        ...['set-cookie', 'content-length-x', 'last-modified', 'link', 'x-odd'],
      ),
      fc.oneof(
        text,
        fc.constantFrom(
          ...[
            'application/json',
            'text/event-stream',
            'text/html',
            'no-store',
            'max-age=-1',
            'max-age=1e400',
            '99999999999',
          ],
          ...['Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', '-1', '0', '86401'],
        ),
      ),
    ),
  ),
  { maxLength: 4 },
);
