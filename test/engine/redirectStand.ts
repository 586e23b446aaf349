/** The ways back to an editor as a test holds them: on a desktop or in a browser, with a listener that is answered by hand. */
import type { RedirectAddress } from '../../src/session/ports.ts';
import { Redirects, type Loopback } from '../../src/vscode/redirects.ts';

export const desktop = {
  redirectUri: 'vscode://mcp-oauth.mcp-oauth/callback',
  arrivalUri: 'vscode://mcp-oauth.mcp-oauth/callback',
  externalUri: 'vscode://mcp-oauth.mcp-oauth/callback?windowId=1',
  lasts: true,
};

export const inBrowser = {
  redirectUri: 'http://editor.example/stable/callback?vscode-reqid=1&vscode-path=%2Fcallback',
  arrivalUri: 'code-oss://mcp-oauth.mcp-oauth/callback',
  externalUri: 'http://editor.example/stable/callback?vscode-reqid=1&vscode-path=%2Fcallback',
  lasts: false,
};

/** A listener whose answers a test delivers by hand. */
class Listener implements Loopback {
  readonly waiting = new Map<string, (received: string) => void>();
  closed = 0;

  prepare(): Promise<RedirectAddress> {
    return Promise.resolve({
      redirectUri: 'https://editor.example/proxy/4711/callback',
      arrivalUri: 'http://127.0.0.1:4711/callback',
      close: () => (this.closed += 1),
    });
  }

  /** Ends with the attempt, and tells nobody: what becomes of an attempt is not this listener's to say. */
  receive(state: string, signal: AbortSignal): Promise<string> {
    signal.addEventListener('abort', () => this.waiting.delete(state), { once: true });
    return new Promise((resolve) => void this.waiting.set(state, resolve));
  }
}

const forwarded = (uri: string) => uri.replace('http://127.0.0.1:', 'https://editor.example/proxy/');

export function editor(callback = desktop, forward = forwarded) {
  const externalized: string[] = [];
  const listener = new Listener();
  const unclaimed: string[] = [];
  const redirects = new Redirects({
    callback: () => Promise.resolve(callback),
    externalize: (uri) => {
      externalized.push(uri);
      return Promise.resolve(forward(uri));
    },
    loopback: listener,
    onUnclaimed: (received) => void unclaimed.push(received),
  });
  const handle = (query: string, scheme = 'vscode') =>
    redirects.handleUri({ scheme, authority: 'mcp-oauth.mcp-oauth', path: '/callback', query });
  return { redirects, listener, unclaimed, externalized, handle };
}

export const patient = () => new AbortController().signal;
