/** Joins each direction first, cuts the frames without the decoder of lab 01, and compares two lists at the end. */
type Direction = 'c2s' | 's2c';
type Segment = { direction: Direction; bytes: Uint8Array };

const join = (segments: Segment[], direction: Direction): Buffer =>
  Buffer.concat(segments.filter((segment) => segment.direction === direction).map(({ bytes }) => bytes));

function cut(stream: Buffer): Buffer[] {
  if (stream.length < 4) return [];
  const end = 4 + stream.readUInt32BE(0);
  if (end === 4 || end > stream.length) return [];
  return [stream.subarray(4, end), ...cut(stream.subarray(end))];
}

const messages = (stream: Buffer): any[] =>
  cut(stream).flatMap((payload) => {
    try {
      return [JSON.parse(payload.toString('utf8')) ?? {}];
    } catch {
      return [];
    }
  });

export const findLogins = (segments: Segment[]) => {
  const answers = messages(join(segments, 's2c'));
  const good = new Set(
    answers.filter(({ type }) => /^(auth_success|second_factor_required)$/.test(type)).map(({ ref }) => ref),
  );
  return messages(join(segments, 'c2s'))
    .filter(({ type, ref }) => ['login', 'register'].includes(type) && good.has(ref))
    .map(({ name, password }) => ({ name, password }));
};
