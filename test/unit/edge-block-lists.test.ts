import { describe, expect, it } from 'vitest';
import { blockLists, reversed } from '../../edge-mta/abuse/dnsbl.ts';
import { ExpiringCache } from '../../edge-mta/expiring-cache.ts';

describe('blockLists', () => {
  it('writes addresses backwards', () => {
    expect(reversed('192.0.2.1')).toBe('1.2.0.192');
    expect(reversed('2001:db8::1')).toBe('1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2');
  });

  const absent = () => Promise.reject(Object.assign(new Error('queryA ENOTFOUND'), { code: 'ENOTFOUND' }));
  const answers: Readonly<Record<string, string>> = {
    '2.2.0.192.list.test': '127.0.0.2',
    '3.2.0.192.list.test': '127.255.255.254',
    '4.2.0.192.list.test': '203.0.113.7',
  };
  let asked: string[] = [];
  let now = 0;
  const lists = () => {
    asked = [];
    now = 0;
    const resolve = (name: string) => {
      asked.push(name);
      const address = answers[name];
      return address === undefined ? absent() : Promise.resolve([{ address, ttl: 10 }]);
    };
    return blockLists(['silent.test', 'list.test'], resolve, () => now);
  };

  it.each([
    ['192.0.2.2', 'list.test'],
    ['192.0.2.3', null],
    ['192.0.2.4', null],
    ['192.0.2.5', null],
  ])('%s is listed by %s', async (address, zone) => {
    expect(await lists()(address)).toBe(zone);
  });

  it('are asked again when their answer is older than its TTL, or than a minute where there is none', async () => {
    const ask = lists();
    await Promise.all([ask('192.0.2.2'), ask('192.0.2.2')]);
    expect(asked).toHaveLength(2);
    now = 9_999;
    expect(await ask('192.0.2.2')).toBe('list.test');
    expect(asked).toHaveLength(2);
    now = 10_000;
    await ask('192.0.2.2');
    expect(asked.slice(2)).toEqual(['2.2.0.192.list.test']);
    now = 60_000;
    await ask('192.0.2.2');
    expect(asked.slice(3)).toEqual(['2.2.0.192.silent.test', '2.2.0.192.list.test']);
  });

  it('are asked every time while their resolver fails', async () => {
    let times = 0;
    const ask = blockLists(['list.test'], () => {
      times++;
      return Promise.reject(Object.assign(new Error('queryA ETIMEOUT'), { code: 'ETIMEOUT' }));
    });
    expect([await ask('192.0.2.2'), await ask('192.0.2.2')]).toEqual([null, null]);
    expect(times).toBe(2);
  });
});

describe('ExpiringCache', () => {
  it('keeps a value for its time, and as many as its limit', () => {
    const cache = new ExpiringCache<number>(2);
    for (const [at, key] of ['a', 'b', 'c'].entries()) cache.set(key, at, 0, 10);
    expect(['a', 'b', 'c'].map((key) => cache.get(key, 9))).toEqual([undefined, 1, 2]);
    expect(cache.get('c', 10)).toBeUndefined();
    cache.set('d', 4, 5, 5);
    expect(cache.get('d', 5)).toBeUndefined();
    expect(cache.size).toBe(1);
  });
});
