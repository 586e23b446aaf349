/**
 * Keeps account of the one grant that all drivers share: every refusal, every end and every further sign-in has to be
 * owed to a process that was killed inside a refresh, whose new token nobody has. Whatever else costs the grant is found.
 */
import type { Findings } from './findings.ts';

/**
 * A process was killed inside a refresh and may have taken the new token with it. Over when others have renewed so many
 * times since: once may be before the server gets to what the dead one has sent.
 */
const renewalsToProveUnharmed = 2;

/** A grant that went with a process. */
interface Loss {
  /** Drivers that may have had the grant, and not have heard of another yet: each may begin to sign in once more. */
  readonly owed: Set<string>;
  isMended: boolean;
}

export class GrantLedger {
  /** Browsers that were opened, the first one included. */
  signIns = 0;
  losses = 0;
  private readonly findings: Findings;
  private readonly living = new Set<string>();
  /** Renewals that have to be seen before the last kill has done no harm; undefined where none is in doubt. */
  private inDoubt: number | undefined;
  private loss: Loss | undefined;
  private token: string | undefined;
  /** By driver: sign-ins that it began and has opened no browser for. */
  private readonly starts = new Map<string, number>();

  constructor(findings: Findings) {
    this.findings = findings;
  }

  noteStart(driver: string): void {
    this.living.add(driver);
    if (this.loss?.isMended === false) this.loss.owed.add(driver);
  }

  noteKill(driver: string, isInsideRefresh: boolean): void {
    this.living.delete(driver);
    if (isInsideRefresh) this.inDoubt = renewalsToProveUnharmed;
  }

  /** The server refused a refresh token. */
  noteRefusal(words: string, isReuse: boolean): void {
    if (isReuse && !this.lose())
      this.findings.add('reuse', `A refresh token was used twice, and no kill explains it.`);
    else if (!isReuse && this.loss?.isMended !== false)
      this.findings.add('loss', `The server refused a refresh though no grant was lost: ${words}`);
  }

  /** The grant as the folder has it now. */
  noteGrant(token: string, isOver: boolean): void {
    if (isOver) {
      if (this.loss?.isMended !== false && !this.lose())
        this.findings.add('loss', 'A grant was given up, and no kill explains it.');
      return;
    }
    if (token === this.token) return;
    this.token = token;
    if (this.loss?.isMended === false) {
      this.loss.isMended = true;
    } else if (this.inDoubt !== undefined) {
      this.inDoubt = this.inDoubt > 1 ? this.inDoubt - 1 : undefined;
    }
  }

  noteRemoval(): void {
    this.findings.add('loss', 'The record of the grant was removed, and nobody signed out.');
  }

  /** A driver begins to sign in, as it says itself; again where it was broken off before anybody had the new grant. */
  noteSignInStart(driver: string): void {
    this.starts.set(driver, (this.starts.get(driver) ?? 0) + 1);
    const isFirst = this.token === undefined;
    if (isFirst || this.loss?.isMended === false || this.loss?.owed.delete(driver) === true) return;
    this.findings.add('loss', `Driver ${driver} signs in again, and no grant that was lost explains it.`);
  }

  /** A driver has opened its browser, a while after it began to sign in. */
  noteBrowser(driver: string): void {
    this.signIns += 1;
    const left = (this.starts.get(driver) ?? 0) - 1;
    this.starts.set(driver, left);
    if (left < 0) this.findings.add('loss', `Driver ${driver} opened its browser and said nothing of it.`);
  }

  /** Whether whoever serves a call that begins now has the grant that is good now. */
  get isMended(): boolean {
    return this.loss?.isMended ?? true;
  }

  /** A driver served a call that began when the loss was mended: it has the new grant. */
  noteServed(driver: string): void {
    this.loss?.owed.delete(driver);
  }

  /** False where nothing explains a loss. */
  private lose(): boolean {
    if (this.inDoubt === undefined) return false;
    this.inDoubt = undefined;
    this.losses += 1;
    this.loss = { owed: new Set(this.living), isMended: false };
    return true;
  }
}
