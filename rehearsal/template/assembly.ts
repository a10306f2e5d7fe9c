import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  Condition: z.string().optional(),
});

const templateSchema = z.object({
  Resources: z.record(z.string(), resourceSchema),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }))
    .default({}),
  Conditions: z.record(z.string(), z.unknown()).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown()))).default({}),
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).default({}),
});

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      environment: z.string().optional(),
      properties: z.object({ templateFile: z.string().optional(), stackName: z.string().optional() }).optional(),
    }),
  ),
});

const assetsSchema = z.object({
  files: z
    .record(
      z.string(),
      z.object({
        source: z.object({ path: z.string().optional() }),
        destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
      }),
    )
    .default({}),
});

export type Resource = z.infer<typeof resourceSchema>;

export interface Stack extends z.infer<typeof templateSchema> {
  name: string;
  /** Null if the stack uses that of the credentials. */
  account: string | null;
  region: string | null;
}

/** The output of `cdk synth`: templates and their assets. */
export interface Assembly {
  stacks: readonly Stack[];
  /** Folder or file of an asset, by its key in the asset bucket. */
  assets: ReadonlyMap<string, string>;
}

/** @param directory such as `cdk.out` */
export function readAssembly(directory: string): Assembly {
  const json = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'));
  const stacks: Stack[] = [];
  const assets = new Map<string, string>();
  for (const [id, { type, environment = '', properties }] of Object.entries(
    manifestSchema.parse(json('manifest.json')).artifacts,
  )) {
    if (type !== 'aws:cloudformation:stack' || properties?.templateFile === undefined) continue;
    const [, account = '', region = ''] = /^aws:\/\/([^/]*)\/(.*)$/.exec(environment) ?? [];
    stacks.push({
      ...templateSchema.parse(json(properties.templateFile)),
      name: properties.stackName ?? id,
      account: known(account),
      region: known(region),
    });
    for (const { source, destinations } of Object.values(assetsSchema.parse(json(`${id}.assets.json`)).files)) {
      if (source.path === undefined) continue;
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, join(directory, source.path));
    }
  }
  return { stacks, assets };
}

const known = (part: string): string | null => (part === '' || part.startsWith('unknown-') ? null : part);
