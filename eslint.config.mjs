// Type-aware rules for promises and errors, and the first fence of the architecture: who may import whom.
import tseslint from 'typescript-eslint';

const engineFolders = ['src/oauth/**', 'src/session/**', 'src/servers/**'];
const syntax = [
  { selector: 'ExportDefaultDeclaration', message: 'Name what is exported.' },
  {
    selector: 'ImportDeclaration[source.value=/^zod/] > ImportSpecifier',
    message: 'Import zod as `* as z`; a named import bundles all of it.',
  },
];

/** Forbids imports by pattern, at once or later, with one sentence of why. */
function fence(files, patterns, message) {
  const unnamed = {
    selector: 'ImportExpression:not([source.type="Literal"])',
    message: 'Name what is loaded, so that the fences see it.',
  };
  // A selector takes no slash inside a pattern.
  const later = `ImportExpression[source.value=/${patterns.replaceAll('/', '\\u002F')}/]`;
  return {
    files,
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: patterns, message }] }],
      'no-restricted-syntax': ['error', ...syntax, unnamed, { selector: later, message }],
    },
  };
}

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      'node_modules/**',
      'test/support/code-server/**',
      'screenshots/**',
      '.vscode-test/**',
    ],
  },
  tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-restricted-syntax': ['error', ...syntax],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: engineFolders,
    rules: {
      'no-restricted-globals': [
        'error',
        ...[
          'process',
          'Buffer',
          'setTimeout',
          'setInterval',
          'setImmediate',
          'fetch',
          'console',
          'require',
        ].map((name) => ({
          name,
          message: 'The engine reaches the outside through its ports (clock, transport, log).',
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Time comes from the clock port.' },
      ],
    },
  },
  fence(
    ['src/oauth/**'],
    '^(node:|vscode$|\\.\\./)',
    'oauth/ is the bottom of the house: oauth4webapi and zod only.',
  ),
  fence(['src/servers/**'], '^(node:|vscode$|\\.\\./(?!oauth/))', 'servers/ parses and nothing else.'),
  fence(
    ['src/session/**'],
    '^(node:|vscode$|\\.\\./(?!oauth/|servers/))',
    'session/ stands on oauth/ and servers/ only.',
  ),
  fence(
    ['src/gateway/**'],
    '^(vscode$|\\.\\./(?!session/|oauth/|servers/))',
    'gateway/ knows node:http and sessions, not VS Code.',
  ),
  fence(
    ['src/node/**'],
    '^(vscode$|\\.\\./(?!session/|oauth/))',
    'node/ holds adapters that need Node and not VS Code.',
  ),
  fence(
    ['src/vscode/*.ts'],
    '^(node:|\\.\\./(?!session/|oauth/|servers/))',
    'vscode/ is the shell; Node comes in through adapters.',
  ),
  fence(
    ['src/vscode/pages/**'],
    '^(node:|\\.\\./\\.\\./(?!session/|oauth/|servers/))',
    'pages/ is part of the shell; Node comes in through adapters.',
  ),
  fence(
    ['src/vscode/messages/**'],
    '^(node:|\\.\\./(?!\\.\\./(session|oauth|servers)/))',
    'Sentences know what they speak of, and nothing else of the shell.',
  ),
  fence(
    ['src/driver/**'],
    '^(vscode$|\\.\\./(?!session/|oauth/|servers/|gateway/|node/|vscode/messages/))',
    'driver/ is the extension without an editor: of the shell it has the sentences alone.',
  ),
  fence(
    ['src/mcpClient/**'],
    '^(node:|vscode$|\\.\\./)',
    'mcpClient/ is a client as others are: it knows MCP, and nothing of the rest.',
  ),
  fence(['src/sandbox/*.ts'], '^(vscode$|\\.\\./)', 'The sandbox imports nothing of the rest.'),
  fence(
    ['src/sandbox/*/**'],
    '^(vscode$|\\.\\./\\.\\./|\\.\\./[\\w-]+\\.ts$)',
    'The sandbox imports nothing of the rest, and its parts know nothing of the program.',
  ),
  { files: ['test/**', '*.mjs'], rules: { 'no-console': 'off' } },
  {
    files: ['test/**', 'src/mcpClient/**'],
    rules: {
      // The older transport is deprecated, and servers that speak no other are still about.
      '@typescript-eslint/no-deprecated': [
        'error',
        {
          allow: ['@modelcontextprotocol/client', '@modelcontextprotocol/sdk'].map((sdk) => ({
            from: 'package',
            package: sdk,
            name: 'SSEClientTransport',
          })),
        },
      ],
    },
  },
  {
    files: ['test/**/*.test.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'it', 'describe', 'suite'] },
          ],
        },
      ],
    },
  },
  {
    files: ['*.mjs', '**/*.mjs'],
    extends: [tseslint.configs.disableTypeChecked],
    rules: { 'no-restricted-syntax': 'off' },
  },
);
