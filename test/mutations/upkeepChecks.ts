/** Checks of when something that failed is tried again, and whose pause is whose (checklist 11.12, field cases 3, 19, 31). */
import { checksIn } from './securityCheck.ts';

export const upkeepChecks = [
  ...checksIn(
    'src/session/retry.ts',
    ['retry', 'upkeep', 'serverContact', 'passingTime'],
    [
      'nobody is asked while a pause lasts (11.12)',
      'return isEarly ? failures : undefined;',
      'return isEarly ? undefined : undefined;',
    ],
    [
      'each pause is longer than the one before (11.12)',
      'const count = (this.failures?.count ?? 0) + 1;',
      'const count = 1;',
    ],
    [
      'no pause lasts longer because the clock was set back (field case 31)',
      'failures !== undefined && failures.sinceMs <= nowMs && failures',
      'failures !== undefined && failures',
    ],
    ['a pause is over after a success', '    this.failures = undefined;\n', ''],
  ),
  ...checksIn(
    'src/session/renewalFault.ts',
    ['upkeep', 'renewal', 'retry'],
    [
      'no try comes sooner than the server asks for (11.12)',
      'return Math.max(askedMs, backoffMs) *',
      'return Math.max(askedMs * 0, backoffMs) *',
    ],
    [
      'a pause that nobody asked for is of minutes at most',
      'Math.min(firstWaitMs * 2 ** Math.min(failures - 1, 20), longestWaitMs)',
      'firstWaitMs * 2 ** Math.min(failures - 1, 20)',
    ],
    [
      'windows do not ask all at the same moment',
      'Math.max(askedMs, backoffMs) * (1 + random / 4);',
      'Math.max(askedMs, backoffMs) * (1 + random * 0);',
    ],
  ),
  ...checksIn(
    'src/session/upkeep.ts',
    ['serverContact', 'upkeep', 'gatewayWaiting', 'accessRequests', 'passingTime'],
    [
      'an MCP server that cannot be reached pauses no renewal',
      '    const { pause } = held;\n    if (pause !== undefined) {',
      '    const pause = held.pause ?? this.kept.standing.contact.pause;\n    if (pause !== undefined) {',
    ],
    [
      'an MCP server that answers ends no pause of the authorization server (Retry-After)',
      '    standing.contact.noteSuccess();\n    if (taken',
      '    standing.contact.noteSuccess();\n    grants.active?.endPause();\n    if (taken',
    ],
    [
      'an MCP server that is knocked at ends no pause of the authorization server',
      "if (active.isGood || active.pause === undefined) standing.dispatch({ kind: 'contact_made' });",
      "standing.dispatch({ kind: 'contact_made' });",
    ],
    [
      'a call is not held up by the pause of its MCP server',
      'standing.contact.pause ?? standing.contact.noteFailure(error);',
      'standing.contact.pause ?? grants.active.pause ?? standing.contact.noteFailure(error);',
    ],
    [
      'a request without an answer makes no pause longer that runs',
      'standing.contact.pause ?? standing.contact.noteFailure(error);',
      'standing.contact.noteFailure(error);',
    ],
    ['a token that was refused is replaced before it is sent again (12.1)', '    held.distrust();\n', ''],
    [
      'no call waits for what somebody has to mend',
      "return failure !== undefined && judgeFault(failure.error) === 'passing' ? failure.untilMs : undefined;",
      'return failure?.untilMs;',
    ],
    [
      'a refusal of a token that was replaced is no word about the sign-in (field case 19)',
      "if (held === undefined) return 'replaced';",
      'if (held === undefined) return undefined;',
    ],
    [
      'a refusal of a token that ran out on the way is no word about the sign-in (field case 19)',
      "    if (held.mayHaveRunOut) return 'ran_out';\n",
      '',
    ],
    [
      'a refusal of a token that was taken before is no word about the sign-in (field case 19)',
      "return held.wasTaken ? 'taken' : undefined;",
      'return undefined;',
    ],
    ['one knocks at a time', 'this.knocking ??= this.knock(active)', 'this.knocking = this.knock(active)'],
  ),
  ...checksIn(
    'src/session/standing.ts',
    ['serverContact', 'upkeep', 'passingTime', 'windowNews'],
    [
      'a renewal’s pause and a contact’s pause are kept apart',
      'const lost = isGood ? this.contact.pause : pause;',
      'const lost = this.contact.pause ?? pause;',
    ],
    [
      'a contact’s pause is not that of a token that has run out',
      'const lost = isGood ? this.contact.pause : pause;',
      'const lost = pause;',
    ],
  ),
  ...checksIn(
    'src/session/heldGrant.ts',
    ['renewal', 'upkeep', 'session', 'passingTime', 'accessRequests', 'windows'],
    [
      'one renewal runs, however many ask (field case 2)',
      'this.renewal ??= this.renewOnce()',
      'this.renewal = this.renewOnce()',
    ],
    [
      'a token that was refused is not sent (12.1)',
      'if (ending !== undefined || this.isDistrusted) return false;',
      'if (ending !== undefined) return false;',
    ],
    [
      'a token that has run out is not sent (11.12)',
      'return expiresAtMs === undefined || expiresAtMs > this.nowMs;',
      'return expiresAtMs !== 0;',
    ],
    [
      'what somebody signed in to meanwhile is not given up (field case 1)',
      "if (found.kind !== 'record' || found.record.accessToken !== ended.accessToken) return;",
      "if (found.kind !== 'record') return;",
    ],
  ),
  ...checksIn(
    'src/session/accessRequests.ts',
    ['accessRequests', 'traceSecrets'],
    [
      'a token that a server repeats as a scope is not asked for, shown or kept',
      'const refusal = withoutEcho(received);',
      'const refusal = received;',
    ],
    [
      'the same remedy is not tried twice (12.1)',
      'const isOver = before.has(meaning) && excuse === undefined;',
      'const isOver = before.has(meaning) && excuse !== undefined;',
    ],
    [
      'a young token is not replaced for one caller who was refused',
      ' || this.ports.clock.now() - grant.grantedAtMs < youthMs) return;',
      ') return;',
    ],
    [
      'what is granted already is not asked for again (12.5)',
      'if (!stronger && covers(granted, wanted)) {',
      'if (!stronger && granted.length < 0) {',
    ],
  ),
  ...checksIn(
    'src/gateway/patience.ts',
    ['gatewayWaiting'],
    [
      'a call waits for a sign-in no longer than its client does',
      'const stop = clock.after(patienceMs, () => over.abort());',
      'const stop = clock.after(patienceMs * 100, () => over.abort());',
    ],
    [
      'a call waits for no pause that is long (Retry-After)',
      'if (leftMs > soonMs || gone.aborted) return false;',
      'if (gone.aborted) return false;',
    ],
  ),
  ...checksIn(
    'src/gateway/exchange.ts',
    [
      'gatewayWaiting',
      'gateway',
      'accessRequests',
      'gatewayReview',
      'gatewayStreams',
      'gatewayBodies',
      'gatewayHeldStreams',
      'gatewayRefusals',
    ],
    [
      'a request is refused only so often',
      'if (refusals > mostRefusals) return',
      'if (refusals > 100 * mostRefusals) return',
    ],
    [
      'what was streamed away is not sent again',
      "if (again && !call.body.complete) return this.refuse({ kind: 'renewed' });",
      '',
    ],
    [
      'the end of a session that is refused ends no sign-in',
      "if (call.method === 'DELETE' && judgeRefusal(refusal) === 'token_rejected') {",
      "if (call.method === 'delete' && judgeRefusal(refusal) === 'token_rejected') {",
    ],
    [
      'a token that is refused for a background stream alone ends no sign-in',
      'if (await this.isRefusedAside(refusal, tried)) {',
      'if (refusals < 0 && (await this.isRefusedAside(refusal, tried))) {',
    ],
    [
      'an error of somebody before the server says nothing of its token',
      "authorization.kind === 'token' && statusCode < 400 ?",
      "authorization.kind === 'token' && statusCode < 1000 ?",
    ],
  ),
];
