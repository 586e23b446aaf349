/** Which scopes are asked for: the least that the server says it needs (checklist 6.1, 6.2). */
import type { Challenge, ResourceDocument } from './wire.ts';

/** The person's choice beats all; then the challenge, then what the resource lists; an empty list asks for none. */
export function chooseScopes(
  configured: readonly string[] | undefined,
  challenge: Challenge | undefined,
  document: ResourceDocument,
): readonly string[] {
  return configured ?? challenge?.scopes ?? document.scopesSupported ?? [];
}
