import { z } from 'zod';
import { configSchema, type PipelineConfigInput } from './schema.ts';

type SettingName = keyof PipelineConfigInput;

const HEADER = `import type { PipelineConfigInput } from '../core/config/schema.ts';

/*
 * Generated from the schema by \`npm run docs\`, so that an editor shows what each prop is; a test fails when the two
 * differ.
 */

/** Settings of \`pipeline.config.ts\` as props of a construct. */
export interface SettingProps {
`;

/** Settings that the construct takes from its stack or as CDK types, and therefore declares itself. */
const OMITTED: readonly string[] = [
  'account',
  'domains',
  'events',
  'network',
  'region',
  'stage',
] satisfies SettingName[];

/** The source of `lib/setting-props.ts`: a documented prop for each top-level setting. */
export function settingsInterface(): string {
  const { properties = {} } = z.toJSONSchema(configSchema, { io: 'input' });
  const props = Object.entries(properties)
    .filter(([name]) => !OMITTED.includes(name))
    .map(([name, node]) => {
      const { description = '', default: value } = typeof node === 'object' ? node : {};
      const isScalar = typeof value !== 'object' || value === null;
      const known = isScalar ? (JSON.stringify(value) ?? 'none') : `- docs/configuration.md, "${name}"`;
      return `  /**\n   * ${description}\n   *\n   * @default ${known}\n   */\n  readonly ${name}?: PipelineConfigInput['${name}'];\n`;
    });
  return `${HEADER}${props.join('\n')}}\n`;
}
