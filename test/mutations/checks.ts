/** Every check of security that a mutation takes out, as one table. */
import { answerChecks } from './answerChecks.ts';
import { documentChecks } from './documentChecks.ts';
import { doorChecks } from './doorChecks.ts';
import { networkChecks } from './networkChecks.ts';
import type { SecurityCheck } from './securityCheck.ts';
import { sessionChecks } from './sessionChecks.ts';
import { settingsChecks } from './settingsChecks.ts';
import { shownChecks } from './shownChecks.ts';
import { tokenChecks } from './tokenChecks.ts';

export const checks: readonly SecurityCheck[] = [
  ...answerChecks,
  ...documentChecks,
  ...networkChecks,
  ...tokenChecks,
  ...sessionChecks,
  ...doorChecks,
  ...settingsChecks,
  ...shownChecks,
];
