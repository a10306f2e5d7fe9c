import { expect, it } from 'vitest';
import { cleanAnswer } from '../../../core/enrich/clean-answer.ts';

it('an answer loses only NUL and unpaired surrogates, also in keys', () => {
  const answer = JSON.parse(
    '{"a":"x\\u0000y","b":["\\ud83d","\\ud83d\\ude00",1,null,true],"c\\u0000":{"\\udc00":"z"},"__proto__":{"e":1}}',
  );
  expect(JSON.stringify(cleanAnswer(answer))).toBe(
    '{"a":"xy","b":["\ufffd","\u{1f600}",1,null,true],"c":{"\ufffd":"z"},"__proto__":{"e":1}}',
  );
});

it('an answer keeps the first of several equal keys', () => {
  expect(cleanAnswer(JSON.parse('{"verdict":"malicious","verdict\\u0000":"clean"}'))).toEqual({ verdict: 'malicious' });
});

it('an answer of thousands of levels is cut', () => {
  let deep: unknown = 'end';
  for (let level = 0; level < 5_000; level++) deep = [deep];
  expect(JSON.stringify(cleanAnswer(deep))).toHaveLength(2 * 32 + 4);
});
