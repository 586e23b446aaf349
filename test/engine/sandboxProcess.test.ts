/** The sandbox as a child process, played by small programs that behave as a test needs it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { eventually } from '../support/deadline.ts';
import { newPassphrase } from '../../src/node/newPassphrase.ts';
import { SandboxProcess, type SandboxStart } from '../../src/node/sandboxProcess.ts';

/** Says where it is as the sandbox does, and tells how it was started; ends when its input closes. */
const good = `
import { createServer } from 'node:http';
const faults = ['slow-token', 'no-iss'];
let on = ['no-iss'];
const server = createServer(async (request, response) => {
  if (request.headers.authorization !== 'Bearer control-key') return response.writeHead(401).end();
  if (request.url === '/client-tickets') return response.end(JSON.stringify({ ticket: request.method.repeat(8) }));
  if (request.method === 'PUT') on = JSON.parse((await request.toArray()).join(''));
  const list = faults.map((name) => ({ name, about: 'It is\\n' + name + '.', source: 'RFC 9207', on: on.includes(name) }));
  response.end(JSON.stringify({ faults: list }));
});
server.listen(0, '127.0.0.1', () => {
  const origin = 'http://127.0.0.1:' + server.address().port;
  console.log(JSON.stringify({ issuer: origin, mcpUrl: origin + '/mcp', clientsUrl: origin + '/clients', controlUrl: origin, controlKey: 'control-key' }));
  console.log('This is read by nobody.');
  console.error(JSON.stringify(process.argv.slice(2)));
  console.error(process.env.ELECTRON_RUN_AS_NODE, process.env.MCP_OAUTH_SANDBOX_PASSPHRASE, process.execArgv.join());
  console.error('The key is control-key.');
  console.error('\\u001b[31mred\\u001b[0m');
});
process.stdin.resume().on('end', () => process.exit(0));
`;

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mcp-oauth-sandbox-'));
});
after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

let programs = 0;

/** What a start needs, with this program in place of the sandbox, and the lines that it reported. */
async function startOf(program: string): Promise<{ start: SandboxStart; lines: string[] }> {
  programs += 1;
  const script = path.join(folder, `program-${programs}.mjs`);
  await writeFile(script, program);
  const lines: string[] = [];
  const start: SandboxStart = {
    script,
    dataFile: path.join(folder, 'made', 'sandbox.sqlite'),
    pagesHost: 'sandbox.localhost',
    passphrase: 'open-sesame',
    signal: new AbortController().signal,
    onLogLine: (line) => lines.push(line),
  };
  return { start, lines };
}

async function started(start: SandboxStart): Promise<SandboxProcess> {
  const sandbox = await SandboxProcess.start(start);
  assert.ok(sandbox !== 'cancelled');
  return sandbox;
}

/** Whether nobody listens there any more. */
async function isGone(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  return once(socket, 'connect')
    .then(
      () => false,
      () => true,
    )
    .finally(() => socket.destroy());
}

