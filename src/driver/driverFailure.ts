/** Why the program ends with a failure where signing in did not fail. */
import type { Refusal } from '../gateway/route.ts';

/**
 * `mcp_error` is what an MCP client makes of an answer that is not the gateway's; `insecure_url` and `browser_not_opened`
 * say more of what this program was told than the sentences of the editor; the others are the gateway's refusals.
 */
export type DriverFailureCode =
  'usage' | 'insecure_url' | 'browser_not_opened' | 'mcp_error' | Refusal['kind'];

export class DriverFailure extends Error {
  readonly code: DriverFailureCode;

  /** @param sentence for the person, without secrets. */
  constructor(code: DriverFailureCode, sentence: string) {
    super(sentence);
    this.name = 'DriverFailure';
    this.code = code;
  }
}
