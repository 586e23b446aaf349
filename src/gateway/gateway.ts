/**
 * The local endpoint that MCP clients talk to. It lets in only who knows the path of a server, adds the token on the
 * way out, and answers in the words of MCP where a person has to act: VS Code must never see a 401 or 403.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { addressWithin } from '../oauth/ownAddress.ts';
import { passOn } from './answer.ts';
import { goneSignal, isListening, methodOf, readCall, type ClientCall } from './clientCall.ts';
import { EventStream } from './eventStream.ts';
import { Exchange, type ExchangePorts } from './exchange.ts';
import { headersOf, type Headers } from './headers.ts';
import { refuseMethod } from './mcpError.ts';
import { MessageAddresses, type MessageAddress } from './messageAddresses.ts';
import type { Route } from './route.ts';

export interface GatewayPorts extends ExchangePorts {
  /** The route to a server by the path of a request, such as `/<random>/mcp`; undefined where nothing is behind it. */
  find(path: string): Route | undefined;
  /** What the header `Host` has to say: `localhost` on a socket, address and port on a port. */
  hosts(): readonly string[];
  /**
   * How the older transport's address for messages is announced: as a path to clients on a port, as a fragment to VS
   * Code, whose client takes the request's path on a socket from there.
   */
  readonly messageAddress: 'fragment' | 'path';
}

/** What a request that is let in is for. */
interface Destination {
  /** Under which the server is given out. */
  readonly path: string;
  readonly route: Route;
  readonly messages: MessageAddress | undefined;
}

export class Gateway {
  private readonly ports: GatewayPorts;
  private readonly messageAddresses = new MessageAddresses();
  /** Paths whose server has answered a message, which servers of the older transport do not do there. */
  private readonly streamable = new Set<string>();
  /** What is under way, by path. */
  private readonly open = new Map<string, Set<ServerResponse>>();

  constructor(ports: GatewayPorts) {
    this.ports = ports;
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

  /** Cuts off whatever is under way for a path, for one that nobody is to use any more. */
  cutOff(path: string): void {
    for (const response of this.open.get(path) ?? []) response.destroy();
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = headersOf(request);
    const destination = this.admit(request.url ?? '', headers);
    if (destination === undefined) {
      response.writeHead(404, { connection: 'close' }).end();
      return;
    }
    const { path, route, messages } = destination;
    const method = methodOf(request);
    if (method === undefined || (messages !== undefined && method !== 'POST')) {
      refuseMethod({ response });
      return;
    }
    this.keepTrack(path, response);
    const call = await readCall(method, request, headers, response);
    const isStreamable = this.streamable.has(path);
    const passed = await new Exchange({ call, route, messages, isStreamable }, this.ports).run();
    if (passed === undefined) return;
    const { answer, from, account } = passed;
    const isTaken = answer.statusCode !== undefined && answer.statusCode < 300;
    if (isTaken && method === 'POST' && messages === undefined) this.streamable.add(path);
    passOn(call, answer, () => this.streamFor(destination, from));
    if (isListening(call) && (method === 'POST' || isStreamable)) endWithAccount(call, route, account);
  }

  /** Host and Origin keep web pages out, also rebinding ones; the path keeps out everybody who was not told it. */
  private admit(url: string, headers: Headers): Destination | undefined {
    const { host, origin, 'transfer-encoding': encoding = 'chunked' } = headers;
    // A list is a host that was named twice.
    if (typeof host !== 'string' || !this.ports.hosts().includes(host) || origin !== undefined)
      return undefined;
    // The end of any other body is a matter of opinion.
    if (String(encoding).toLowerCase() !== 'chunked') return undefined;
    const messages = this.messageAddresses.find(url);
    const path = messages?.serverPath ?? url;
    const route = this.ports.find(path);
    return route && { path, route, messages };
  }

  /** Where the server announces an address for messages, the client is told one of the gateway's. */
  private streamFor({ path, route }: Destination, from: URL): EventStream {
    const stream: EventStream = new EventStream((announced) => {
      const target = addressWithin(route.serverUrl.origin, announced, from);
      if (target === undefined) {
        const stray = new StrayAddress('The address for messages is at another origin.');
        this.ports.onFault(stray);
        throw stray;
      }
      const address = this.messageAddresses.add({ serverPath: path, target, stream });
      return this.ports.messageAddress === 'fragment' ? `#${address}` : address;
    });
    return stream;
  }

  private keepTrack(path: string, response: ServerResponse): void {
    // Each hop of a redirect and each repetition listens for the client's end, a bounded number of times.
    response.setMaxListeners(32);
    const open = this.open.get(path) ?? new Set();
    this.open.set(path, open.add(response));
    response.once('close', () => {
      open.delete(response);
      if (open.size === 0) this.open.delete(path);
    });
  }
}

/**
 * Ends a stream that a client listens to when its account is used no more, signed out or changed for another: what comes
 * is for that account. The client comes back by itself; those of the older transport do not, and are left alone.
 */
function endWithAccount(call: ClientCall, route: Route, account: string | undefined): void {
  if (account === undefined) return;
  const isOther = () => route.account() !== account;
  void route.until(isOther, goneSignal(call)).then(() => call.response.destroy());
}

/** The server of an event stream sends messages, and with them the token, elsewhere. */
class StrayAddress extends Error {
  override readonly name = 'StrayAddress';
}
