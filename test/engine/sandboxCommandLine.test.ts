// The sandbox as a program: what it prints, how it ends, what it says to a wrong flag.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../src/sandbox/main.ts', import.meta.url));

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`--json prints both addresses as one object, and ${signal} ends the program cleanly`, async () => {
    const child = spawn(process.execPath, [program, '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const errors = collect(child.stderr);
    const [first] = (await once(child.stdout.setEncoding('utf8'), 'data')) as [string];
    const { issuer, mcpUrl } = JSON.parse(first) as Record<string, string>;
    assert.match(issuer ?? '', /^http:\/\/127\.0\.0\.1:\d+$/);
    const response = await fetch(mcpUrl ?? '');
    assert.equal(response.status, 401);
    child.kill(signal);
    const [code, by] = (await once(child, 'exit')) as [number | null, string | null];
    assert.deepEqual([code, by], [0, null]);
    assert.equal(await errors, '');
  });
}

for (const [args, sentence] of [
  [['--colour'], "Unknown option '--colour'."],
  [['--mcp-port', 'high'], '--mcp-port takes a whole number from 0 to 65535, not "high".'],
  [
    ['--access-token-seconds', '0'],
    '--access-token-seconds takes a whole number from 1 to 2147483648, not "0".',
  ],
  [['extra'], "Unexpected argument 'extra'."],
] as const) {
  test(`"${args.join(' ')}" gets one sentence and exit code 2`, async () => {
    const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
    const errors = collect(child.stderr);
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(await errors, `${sentence}\n`);
    assert.equal(code, 2);
  });
}

async function collect(stream: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}
