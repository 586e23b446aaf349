/** Calls to a program that speaks MCP over its standard input and output, a line for each message. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { within } from '../../support/deadline.ts';
import type { Place } from './orders.ts';
import { eventsCall, idIn, toolCall } from './toolCall.ts';
import type { Wire } from './wire.ts';

type ProgramPlace = Extract<Place, { readonly kind: 'program' }>;

const startMs = 60_000;
const lineFeed = 0x0a;
const placeholder = 1_000_000_000;

export class ProgramWire implements Wire {
  private readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  private readonly begin: string;
  private readonly end: string;
  private readonly waiting = new Map<string, PromiseWithResolvers<undefined>>();
  private held: Buffer[] = [];
  private lastId = 0;
  private said = '';
  private notices = 0;

  private constructor({ command, args, env }: ProgramPlace, bodyBytes: number) {
    const [begin = '', end = ''] = toolCall(placeholder, bodyBytes).split(String(placeholder));
    [this.begin, this.end] = [begin, end];
    this.child = spawn(command, args, { env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.stdout.on('data', (chunk: Buffer) => this.read(chunk));
    this.child.stderr.on(
      'data',
      (chunk: Buffer) => (this.said = (this.said + chunk.toString()).slice(-4_000)),
    );
    // Writing to a program that is gone fails beside its end.
    this.child.stdin.on('error', () => undefined);
    this.child.once('error', (error) => this.fail(error));
    this.child.once('exit', (code) => this.fail(new Error(`The program ended with ${code}:\n${this.said}`)));
  }

  /** Returns when the program has shaken hands with the server. */
  static async open(place: ProgramPlace, bodyBytes: number): Promise<ProgramWire> {
    const wire = new ProgramWire(place, bodyBytes);
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: { name: 'bench', version: '1' },
    };
    const hello = wire.send((id) => JSON.stringify({ jsonrpc: '2.0', id, method: 'initialize', params }));
    await within(startMs, () => `The program does not answer:\n${wire.said}`, hello);
    wire.child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`);
    return wire;
  }

  call(): Promise<void> {
    return this.send((id) => this.begin + String(id) + this.end);
  }

  async callForEvents(events: number): Promise<number> {
    const before = this.notices;
    await this.send((id) => eventsCall(id, events));
    return this.notices - before;
  }

  close(): void {
    this.child.kill();
  }

  private send(message: (id: number) => string): Promise<void> {
    const id = (this.lastId += 1);
    const answered = Promise.withResolvers<undefined>();
    this.waiting.set(String(id), answered);
    this.child.stdin.write(`${message(id)}\n`);
    return answered.promise;
  }

  private read(chunk: Buffer): void {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, from)) {
      const line = Buffer.concat([...this.held, chunk.subarray(from, end)]);
      this.held = [];
      from = end + 1;
      this.settle(line);
    }
    if (from < chunk.length) this.held.push(chunk.subarray(from));
  }

  private settle(line: Buffer): void {
    const id = idIn(line);
    if (id === undefined) {
      this.notices += 1;
      return;
    }
    const answered = this.waiting.get(id);
    this.waiting.delete(id);
    if (line.includes('"result"')) answered?.resolve(undefined);
    else answered?.reject(new Error(`Answered ${line.toString('utf8', 0, 500)}`));
  }

  private fail(error: Error): void {
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}
