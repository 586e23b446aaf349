/**
 * The local endpoint that MCP clients talk to. It lets in only who knows the path of a server, adds the token on the
 * way out, and answers in the words of MCP where a person has to act: VS Code must never see a 401 or 403.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { forward, isRefusal, type Answer } from './forward.ts';
import { passOn, requestHeaders } from './headers.ts';
import { answerRefusal } from './mcpError.ts';
import { readBody } from './requestBody.ts';
import type { Refusal, Route } from './route.ts';

export interface GatewayPorts {
  /** The route to a server by the key that it was given out under, or undefined once that server is gone. */
  route(key: string): Route | undefined;
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

    const authorization = route.authorization();
    if (authorization.kind === 'blocked') {
      refuse(authorization);
      return;
    }
    const token = authorization.kind === 'token' ? authorization.accessToken : undefined;
    const answer = await forward(
      request,
      body,
      route.serverUrl,
      requestHeaders(request, route.headers, token),
      response,
    );
    if (isRefusal(answer)) {
      if (answer.kind === 'unreachable') this.ports.onFault(answer.cause);
      refuse(answer);
      return;
    }
    if (!(await this.wasRefused(answer, route, token, refuse))) passOn(answer, response);
  }

  /** Turns 401 and 403 into refusals; a token that was not taken is given up. */
  private async wasRefused(
    answer: Answer,
    route: Route,
    token: string | undefined,
    refuse: (refusal: Refusal) => void,
  ): Promise<boolean> {
    if (answer.statusCode !== 401 && answer.statusCode !== 403) return false;
    answer.resume();
    if (answer.statusCode === 403) {
      refuse({ kind: 'forbidden' });
    } else if (token === undefined) {
      const state = route.demandSignIn();
      refuse(state.kind === 'no_auth' ? { kind: 'unauthorized' } : { kind: 'blocked', state });
    } else {
      await route.rejectToken(token);
      refuse({ kind: 'unauthorized' });
    }
    return true;
  }

  /** Host and Origin keep web pages out, also rebinding ones; the path keeps out everybody who was not told it. */
  private admit(request: IncomingMessage): Route | undefined {
    const { host, origin } = request.headers;
    if (host !== 'localhost' || origin !== undefined) return undefined;
    const key = this.paths.get(request.url ?? '');
    return key === undefined ? undefined : this.ports.route(key);
  }
}
