/** The box at the top of the window, whose words change while it is looked at. */
import { eventually } from '../support/deadline.ts';
import type { QuickInputText } from '../support/handsClient.ts';
import { hands } from './extension.ts';

/** What the box shows, once it says what is expected: what is typed has to be typed into the right one. */
export async function quickInputSaying(words: RegExp): Promise<QuickInputText> {
  return quickInputWith(({ message }) => words.test(message), String(words));
}

/** The same for whatever else it shows. */
export async function quickInputWith(
  isAsWanted: (text: QuickInputText) => boolean,
  wanted = 'what is wanted',
): Promise<QuickInputText> {
  let last: QuickInputText | undefined;
  return eventually(
    20_000,
    async () => {
      last = await hands.quickInputText();
      return isAsWanted(last) ? last : undefined;
    },
    () => `The quick input does not show ${wanted} but ${JSON.stringify(last)}.`,
  );
}
