/** Every door, those that take longest first, so that none is waited for alone in the end. */
import type { Door } from './door.ts';
import { accountAnswerDoor } from './doors/accountAnswer.ts';
import { challengeDoor } from './doors/challenge.ts';
import { clientFileDoor } from './doors/clientFile.ts';
import { deviceGrantDoor } from './doors/deviceGrant.ts';
import { discoveryDoor } from './doors/discovery.ts';
import { eventStreamDoor } from './doors/eventStream.ts';
import { gatewayAnswerDoor } from './doors/gatewayAnswer.ts';
import { gatewayRequestDoor } from './doors/gatewayRequest.ts';
import { loopbackDoor } from './doors/loopback.ts';
import { mcpFileDoor } from './doors/mcpFile.ts';
import { otherAnswersDoor } from './doors/otherAnswers.ts';
import { receivedAddressDoor } from './doors/receivedAddress.ts';
import { registrationDoor } from './doors/registration.ts';
import { settingsDoor } from './doors/settings.ts';
import { shownTextDoor } from './doors/shownText.ts';
import { signInDoor } from './doors/signIn.ts';
import { snippetDoor } from './doors/snippet.ts';
import { storedRecordDoor } from './doors/storedRecord.ts';
import { tokenAnswerDoor } from './doors/tokenAnswer.ts';
import { windowLinkDoor } from './doors/windowLink.ts';

export const doors: readonly Door[] = [
  signInDoor,
  gatewayAnswerDoor,
  discoveryDoor,
  storedRecordDoor,
  tokenAnswerDoor,
  otherAnswersDoor,
  deviceGrantDoor,
  accountAnswerDoor,
  registrationDoor,
  clientFileDoor,
  gatewayRequestDoor,
  windowLinkDoor,
  loopbackDoor,
  mcpFileDoor,
  settingsDoor,
  shownTextDoor,
  snippetDoor,
  eventStreamDoor,
  receivedAddressDoor,
  challengeDoor,
];

/** How many generated cases of all a door gets, at least one. */
export function casesFor({ share }: Pick<Door, 'share'>, all: number): number {
  const sum = doors.reduce((total, door) => total + door.share, 0);
  return Math.max(1, Math.round((all * share) / sum));
}
