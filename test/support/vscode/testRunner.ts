// Runs tests inside the extension host by means of an extension of our own. VS Code has a way for that, the address key
// `extensionTestsPath`, but it refuses to show any modal dialog then, and those are part of signing in and out.
import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

export interface TestRunner {
  /** The extension that runs the tests when VS Code has started. */
  readonly extensionPath: string;
  /** What it has to find in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** The exit code: 0 where `run()` of the tests resolved. */
  readonly ended: Promise<number>;
  close(): Promise<void>;
}

type Report =
  | { readonly asks: 'which tests to run' }
  | { readonly line: string; readonly level: 'log' | 'info' | 'debug' | 'warn' | 'error' }
  | { readonly exitCode: number };

/** Listens to the runner: its lines are printed here, as they come. */
export async function listenToTestRunner(testsPath: string): Promise<TestRunner> {
  const ended = Promise.withResolvers<number>();
  const secretPath = `/${randomBytes(24).toString('base64url')}`;
  let isRunning = false;
  const server = http.createServer((request, response) => {
    if (request.method !== 'POST' || request.url !== secretPath) {
      response.writeHead(404).end();
      return;
    }
    void text(request).then((body) => {
      const report = JSON.parse(body) as Report;
      if ('asks' in report) {
        // Every window asks, and asks again when it is loaded again: whoever comes first runs them.
        response.end(isRunning ? '' : pathToFileURL(testsPath).href);
        isRunning = true;
        return;
      }
      if ('exitCode' in report) ended.resolve(report.exitCode);
      else (report.level === 'error' ? console.error : console.log)(report.line);
      response.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return {
    extensionPath: path.join(import.meta.dirname, 'runner'),
    env: {
      MCP_OAUTH_TEST_REPORTS: `http://127.0.0.1:${port}${secretPath}`,
    },
    ended: ended.promise,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
