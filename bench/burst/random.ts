/** Numbers from 0 up to 1. */
export type Random = () => number;

export const exponential = (random: Random, mean: number): number => -mean * Math.log(1 - random());

/** Log-normal, by median and standard deviation of the logarithm (Box–Muller). */
export function lognormal(random: Random, { median, sigma }: { median: number; sigma: number }): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}
