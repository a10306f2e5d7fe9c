import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Certificate } from '../../edge-mta/tls/certificate.ts';

/** Starts an SMTP server on loopback with the given certificate; null disables STARTTLS. */
export async function startSmtpServer(certificate: Certificate | null, options: SMTPServerOptions = {}) {
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 1,
    ...(certificate === null ? { hideSTARTTLS: true } : { key: certificate.key, cert: certificate.chain }),
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const address = server.server.address();
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
