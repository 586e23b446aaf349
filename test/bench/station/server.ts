/** The MCP server that everything is measured against: it answers with as much as it was told, or sends events for long. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Orders } from './orders.ts';
import { eventsAnswer, eventsIn, idIn, toolAnswer } from './toolCall.ts';

const event = `event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { data: 'x'.repeat(900) } })}\n\n`;
const piece = Buffer.from(event.repeat(16));

export class BenchServer {
  private readonly token: string;
  private readonly streamBytes: number;
  private readonly server = createServer((request, response) => this.serve(request, response));
  private streaming: ServerResponse | undefined;
  private streamed = 0;

  constructor({ token, streamBytes }: Orders['openServer']['wish']) {
    this.token = token;
    this.streamBytes = streamBytes;
  }

  async open(): Promise<{ readonly origin: string }> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return { origin: `http://127.0.0.1:${(this.server.address() as AddressInfo).port}` };
  }

  /** What waits in this process is still here. */
  get streamedBytes(): number {
    return this.streamed - (this.streaming?.writableLength ?? 0);
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = request;
    if (url !== '/mcp' && url !== '/stream') response.writeHead(404).end();
    else if (headers.authorization !== `Bearer ${this.token}`) response.writeHead(401).end();
    else if (method === 'POST') answer(request, response);
    else if (url === '/stream') this.stream(response);
    else response.writeHead(405).end();
  }

  private stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    this.streaming = response;
    this.streamed = 0;
    const go = () => {
      while (this.streamed < this.streamBytes) {
        this.streamed += piece.length;
        if (!response.write(piece)) {
          response.once('drain', go);
          return;
        }
      }
      response.end();
    };
    go();
  }
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const message = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
    const id = idIn(message);
    if (id === undefined) {
      response.writeHead(202).end();
      return;
    }
    const events = eventsIn(message);
    if (events !== undefined) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of eventsAnswer(id, events)) response.write(event);
      response.end();
      return;
    }
    const hello = message.includes('"initialize"') ? helloFor(id) : undefined;
    const text = hello ?? toolAnswer(id, message.length);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
  });
}

function helloFor(id: string): string {
  const result = {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'bench', version: '1' },
  };
  return `{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`;
}
