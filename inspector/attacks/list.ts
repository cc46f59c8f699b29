/** All attacks, one row each, in the order in which they are told. */
import type { Attack } from './contract.ts';
import { downgradeSuite, downgradeTls, downgradeWire } from './scripts/downgrade.ts';
import { crackBcrypt, crackSha256 } from './scripts/crack-passwords.ts';
import { drop } from './scripts/drop.ts';
import { flipText } from './scripts/flip-text.ts';
import { forgeMessage } from './scripts/forge-message.ts';
import { gcmForge, gcmKey } from './scripts/gcm-nonce.ts';
import { forgeByOracle, paddingOracle } from './scripts/padding-oracle.ts';
import { guessRandomPsk, guessWeakPsk } from './scripts/guess-psk.ts';
import { leakedPsk, leakedServerKey } from './scripts/leaked-key.ts';
import { lengths, lengthsPadded } from './scripts/lengths.ts';
import { MEN_IN_THE_MIDDLE } from './scripts/man-in-the-middle.ts';
import { reflect } from './scripts/reflect.ts';
import { reorder } from './scripts/reorder.ts';
import { replayLogin } from './scripts/replay-login.ts';
import { replayMessage } from './scripts/replay-message.ts';
import { forgeByKeyStream, readByKeyStream } from './scripts/reuse-key-stream.ts';
import { sniffPassword } from './scripts/sniff-password.ts';
import { sniffToken } from './scripts/sniff-token.ts';
import { staleToken } from './scripts/stale-token.ts';
import { timeTag, timeTagEarly } from './scripts/time-tag.ts';
import { truncate } from './scripts/truncate.ts';
import { whoToWhom } from './scripts/who-to-whom.ts';

export const ATTACKS: readonly Attack[] = [
  sniffPassword,
  readByKeyStream,
  gcmKey,
  paddingOracle,
  flipText,
  downgradeSuite,
  downgradeTls,
  downgradeWire,
  replayMessage,
  reorder,
  drop,
  reflect,
  truncate,
  forgeMessage,
  forgeByKeyStream,
  gcmForge,
  forgeByOracle,
  sniffToken,
  staleToken,
  replayLogin,
  ...MEN_IN_THE_MIDDLE,
  leakedPsk,
  leakedServerKey,
  guessWeakPsk,
  guessRandomPsk,
  crackSha256,
  crackBcrypt,
  lengths,
  lengthsPadded,
  whoToWhom,
  timeTagEarly,
  timeTag,
];
