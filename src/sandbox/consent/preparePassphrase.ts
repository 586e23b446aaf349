// What the sandbox starts with: a passphrase that was given, the one that is kept, or a new one.
import { hashPassphrase, inventPassphrase, isPassphrase } from './passphrase.ts';
import type { ProofStore } from './proofs.ts';

/** How the sandbox is to come by its passphrase. */
export interface PassphraseWish {
  readonly passphrase?: string;
  readonly withoutPassphrase?: boolean;
}

/** What the sandbox starts with. The text of one that is only kept is known to nobody here. */
export type PreparedPassphrase =
  { readonly kind: 'new' | 'given'; readonly text: string } | { readonly kind: 'kept' | 'none' };

/** Makes sure that there is a passphrase, unless none is wanted. */
export async function preparePassphrase(
  proofs: ProofStore,
  { passphrase, withoutPassphrase = false }: PassphraseWish,
): Promise<PreparedPassphrase> {
  const kept = proofs.readPassphrase();
  if (passphrase === undefined && kept !== undefined) return { kind: 'kept' };
  if (passphrase === undefined && withoutPassphrase) return { kind: 'none' };
  const text = passphrase ?? inventPassphrase();
  if (kept === undefined || !(await isPassphrase(text, kept)))
    proofs.writePassphrase(await hashPassphrase(text));
  return { kind: passphrase === undefined ? 'new' : 'given', text };
}
