// The token that ties a form to the page it was on, so that no other site can post it (RFC 6749 §10.12).
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Makes and checks tokens with a key of its own. A subject is what the form is about: one sign-in, one visit. */
export class FormTokens {
  readonly #key = randomBytes(32);

  build(subject: string): string {
    return createHmac('sha256', this.#key).update(subject).digest('base64url');
  }

  isFrom(subject: string, token: string | null): boolean {
    const [given, expected] = [Buffer.from(token ?? ''), Buffer.from(this.build(subject))];
    return given.byteLength === expected.byteLength && timingSafeEqual(given, expected);
  }
}
