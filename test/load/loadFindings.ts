/** What traffic is to show, and what was found against it. */

/** Each with the sentence that holds where nothing is found. */
export const loadChecks = {
  answers: 'Every call got one answer: its result, or the truth about why there is none.',
  once: 'No call was done twice.',
  tokens: 'One token request for each token that ended, and no refresh token came twice.',
  service: 'Nobody was asked to sign in, and every connection gets results when the trouble is over.',
  memory: 'The gateway holds as much at the end as in the middle.',
  errors: 'Every error was handled.',
  ending: 'Every connection is closed at the end, and nothing keeps the process alive.',
} as const;

export type LoadCheck = keyof typeof loadChecks;

export class LoadFindings {
  private readonly found = new Map<LoadCheck, string[]>();

  add(check: LoadCheck, sentence: string): void {
    this.found.set(check, [...this.of(check), sentence]);
  }

  of(check: LoadCheck): readonly string[] {
    return this.found.get(check) ?? [];
  }
}
