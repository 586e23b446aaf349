// Reads what a person's browser posts to one of the pages.
import type { IncomingMessage } from 'node:http';

import { readBody } from '../http/requestBody.ts';

const limitBytes = 64 * 1024;

/** Why there is no form to read: the status and a sentence. */
export interface FormTrouble {
  readonly status: 400 | 413;
  readonly sentence: string;
}

/** The fields of a form, or what is the matter with it. A browser that goes away while it posts is no fault inside. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams | FormTrouble> {
  try {
    const body = await readBody(request, limitBytes);
    return body === undefined
      ? { status: 413, sentence: 'The form sent too much.' }
      : new URLSearchParams(body);
  } catch {
    return { status: 400, sentence: 'The form did not arrive as a whole.' };
  }
}
