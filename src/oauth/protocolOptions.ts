/** Lets oauth4webapi send its requests through the guarded transport. */
import * as oauth from 'oauth4webapi';
import { isLoopbackHttp, requireSecureUrl } from './secureUrl.ts';
import type { Purpose, Transport } from './transport.ts';

/**
 * Request options for one call to `endpoint`. The library's leave for plain http is all-or-nothing per call, so it is
 * given only where this very endpoint is on this machine; the transport checks the address again.
 * @throws AuthError `insecure_url` for an endpoint that no request may be sent to (checklist 3.11).
 */
export function protocolOptions(
  transport: Transport,
  purpose: Purpose,
  endpoint: string,
  signal: AbortSignal,
) {
  return {
    signal,
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- Marked so to stand out, not to go away.
    [oauth.allowInsecureRequests]: isLoopbackHttp(requireSecureUrl(endpoint, transport.policy)),
    [oauth.customFetch]: (address: string, init: oauth.CustomFetchOptions<string, unknown>) =>
      transport.send(purpose, address, {
        method: init.method,
        headers: init.headers,
        signal,
        ...(init.body !== undefined && init.body !== null && { body: init.body as string | URLSearchParams }),
      }),
  };
}
