import { describe, expect, it } from 'vitest';
import { type Chosen, EMPTY, extended, toggled } from '../../../local/console/app/mails/choice.ts';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f'];
const ids = ({ ids: chosen }: Chosen): string => [...chosen].sort().join('');
const extend = (chosen: Chosen, to: string, from?: string): Chosen => extended(chosen, ROWS, to, from);

describe('choosing mails', () => {
  it('takes one at a time, and gives it back', () => {
    const two = toggled(toggled(EMPTY, 'b'), 'd');
    expect([ids(two), ids(toggled(two, 'b'))]).toEqual(['bd', 'd']);
  });

  it('takes everything from the mail chosen last to the one clicked with Shift, upwards and downwards', () => {
    expect(ids(extend(toggled(EMPTY, 'b'), 'd'))).toBe('bcd');
    expect(ids(extend(toggled(EMPTY, 'd'), 'b'))).toBe('bcd');
  });

  it('begins where the focus is when nothing was chosen', () => {
    expect(ids(extend(EMPTY, 'c', 'b'))).toBe('bc');
    expect(ids(extend(EMPTY, 'c'))).toBe('c');
  });

  it('puts a range in the place of the range before, and keeps what was chosen beside it', () => {
    const first = toggled(toggled(EMPTY, 'f'), 'b');
    const long = extend(first, 'e');
    expect([ids(long), ids(extend(long, 'c')), ids(extend(long, 'a'))]).toEqual(['bcdef', 'bcf', 'abf']);
    expect(ids(extend(extend(first, 'f'), 'b'))).toBe('bf');
  });

  it('begins anew when the mail it began with is in the list no more', () => {
    const chosen = extend(toggled(EMPTY, 'gone'), 'c', 'b');
    expect(ids(chosen)).toBe('bcgone');
    expect(chosen.anchor).toBe('b');
  });
});
