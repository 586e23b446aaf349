/** A client that somebody registers by hand, as the vendor's page would do it for a person who is signed in there. */
import assert from 'node:assert/strict';
import type { SandboxProgram } from './sandboxProgram.ts';

/** Members of a registration answer (RFC 7591 §3.2.1). */
export interface RegisteredClient {
  readonly client_id: string;
  readonly client_secret: string;
}

/** At a sandbox that registers nobody, and does so again afterwards. */
export async function registerByHand(program: SandboxProgram, uri: string): Promise<RegisteredClient> {
  const resource = await read<{ authorization_servers: [string] }>(
    new URL('/.well-known/oauth-protected-resource/mcp', program.mcpUrl),
  );
  await program.chooseFaults();
  const client = await register(resource.authorization_servers[0], uri);
  await program.chooseFaults('registration-closed');
  return client;
}

/** At an authorization server that registers anybody (RFC 7591 §3.1). */
export async function register(issuer: string, uri: string): Promise<RegisteredClient> {
  const { registration_endpoint } = await read<{ registration_endpoint: string }>(
    `${issuer}/.well-known/openid-configuration`,
  );
  const answer = await fetch(registration_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      client_name: 'Registered by hand',
      application_type: 'native',
      redirect_uris: [uri],
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    }),
  });
  assert.equal(answer.status, 201, await answer.clone().text());
  return (await answer.json()) as RegisteredClient;
}

async function read<Document>(address: string | URL): Promise<Document> {
  return (await (await fetch(address)).json()) as Document;
}
