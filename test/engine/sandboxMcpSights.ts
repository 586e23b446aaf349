// What each fault of the sandbox's MCP server looks like from outside.
import assert from 'node:assert/strict';
import { get } from 'node:http';

import { seeBrokenStreams } from './sandboxMcpSession.ts';
import type { Stand } from './sandboxMcpStand.ts';
import { documentPath, modern, rootDocumentPath, toolCall } from './sandboxMcpStand.ts';

export const scopes = 'openid profile notes:read notes:write';
const strong = 'urn:mcp-oauth-sandbox:strong';

/** What is seen while the fault is on. */
type Sight = (stand: Stand) => Promise<void>;

/** The challenge for a request without a token is exactly this; `{document}` is the address of the document. */
export function challengeIs(expected: string | null): Sight {
  return async (stand) => {
    const { status, header } = await stand.challenge();
    assert.equal(status, 401);
    const document = new URL(documentPath, stand.mcpUrl).href;
    assert.equal(header, expected?.replaceAll('{document}', document) ?? null);
  };
}

function documentHas(changes: (stand: Stand) => Record<string, unknown>): Sight {
  return async (stand) => {
    const document = await stand.document();
    assert.deepEqual(document, { ...rightDocument(stand), ...changes(stand) });
  };
}

/** Guessing is all that is left: nothing at the path, the document at the root, no pointer to it. */
function documentAtRoot(atPath: (response: Response) => Promise<void> | void): Sight {
  return async (stand) => {
    await atPath(await stand.get(documentPath));
    assert.deepEqual(await stand.document(rootDocumentPath), rightDocument(stand));
    await challengeIs(`Bearer scope="${scopes}"`)(stand);
  };
}

function noise(status: number, body: RegExp): Sight {
  return documentAtRoot(async (response) => {
    assert.equal(response.status, status);
    assert.match(await response.text(), body);
  });
}

/** A server that goes by another name takes only tokens for that name. */
function goesBy(name: (stand: Stand) => string): Sight {
  return async (stand) => {
    await documentHas(() => ({ resource: name(stand) }))(stand);
    assert.equal(await stand.status('Bearer good'), 401);
    stand.issue('renamed', { aud: name(stand) });
    assert.equal(await stand.status('Bearer renamed'), 200);
  };
}

