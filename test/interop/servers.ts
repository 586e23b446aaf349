// Authorization servers that nobody here wrote, each with a small MCP server that asks for its tokens. All of them
// listen on free ports of this computer and write down what they were asked.
import type { AddressInfo } from 'node:net';
import http from 'node:http';
import { once } from 'node:events';

import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { RequestHandler } from 'express';

/** One of them, running. */
export interface InteropServer {
  readonly mcpUrl: string;
  /** As its own document spells it. */
  readonly issuer: string;
  /** `METHOD path status` of each answer to a client, in order. */
  readonly answered: readonly string[];
  close(): Promise<void>;
}

/** A port that is taken before it is known what it serves, since an issuer contains its port. */
export class Listener {
  readonly answered: string[] = [];
  readonly #server = http.createServer();

  static async open(): Promise<Listener> {
    const listener = new Listener();
    listener.#server.listen(0, '127.0.0.1');
    await once(listener.#server, 'listening');
    return listener;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  serve(handler: (request: http.IncomingMessage, response: http.ServerResponse) => unknown): void {
    this.#server.on('request', (request, response) => {
      const { method = '', url = '' } = request;
      response.on('finish', () =>
        this.answered.push(`${method} ${url.replace(/\?.*$/, '')} ${response.statusCode}`),
      );
      void handler(request, response);
    });
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}

export const toolScope = 'mcp:tools';

/** An MCP server behind its guard, with one tool that says for which client the token is. */
export function tellClient(): RequestHandler {
  return async (request, response) => {
    const server = new McpServer({ name: 'interop', version: '1' });
    server.registerTool('whoami', { description: 'Says who asks.' }, ({ authInfo }) => ({
      content: [{ type: 'text', text: authInfo?.clientId ?? '' }],
    }));
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  };
}

/** The page of a server that asks a person for nothing but a press of its button. */
export function askPage(action: string, fields: Readonly<Record<string, string>> = {}): string {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`,
  );
  return `<form method="post" action="${escape(action)}">${inputs.join('')}<button>Allow</button></form>`;
}

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
