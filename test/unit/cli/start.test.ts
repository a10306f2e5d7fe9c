import { describe, expect, it } from 'vitest';
import { readCommandLine } from '../../../cli/commands/start.ts';
import { UsageError } from '../../../core/terminal/arguments.ts';

describe('the command line of local mode', () => {
  it('has the documented defaults', () => {
    expect(readCommandLine([])).toEqual({
      listenAddress: '127.0.0.1',
      smtpPort: 2525,
      webPort: 8025,
      awsPort: 4566,
      dataDirectory: '.mail-pipeline',
      configFile: null,
    });
  });

  it('reads every flag', () => {
    const args = '--smtp-port 0 --web-port=1 --aws-port 65535 --listen 0.0.0.0 --data d --config c.ts'.split(' ');
    expect(readCommandLine(args)).toEqual({
      listenAddress: '0.0.0.0',
      smtpPort: 0,
      webPort: 1,
      awsPort: 65_535,
      dataDirectory: 'd',
      configFile: 'c.ts',
    });
  });

  it.each([
    [['--smtp-port', '99999'], /--smtp-port is "99999".*0 .*65535/],
    [['--web-port', 'http'], /--web-port is "http"/],
    [['--aws-port', ''], /--aws-port is ""/],
    [['--aws-port', '1e3'], /--aws-port/],
    [['--smtp-port'], /--smtp-port/],
    [['--listen', '192.0.2.1'], /--listen is "192\.0\.2\.1": give 127\.0\.0\.1, or 0\.0\.0\.0 inside a container/],
    [['--data', ''], /--data is empty/],
    [['--colour'], /--colour/],
    [['extra'], /extra/],
  ])('refuses %j', (args, message) => {
    const parse = () => readCommandLine(args);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(message);
  });
});
