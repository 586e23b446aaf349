// All faults of the authorization server, and the middleware that lets those act that are on.
import type { AuthorizationFault, Exchange } from './authorizationFault.ts';
import type { FaultSwitches } from './faultSwitches.ts';
import { metadataFaults } from './metadataFaults.ts';
import { redirectFaults } from './redirectFaults.ts';
import { registrationFaults } from './registrationFaults.ts';
import { requestFaults } from './requestFaults.ts';
import { tokenFaults } from './tokenFaults.ts';

export const authorizationFaults: readonly AuthorizationFault[] = [
  ...metadataFaults,
  ...registrationFaults,
  ...requestFaults,
  ...redirectFaults,
  ...tokenFaults,
];

/** Koa middleware that goes in front of everything else of the authorization server. */
export function createAuthorizationFaults(faults: FaultSwitches, issuer: string) {
  return async (ctx: Exchange, next: () => Promise<void>): Promise<void> => {
    const acting = authorizationFaults.filter(({ name, at }) => faults.isOn(name) && at(ctx));
    for (const { before } of acting) await before?.(ctx);
    for (const { name, instead } of acting) {
      if (instead && (await instead(ctx, { notes: faults.notesOf(name), faults, issuer })) !== false) return;
    }
    await next();
    for (const { name, after } of acting) after?.(ctx, { notes: faults.notesOf(name), faults, issuer });
  };
}