/** What is seen of each fault, by its name. */
export const sights: Readonly<Record<string, Sight>> = {
  'challenge-missing': async (stand) => {
    await challengeIs(null)(stand);
    stand.issue('narrow', { scope: '' });
    assert.deepEqual(await stand.challenge('Bearer narrow', toolCall('list_notes')), {
      ...{ status: 403, header: null },
    });
  },
  'challenge-custom-document': async (stand) => {
    const path = '/documents/sandbox-notes.json';
    await challengeIs(`Bearer resource_metadata="${new URL(path, stand.mcpUrl).href}", scope="${scopes}"`)(
      stand,
    );
    assert.deepEqual(await stand.document(path), rightDocument(stand));
    for (const guess of [documentPath, rootDocumentPath]) assert.equal((await stand.get(guess)).status, 404);
  },
  'challenge-without-document': async (stand) => {
    await challengeIs(`Bearer scope="${scopes}"`)(stand);
    assert.deepEqual(await stand.document(), rightDocument(stand));
  },
  'challenge-negotiate': challengeIs(`Negotiate, Bearer resource_metadata="{document}", scope="${scopes}"`),
  'challenge-several-headers': async (stand) => {
    const document = new URL(documentPath, stand.mcpUrl).href;
    assert.deepEqual(await challengeLines(stand), [
      'Negotiate',
      'Basic realm="Sandbox Notes"',
      `Bearer resource_metadata="${document}", scope="${scopes}"`,
    ]);
  },
  'challenge-duplicate-parameters': challengeIs(
    `Bearer resource_metadata="{document}", resource_metadata="{document}", scope="${scopes}"`,
  ),
  'challenge-single-quotes': challengeIs(`Bearer resource_metadata='{document}', scope='${scopes}'`),
  'challenge-spaced': challengeIs(`Bearer resource_metadata = "{document}", scope = "${scopes}"`),
  'challenge-unquoted': challengeIs(`Bearer resource_metadata={document}, scope="${scopes}"`),
  'challenge-commas': challengeIs(
    'Bearer realm="Notes, \\"all\\" of them, resource_metadata=\\"https://evil.example/\\"", ' +
      `resource_metadata="{document}", scope="${scopes}"`,
  ),
  'challenge-relative': challengeIs(`Bearer resource_metadata="${documentPath}", scope="${scopes}"`),
  'challenge-foreign': async (stand) => {
    const { header } = await stand.challenge();
    const address = new URL(/resource_metadata="([^"]+)"/.exec(header ?? '')?.[1] ?? '');
    assert.notEqual(address.origin, new URL(stand.mcpUrl).origin);
    const response = await fetch(address);
    assert.deepEqual(await response.json(), rightDocument(stand));
  },
  'challenge-broken-document': async (stand) => {
    const { header } = await stand.challenge();
    const address = /resource_metadata="([^"]+)"/.exec(header ?? '')?.[1] ?? '';
    assert.equal((await fetch(address)).status, 404);
    assert.deepEqual(await stand.document(), rightDocument(stand));
  },

  'resource-only-at-root': documentAtRoot((response) => assert.equal(response.status, 404)),
  'resource-absent': async (stand) => {
    for (const path of [documentPath, rootDocumentPath]) assert.equal((await stand.get(path)).status, 404);
    await challengeIs(`Bearer scope="${scopes}"`)(stand);
  },
  'resource-origin': goesBy(({ mcpUrl }) => new URL(mcpUrl).origin),
  'resource-trailing-slash': goesBy(({ mcpUrl }) => `${mcpUrl}/`),
  'resource-foreign': documentHas(() => ({ resource: 'https://other.example/mcp' })),
  'resource-sibling': documentHas(({ mcpUrl }) => ({ resource: `${mcpUrl}x` })),
  'resource-without-servers': documentHas(() => ({ authorization_servers: [] })),
  'resource-scopes-many': async (stand) => {
    const { scopes_supported: listed } = await stand.document();
    assert.ok(Array.isArray(listed));
    assert.equal(new Set(listed).size, 26);
    assert.ok(scopes.split(' ').every((scope) => listed.includes(scope)));
    await challengeIs('Bearer resource_metadata="{document}"')(stand);
  },
  'resource-huge': async (stand) => {
    const text = await (await stand.get(documentPath)).text();
    assert.equal(text.length - text.trimStart().length, 16 * 1024 * 1024);
    assert.deepEqual(JSON.parse(text), rightDocument(stand));
  },
  'resource-slow': async (stand) => {
    const { body } = await stand.get(documentPath);
    const reader = body?.getReader();
    assert.ok(reader);
    for (const character of ['{', '"']) {
      assert.equal(Buffer.from((await reader.read()).value ?? '').toString(), character);
      const wait = await stand.clock.nextWait();
      assert.equal(wait.milliseconds, 1_000);
      wait.release();
    }
    await reader.cancel();
  },

  'resource-noise-401': noise(401, /unauthorized/),
  'resource-noise-400': noise(400, /bad_request/),
  'resource-noise-403': noise(403, /forbidden/),
  'resource-noise-405': noise(405, /method_not_allowed/),
  'resource-noise-502': noise(502, /^<!doctype html>/),
  'resource-noise-html': noise(200, /^<!doctype html>/),
  'resource-noise-empty': noise(200, /^\{\}$/),
  'resource-noise-null': noise(200, /^null$/),
  'resource-noise-redirect': async (stand) => {
    await noise(302, /^$/)(stand);
    const followed = await stand.get(documentPath, { redirect: 'follow' });
    assert.equal(followed.status, 200);
    assert.match(await followed.text(), /Log in/);
  },
  'resource-noise-silent': async (stand) => {
    const leave = new AbortController();
    let answered = false;
    const silent = stand.get(documentPath, { signal: leave.signal }).then(() => (answered = true));
    assert.deepEqual(await stand.document(rootDocumentPath), rightDocument(stand));
    assert.equal(answered, false);
    leave.abort();
    await assert.rejects(silent);
  },

  'token-never-accepted': async (stand) => {
    const { status, header } = await stand.challenge('Bearer good');
    assert.equal(status, 401);
    assert.match(header ?? '', /^Bearer error="invalid_token"/);
  },
  'scope-never-enough': async (stand) => {
    assert.equal(await stand.status('Bearer good'), 200);
    for (const [tool, scope] of [
      ['list_notes', 'notes:read'],
      ['whoami', 'notes:read notes:write'],
    ] as const) {
      const { status, header } = await stand.challenge('Bearer good', toolCall(tool));
      assert.equal(status, 403);
      assert.match(header ?? '', new RegExp(`error="insufficient_scope".*scope="${scope}"`));
    }
  },
  forbidden: async (stand) => {
    assert.deepEqual(await stand.challenge('Bearer good'), { status: 403, header: null });
    assert.equal(await stand.status(undefined), 401);
  },
  'step-up-authentication': async (stand) => {
    const { status, header } = await stand.challenge('Bearer good');
    assert.equal(status, 401);
    assert.match(header ?? '', /^Bearer error="insufficient_user_authentication"/);
    assert.match(header ?? '', new RegExp(`acr_values="${strong}", max_age="600", resource_metadata=`));
    const now = stand.clock.nowMs / 1_000;
    for (const [claims, expected] of [
      [{ acr: strong, auth_time: now - 600 }, 200],
      [{ acr: strong, auth_time: now - 601 }, 401],
      [{ acr: 'weak', auth_time: now }, 401],
      [{ acr: strong }, 401],
    ] as const) {
      stand.issue('again', claims);
      assert.equal(await stand.status('Bearer again'), expected);
    }
  },
  'own-header': async (stand) => {
    const asked = stand.office.asked.length;
    await challengeIs('Bearer realm="Sandbox Notes"')(stand);
    assert.equal(await stand.status('Bearer good'), 401);
    assert.equal((await stand.get(documentPath)).status, 404);
    const key = 'Bearer sandbox-api-key';
    assert.equal(await stand.status(key), 200);
    const response = await stand.post(key, toolCall('whoami'), modern('tools/call', 'whoami'));
    assert.match(await response.text(), /"structuredContent":\{"account":"api-key"/);
    assert.equal(stand.office.asked.length, asked);
  },
  'mcp-redirect': async (stand) => {
    const response = await stand.post('Bearer good', {});
    assert.equal(response.status, 307);
    const location = new URL(response.headers.get('location') ?? '');
    assert.notEqual(location.origin, new URL(stand.mcpUrl).origin);
    assert.equal((await fetch(location)).status, 401);
    assert.deepEqual(await stand.document(), rightDocument(stand));
  },
  'mcp-unavailable': async (stand) => {
    for (const authorization of [undefined, 'Bearer good']) {
      const response = await stand.post(authorization, {});
      assert.deepEqual([response.status, response.headers.get('retry-after')], [503, '1']);
      assert.equal(response.headers.get('www-authenticate'), null);
    }
    assert.deepEqual(await stand.document(), rightDocument(stand));
  },
  flaky: async (stand) => {
    const troubles: readonly Trouble[] = [
      [500, 'application/json', null],
      [502, 'text/html; charset=utf-8', null],
      [429, 'application/json', '1'],
      'broken',
      [500, 'application/json', null],
    ];
    for (const trouble of troubles) {
      // Documents are no requests to the endpoint.
      assert.deepEqual(await stand.document(), rightDocument(stand));
      for (let count = 1; count < 5; count += 1) assert.equal(await stand.status('Bearer good'), 200);
      const asked = stand.office.asked.length;
      assert.deepEqual(await troubleOf(stand), trouble);
      assert.equal(stand.office.asked.length, asked, 'nobody looked at the token');
    }
  },
  'streams-broken': seeBrokenStreams,
  'dpop-required': async (stand) => {
    await documentHas(() => ({ dpop_bound_access_tokens_required: true }))(stand);
    for (const authorization of [undefined, 'Bearer good', 'DPoP good']) {
      const { status, header } = await stand.challenge(authorization);
      assert.equal(status, 401);
      assert.match(header ?? '', /^DPoP .*algs="ES256 [^"]*"$/);
      assert.doesNotMatch(header ?? '', /Bearer|algs.*algs/);
    }
  },
  'dpop-nonce': async (stand) => {
    // What it does to bound tokens stands with the tests of proofs; others are not concerned.
    assert.equal(await stand.status('Bearer good'), 200);
  },
};

/** The document of a server without a fault. */
export function rightDocument(stand: Stand): Record<string, unknown> {
  return {
    resource: stand.mcpUrl,
    authorization_servers: [stand.issuer],
    scopes_supported: scopes.split(' '),
    bearer_methods_supported: ['header'],
    resource_name: 'Sandbox Notes',
    dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'EdDSA', 'PS256', 'RS256'],
  };
}

/** The challenge as it was sent, line by line; `fetch` joins the lines. */
export async function challengeLines(stand: Stand): Promise<readonly string[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
  get(stand.mcpUrl, (response) => {
    response.resume();
    resolve(response.headersDistinct['www-authenticate'] ?? []);
  }).once('error', reject);
  return promise;
}

/** Status, type and `Retry-After` of an answer, or that there was none. */
type Trouble = readonly [number, string | null, string | null] | 'broken';

async function troubleOf(stand: Stand): Promise<Trouble> {
  try {
    const { status, headers, body } = await stand.post('Bearer good', toolCall('list_notes'));
    await body?.cancel();
    return [status, headers.get('content-type'), headers.get('retry-after')];
  } catch {
    return 'broken';
  }
}
