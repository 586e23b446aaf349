/**
 * The local endpoint that MCP clients talk to. It lets in only who knows the path of a server, adds the token on the
 * way out, and answers in the words of MCP where a person has to act: VS Code must never see a 401 or 403.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseChallenge } from '../oauth/challenge.ts';
import type { RefusalMeaning, ServerRefusal } from '../oauth/refusal.ts';
import type { Authorization } from '../session/authorization.ts';
import { forward, isRefusal, type Answer } from './forward.ts';
import { passOn, requestHeaders } from './headers.ts';
import { answerRefusal } from './mcpError.ts';
import { readBody } from './requestBody.ts';
import type { Refusal, Route } from './route.ts';

export interface GatewayPorts {
  /** The route to a server by the key that it was given out under, or undefined once that server is gone. */
  route(key: string): Route | undefined;
  /** What the header `Host` has to say: `localhost` on a socket, address and port on a port. */
  hosts(): readonly string[];
  /** A request that ended in an exception or got no answer; nothing of the cause is shown to the client. */
  onFault(cause: unknown): void;
}

export class Gateway {
  private readonly ports: GatewayPorts;
  /** Unguessable and new at every start: knowing it is the leave to use the server. */
  private readonly paths = new Map<string, string>();

  constructor(ports: GatewayPorts) {
    this.ports = ports;
  }

  /** The path of a server, the same for as long as this gateway lives; a server under another key gets another. */
  pathOf(key: string): string {
    const known = [...this.paths].find(([, known]) => known === key)?.[0];
    if (known !== undefined) return known;
    const path = `/${randomBytes(32).toString('base64url')}/mcp`;
    this.paths.set(path, key);
    return path;
  }

  /** A `node:http` request listener. */
  readonly listener = (request: IncomingMessage, response: ServerResponse): void => {
    this.serve(request, response).catch((thrown: unknown) => {
      // A client that goes away in the middle is nobody's fault.
      if (request.destroyed && !request.complete) return;
      this.ports.onFault(thrown);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
    });
  };

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const route = this.admit(request);
    if (route === undefined) {
      response.writeHead(404, { connection: 'close' }).end();
      return;
    }
    const body = await readBody(request);
    const refuse = (refusal: Refusal) => answerRefusal(request, response, body, route.explain(refusal));

    const tried = new Set<RefusalMeaning>();
    const gone = signalOf(response);
    for (;;) {
      const authorization = await route.authorization();
      if (authorization.kind === 'blocked') {
        refuse(authorization);
        return;
      }
      if (authorization.kind === 'unavailable') {
        this.ports.onFault(authorization.error);
        refuse({ kind: 'unreachable', cause: authorization.error });
        return;
      }
      const answer = await forward(
        request,
        body,
        route.serverUrl,
        async (target) => {
          const credentials =
            authorization.kind === 'token'
              ? await authorization.headersFor(request.method ?? 'GET', target)
              : {};
          return requestHeaders(request, route.headers, credentials);
        },
        response,
      );
      if (isRefusal(answer)) {
        if (answer.kind === 'unreachable') {
          this.ports.onFault(answer.cause);
          if (!gone.aborted) route.noteReach({ unreachable: answer.cause });
        }
        refuse(answer);
        return;
      }
      route.noteReach();
      const refusal = refusalIn(answer, authorization);
      if (refusal === undefined) {
        const nonce = nonceOf(answer);
        if (authorization.kind === 'token' && nonce !== undefined)
          await route.noteNonce(authorization.accessToken, nonce);
        passOn(answer, response);
        return;
      }
      answer.resume();
      const { meaning, again } = await route.resolve(refusal, tried, gone);
      tried.add(meaning);
      // What was streamed away cannot be sent again; the next request finds what was obtained.
      if (again && body.complete) continue;
      refuse(explanationOf(meaning, route));
      return;
    }
  }

  /** Host and Origin keep web pages out, also rebinding ones; the path keeps out everybody who was not told it. */
  private admit(request: IncomingMessage): Route | undefined {
    const { host, origin } = request.headers;
    if (host === undefined || !this.ports.hosts().includes(host) || origin !== undefined) return undefined;
    const key = this.paths.get(request.url ?? '');
    return key === undefined ? undefined : this.ports.route(key);
  }
}

/** A 401 or 403 as the protocol reads it; undefined for any other answer. */
function refusalIn(answer: Answer, authorization: Authorization): ServerRefusal | undefined {
  const { statusCode: status } = answer;
  if (status !== 401 && status !== 403) return undefined;
  return {
    status,
    challenge: parseChallenge(answer.headers['www-authenticate'] ?? null),
    nonce: nonceOf(answer),
    accessToken: authorization.kind === 'token' ? authorization.accessToken : undefined,
  };
}

/** What the next proof to the server has to carry (RFC 9449 §9), whether it took this one or not. */
function nonceOf({ headers }: Answer): string | undefined {
  const nonce = headers['dpop-nonce'];
  return typeof nonce === 'string' ? nonce : undefined;
}

function explanationOf(meaning: RefusalMeaning, { state }: Route): Refusal {
  switch (meaning) {
    case 'sign_in_wanted':
      return state.kind === 'no_auth' ? { kind: 'unauthorized' } : { kind: 'blocked', state };
    case 'more_scopes_wanted':
    case 'stronger_sign_in_wanted':
      return { kind: 'more_access_wanted' };
    case 'denied':
      return { kind: 'forbidden' };
    case 'nonce_wanted':
    case 'token_rejected':
      return state.kind === 'offline'
        ? { kind: 'unreachable', cause: state.error }
        : { kind: 'unauthorized' };
  }
}

/** Ends with the client's connection: nobody is asked for a request that nobody waits for. */
function signalOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  return gone.signal;
}
