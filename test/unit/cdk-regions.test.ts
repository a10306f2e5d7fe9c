import { RegionInfo } from 'aws-cdk-lib/region-info';
import { describe, expect, it } from 'vitest';
import { AWS_REGIONS, COMPREHEND_REGIONS, SES_RECEIVING_REGIONS, TEXTRACT_REGIONS } from '../../core/config/regions.ts';

/** Government and other partitions that this project's configuration never names. */
const ELSEWHERE = /^(us|eu)-iso|^eusc-/;

describe('regions', () => {
  it('are all regions CDK knows', () => {
    const known = RegionInfo.regions.map(({ name }) => name).filter((name) => !ELSEWHERE.test(name));
    expect(known.filter((name) => !AWS_REGIONS.includes(name))).toEqual([]);
  });

  it('are listed once, and no service adds its own', () => {
    expect(new Set(AWS_REGIONS).size).toBe(AWS_REGIONS.length);
    const ofServices = [...SES_RECEIVING_REGIONS, ...COMPREHEND_REGIONS, ...TEXTRACT_REGIONS];
    expect(ofServices.filter((name) => !AWS_REGIONS.includes(name))).toEqual([]);
    expect(COMPREHEND_REGIONS).toHaveLength(13);
    expect(TEXTRACT_REGIONS).toHaveLength(16);
  });
});
