/**
 * All that a session does at an authorization server, as one part that is loaded when the first of it is done: starting
 * the editor needs none of it, and the protocol is more than a third of the extension.
 */
export { Proofs } from '../oauth/dpop.ts';
export { knownService } from '../oauth/habits.ts';
export { bindEntered, boundIssuer } from './clients.ts';
export { readClientSecret } from './clientSecrets.ts';
export { forgetServer } from './forgetting.ts';
export { grantKeeper } from './grants.ts';
export { redeem } from './redemption.ts';
export { renew } from './renewal.ts';
export { giveBack, revokeGrant } from './revocation.ts';
export { signIn } from './signIn.ts';
