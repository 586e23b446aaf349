/** How an event becomes a line of the log: fields by name, what a name says is secret left out, causes reduced to names. */

export type LogFields = Readonly<Record<string, string | number | undefined>>;

const secretNames = /token|secret|verifier|password|authorization$|cookie|^(?:state|code)$/i;

/** `event name="value" …`, on one line. */
export function logLine(event: string, fields: LogFields, cause?: unknown): string {
  const parts = Object.entries({ ...fields, cause: describeCause(cause) })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${secretNames.test(name) ? '[hidden]' : JSON.stringify(value)}`);
  return [event, ...parts].join(' ');
}

/** Names and codes of a chain of causes with the place of each; their messages may quote what a server sent. */
function describeCause(cause: unknown): string | undefined {
  if (!(cause instanceof Error)) return undefined;
  const code = 'code' in cause && typeof cause.code === 'string' ? ` ${cause.code}` : '';
  const place = cause.stack?.split('\n').find((frame) => frame.startsWith('    at '));
  const parts = [cause.name + code, place?.trim(), describeCause(cause.cause)];
  return parts.filter((part) => part !== undefined).join(' < ');
}
