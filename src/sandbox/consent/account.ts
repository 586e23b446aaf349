// The name that a person signs in with. Any name will do; it only has to be one.

/** The longest account name, in characters. */
export const accountLengthLimit = 64;

/** What is wrong with a name, in a sentence; `undefined` if nothing is. */
export function findFault(account: string): string | undefined {
  if (account === '') return 'Type a name to sign in as.';
  if (account.length > accountLengthLimit) return `Use at most ${accountLengthLimit} characters.`;
  if (/\p{C}/u.test(account)) return 'Use letters, digits and other visible characters.';
  return undefined;
}
