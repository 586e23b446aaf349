/** `npm run bench`: this and its peers side by side, by turns in one run. */
import os from 'node:os';
import { nameOf, shortfalls, tableOf, type Line } from './bench/report.ts';
import type { Row } from './bench/row.ts';
import { callsAtExpiry } from './bench/rows/callsAtExpiry.ts';
import { editor } from './bench/rows/editor.ts';
import { gatewayLatency } from './bench/rows/gatewayLatency.ts';
import { gatewayMemory } from './bench/rows/gatewayMemory.ts';
import { gatewayProcessor } from './bench/rows/gatewayProcessor.ts';
import { gatewayStreams } from './bench/rows/gatewayStreams.ts';
import { gatewayThroughput } from './bench/rows/gatewayThroughput.ts';
import { manyServers } from './bench/rows/manyServers.ts';
import { signIns } from './bench/rows/signIns.ts';
import { streamMemory } from './bench/rows/streamMemory.ts';
import { Stand } from './bench/stand.ts';
import { readFlags } from './support/flags.ts';

const rows: readonly Row[] = [
  signIns,
  callsAtExpiry,
  gatewayLatency,
  gatewayThroughput,
  gatewayProcessor,
  gatewayStreams,
  gatewayMemory,
  streamMemory,
  manyServers,
  editor,
];

const groups = [...new Set(rows.map(({ group }) => group))];

const usage = `npm run bench                      everything, in about nine minutes
npm run bench -- --quick           a first look without VS Code, in one; --host brings it back
npm run bench -- --only <names>    some rows or groups: ${groups.join(', ')}
npm run bench -- --check           fails where a budget is missed
npm run bench -- --json            one JSON object as the last line
npm run bench -- --profile <folder>    writes profiles of where the time of gatewayProcessor goes`;
const { values, refuse } = readFlags(usage, {
  json: { type: 'boolean', default: false },
  quick: { type: 'boolean', default: false },
  host: { type: 'boolean', default: false },
  only: { type: 'string' },
  check: { type: 'boolean', default: false },
  profile: { type: 'string' },
});
const names = values.only?.split(',') ?? groups;
const isNamed = ({ name, group }: Row) => names.includes(name) || names.includes(group);
const unknown = names.filter((name) => !rows.some((row) => row.name === name || row.group === name));
if (unknown.length > 0)
  refuse(
    `There is no row ${unknown.join(', ')}; there are ${rows.map(({ name }) => name).join(', ')}, in the groups ${groups.join(', ')}.`,
  );

// The SDK warns of what the bench does on purpose, such as keeping nothing.
console.warn = () => undefined;

// What was started goes with whoever started it.
process.once('SIGINT', () => process.exit(130)).once('SIGTERM', () => process.exit(143));

/** Beside the results, which a program may read. */
const say = (line: string) => console.error(line);
const stand = await Stand.open({
  isQuick: values.quick,
  withHost: values.host || !values.quick,
  profileFolder: values.profile,
  say,
});
const lines: Line[] = [];
try {
  for (const row of rows.filter(isNamed)) {
    say(`Measuring ${row.name}…`);
    lines.push(...(await row.measure(stand)));
  }
} finally {
  await stand.close();
}

const { missing, leftOut } = stand;
const [processor] = os.cpus();
const on = {
  node: process.version,
  platform: process.platform,
  processors: os.cpus().length,
  model: processor?.model,
};
const judged = lines.filter(({ isWithin }) => isWithin !== undefined);
const missed = judged.filter(({ isWithin }) => isWithin === false);
if (!values.json) {
  for (const sentence of missing) console.log(sentence);
  for (const what of leftOut) console.log(`Not in the short form: ${what}`);
  console.log(
    `${tableOf(lines)}\n\n${judged.length - missed.length} within their budget, ${missed.length} beyond`,
  );
}
if (values.check) {
  const found = shortfalls(lines, missing);
  for (const sentence of found) say(sentence);
  if (found.length > 0) process.exitCode = 1;
}
if (values.json)
  console.log(
    JSON.stringify({
      measuredAt: new Date().toISOString(),
      isQuick: values.quick,
      ...{ on, missing, leftOut, lines, missed: missed.map(nameOf) },
    }),
  );
