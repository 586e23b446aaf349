/** What a server says of a refusal in the body of its answer, for a sentence to a person. */
import { quotable } from '../oauth/authError.ts';
import type { Clock } from '../oauth/clock.ts';
import { parseJson } from '../oauth/jsonBody.ts';
import { readRefusal } from '../oauth/wire/authorization.ts';
import type { Answer } from './forward.ts';

const longest = 16_384;
const patienceMs = 2_000;

/**
 * Words of JSON alone, cleaned; undefined where there are none, or too many, or they do not come soon. Whatever else comes
 * is let go.
 * @param secrets what of the request must not be shown.
 */
export async function refusalWords(
  answer: Answer,
  secrets: readonly string[],
  clock: Clock,
): Promise<string | undefined> {
  if (!/\bjson\b/i.test(answer.headers['content-type'] ?? '')) {
    answer.resume();
    return undefined;
  }
  const said = readRefusal(parseJson((await textOf(answer, clock)) ?? ''));
  return quotable(said?.errorDescription ?? said?.error, secrets);
}

function textOf(answer: Answer, clock: Clock): Promise<string | undefined> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const end = (text?: string) => {
      stop();
      answer.off('data', take).resume();
      resolve(text);
    };
    const take = (piece: Buffer) => {
      pieces.push(piece);
      if ((length += piece.length) > longest) end();
    };
    const stop = clock.after(patienceMs, () => end());
    answer
      .on('data', take)
      .once('end', () => end(Buffer.concat(pieces).toString('utf8')))
      .once('close', () => end());
  });
}
