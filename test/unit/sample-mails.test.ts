import { describe, expect, it } from 'vitest';
import { sampleMails } from '../fixtures/samples.ts';
import { samples } from '../fixtures/source/mails.ts';

describe('sample mails', () => {
  const committed = new Map(sampleMails().map((mail) => [mail.name, mail]));

  it.each(samples())('$name equals the output of its generator', ({ name, bytes, facts }) => {
    expect(committed.get(name)?.bytes.equals(bytes), 'run: npx tsx test/fixtures/source/make-mails.ts').toBe(true);
    expect(committed.get(name)?.facts).toEqual(facts);
  });

  it('are all generated', () => {
    expect([...committed.keys()].sort()).toEqual(
      samples()
        .map((sample) => sample.name)
        .sort(),
    );
  });
});
