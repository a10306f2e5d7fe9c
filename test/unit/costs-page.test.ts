import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bill } from '../../bench/cost/bill.ts';
import { pageTables } from '../../bench/cost/page.ts';
import { PRICES } from '../../bench/cost/prices.ts';
import { RECORDED } from '../../bench/cost/recorded.ts';
import { tableOf } from '../../bench/cost/table.ts';
import { standingOf } from '../../bench/cost/template.ts';
import type { PipelineConfigInput } from '../../core/config/schema.ts';
import { Synthesis } from '../support/synth.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const PAGE = readFileSync('docs/costs.md', 'utf8');
const path = temporaryDirectory();

const rowOf = (what: string) => {
  const row = tableOf(RECORDED).find((each) => each.what.startsWith(what));
  if (row === undefined) throw new Error(`there is no row ${what}`);
  return (column: string) => row.usd[column] ?? Number.NaN;
};

describe('docs/costs.md', () => {
  it.each(['the bill', 'what is assumed', 'the prices'].map((name, at) => ({ name, at })))(
    'has the table of $name as the bench makes it',
    ({ at }) => {
      expect(PAGE).toContain(pageTables()[at]);
    },
  );

  it('says what the frugal profile saves, which is the sum of its lines', () => {
    const price = rowOf('list price');
    const saved = price('standard, us-east-1') - price('frugal, us-east-1');
    expect(PAGE).toContain(`It saves $${saved.toFixed(2)} a month`);
    const section = PAGE.slice(PAGE.indexOf('### The profile `frugal`'), PAGE.indexOf('Stored mail is as safe'));
    const lines = [...section.matchAll(/\| \$(\d\.\d\d) \|/g)].map(([, usd]) => Number(usd));
    expect(lines).toHaveLength(4);
    expect(lines.reduce((sum, usd) => sum + usd, 0)).toBeCloseTo(saved, 1);
  });

  it('keeps a million mails below $72, and $60 with the frugal profile, after the monthly free allowance', () => {
    const price = rowOf('after the monthly free allowance');
    expect(price('standard, us-east-1')).toBeLessThanOrEqual(72);
    expect(price('frugal, us-east-1')).toBeLessThanOrEqual(60);
  });
});

describe('the bill', () => {
  it('follows what was counted', () => {
    const { standard, listings } = RECORDED;
    const usd = (counted: typeof standard, id: string) => {
      const line = bill(counted, listings).find((each) => each.id === id);
      return line === undefined ? 0 : line.quantity * PRICES[line.price]['us-east-1'];
    };
    const parser = { ...standard.mail.parser, s3Writes: 3 };
    expect(usd({ ...standard, mail: { ...standard.mail, parser } }, 'writes') - usd(standard, 'writes')).toBeCloseTo(5);
    const standing = { ...standard.standing, addresses: 5 };
    expect(usd({ ...standard, standing }, 'addresses') - usd(standard, 'addresses')).toBeCloseTo(3.65);
    expect(usd({ ...standard, metrics: [...standard.metrics, 'x'] }, 'metrics')).toBeCloseTo(3.3);
  });

  it.each<{ what: string; input: PipelineConfigInput; expected: object }>([
    { what: 'the defaults', input: {}, expected: RECORDED.standard.standing },
    { what: 'the frugal profile', input: { profile: 'frugal' }, expected: RECORDED.frugal.standing },
    {
      what: 'a second balancer, three zones and isolated tasks',
      input: {
        stage: 'cost',
        network: { mode: 'isolated', zones: ['euc1-az1', 'euc1-az2', 'euc1-az3'] },
        fargate: { hostname: 'mx.example.com', ipv6: true, elasticIps: true, minTasks: 3, cpu: 1024, memoryMb: 4096 },
      },
      expected: { balancers: 2, addresses: 6, tasks: { onDemand: 3, spot: 0, vcpu: 1, memoryGb: 4 } },
    },
    {
      what: 'four frugal tasks',
      input: { stage: 'cost', profile: 'frugal', fargate: { minTasks: 4 } },
      expected: { addresses: 5, tasks: { onDemand: 1, spot: 3, vcpu: 0.25, memoryGb: 0.5 } },
    },
    { what: 'SES alone', input: { ingress: 'ses', region: 'us-east-1' }, expected: { balancers: 0, addresses: 0 } },
  ])('counts what runs by the hour in the templates: $what', ({ what, input, expected }) => {
    const directory = path(what.replaceAll(' ', '-'));
    new Synthesis(input, { directory, checks: false });
    expect(standingOf(directory)).toMatchObject(expected);
  });
});
