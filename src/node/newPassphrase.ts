/** Makes up a passphrase that is read off a screen and typed. */
import { randomInt } from 'node:crypto';

/** Without those that are taken for each other: i, l, o, 0, 1. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

/** 16 characters in groups of four: 79 bits. */
export function newPassphrase(): string {
  const group = () => Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}
