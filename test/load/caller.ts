/** One connection of an MCP client: calls a tool, waits for the answer, and calls again. */
import { Agent, request, type IncomingMessage } from 'node:http';
import { answerTo } from './trafficServer.ts';

/** What a call came to, as its client sees it. */
export type Outcome =
  | { readonly kind: 'result' }
  /** In the words of MCP: the server gave no answer. */
  | { readonly kind: 'error'; readonly words: string }
  /** What the server said beside MCP, such as that it is busy. */
  | { readonly kind: 'status'; readonly status: number }
  /** The connection broke before the answer was whole. */
  | { readonly kind: 'broken'; readonly words: string }
  /** The answer to something else, or nothing that can be read. */
  | { readonly kind: 'wrong'; readonly words: string };

export class Caller {
  /** Idle connections are closed before the gateway does that, as by every client that keeps them. */
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1, timeout: 4_000 });
  private readonly socketPath: string;
  private readonly path: string;

  constructor(socketPath: string, path: string) {
    this.socketPath = socketPath;
    this.path = path;
  }

  async call(id: string): Promise<Outcome> {
    let answer: IncomingMessage;
    let said = '';
    try {
      answer = await this.send(id);
      answer.setEncoding('utf8');
      for await (const piece of answer as AsyncIterable<string>) said += piece;
    } catch (thrown) {
      return { kind: 'broken', words: String(thrown) };
    }
    const { statusCode: status = 0 } = answer;
    if (status !== 200) return { kind: 'status', status };
    if (said === JSON.stringify(answerTo(id))) return { kind: 'result' };
    const refusal = refusalIn(said, id);
    return refusal === undefined
      ? { kind: 'wrong', words: said.slice(0, 200) }
      : { kind: 'error', words: refusal };
  }

  close(): void {
    this.agent.destroy();
  }

  private send(id: string): Promise<IncomingMessage> {
    const body = JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'work' } });
    const headers = {
      host: 'localhost',
      'content-type': 'application/json',
      'content-length': body.length,
      accept: 'application/json, text/event-stream',
    };
    const { agent, socketPath, path } = this;
    return new Promise((resolve, reject) => {
      request({ agent, socketPath, path, method: 'POST', headers }, resolve).once('error', reject).end(body);
    });
  }
}

/** The sentence of an MCP error that answers the call. */
function refusalIn(said: string, id: string): string | undefined {
  try {
    const message = JSON.parse(said) as { id?: unknown; error?: { message?: unknown } };
    return message.id === id && typeof message.error?.message === 'string'
      ? message.error.message
      : undefined;
  } catch {
    return undefined;
  }
}
