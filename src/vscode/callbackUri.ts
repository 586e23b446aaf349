/**
 * The address at which the editor's URI handler receives answers, as `asExternalUri` gives it: it works on the desktop,
 * on a remote and in the browser-hosted editor, and needs no port.
 */
import { env, Uri } from 'vscode';

export interface CallbackUri {
  /** What an authorization server is told. */
  readonly redirectUri: string;
  /** What the handler sees. */
  readonly arrivalUri: string;
  /** What a browser opens to get there. */
  readonly externalUri: string;
  /** False where the address is another one each time, so that nobody can register it by hand. */
  readonly lasts: boolean;
}

export async function callbackUri(extensionId: string): Promise<CallbackUri> {
  const arrival = Uri.from({ scheme: env.uriScheme, authority: extensionId, path: '/callback' });
  const external = await env.asExternalUri(arrival);
  const arrivalUri = arrival.toString(true);
  const isOwnScheme = external.scheme === arrival.scheme;
  // On the desktop the window's number is left out, so that one registration serves every window; the attempt is on
  // record and any window finishes it. `toString(true)` because the encoded form is never delivered.
  return {
    arrivalUri,
    redirectUri: isOwnScheme ? arrivalUri : external.toString(true),
    externalUri: external.toString(true),
    lasts: isOwnScheme || !external.query.includes('vscode-reqid='),
  };
}

/** As many numbers as one window can have come to. */
const mostNumbers = 200;

/**
 * Has answers delivered that a window waited for before it was loaded anew: the browser-hosted editor numbers them from
 * 1 at each load, and delivers what has arrived under a number as soon as that is given out again.
 * @param redirectUris of the attempts that may still be finished.
 */
export async function awaitEarlierAnswers(
  extensionId: string,
  redirectUris: readonly string[],
): Promise<void> {
  const last = Math.min(Math.max(0, ...redirectUris.map(numberIn)), mostNumbers);
  for (let number = 0; number < last;) {
    const given = numberIn((await callbackUri(extensionId)).redirectUri);
    // A host that numbers nothing has nothing to deliver.
    number = given === 0 ? last : given;
  }
}

function numberIn(uri: string): number {
  const number = Number(/[?&]vscode-reqid=(\d{1,6})(?:&|$)/.exec(uri)?.[1] ?? 0);
  return Number.isSafeInteger(number) ? number : 0;
}

/** An address of this machine as the person's browser reaches it: a forwarded one where the editor is elsewhere. */
export async function externalAddress(uri: string): Promise<string> {
  return (await env.asExternalUri(Uri.parse(uri, true))).toString(true);
}
