/** Checks of pages: those in tabs of the editor, and the one that a sign-in waits at (checklist 16.7, invariant 1). */
import { checksIn } from './securityCheck.ts';

export const pageChecks = [
  ...checksIn(
    'src/vscode/pages/pageFrame.ts',
    ['pages'],
    ['a page in the editor loads nothing (16.7)', '    "default-src \'none\'",\n', ''],
    [
      'a page in the editor runs its own script alone (16.7)',
      "`script-src 'nonce-${nonce}'`",
      '"script-src \'unsafe-inline\'"',
    ],
    ['a page in the editor posts no form (16.7)', '    "form-action \'none\'",\n', ''],
    [
      'a page is listened to while it is the one that is shown (16.7)',
      'return given === nonce ? asked : undefined;',
      'return given === undefined ? undefined : asked;',
    ],
    [
      'a nonce is another one each time (16.7)',
      'crypto.getRandomValues(new Uint8Array(18))',
      'new Uint8Array(18)',
    ],
  ),
  ...checksIn(
    'src/vscode/pages/markup.ts',
    ['pages'],
    ['text in a page is no element (16.7)', '/[&<>"\']/g', '/[&>"\']/g'],
    ['text in a page ends no attribute (16.7)', '/[&<>"\']/g', "/[&<>']/g"],
    ['text in a page is no entity (16.7)', '/[&<>"\']/g', '/[<>"\']/g'],
  ),
  ...checksIn(
    'src/session/signInPage.ts',
    ['signInPage'],
    [
      'the address of a sign-in goes with it (invariant 1)',
      '  close(): void {\n    this.#url = undefined;\n',
      '  close(): void {\n',
    ],
    [
      'what comes late says nothing of the sign-in that runs',
      'if (this.#url !== undefined) this.#onTried(isOpen);',
      'this.#onTried(isOpen);',
    ],
  ),
  ...checksIn(
    'src/session/signInRun.ts',
    ['signInPage', 'signInOutcome', 'unfinishedSignIn', 'renewal'],
    [
      'a page is gone as soon as the person has answered (invariant 1)',
      '        this.openPage = undefined;\n        standing',
      '        standing',
    ],
  ),
];
