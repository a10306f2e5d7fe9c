import { describe, expect, it } from 'vitest';
import { type Chosen, EMPTY, extended, toggled } from '../../../local/console/app/mails/choice.ts';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f'];
const ids = ({ ids: chosen }: Chosen): string => [...chosen].sort().join('');
const extend = (chosen: Chosen, to: string, from?: string): Chosen => extended(chosen, ROWS, to, from);

describe('selecting mails', () => {
  it('selects and deselects one at a time', () => {
    const two = toggled(toggled(EMPTY, 'b'), 'd');
    expect([ids(two), ids(toggled(two, 'b'))]).toEqual(['bd', 'd']);
  });

  it('selects the range from the last selected mail to the one clicked with Shift, in both directions', () => {
    expect(ids(extend(toggled(EMPTY, 'b'), 'd'))).toBe('bcd');
    expect(ids(extend(toggled(EMPTY, 'd'), 'b'))).toBe('bcd');
  });

  it('starts at the focus when nothing was selected', () => {
    expect(ids(extend(EMPTY, 'c', 'b'))).toBe('bc');
    expect(ids(extend(EMPTY, 'c'))).toBe('c');
  });

  it('replaces the previous range and keeps other selected mails', () => {
    const first = toggled(toggled(EMPTY, 'f'), 'b');
    const long = extend(first, 'e');
    expect([ids(long), ids(extend(long, 'c')), ids(extend(long, 'a'))]).toEqual(['bcdef', 'bcf', 'abf']);
    expect(ids(extend(extend(first, 'f'), 'b'))).toBe('bf');
  });

  it('starts a new range when its first mail has left the list', () => {
    const chosen = extend(toggled(EMPTY, 'gone'), 'c', 'b');
    expect(ids(chosen)).toBe('bcgone');
    expect(chosen.anchor).toBe('b');
  });
});
