/** What sealing costs by itself: the least that a wire which encrypts for each recipient must spend on a delivery. */
import { randomBytes } from 'node:crypto';
import { RecordCipher } from '#channel/psk/record-cipher';
import { RecordSealer } from '#channel/psk/record-layer';
import { RECORD_TYPE } from '#channel/psk/records';
import { DEFAULT_SUITE } from '#channel/psk/suites';
import { nativeCiphers } from '#wires/ciphers-native';
import { LIMITS } from '#protocol/limits';
import { FRAME_BYTES } from './contract.ts';

/** Frames per second that one core seals as full psk records when it does nothing else. */
export function sealedFramesPerSecond(milliseconds: number): number {
  const keys = { key: randomBytes(32), iv: randomBytes(12) };
  const sealer = new RecordSealer(new RecordCipher(DEFAULT_SUITE, nativeCiphers, keys), randomBytes);
  const plain = randomBytes(LIMITS.recordPlaintext);
  const sealFor = (time: number): number => {
    const start = performance.now();
    let records = 0;
    for (; performance.now() - start < time; records++) sealer.seal(RECORD_TYPE.data, plain);
    return records / (performance.now() - start);
  };
  sealFor(milliseconds / 4);
  return (sealFor(milliseconds) * 1000 * plain.length) / FRAME_BYTES;
}
