import { open } from 'node:fs/promises';
import { inspect } from '../../lambda/enricher/steps/malware/inspection/inspect.ts';
import { INSPECTION_LIMITS } from '../../lambda/enricher/steps/malware/inspection/limits.ts';
import { fileSource } from '../../lambda/enricher/steps/malware/inspection/source.ts';

/** A program: inspects the given file and prints the result, CPU time and peak memory. Has no time limit. */
const before = process.cpuUsage();
const source = await fileSource(await open(process.argv[2] ?? ''));
const { obstacle: finding } = await inspect(
  source,
  { name: null, declaredType: null },
  { ...INSPECTION_LIMITS, deadlineMs: 600_000 },
);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ finding, cpuMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 }));
process.exit();
