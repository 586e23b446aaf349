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

const nearBytes = 200;

/** The number of a message without reading all of it: it stands near the beginning or near the end. */
export function idIn(message: Buffer): string | undefined {
  const near =
    message.toString('latin1', 0, nearBytes) +
    message.toString('latin1', Math.max(message.length - nearBytes, 0));
  return /"id":(\d+|"[^"]*")/.exec(near)?.[1];
}
