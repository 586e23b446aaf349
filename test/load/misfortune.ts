/** What goes wrong at one server: one request of ten, at every door, in a way that chance picks. */
import type { SeededRandom } from '../soak/seededRandom.ts';

const share = 0.1;

export class Misfortune {
  /** How often each fault struck, by its name with the door. */
  readonly struck = new Map<string, number>();
  private readonly random: SeededRandom;
  private isOver = false;

  constructor(random: SeededRandom) {
    this.random = random;
  }

  /** How often something went wrong. */
  get count(): number {
    return [...this.struck.values()].reduce((total, times) => total + times, 0);
  }

  /** Nothing goes wrong any more. */
  end(): void {
    this.isOver = true;
  }

  /** Whether, and how, this request is to fail. */
  strike<Fault extends string>(door: string, faults: readonly Fault[]): Fault | undefined {
    if (this.isOver || this.random.next() >= share) return undefined;
    const fault = this.random.pick(faults);
    const name = `${door} ${fault}`;
    this.struck.set(name, (this.struck.get(name) ?? 0) + 1);
    return fault;
  }
}
