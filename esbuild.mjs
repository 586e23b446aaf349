// Builds the bundles (run at the root of the repository): the extension (CommonJS, as VS Code loads it) and the sandbox and the
// driver (programs of their own; the driver is not shipped).
// `--watch` rebuilds on change, with the lines that the editor's problem matcher looks for; `--production` minifies.
// `--tests` builds what the tests run inside the extension host, too.
import esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

/** @type {import('esbuild').Plugin} */
const problemMatcher = {
  name: 'problem-matcher',
  setup(build) {
    build.onStart(() => console.log('[watch] build started'));
    build.onEnd(({ errors }) => {
      for (const { text, location } of errors) {
        console.error(`✘ [ERROR] ${text}`);
        if (location) console.error(`    ${location.file}:${location.line}:${location.column}:`);
      }
      console.log('[watch] build finished');
    });
  },
};

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  minify: production,
  sourcemap: !production,
  sourcesContent: false,
  logLevel: watch ? 'silent' : 'warning',
  plugins: watch ? [problemMatcher] : [],
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...shared,
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.cjs',
    format: 'cjs',
    // The Node of the oldest supported VS Code.
    target: 'node22',
    external: ['vscode'],
  },
  {
    ...shared,
    entryPoints: ['src/sandbox/main.ts'],
    outfile: 'dist/sandbox.mjs',
    format: 'esm',
    target: 'node22',
    // oidc-provider finds its models by the names of their classes.
    keepNames: true,
    alias: {
      // Koa brings a list of every media type there is; the sandbox answers four.
      'mime-db': './src/sandbox/http/mimeTypes.json',
      // The MCP SDK brings ajv to read schemas of others; the sandbox has none but its own, which are zod's.
      '@modelcontextprotocol/server/_shims':
        './node_modules/@modelcontextprotocol/server/dist/shimsBrowser.mjs',
    },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  },
  {
    ...shared,
    entryPoints: ['src/driver/main.ts'],
    outfile: 'dist/driver.mjs',
    format: 'esm',
    target: 'node22',
    // Without an editor the sentences are said as they are written.
    alias: { vscode: './src/driver/plainWords.ts' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  },
];

/** What runs inside the extension host: built with `--tests` alone. */
const tests = {
  ...shared,
  entryPoints: { host: 'test/host/index.ts', tour: 'test/demo/tour.ts' },
  outdir: 'dist/test',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  target: 'node22',
  external: ['vscode', 'mocha'],
};
if (process.argv.includes('--tests')) bundles.push(tests);

if (watch) {
  for (const bundle of bundles) await (await esbuild.context(bundle)).watch();
} else {
  await Promise.all(bundles.map((bundle) => esbuild.build(bundle)));
}
