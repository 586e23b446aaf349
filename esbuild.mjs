// Builds the bundles (run at the root of the repository): the extension, in parts that are loaded when they are needed, and
// the sandbox and the driver (programs of their own; the driver is not shipped).
// `--watch` rebuilds on change, with the lines that the editor's problem matcher looks for; `--production` minifies, and says
// in `dist/inputs.json` which files are in which bundle.
// `--tests` builds what the tests run inside the extension host, too.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
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

/**
 * Has every part that is loaded later import the whole of the start-up, which is loaded by then. esbuild puts together what
 * the same parts import: otherwise it would cut the start-up into a file for each set of parts that share something.
 * @type {import('esbuild').Plugin}
 */
const startUpInOnePiece = {
  name: 'start-up-in-one-piece',
  setup(build) {
    const startUp = JSON.stringify(path.resolve('src/extension.ts'));
    build.onResolve({ filter: /^\./ }, ({ kind, path: specifier, resolveDir }) =>
      kind === 'dynamic-import'
        ? { path: path.resolve(resolveDir, specifier), pluginData: { isLater: true } }
        : undefined,
    );
    build.onLoad({ filter: /\.ts$/ }, async ({ path: file, pluginData }) =>
      pluginData?.isLater === true
        ? {
            contents: `${await readFile(file, 'utf8')}\nimport ${startUp};`,
            loader: 'ts',
            watchFiles: [file],
          }
        : undefined,
    );
  },
};

/**
 * The MCP client is a bundle of its own that the extension loads from beside it: it brings all of zod, which would otherwise
 * become part of the start-up, where some of zod is.
 * @type {import('esbuild').Plugin}
 */
const mcpClientApart = {
  name: 'mcp-client-apart',
  setup(build) {
    build.onResolve({ filter: /\/mcpClient\/visit\.ts$/ }, () => ({
      path: './mcpClient.mjs',
      external: true,
    }));
  },
};

const startUp = './extension.chunk.js';

/**
 * Makes one CommonJS file of the start-up, which esbuild cuts as two ES modules: VS Code loads that at once, where an ES
 * module waits for its loader and for whatever else an editor that starts has to do. What is loaded later stays as it is, so
 * that the names it imports from Node are Node's own.
 * @type {import('esbuild').Plugin}
 */
const commonJsStartUp = {
  name: 'common-js-start-up',
  setup(build) {
    build.onEnd(async ({ outputFiles = [], metafile }) => {
      // Where the source does not build, what was built before stays.
      if (outputFiles.length === 0) return;
      const texts = new Map(outputFiles.map(({ path: file, text }) => [path.basename(file), text]));
      const [entry, chunk] = ['extension.js', path.basename(startUp)].map((name) => texts.get(name));
      const names = metafile?.outputs[path.posix.join('dist', startUp)]?.exports;
      if (entry === undefined || chunk === undefined || names === undefined)
        throw new Error('esbuild has cut the start-up in another way.');
      texts.delete('extension.js');
      texts.set('extension.cjs', await commonJs(`${entry}\nexport * from "${startUp}";`, chunk));
      texts.set(path.basename(startUp), handedOn(names));
      await mkdir('dist', { recursive: true });
      for (const [name, text] of texts) await writeFile(path.join('dist', name), text);
    });
  },
};

