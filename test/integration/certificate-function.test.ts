import { X509Certificate } from 'node:crypto';
import { TLSSocket } from 'node:tls';
import { afterEach, expect, it } from 'vitest';
import { bundleFromCache } from '../../core/build/bundle.ts';
import { certificateEnvironment, FIRST_SECRET } from '../../core/settings/certificate.ts';
import { selfSignedCertificate } from '../../edge-mta/tls/self-signed.ts';
import { type CertificateServices, startCertificateServices } from '../support/certificate-services.ts';
import { bundledEdge, EdgeChild } from '../support/edge-process.ts';
import { probeFunction } from '../support/probe-function.ts';
import { SmtpSocket } from '../support/smtp-socket.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

const HOST = 'mx.test';
const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:mx';
const path = temporaryDirectory();
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Runs the function's bundle in the local runtime. */
async function startFunction(services: CertificateServices) {
  const environment = {
    AWS_ENDPOINT_URL: services.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ...certificateEnvironment.encode({
      certificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/1',
      secretId: SECRET,
      hostname: HOST,
      metricsNamespace: 'MailPipeline/test',
    }),
  };
  const codeDirectory = path('certificate');
  await bundleFromCache('certificate', codeDirectory);
  const started = await probeFunction('', { codeDirectory, environment });
  closers.push(started.close);
  return started;
}

/** The deployed edge, which reads its certificate from the secret. */
async function startEdge(services: CertificateServices): Promise<EdgeChild> {
  const { file, remove } = await bundledEdge();
  closers.push(remove);
  const edge = await EdgeChild.start(file, services.url, { tls: { kind: 'secret', secretId: SECRET } });
  closers.push(() => edge.stop());
  return edge;
}

/** Serial number of the certificate that STARTTLS presents. */
async function presented(edge: EdgeChild): Promise<string> {
  const client = await SmtpSocket.open(edge.smtpPort);
  await client.reply();
  await client.command('EHLO client.test');
  await client.command('STARTTLS');
  await client.startTls();
  const { socket } = client;
  const serial = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.serialNumber : undefined;
  client.destroy();
  return serial ?? 'none';
}

it('the certificate function passes each certificate from ACM to the edge, without a restart or a secret in a log', async () => {
  const services = await startCertificateServices(FIRST_SECRET.template);
  closers.push(services.close);
  const [first, second] = [selfSignedCertificate(HOST), selfSignedCertificate(HOST)];
  const serial = ({ chain }: typeof first) => new X509Certificate(chain).serialNumber;
  const edge = await startEdge(services);
  const own = await presented(edge);
  // Few enough days to raise the alarm for an expiring certificate.
  expect(await edge.metric('edge_certificate_days_left')).toBeLessThan(14);
  const { lambda, printed } = await startFunction(services);
  let reloads = 0;
  for (const certificate of [first, second]) {
    services.issued = certificate;
    expect(await lambda.invoke({})).toMatchObject({ status: 'ok' });
    reloads += 1;
    edge.child.signal('SIGHUP');
    await edge.child.printed(new RegExp(`(?:certificate reloaded[^]*){${reloads}}`));
    expect(await presented(edge)).toBe(serial(certificate));
    expect(await edge.metric('edge_certificate_days_left')).toBe(364);
  }
  expect(own).not.toBe(serial(first));

  // A failed renewal leaves the edge unchanged.
  services.issued = null;
  expect(await lambda.invoke({})).toMatchObject({ status: 'error', kind: 'function' });
  expect(services.secret).toContain(second.chain.trim());

  const said = `${printed.join('\n')}${edge.child.stdout}`;
  expect(services.passphrases).toHaveLength(2);
  for (const secret of ['PRIVATE KEY', ...services.passphrases]) expect(said).not.toContain(secret);
});
