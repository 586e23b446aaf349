/** The sandbox as the shell sees it; how it is run is somebody else's business. */

export interface SandboxFault {
  readonly name: string;
  /** What the servers do while it is on, as a sentence. */
  readonly about: string;
  /** Where it is known from. */
  readonly source: string;
  readonly isOn: boolean;
}

export interface RunningSandbox {
  /** Address of its MCP server. */
  readonly mcpUrl: string;
  /** What its authorization server calls itself. */
  readonly issuer: string;
  /** When it has ended, and whether it was asked to. Never rejects. */
  readonly ended: Promise<'stopped' | 'unexpectedly'>;
  readFaults(): Promise<readonly SandboxFault[]>;
  /** Switches on exactly these. */
  chooseFaults(names: readonly string[]): Promise<void>;
  /** Address of the page on which a person registers a client by hand: opened once, it needs no passphrase. */
  clientPage(): Promise<string>;
  stop(): Promise<void>;
}

/** Opens the page of a running sandbox on which a person registers a client by hand. */
export interface ClientPage {
  /** Where its MCP servers are. */
  readonly mcpOrigin: string;
  readonly open: () => Promise<void>;
}

/** Those of the sandboxes that this window has started, by their issuers: nobody gets in by what a server says of itself. */
export type ClientPages = Map<string, ClientPage>;

/** Starts a sandbox; rejects where it does not start. */
export type StartSandbox = (start: {
  /** What its consent page asks for. */
  readonly passphrase: string;
  /** The host name of its pages: a name of this computer. */
  readonly pagesHost: string;
  /** Cancels the start. */
  readonly signal: AbortSignal;
  /** Gets what it reports, line by line and without secrets. */
  readonly onLogLine: (line: string) => void;
}) => Promise<RunningSandbox | 'cancelled'>;
