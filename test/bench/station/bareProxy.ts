/** The floor: a reverse proxy with nothing to it but `node:http`, on a socket as the gateway is. */
import { Agent, createServer, request } from 'node:http';
import { newSocketPath } from '../socketPath.ts';
import type { Orders, Place } from './orders.ts';

export async function openBareProxy({ serverUrl, token }: Orders['openBareProxy']['wish']): Promise<Place> {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port, pathname, host } = new URL(serverUrl);
  const socket = newSocketPath();
  process.once('exit', () => socket.remove());
  const server = createServer((incoming, response) => {
    const { method, headers } = incoming;
    const passed = { ...headers, host, authorization: `Bearer ${token}` };
    const outgoing = request({ agent, hostname, port, path: pathname, method, headers: passed }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(socket.path, resolve));
  return { kind: 'socket', socketPath: socket.path, path: '/mcp' };
}