describe('The sandbox as a child process', () => {
  it('is started with what it needs, the passphrase in its environment alone', async () => {
    const { start, lines } = await startOf(good);
    const sandbox = await started(start);
    assert.match(sandbox.mcpUrl, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    assert.equal(sandbox.issuer, new URL(sandbox.mcpUrl).origin);
    await sandbox.stop();
    assert.deepEqual(JSON.parse(lines[0] ?? ''), [
      '--json',
      '--until-stdin-closes',
      '--data-file',
      start.dataFile,
      '--pages-host',
      'sandbox.localhost',
    ]);
    assert.equal(lines[1], '1 [hidden] --disable-warning=ExperimentalWarning');
  });

  it('reports what it says, without its secrets and without control characters', async () => {
    const { start, lines } = await startOf(good);
    await (await started(start)).stop();
    assert.deepEqual(lines.slice(2), [
      'The key is [hidden].',
      '[31mred [0m',
      'The sandbox ended (exit code 0).',
    ]);
  });

  it('tells its faults on one line each, and takes those that are chosen', async () => {
    const sandbox = await started((await startOf(good)).start);
    assert.deepEqual(await sandbox.readFaults(), [
      { name: 'slow-token', about: 'It is slow-token.', source: 'RFC 9207', isOn: false },
      { name: 'no-iss', about: 'It is no-iss.', source: 'RFC 9207', isOn: true },
    ]);
    await sandbox.chooseFaults(['slow-token']);
    const on = (await sandbox.readFaults()).filter(({ isOn }) => isOn).map(({ name }) => name);
    assert.deepEqual(on, ['slow-token']);
    await sandbox.stop();
    await assert.rejects(sandbox.readFaults());
  });

  it('leads to the page of the clients with leave for one, which stands in the fragment alone', async () => {
    const sandbox = await started((await startOf(good)).start);
    const page = new URL(await sandbox.clientPage());
    assert.equal(page.hash, `#ticket=${'POST'.repeat(8)}`);
    page.hash = '';
    assert.equal(page.href, new URL('/clients', sandbox.mcpUrl).href);
    await sandbox.stop();
    for (const ticket of ['null', '7', '"short"', `"${'x'.repeat(20)}&to=evil"`]) {
      const wrong = good.replace('request.method.repeat(8)', ticket);
      const odd = await started((await startOf(wrong)).start);
      await assert.rejects(odd.clientPage(), /gives no leave/, ticket).finally(() => odd.stop());
    }
  });

  it('whose faults are no faults is not believed', async () => {
    for (const list of ['null', '{}', '[{}]', '[{"name":"../x","about":"","source":"","on":true}]']) {
      const wrong = good.replace('{ faults: list }', `{ faults: ${list} }`);
      const sandbox = await started((await startOf(wrong)).start);
      await assert.rejects(sandbox.readFaults(), /The sandbox/, list);
      await sandbox.stop();
    }
  });

  it('ends when it is stopped, and says that it was', async () => {
    const sandbox = await started((await startOf(good)).start);
    await Promise.all([sandbox.stop(), sandbox.stop()]);
    assert.equal(await sandbox.ended, 'stopped');
    assert.ok(await isGone(sandbox.mcpUrl));
  });

  it('is killed where it does not end by itself', async () => {
    const { start, lines } = await startOf(good.replace('() => process.exit(0)', '() => undefined'));
    const sandbox = await started({ ...start, graceMs: 10 });
    await sandbox.stop();
    assert.equal(await sandbox.ended, 'stopped');
    assert.equal(lines.at(-1), 'The sandbox ended (SIGKILL).');
    assert.ok(await isGone(sandbox.mcpUrl));
  });

  it('that ends by itself says so', async () => {
    const { start } = await startOf(good.replace('console.error', 'process.exit(1); console.error'));
    assert.equal(await (await started(start)).ended, 'unexpectedly');
  });

  it('ends with the process that started it, however that ends', async () => {
    const { start } = await startOf(good);
    const source = new URL('../../src/node/sandboxProcess.ts', import.meta.url).href;
    const { script, dataFile, pagesHost, passphrase } = start;
    const parent = `
      import { SandboxProcess } from ${JSON.stringify(source)};
      const sandbox = await SandboxProcess.start({
        ...${JSON.stringify({ script, dataFile, pagesHost, passphrase })},
        signal: new AbortController().signal,
        onLogLine: () => undefined,
      });
      console.log(sandbox.mcpUrl);
    `;
    const host = spawn(process.execPath, ['--input-type=module', '--eval', parent], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [mcpUrl] = (await once(host.stdout.setEncoding('utf8'), 'data')) as [string];
    assert.equal(await isGone(mcpUrl), false);
    host.kill('SIGKILL');
    await eventually(
      20_000,
      async () => (await isGone(mcpUrl)) || undefined,
      () => 'The sandbox outlives the process that started it.',
    );
  });
});

describe('A sandbox that does not start', () => {
  it('because it ends before it says where it is fails with its exit code, and its words are in the log', async () => {
    const { start, lines } = await startOf(
      `console.error('The data file is broken.'); process.exitCode = 1;`,
    );
    await assert.rejects(SandboxProcess.start(start), /ended before it said where it is \(exit code 1\)/);
    assert.deepEqual(lines, ['The data file is broken.', 'The sandbox ended (exit code 1).']);
  });

  for (const [kind, line] of [
    ['garbage', 'Hello'],
    ['nothing but an empty line', ''],
    ['JSON that is no announcement', 'null'],
    [
      'an address that is not on this computer',
      '{"issuer":"http://127.0.0.1:1","mcpUrl":"http://evil.example/mcp","clientsUrl":"http://127.0.0.1:1/clients","controlUrl":"http://127.0.0.1:1","controlKey":"k"}',
    ],
    [
      'an authorization server elsewhere',
      '{"issuer":"https://evil.example","mcpUrl":"http://127.0.0.1:1/mcp","clientsUrl":"http://127.0.0.1:1/clients","controlUrl":"http://127.0.0.1:1","controlKey":"k"}',
    ],
    [
      'a page for clients elsewhere',
      '{"issuer":"http://127.0.0.1:1","mcpUrl":"http://127.0.0.1:1/mcp","clientsUrl":"http://evil.example/clients","controlUrl":"http://127.0.0.1:1","controlKey":"k"}',
    ],
    [
      'a control address elsewhere',
      '{"issuer":"http://127.0.0.1:1","mcpUrl":"http://127.0.0.1:1/mcp","clientsUrl":"http://127.0.0.1:1/clients","controlUrl":"http://evil.example","controlKey":"k"}',
    ],
    [
      'a key that breaks out of a header',
      '{"issuer":"http://127.0.0.1:1","mcpUrl":"http://127.0.0.1:1/mcp","clientsUrl":"http://127.0.0.1:1/clients","controlUrl":"http://127.0.0.1:1","controlKey":"k\\\\r\\\\nx: y"}',
    ],
  ] as const) {
    it(`because it says ${kind} is ended`, async () => {
      const { start } = await startOf(`console.log('${line}'); setInterval(() => undefined, 1e6);`);
      await assert.rejects(SandboxProcess.start(start), /said something else/);
    });
  }

  it('because it says too much on one line is ended', async () => {
    const { start } = await startOf(
      `process.stdout.write('x'.repeat(1e6)); setInterval(() => undefined, 1e6);`,
    );
    await assert.rejects(SandboxProcess.start(start), /said something else/);
  });

  it('because it says nothing is ended once its time is up', async () => {
    const { start } = await startOf('setInterval(() => undefined, 1e6);');
    await assert.rejects(SandboxProcess.start({ ...start, announceWithinMs: 50 }), /in time/);
  });

  it('because there is no such program fails', async () => {
    const { start, lines } = await startOf('');
    await assert.rejects(
      SandboxProcess.start({ ...start, script: path.join(folder, 'none.mjs') }),
      /exit code 1/,
    );
    assert.ok(
      lines.some((line) => line.includes('none.mjs')),
      lines.join('\n'),
    );
  });
});

describe('The ports of the sandbox', () => {
  it('are free ones where its own are taken', async () => {
    const { start } = await startOf(`if (!process.argv.includes('--mcp-port')) process.exit(3);\n${good}`);
    const { start: spare, lines } = await startOf(good);
    await (await started(spare)).stop();
    assert.ok(!lines[0]?.includes('--mcp-port'));

    const reported: string[] = [];
    const sandbox = await started({ ...start, onLogLine: (line) => reported.push(line) });
    await sandbox.stop();
    const flags = JSON.parse(reported[1] ?? '') as string[];
    assert.deepEqual(flags.slice(-4), ['--authorization-port', '0', '--mcp-port', '0']);
  });

  it('that are all taken are an error', async () => {
    const { start } = await startOf('process.exitCode = 3;');
    await assert.rejects(SandboxProcess.start(start), /no free port/);
  });
});

describe('A start that is cancelled', () => {
  it('before it began starts nothing', async () => {
    const marker = path.join(folder, 'began');
    const { start } = await startOf(
      `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(marker)}, '');`,
    );
    assert.equal(await SandboxProcess.start({ ...start, signal: AbortSignal.abort() }), 'cancelled');
    await assert.rejects(readFile(marker));
  });

  it('while it is under way ends the program', async () => {
    const cancel = new AbortController();
    const gate = createServer();
    await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve));
    const { port } = gate.address() as AddressInfo;
    // The program calls; it is cancelled by then, and the connection breaks with it.
    const { start } = await startOf(`import { connect } from 'node:net'; connect(${port}, '127.0.0.1');`);
    const called = once(gate, 'connection').then(([socket]) => {
      cancel.abort();
      return once(socket as NodeJS.EventEmitter, 'close');
    });
    assert.equal(await SandboxProcess.start({ ...start, signal: cancel.signal }), 'cancelled');
    await called;
    gate.close();
  });
});

describe('A new passphrase', () => {
  it('is 16 letters and digits in groups of four that nobody mistakes, and another each time', () => {
    const made = new Set(Array.from({ length: 100 }, newPassphrase));
    assert.equal(made.size, 100);
    for (const passphrase of made) assert.match(passphrase, /^([a-hjkmnp-z2-9]{4}-){3}[a-hjkmnp-z2-9]{4}$/);
  });
});
