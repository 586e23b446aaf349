/** Whoever started the program asked for what it does: nothing is asked twice, and codes to type are shown. */
import { quotable } from '../oauth/authError.ts';
import type { Person } from '../session/ports.ts';

/** @param say shows one line to the person. */
export function driverPerson(say: (line: string) => void): Person {
  return {
    showDeviceCode(_server, { userCode, verificationUri }) {
      // Both are a server's words, and a terminal obeys some of them.
      say(`${quotable(verificationUri) ?? ''} ${quotable(userCode) ?? ''}`);
    },
    allowsMoreAccess: () => Promise.resolve(true),
    allowsSignIn: () => Promise.resolve(true),
    nameAccount: () => Promise.resolve(undefined),
  };
}
