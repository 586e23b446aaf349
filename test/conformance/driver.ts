// The driver as the suite starts it: a line for a shell, built anew from the source.
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const repository = path.resolve(import.meta.dirname, '../..');

/** The suite splits its command at spaces and joins it again for a shell, so that quotes hold a path together. */
const line = (script: string): string => `"${process.execPath}" "${path.join(repository, script)}"`;

/** Signs in, lists the server's tools and calls one. */
export const driverCommand = line('dist/driver.mjs');

/** An MCP client that knows nothing of OAuth, before the driver's gateway. */
export const gatewayClientCommand = line('test/conformance/gatewayClient.ts');

/** The address that the suite wants to see as the id of a client with a metadata document. */
export const driverEnv = {
  MCP_OAUTH_CLIENT_DOCUMENT: 'https://conformance-test.local/client-metadata.json',
};

export function buildDriver(): void {
  execFileSync(process.execPath, ['esbuild.mjs'], { cwd: repository, stdio: 'inherit' });
}
