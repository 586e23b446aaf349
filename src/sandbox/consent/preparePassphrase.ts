// What the sandbox starts with: a passphrase that was given, the one that is kept, or a new one.
import { hashPassphrase, inventPassphrase, isPassphrase } from './passphrase.ts';
import type { ProofStore } from './proofs.ts';

/** How the sandbox is to come by its passphrase. */
export interface PassphraseWish {
  readonly passphrase?: string;
  readonly withoutPassphrase?: boolean;
}

/** Makes sure that there is a passphrase, unless none is wanted, and returns it where its text is known. */
export async function preparePassphrase(
  proofs: ProofStore,
  { passphrase, withoutPassphrase = false }: PassphraseWish,
): Promise<string | undefined> {
  const kept = proofs.readPassphrase();
  if (passphrase === undefined && (kept !== undefined || withoutPassphrase)) return undefined;
  const text = passphrase ?? inventPassphrase();
  if (kept === undefined || !(await isPassphrase(text, kept)))
    proofs.writePassphrase(await hashPassphrase(text));
  return text;
}
