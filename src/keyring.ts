/** What is done about a keyring that is missing. Loaded when somebody has signed in, or asks for help with it. */
import { explainLostSecrets, openKeyringHelp } from './vscode/keyringHelp.ts';
import { SecretsCheck, type CheckedSecrets } from './vscode/secretsCheck.ts';

export const keyring = {
  check: (secrets: CheckedSecrets) => new SecretsCheck({ ...secrets, explain: explainLostSecrets }),
  openHelp: openKeyringHelp,
};
