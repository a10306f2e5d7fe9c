/** What `run` gives, and the milliseconds of processor time of this process it took: others on the machine do not count. */
export async function cpuTimed<T>(run: () => T | Promise<T>): Promise<{ result: T; ms: number }> {
  const before = process.cpuUsage();
  const result = await run();
  const { user, system } = process.cpuUsage(before);
  return { result, ms: (user + system) / 1_000 };
}
