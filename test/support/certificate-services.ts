import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod';
import type { Certificate } from '../../edge-mta/tls/certificate.ts';

const request = z.object({ SecretString: z.string().optional(), Passphrase: z.string().optional() });

/** The parts of ACM and Secrets Manager that the certificate function and the edge use: one certificate, one secret. */
export interface CertificateServices {
  url: string;
  /** Value of the secret. */
  secret: string;
  /** The certificate ACM has issued. Null fails every request to ACM. */
  issued: Certificate | null;
  /** Passphrases that private keys were exported with. */
  passphrases: string[];
  close(): Promise<void>;
}

export async function startCertificateServices(secret: string): Promise<CertificateServices> {
  const state = { secret, issued: null as Certificate | null, passphrases: [] as string[] };
  const answer = async (target: string, body: z.infer<typeof request>): Promise<object | null> => {
    switch (target) {
      case 'secretsmanager.GetSecretValue':
        return { SecretString: state.secret };
      case 'secretsmanager.PutSecretValue':
        state.secret = body.SecretString ?? '';
        return {};
      case 'CertificateManager.DescribeCertificate':
        return state.issued === null
          ? null
          : { Certificate: { Status: 'ISSUED', Serial: new X509Certificate(state.issued.chain).serialNumber } };
      case 'CertificateManager.ExportCertificate': {
        const passphrase = Buffer.from(body.Passphrase ?? '', 'base64').toString();
        state.passphrases.push(passphrase);
        if (state.issued === null) return null;
        const encryption = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase } as const;
        const PrivateKey = createPrivateKey(state.issued.key).export(encryption);
        return { Certificate: state.issued.chain, CertificateChain: '', PrivateKey };
      }
      default:
        return null;
    }
  };
  const server = createServer(async (incoming, response) => {
    const found = await answer(String(incoming.headers['x-amz-target']), request.parse(await json(incoming)));
    response.writeHead(found === null ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify(found ?? { __type: 'AccessDeniedException' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it does not listen');
  return Object.assign(state, {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
