// How the MCP server behaves with the faults that are on: the hooks of all of them, in the order of the list. Where only
// one can have its way, it is the first; where each can change something, the next one changes what the last one left.
import type { Admission, Visit } from '../mcp/admission.ts';
import type { Challenge, Refusal } from '../mcp/challenge.ts';
import { writeChallenge } from '../mcp/challenge.ts';
import type { Clock } from '../mcp/clock.ts';
import type { ProtectedResource, ResourceDocument } from '../mcp/protectedResource.ts';
import { documentPath } from '../mcp/protectedResource.ts';
import type { NoReply, Reply, ReplyBody } from '../mcp/reply.ts';
import type { FaultSwitches } from './faultSwitches.ts';
import type { AdmittedCall, McpFault } from './mcpFault.ts';

/** Every decision of the server that a fault may change; without faults, the right one. */
export interface McpBehaviour {
  answer(visit: Visit): Reply | NoReply | undefined;
  documentPaths(resource: ProtectedResource): readonly string[];
  identifier(url: string): string;
  document(document: ResourceDocument): ResourceDocument;
  documentBody(text: string, clock: Clock): ReplyBody;
  identify(visit: Visit): Admission | Refusal | undefined;
  turnAway(call: AdmittedCall, visit: Visit): Refusal | Reply | undefined;
  readonly wantsNonce: boolean;
  /** After how many events a stream breaks off. */
  readonly eventsPerStream: number;
  /** The lines of the `WWW-Authenticate` header for these challenges. */
  challengeLines(challenges: readonly Challenge[], visit: Visit): readonly string[];
}

/** The behaviour with those of the faults that are on. */
export function behaviourOf(known: readonly McpFault[], switches: FaultSwitches): McpBehaviour {
  const faults = known.filter(({ name }) => switches.isOn(name));
  /** The hooks of one kind that there are. */
  const hooks = <Name extends keyof McpFault>(name: Name) =>
    faults.flatMap((fault) => {
      const hook = fault[name];
      return hook === undefined ? [] : [hook];
    });
  const first = <Name extends keyof McpFault>(name: Name) => hooks(name)[0];

  return {
    answer: (visit) => firstResult(faults, (fault) => fault.answer?.(visit, switches.notesOf(fault.name))),
    documentPaths: (resource) => first('documentPaths')?.(resource) ?? [documentPath(resource)],
    identifier: (url) => first('identifier')?.(url) ?? url,
    document(document) {
      const named = { ...document, resource: this.identifier(document.resource) };
      return hooks('document').reduce((changed, change) => change(changed), named);
    },
    documentBody: (text, clock) => first('documentBody')?.(text, clock) ?? text,
    identify: (visit) => first('identify')?.(visit),
    turnAway: (call, visit) => firstResult(hooks('turnAway'), (turnAway) => turnAway(call, visit)),
    wantsNonce: first('wantsNonce') ?? false,
    eventsPerStream: first('eventsPerStream') ?? Infinity,
    challengeLines(challenges, visit) {
      if (challenges.length === 0) return [];
      const changed = hooks('challenges').reduce((before, change) => change(before, visit), challenges);
      const lines = changed.map((challenge) => writeChallenge(challenge, first('writeParameter')));
      return hooks('challengeLines').reduce<readonly string[]>((before, change) => change(before), lines);
    },
  };
}

function firstResult<Hook, Result>(hooks: readonly Hook[], call: (hook: Hook) => Result): Result | undefined {
  for (const hook of hooks) {
    const result = call(hook);
    if (result !== undefined) return result;
  }
  return undefined;
}
