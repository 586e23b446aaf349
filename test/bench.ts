/**
 * `npm run bench`: this and its peers side by side, by turns in one run. `-- --quick` for a first look without VS Code
 * (`--host` brings it back), `--only gatewayLatency,callsAtExpiry` for some of the rows, `--json` for one JSON object, `--profile
 * <folder>` for profiles of where gatewayProcessor's time goes.
 */
import os from 'node:os';
import { parseArgs } from 'node:util';
import { tableOf, type Line } from './bench/report.ts';
import type { Row } from './bench/row.ts';
import { callsAtExpiry } from './bench/rows/callsAtExpiry.ts';
import { gatewayLatency } from './bench/rows/gatewayLatency.ts';
import { gatewayProcessor } from './bench/rows/gatewayProcessor.ts';
import { gatewayThroughput } from './bench/rows/gatewayThroughput.ts';
import { signIns } from './bench/rows/signIns.ts';
import { streamMemory } from './bench/rows/streamMemory.ts';
import { Stand } from './bench/stand.ts';

const rows: readonly Row[] = [
  signIns,
  gatewayLatency,
  gatewayThroughput,
  gatewayProcessor,
  streamMemory,
  callsAtExpiry,
];

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    host: { type: 'boolean', default: false },
    only: { type: 'string' },
    profile: { type: 'string' },
  },
});
const names = values.only?.split(',') ?? rows.map(({ name }) => name);
const unknown = names.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0)
  throw new Error(
    `There is no row ${unknown.join(', ')}; there are ${rows.map(({ name }) => name).join(', ')}.`,
  );

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
  for (const row of rows.filter(({ name }) => names.includes(name))) {
    say(`Measuring ${row.name}…`);
    lines.push(...(await row.measure(stand)));
  }
} finally {
  await stand.close();
}

const { missing } = stand;
const [processor] = os.cpus();
const on = {
  node: process.version,
  platform: process.platform,
  processors: os.cpus().length,
  model: processor?.model,
};
if (values.json) {
  console.log(
    JSON.stringify({ measuredAt: new Date().toISOString(), isQuick: values.quick, on, missing, lines }),
  );
} else {
  const judged = lines.filter(({ isWithin }) => isWithin !== undefined);
  const beyond = judged.filter(({ isWithin }) => isWithin === false);
  for (const sentence of missing) console.log(sentence);
  console.log(
    `${tableOf(lines)}\n\n${judged.length - beyond.length} within their budget, ${beyond.length} beyond`,
  );
}
