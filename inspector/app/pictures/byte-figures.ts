/** How evenly byte values occur. */

export function totalOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Shannon entropy of the byte values, in bits for each byte: 0 where all are equal, 8 where all 256 occur equally often. */
export function entropy(counts: readonly number[]): number {
  const total = totalOf(counts);
  return counts.reduce((sum, count) => {
    if (count === 0) return sum;
    const share = count / total;
    return sum - share * Math.log2(share);
  }, 0);
}

/**
 * What random bytes of this number measure on average: less than 8 bits, since not every value occurs equally often in a few
 * bytes. Miller and Madow’s correction where there are enough of them; few bytes are nearly all different.
 */
export function entropyOfRandom(total: number): number {
  if (total <= 1) return 0;
  const many = 8 - 255 / (2 * total * Math.LN2);
  return total >= 4096 ? many : expectedEntropy(total);
}

/** The mean over all ways in which bytes may fall: each value occurs as often as a binomial distribution says. */
function expectedEntropy(total: number): number {
  let chance = Math.pow(255 / 256, total);
  let sum = 0;
  for (let times = 1; times <= total; times++) {
    chance *= (total - times + 1) / times / 255;
    sum -= chance * (times / total) * Math.log2(times / total);
  }
  return 256 * sum;
}

export interface ByteStrip {
  readonly total: number;
  readonly entropy: number;
  /** What random bytes of this number would measure. */
  readonly random: number;
  /** One for each byte value that occurs, 0 to 1 of the height of the most frequent. */
  readonly bars: readonly { readonly value: number; readonly count: number; readonly share: number }[];
}

export function stripOf(counts: readonly number[]): ByteStrip {
  const total = totalOf(counts);
  const most = Math.max(1, ...counts);
  return {
    total,
    entropy: entropy(counts),
    random: entropyOfRandom(total),
    bars: counts.flatMap((count, value) => (count > 0 ? [{ value, count, share: count / most }] : [])),
  };
}
