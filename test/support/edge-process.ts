import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { bundleFromCache } from '../../core/build/bundle.ts';
import { defineConfig } from '../../core/config/define-config.ts';
import { edgeSettings } from '../../core/config/to-settings.ts';
import type { SmtpLimits } from '../../core/mail/smtp-limits.ts';
import { type EdgeSettings, edgeEnvironment } from '../../core/settings/edge.ts';
import { Child } from './child.ts';
import { smtpLimits } from './smtp-limits.ts';

const listening = z.object({ smtpPort: z.int(), healthPort: z.int() });

/** Builds the edge bundle as it is deployed. */
export async function bundledEdge(): Promise<{ file: string; remove(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'edge-bundle-'));
  return { file: await bundleFromCache('edge-mta', directory), remove: () => rm(directory, { recursive: true }) };
}

export type ProcessChanges = Partial<Omit<EdgeSettings, 'limits'>> & { limits?: Partial<SmtpLimits> };

/** The Node options the container starts the edge with. */
export const NODE_OPTIONS = z
  .tuple([z.literal('node')], z.string())
  .parse(
    JSON.parse(
      /^ENTRYPOINT (.*)$/m.exec(readFileSync(join(import.meta.dirname, '../../edge-mta/Dockerfile'), 'utf8'))?.[1] ??
        '',
    ),
  )
  .slice(1, -1);

/** The edge in its own process, as deployed, storing at an S3 endpoint. */
export class EdgeChild {
  readonly child: Child;
  readonly smtpPort: number;
  readonly healthPort: number;

  private constructor(child: Child, ports: z.infer<typeof listening>) {
    this.child = child;
    this.smtpPort = ports.smtpPort;
    this.healthPort = ports.healthPort;
  }

  static async start(
    file: string,
    s3: string,
    { limits = {}, ...changes }: ProcessChanges = {},
    environment: Readonly<Record<string, string>> = {},
  ): Promise<EdgeChild> {
    const env = { ...processEnvironment(s3, { ...changes, limits }), ...environment };
    const child = new Child(process.execPath, [...NODE_OPTIONS, file], { env });
    const [line] = await child.printed(/^\{.*"message":"listening".*$/m);
    return new EdgeChild(child, listening.parse(JSON.parse(line)));
  }

  get pid(): number {
    return this.child.process.pid ?? 0;
  }

  /** Resident memory in bytes. */
  memory(): number {
    return this.#status('VmRSS');
  }

  /** Peak resident memory so far, in bytes. */
  peakMemory(): number {
    return this.#status('VmHWM');
  }

  #status(name: string): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) * 1024;
  }

  async health(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://127.0.0.1:${this.healthPort}${path}`);
    return { status: response.status, text: await response.text() };
  }

  async metric(name: string): Promise<number> {
    const { text } = await this.health('/metrics');
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  }

  async stop(): Promise<void> {
    this.child.signal('SIGKILL');
    await this.child.ended();
  }
}

export function processEnvironment(s3: string, { limits, ...changes }: ProcessChanges): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: s3,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...edgeEnvironment.encode({
      ...edgeSettings(defineConfig({}), { rawBucket: 'raw-mail', hostname: 'mx.test', smtpPort: 0, healthPort: 0 }),
      limits: smtpLimits(limits),
      ...changes,
    }),
  };
}