/** @type {(entry: string, chunk: string) => Promise<string>} */
async function commonJs(entry, chunk) {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: entry, sourcefile: 'extension.js' },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node22',
    minify: production,
    sourcemap: production ? false : 'inline',
    plugins: [
      {
        name: 'start-up',
        setup(build) {
          build.onResolve({ filter: /^/ }, ({ path: imported }) =>
            imported === startUp
              ? { path: startUp, namespace: 'start-up' }
              : { path: imported, external: true },
          );
          build.onLoad({ filter: /^/, namespace: 'start-up' }, () => ({ contents: importedOnce(chunk) }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}

/**
 * Each import becomes a call of `require`, and VS Code looks up the real path of the file that asks for its API every time.
 * @param {string} code
 */
function importedOnce(code) {
  /** @type {Map<string, string[]>} */
  const names = new Map();
  const rest = code.replaceAll(
    /^import ?\{([^}]*)\} ?from ?"(vscode|node:[\w/]+)";|(?<=[;}])import\{([^}]*)\}from"(vscode|node:[\w/]+)";/gm,
    (statement, ...[list, from, minifiedList, minifiedFrom]) => {
      const module = from ?? minifiedFrom;
      names.set(module, [...(names.get(module) ?? []), list ?? minifiedList]);
      return statement.replaceAll(/[^\n]/g, '');
    },
  );
  const imports = [...names].map(([module, lists]) => `import{${lists.join()}}from"${module}";`);
  return imports.join('') + rest;
}

/**
 * The start-up for the parts that are loaded later: an ES module that imports it would have Node read it once more, to find
 * out what it exports.
 * @param {readonly string[]} names
 */
function handedOn(names) {
  const start = 'createRequire(import.meta.url)("./extension.cjs")';
  return `import{createRequire}from"node:module";export const{${names.join()}}=${start};\n`;
}

/** @type {import('esbuild').BuildOptions} */
const shared = {
  bundle: true,
  platform: 'node',
  minify: production,
  sourcemap: !production,
  sourcesContent: false,
  metafile: production,
  // What ships has the licences of all packages in a file of its own.
  legalComments: production ? 'none' : 'eof',
  logLevel: watch ? 'silent' : 'warning',
  plugins: watch ? [problemMatcher] : [],
};

/** @type {import('esbuild').BuildOptions[]} */
const bundles = [
  {
    ...shared,
    entryPoints: ['src/extension.ts'],
    outdir: 'dist',
    format: 'esm',
    splitting: true,
    write: false,
    metafile: true,
    // Its parts are made into something else before they are written.
    sourcemap: production ? false : 'inline',
    // `extension.chunk.js` is the start-up. Two parts with code of their own in common would make a second file of that
    // name, and esbuild fails.
    chunkNames: 'extension.[name]',
    // jsonc-parser's other build calls `require` in a way that no bundler can follow.
    mainFields: ['module', 'main'],
    plugins: [...shared.plugins, mcpClientApart, startUpInOnePiece, commonJsStartUp],
    // The Node of the oldest supported VS Code.
    target: 'node22',
    external: ['vscode'],
  },
  {
    ...shared,
    entryPoints: ['src/mcpClient/visit.ts'],
    outfile: 'dist/mcpClient.mjs',
    format: 'esm',
    target: 'node22',
    alias: {
      // With the validator that the MCP SDK has for browsers, which is small; it is used for calls of tools alone.
      '@modelcontextprotocol/client/_shims':
        './node_modules/@modelcontextprotocol/client/dist/shimsBrowser.mjs',
    },
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
  entryPoints: {
    host: 'test/host/index.ts',
    tour: 'test/demo/tour.ts',
    pictures: 'test/pictures/pictures.ts',
  },
  outdir: 'dist/test',
  outExtension: { '.js': '.cjs' },
  mainFields: ['module', 'main'],
  format: 'cjs',
  target: 'node22',
  external: ['vscode', 'mocha'],
};
/** The example of the documentation, which the tests run as a second extension: built with `--tests` alone. */
const example = {
  ...shared,
  entryPoints: ['examples/notes-reader/src/extension.ts'],
  outfile: 'examples/notes-reader/dist/extension.js',
  format: 'cjs',
  target: 'node22',
  external: ['vscode'],
};
/** What `npm run bench` runs inside the extension host, made as the extension is: built with `--tests` alone. */
const bench = {
  ...shared,
  entryPoints: ['test/bench/station/inVSCode.ts'],
  outfile: 'dist/test/bench.mjs',
  format: 'esm',
  target: 'node22',
};
if (process.argv.includes('--tests')) bundles.push(tests, example, bench);

if (watch) {
  for (const bundle of bundles) await (await esbuild.context(bundle)).watch();
} else {
  const built = await Promise.all(bundles.map((bundle) => esbuild.build(bundle)));
  if (production) await writeFile('dist/inputs.json', JSON.stringify(inputsOf(built), undefined, 1));
}

/**
 * The files that something was taken from, by the bundle that it is in.
 * @param {readonly import('esbuild').BuildResult[]} built
 */
function inputsOf(built) {
  /** @type {Record<string, string[]>} */
  const inputsByOutput = { [path.posix.join('dist', startUp)]: [] };
  for (const { metafile } of built)
    for (const [output, { inputs }] of Object.entries(metafile?.outputs ?? {})) {
      const written = output.replace(/(?<=^dist\/extension\.)(?:chunk\.)?js$/, 'cjs');
      const taken = Object.keys(inputs).filter((input) => (inputs[input]?.bytesInOutput ?? 0) > 0);
      inputsByOutput[written] = [...(inputsByOutput[written] ?? []), ...taken];
    }
  return inputsByOutput;
}
