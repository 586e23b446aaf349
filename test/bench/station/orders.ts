/**
 * What a station can be told to do and what it gives back. A station is a process of its own, or the extension host of a
 * real VS Code; everything here goes between processes as JSON.
 */

/** Where calls go: straight to the server, or through somebody who passes them on. */
export type Place =
  | { readonly kind: 'port'; readonly url: string; readonly token: string }
  | { readonly kind: 'socket'; readonly socketPath: string; readonly path: string }
  /** A program that speaks MCP over its standard input and output. */
  | {
      readonly kind: 'program';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    };

export type Places = Readonly<Record<string, Place>>;

/** One figure for each round, by the name of the place. */
export type Rounds = Readonly<Record<string, readonly number[]>>;

/** What callers saw of one place when they called as fast as they could. */
export interface Load {
  /** One for each round. */
  readonly callsPerSecond: readonly number[];
  /** Of all calls of all rounds, in milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly calls: number;
}

/** By the name of the place. */
export type Loads = Readonly<Record<string, Load>>;

/** In MB. */
export interface Memory {
  readonly resident: number;
  /** The heap and what hangs on it, such as buffers. */
  readonly held: number;
}

interface Order<Wish, Given> {
  readonly wish: Wish;
  readonly given: Given;
}

export interface Orders {
  /** The MCP server; it sends so many bytes to whoever asks its `/stream` for events. */
  openServer: Order<{ readonly token: string; readonly streamBytes: number }, { readonly origin: string }>;
  /** How many bytes of its last stream the server has got rid of. */
  streamedBytes: Order<object, { readonly bytes: number }>;
  openBareProxy: Order<{ readonly serverUrl: string; readonly token: string }, Place>;
  /** How often a person would have been asked to sign in, or sent to do it. */
  signInsWanted: Order<object, { readonly count: number }>;
  /** The gateway before a session whose grant is in the folder. */
  openGateway: Order<{ readonly serverUrl: string; readonly folder: string }, Place>;
  /** One call after another, the places by turns; the median of each round in milliseconds. */
  callInTurn: Order<
    {
      readonly places: Places;
      readonly bodyBytes: number;
      readonly rounds: number;
      readonly callsEach: number;
      /** Calls to each place before anything is measured. */
      readonly warmUpCalls: number;
    },
    Rounds
  >;
  /** Many callers at once, the places by turns, each for so short a time that what disturbs one disturbs all. */
  callTogether: Order<
    {
      readonly places: Places;
      readonly bodyBytes: number;
      readonly rounds: number;
      readonly callers: number;
      /** How long each place has in each round. */
      readonly forMs: number;
      /** How long it has before anything is measured. */
      readonly warmUpMs: number;
    },
    Loads
  >;
  /** So many calls by several callers, for what they leave behind. The way there stays open for the next ones. */
  callMany: Order<
    {
      readonly place: Place;
      readonly bodyBytes: number;
      readonly callers: number;
      readonly calls: number;
    },
    object
  >;
  /** Ends the ways that were left open. */
  hangUp: Order<object, object>;
  /** Calls that are answered with so many events before the result, the places by turns; milliseconds of each. */
  streamInTurn: Order<{ readonly places: Places; readonly events: number; readonly rounds: number }, Rounds>;
  /** So many calls at once, each on its own; how many got what they came for. */
  callAtOnce: Order<
    { readonly place: Place; readonly tool: string; readonly count: number },
    { readonly succeeded: number; readonly others: readonly string[] }
  >;
  /**
   * Reads an event stream to its end, or as long as it may.
   * @param pauseMs waits so long after each piece.
   */
  readStream: Order<
    { readonly place: Place; readonly pauseMs: number; readonly forMs?: number },
    { readonly bytes: number }
  >;
  /** Processor time of the process since it began, milliseconds. */
  processorMs: Order<object, { readonly ms: number }>;
  /** What is held now, with nothing in it that could be let go. */
  memory: Order<object, Memory>;
  /** The most that was held since this was asked last. */
  memoryPeak: Order<object, Memory>;
  /** Begins to write down where the time goes. */
  beginProfile: Order<object, object>;
  /** Writes what was found to a `.cpuprofile`. */
  endProfile: Order<{ readonly file: string }, object>;
}

export type OrderName = keyof Orders;
