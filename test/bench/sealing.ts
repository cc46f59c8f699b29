/** What sealing costs by itself: the least that a wire which encrypts for each recipient must spend on a delivery. */
import { randomBytes } from 'node:crypto';
import { RecordSealer } from '#channel/psk/record-layer';
import { RECORD_TYPE } from '#channel/psk/records';
import { nativeCiphers } from '#wires/ciphers-native';
import { LIMITS } from '#protocol/limits';
import { FRAME_BYTES } from './contract.ts';

/** Frames per second that one core seals as full psk records when it does nothing else. */
export function sealedFramesPerSecond(milliseconds: number): number {
  const sealer = new RecordSealer(nativeCiphers.aes256gcm(randomBytes(32)), randomBytes(12));
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
