import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../cli/commands/start.ts';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const compose = readFileSync('compose.yaml', 'utf8');

describe('local mode in a container', () => {
  const entrypoint: string[] = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '[]');
  const commandLine = readCommandLine(entrypoint.slice(entrypoint.indexOf('start') + 1));
  const { smtpPort, webPort, awsPort } = commandLine;

  it('listens on the published ports, and keeps its data in the volume', () => {
    expect(commandLine).toMatchObject({ listenAddress: '0.0.0.0', dataDirectory: '/data' });
    expect(dockerfile).toMatch(/^VOLUME \/data$/m);
    expect(compose).toMatch(/^ {6}- mails:\/data$/m);
  });

  it('is published only on 127.0.0.1, each port under its own number', () => {
    const [, section = ''] = /^ {4}ports:\n((?: {6}- .*\n)+)/m.exec(compose) ?? [];
    const published = section.trim().split(/\n\s*/);
    expect(published).toEqual([smtpPort, webPort, awsPort].map((port) => `- 127.0.0.1:${port}:${port}`));
  });

  it('runs on the same Node version as the edge', () => {
    const base = /^FROM (node:\S+) AS base$/m;
    expect(base.exec(dockerfile)?.[1]).toBe(base.exec(readFileSync('edge-mta/Dockerfile', 'utf8'))?.[1]);
  });
});
