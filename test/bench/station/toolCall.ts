/** Calls of a tool that says back what it is told, and their answers, of any length. */

/** As MCP clients send it: so many bytes in all. */
export function toolCall(id: number, bytes: number): string {
  const call = (text: string) =>
    JSON.stringify({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: 'echo', arguments: { text } },
    });
  return call('x'.repeat(Math.max(bytes - call('').length, 0)));
}

/** The answer to a call, as long as the call was. */
export function toolAnswer(id: string, bytes: number): string {
  const begin = `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"`;
  const end = '"}]}}';
  return begin + 'x'.repeat(Math.max(bytes - begin.length - end.length, 0)) + end;
}

/** A call whose answer is so many events and the result. */
export function eventsCall(id: number, events: number): string {
  return JSON.stringify({
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'count', arguments: { events }, _meta: { progressToken: id } },
  });
}

/** How many events a message asks for. */
export function eventsIn(message: Buffer): number | undefined {
  const [, events] = /"arguments":\{"events":(\d+)\}/.exec(message.toString('latin1', 0, nearBytes)) ?? [];
  return events === undefined ? undefined : Number(events);
}

/** The answer to such a call, as an event stream. */
export function* eventsAnswer(id: string, events: number): Generator<string> {
  for (let progress = 1; progress <= events; progress++) {
    const params = { progressToken: Number(id), progress, total: events, message: 'x'.repeat(100) };
    const message = { jsonrpc: '2.0', method: 'notifications/progress', params };
    yield `event: message\ndata: ${JSON.stringify(message)}\n\n`;
  }
  yield `event: message\ndata: ${toolAnswer(id, 0)}\n\n`;
}

const nearBytes = 200;

/** The number of a message without reading all of it: it stands near the beginning or near the end. */
export function idIn(message: Buffer): string | undefined {
  const near =
    message.toString('latin1', 0, nearBytes) +
    message.toString('latin1', Math.max(message.length - nearBytes, 0));
  return /"id":(\d+|"[^"]*")/.exec(near)?.[1];
}
