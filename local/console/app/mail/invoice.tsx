import type { Invoice as InvoiceFields, ReadDocument } from '../../../../core/mail/enrichment-schema.ts';
import type { MailDocument } from '../../api/api.ts';
import { Badge, Note } from '../parts/badge.tsx';
import { Facts } from '../parts/facts.tsx';
import { money } from '../parts/format.ts';
import { Preview } from './preview.tsx';

/** The fields read from each invoice, next to its page. */
export function Invoices({ mail }: { mail: MailDocument }) {
  const documents = invoiceDocuments(mail);
  return (
    <div class="stack">
      {documents.map((document) => (
        <div class="beside">
          <div class="stack">
            {[document.invoice, ...(document.furtherInvoices ?? [])].map(
              (invoice) => invoice !== null && <Fields invoice={invoice} document={document} />,
            )}
          </div>
          <PageOf mail={mail} document={document} />
        </div>
      ))}
    </div>
  );
}

export const invoiceDocuments = (mail: MailDocument): ReadDocument[] =>
  (mail.enrichment.ocr?.documents ?? []).filter(({ invoice }) => invoice !== null);

function PageOf({ mail, document }: { mail: MailDocument; document: ReadDocument }) {
  const attachment = mail.attachments.find(({ partId }) => partId === document.partId);
  return attachment === undefined ? null : <Preview mail={mail} attachment={attachment} />;
}

/** Where the fields come from, and how far to trust them. */
function originOf({ method }: InvoiceFields, { source }: ReadDocument): string {
  if (method === 'xml') return 'From the electronic invoice itself.';
  const page = source === 'ocr' ? 'an image of the page' : 'the text of the page';
  return method === 'service'
    ? `Read from ${page} by a trained model.`
    : `Read from ${page} by pattern matching: check before paying.`;
}

function Fields({ invoice, document }: { invoice: InvoiceFields; document: ReadDocument }) {
  const amount = (value: InvoiceFields['total']) =>
    value && <Sure confidence={value.confidence}>{money(value.value, invoice.currency)}</Sure>;
  const text = (value: InvoiceFields['vendor']) =>
    value && (
      <Sure confidence={value.confidence}>
        <bdi>{value.value}</bdi>
      </Sure>
    );
  return (
    <section class="stack">
      <div>
        <p class="total">{invoice.total === null ? 'No total' : money(invoice.total.value, invoice.currency)}</p>
        <p class="muted">{originOf(invoice, document)}</p>
      </div>
      {invoice.inconsistent?.map(({ field, reason, candidates }) => (
        <Note tone="warn">
          The {field} is inconsistent:{' '}
          {reason === 'sum' ? 'net and tax do not add up to it' : 'the page shows a different one'}
          {candidates.length > 0 &&
            `. It may be ${candidates.map((value) => money(value, invoice.currency)).join(' or ')}`}
          .
        </Note>
      ))}
      <Facts
        rows={[
          ['Vendor', text(invoice.vendor)],
          ['Number', text(invoice.invoiceNumber)],
          ['Date', text(invoice.invoiceDate)],
          ['Due', text(invoice.dueDate)],
          ['Net', amount(invoice.net)],
          ['Tax', amount(invoice.tax)],
          ['Total', amount(invoice.total)],
          ['Payable', invoice.payable && money(invoice.payable.value, invoice.currency)],
          ['Buyer', invoice.buyer?.name && <bdi>{invoice.buyer.name}</bdi>],
          ['IBAN', invoice.ibans?.length ? <bdi class="mono">{invoice.ibans.join(', ')}</bdi> : null],
          ['Terms', invoice.paymentTerms && <bdi>{invoice.paymentTerms}</bdi>],
        ]}
      />
      {invoice.lineItems.length > 0 && <Lines invoice={invoice} />}
    </section>
  );
}

/** The confidence of a field; nothing when it is certain or the provider gives none. */
function Sure({ confidence, children }: { confidence: number | null; children: preact.ComponentChildren }) {
  if (confidence === null || confidence >= 0.995) return <>{children}</>;
  const percent = `${Math.round(confidence * 100)} %`;
  return (
    <>
      {children} <Badge tone={confidence < 0.8 ? 'warn' : 'plain'}>{percent}</Badge>
    </>
  );
}

function Lines({ invoice }: { invoice: InvoiceFields }) {
  const quantityOf = (value: number | null) => (value === null ? '' : value.toLocaleString('en-US'));
  // A unit price may have more decimals than an amount.
  const priceOf = (value: number | null) =>
    value === null ? '' : value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 });
  return (
    <div class="scroll-x">
      <table>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col" class="number">
              Quantity
            </th>
            <th scope="col" class="number">
              Price
            </th>
            <th scope="col" class="number">
              Amount
            </th>
          </tr>
        </thead>
        <tbody>
          {invoice.lineItems.map(({ description, quantity, unitPrice, amount }) => (
            <tr>
              <td>
                <bdi>{description}</bdi>
              </td>
              <td class="number">{quantityOf(quantity)}</td>
              <td class="number">{priceOf(unitPrice)}</td>
              <td class="number">{amount === null ? '' : money(amount, null)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
