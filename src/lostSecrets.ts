/** Has the secret storage looked at whenever somebody has signed in; who looks is loaded then. */
import type { Unsubscribe } from './session/ports.ts';
import type { Sessions } from './session/sessions.ts';
import { onSignIn } from './vscode/grantedSignIns.ts';
import type { CheckedSecrets, SecretsCheck } from './vscode/secretsCheck.ts';

export function noticeLostSecrets(sessions: Sessions, secrets: CheckedSecrets): Unsubscribe {
  let opened: Promise<SecretsCheck> | undefined;
  const look = async () => {
    opened ??= import('./keyring.ts').then(({ keyring }) => keyring.check(secrets));
    await (await opened).look();
  };
  return onSignIn(sessions, () => {
    look().catch((thrown: unknown) => {
      // What could not be loaded now may be with the next sign-in.
      opened = undefined;
      secrets.log.error('secrets_not_checked', {}, thrown);
    });
  });
}
