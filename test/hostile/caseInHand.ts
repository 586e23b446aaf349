/** The case that a worker tries, where whoever watches it can read it while the worker itself is stuck. */
const roomBytes = 1_048_576;

export class CaseInHand {
  /** To be handed to the worker. */
  readonly memory: SharedArrayBuffer;
  private readonly numbers: Int32Array;
  private readonly text: Uint8Array;

  constructor(memory = new SharedArrayBuffer(8 + roomBytes)) {
    this.memory = memory;
    this.numbers = new Int32Array(memory, 0, 2);
    this.text = new Uint8Array(memory, 8);
  }

  /** How many were taken up; one that is stuck stays the same. */
  get count(): number {
    return Atomics.load(this.numbers, 0);
  }

  /** As JSON; undefined where there was no room for it. */
  get json(): string | undefined {
    const bytes = Atomics.load(this.numbers, 1);
    // What is shared cannot be decoded where it is.
    return bytes > 0 ? new TextDecoder().decode(this.text.slice(0, bytes)) : undefined;
  }

  take(hostile: unknown): void {
    const json = JSON.stringify(hostile);
    const isShort = json.length * 3 <= roomBytes;
    Atomics.store(this.numbers, 1, isShort ? new TextEncoder().encodeInto(json, this.text).written : 0);
    Atomics.add(this.numbers, 0, 1);
  }
}
