// The sandbox as a program: what it prints, how it ends, what it says to a wrong flag.
import assert from 'node:assert/strict';
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { parseCommandLine } from '../../src/sandbox/commandLine.ts';
import { faultTable, listFaults } from '../../src/sandbox/faults/faults.ts';

const program = fileURLToPath(new URL('../../src/sandbox/main.ts', import.meta.url));
const nowhere = ['--memory', '--authorization-port', '0', '--mcp-port', '0'];
const folder = mkdtempSync(path.join(tmpdir(), 'mcp-oauth-command-line-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], environment: Record<string, string> = {}) {
  const child: ChildProcessByStdio<Writable, Readable, Readable> = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', program, ...args],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment } },
  );
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>;
  const firstLine = async () => (await once(createInterface({ input: child.stdout }), 'line'))[0] as string;
  return { child, exited, firstLine, errors: collect(child.stderr), output: () => collect(child.stdout) };
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`--json prints the addresses as one object, and ${signal} ends the program cleanly`, async () => {
    const { child, exited, firstLine, errors } = run([...nowhere, '--json', '--quiet']);
    const announced = JSON.parse(await firstLine()) as Record<string, string>;
    assert.match(announced['issuer'] ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(
      announced['passkeysUrl'],
      `${announced['issuer']?.replace('127.0.0.1', 'localhost')}/passkeys`,
    );
    assert.equal(announced['clientsUrl'], announced['passkeysUrl'].replace('/passkeys', '/clients'));
    assert.match(announced['passphrase'] ?? '', /^[a-z]{4}(-[a-z]{4}){3}$/);
    const response = await fetch(announced['mcpUrl'] ?? '');
    assert.equal(response.status, 401);
    const control = await fetch(`${announced['controlUrl']}/faults`, {
      headers: { authorization: `Bearer ${announced['controlKey']}` },
    });
    assert.equal(control.status, 200);
    child.kill(signal);
    assert.deepEqual(await exited, [0, null]);
    assert.equal(await errors, '');
  });
}

test('it ends with its standard input where it is told to, and logs requests meanwhile', async () => {
  const { child, exited, firstLine, errors } = run([...nowhere, '--json', '--until-stdin-closes']);
  const { issuer = '' } = JSON.parse(await firstLine()) as Record<string, string>;
  await (await fetch(`${issuer}/jwks?token=abc`)).text();
  child.stdin.end();
  assert.deepEqual(await exited, [0, null]);
  assert.match(await errors, /^\d{4}-\S+Z authorization GET \/jwks\?token=… 200 \d+ ms\n$/);
});

test('a person is told the addresses, the passphrase and the faults that are on', async () => {
  const { child, exited, output } = run([...nowhere, '--quiet', '--fault', 'registration-closed']);
  const words = output();
  child.stdout.once('data', () => child.kill('SIGTERM'));
  await exited;
  assert.match(
    await words,
    /MCP server +http:.*Passphrase +[a-z-]{19}.*Register a client +http:\S+\/clients\n.*Faults +registration-closed/s,
  );
});

for (const [where, prepare] of [
  [
    'a file',
    (text: string) => {
      const file = path.join(folder, 'passphrase');
      writeFileSync(file, `${text}\n`);
      return { args: ['--passphrase-file', file], environment: {} };
    },
  ],
  ['the environment', (text: string) => ({ args: [], environment: { MCP_OAUTH_SANDBOX_PASSPHRASE: text } })],
] as const) {
  test(`the passphrase is taken from ${where}`, async () => {
    const { args, environment } = prepare('correct horse battery staple');
    const { child, exited, firstLine } = run([...nowhere, '--json', '--quiet', ...args], environment);
    const { passphrase } = JSON.parse(await firstLine()) as Record<string, string>;
    assert.equal(passphrase, 'correct horse battery staple');
    child.kill();
    await exited;
  });
}

test('a port that somebody else has ends in a sentence and exit code 3', async (t) => {
  const holder = createServer();
  await new Promise<void>((listening) => holder.listen(0, '127.0.0.1', listening));
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  const { exited, errors } = run([...nowhere, '--mcp-port', String(port)]);
  assert.deepEqual(await exited, [3, null]);
  assert.equal(
    await errors,
    `Port ${port} on 127.0.0.1 is in use by another program. Where another sandbox runs, this one takes free ports with --authorization-port 0 --mcp-port 0.\n`,
  );
});

test('--list-faults prints every fault with what it does and where it comes from', async () => {
  const words = await run(['--list-faults']).output();
  for (const { name, about } of faultTable) assert.ok(words.includes(`${name}\n    ${about}\n`), name);
  const json = JSON.parse(await run(['--list-faults', '--json']).output()) as unknown;
  assert.deepEqual(json, { faults: faultTable });
});

test('the list of faults for people has a line for each, and the one in the repository is this list', () => {
  const lines = listFaults(faultTable).split('\n');
  for (const { name, about, source } of faultTable) {
    const line = lines.find((one) => one.startsWith(`| \`${name}\` `));
    assert.ok(line?.includes(about) === true && line.includes(source), name);
  }
  const kept = readFileSync(new URL('../../src/sandbox/FAULTS.md', import.meta.url), 'utf8');
  assert.ok(
    kept.endsWith(listFaults(faultTable)),
    'Print the table anew: npm run --silent sandbox -- --list-faults --markdown, and put it at the end of src/sandbox/FAULTS.md.',
  );
});

test('without flags it keeps its data in a file and its addresses from one start to the next', () => {
  const { sandbox } = parseCommandLine([]);
  assert.match(sandbox.dataFile ?? '', /sandbox\.sqlite$/);
  assert.deepEqual(
    [sandbox.authorizationPort, sandbox.mcpPort, sandbox.pagesHost],
    [47_710, 47_711, 'localhost'],
  );
  assert.equal(parseCommandLine(['--memory']).sandbox.dataFile, undefined);
});

for (const [args, sentence] of [
  [['--colour'], "Unknown option '--colour'."],
  [['--mcp-port', 'high'], '--mcp-port takes a whole number from 0 to 65535, not "high".'],
  [
    ['--access-token-seconds', '0'],
    '--access-token-seconds takes a whole number from 1 to 2147483648, not "0".',
  ],
  [['extra'], "Unexpected argument 'extra'."],
  [['--memory', '--data-file', 'a'], '--memory and --data-file contradict each other.'],
  [['--fault', 'nonsense'], 'There is no fault named “nonsense”; --list-faults prints those there are.'],
] as const) {
  test(`"${args.join(' ')}" gets one sentence`, () => {
    assert.throws(() => parseCommandLine(args), { message: sentence });
  });
}

test('a wrong command line ends in its sentence and exit code 2', async () => {
  const { exited, errors } = run(['--colour']);
  assert.equal(await errors, "Unknown option '--colour'. --help lists the options.\n");
  assert.deepEqual(await exited, [2, null]);
});

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
