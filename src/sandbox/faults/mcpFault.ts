// What a fault of the MCP server may change. Each hook stands for one decision of the server; a fault has those it needs.
import type { Admission, Visit } from '../mcp/admission.ts';
import type { Challenge, Refusal } from '../mcp/challenge.ts';
import type { Clock } from '../mcp/clock.ts';
import type { ProtectedResource, ResourceDocument } from '../mcp/protectedResource.ts';
import type { NoReply, Reply, ReplyBody } from '../mcp/reply.ts';
import type { FaultEntry } from './faultSwitches.ts';

/** An admitted request and the parsed JSON of its body. */
export interface AdmittedCall extends Admission {
  readonly body: unknown;
}

/** One fault: what a person reads about it, and what it does. */
export interface McpFault extends FaultEntry {
  /** Answers in place of the server, before any check but that of the `Origin`. */
  readonly answer?: (
    visit: Visit,
    /** What the fault noted since it was switched on. */
    notes: Map<string, unknown>,
  ) => Reply | NoReply | undefined;

  /** The paths at which the resource document is found; a challenge points to the first. */
  readonly documentPaths?: (resource: ProtectedResource) => readonly string[];
  /** The name by which the server knows itself: in its document, and as the audience of its tokens. */
  readonly identifier?: (url: string) => string;
  /** Changes the document. */
  readonly document?: (document: ResourceDocument) => ResourceDocument;
  /** Changes how the text of the document is sent. */
  readonly documentBody?: (text: string, clock: Clock) => ReplyBody;

  /** Takes the place of the check of the token. */
  readonly identify?: (visit: Visit) => Admission | Refusal;
  /** Turns away a request whose token is good. */
  readonly turnAway?: (call: AdmittedCall, visit: Visit) => Refusal | Reply | undefined;
  /** Whether each proof has to repeat the server's nonce. */
  readonly wantsNonce?: true;

  /** After how many events a stream breaks off. */
  readonly eventsPerStream?: number;

  /** Changes the challenges of a refusal. */
  readonly challenges?: (challenges: readonly Challenge[], visit: Visit) => readonly Challenge[];
  /** Writes down one parameter of a challenge. */
  readonly writeParameter?: (name: string, value: string) => string;
  /** Changes the lines of the `WWW-Authenticate` header. */
  readonly challengeLines?: (lines: readonly string[]) => readonly string[];
}
