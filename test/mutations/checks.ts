/** Every check of security that a mutation takes out, as one table. */
import { accessChecks } from './accessChecks.ts';
import { answerChecks } from './answerChecks.ts';
import { attemptChecks } from './attemptChecks.ts';
import { consentChecks } from './consentChecks.ts';
import { documentChecks } from './documentChecks.ts';
import { doorChecks } from './doorChecks.ts';
import { fileChecks } from './fileChecks.ts';
import { guideChecks } from './guideChecks.ts';
import { networkChecks } from './networkChecks.ts';
import { pageChecks } from './pageChecks.ts';
import { sandboxChecks } from './sandboxChecks.ts';
import type { SecurityCheck } from './securityCheck.ts';
import { sessionChecks } from './sessionChecks.ts';
import { settingsChecks } from './settingsChecks.ts';
import { shownChecks } from './shownChecks.ts';
import { tokenChecks } from './tokenChecks.ts';
import { upkeepChecks } from './upkeepChecks.ts';

export const checks: readonly SecurityCheck[] = [
  ...answerChecks,
  ...documentChecks,
  ...networkChecks,
  ...tokenChecks,
  ...attemptChecks,
  ...sessionChecks,
  ...upkeepChecks,
  ...doorChecks,
  ...accessChecks,
  ...settingsChecks,
  ...fileChecks,
  ...shownChecks,
  ...pageChecks,
  ...guideChecks,
  ...sandboxChecks,
  ...consentChecks,
];
