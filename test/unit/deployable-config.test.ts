import { describe, expect, it } from 'vitest';
import { defineConfig, parseConfig } from '../../core/config/define-config.ts';
import { deployableConfig } from '../../core/config/deployable.ts';
import { edgeSettings } from '../../core/config/to-settings.ts';

describe('a deployable configuration', () => {
  it.each([
    [{}, /domains is missing: name the domains/],
    [{ domains: [] }, /domains is \[\]: name the domains/],
  ])('needs domains: %j', (input, message) => {
    expect(() => deployableConfig(defineConfig(input))).toThrow(message);
  });

  it('lets a placeholder replace missing domains, but not an empty list', () => {
    const placeholderDomain = 'example.com';
    expect(deployableConfig(defineConfig({}), { placeholderDomain }).domains).toEqual(['example.com']);
    expect(() => deployableConfig(defineConfig({ domains: [] }), { placeholderDomain })).toThrow(/domains is \[\]/);
  });

  it('admits no more sessions and mails than the memory of a task covers, and shows the calculation', () => {
    const domains = ['example.com'];
    const deployed = (input: object) => () => deployableConfig(defineConfig({ domains, ...input }));
    expect(deployed({})).not.toThrow();
    expect(deployed({ smtp: { limits: { inFlightBytes: 600 * 1024 * 1024 } } })).toThrow(
      /fargate\.memoryMb is 1024: .* admit 1\d\d\d MB, which are 192 MB for the process, 1500 sessions .* of 193 KB, and 2 times 600 MB .*: write smtp\.limits\.inFlightBytes \d{9} or less, or fargate\.memoryMb 1\d\d\d or more/,
    );
    // The former default, which took down a task of 1,024 MB at about 6,600 sessions.
    expect(deployed({ smtp: { limits: { maxConnections: 12_000 } } })).toThrow(
      /write smtp\.limits\.maxConnections 1[67]\d\d or less, or fargate\.memoryMb 29\d\d or more/,
    );
    expect(deployed({ smtp: { limits: { recipientsPerMail: 10_000 } } })).toThrow(/1500 sessions .* of 6187 KB/);
  });

  it('holds a smaller task to its memory: the proposed values are accepted', () => {
    const fargate = { cpu: 256, memoryMb: 512 } as const;
    const domains = ['example.com'];
    const limits = { maxConnections: 500, inFlightBytes: 100 * 1024 * 1024 };
    expect(() => deployableConfig(defineConfig({ domains, fargate }))).toThrow(/: write fargate\.memoryMb 987 or more/);
    expect(() => deployableConfig(defineConfig({ domains, fargate, smtp: { limits } }))).not.toThrow();
  });

  it('ignores the memory of a task when SES receives the mail', () => {
    const smtp = { limits: { inFlightBytes: 600 * 1024 * 1024 } };
    const config = defineConfig({ domains: ['example.com'], smtp, ingress: 'ses', region: 'eu-west-1' });
    expect(deployableConfig(config).smtp.limits.inFlightBytes).toBe(629145600);
  });

  it('takes the stage from the command line, and checks it', () => {
    const config = defineConfig({ domains: ['example.com'] });
    expect(deployableConfig(config, { stage: 'dev' }).stage).toBe('dev');
    expect(() => deployableConfig(config, { stage: 'De v' })).toThrow(/stage is "De v": write up to 12/);
  });

  it('accepts the canary mail when recipients are listed', () => {
    const placement = { rawBucket: 'raw', hostname: 'mx.example.com' };
    const recipients = (input: object) =>
      edgeSettings(defineConfig({ domains: ['example.com'], ...input }), placement).recipients;
    const smtp = { recipients: [{ match: 'info' }] };
    expect(recipients({ canary: {}, smtp }).map(({ match }) => match)).toEqual(['mail-pipeline-canary', 'info']);
    expect(recipients({ smtp }).map(({ match }) => match)).toEqual(['info']);
    // An empty list accepts every recipient.
    expect(recipients({ canary: {} })).toEqual([]);
  });

  it.each([
    [
      { canary: {}, routes: [{ name: 'canary', recipients: ['*'] }] },
      /routes\.0\.name is "canary": this name is reserved for canary mails/,
    ],
    [{ canary: {}, ingress: 'ses', region: 'eu-west-1' }, /canary is .*: canary mails go to the edge/],
    [{ canary: { everyMinutes: 1 } }, /canary\.everyMinutes is 1/],
  ])('refuses %j', (input, message) => {
    expect(() => parseConfig({ domains: ['example.com'], ...input }, 'file')).toThrow(message);
  });
});
