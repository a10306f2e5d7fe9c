/** Answers of Textract's expense analysis as recorded, including the parts that the product ignores. */

const GEOMETRY = {
  BoundingBox: { Width: 0.2, Height: 0.01, Left: 0.1, Top: 0.1 },
  Polygon: [
    { X: 0.1, Y: 0.1 },
    { X: 0.3, Y: 0.1 },
    { X: 0.3, Y: 0.11 },
    { X: 0.1, Y: 0.11 },
  ],
};

export function field(type: string, text: string, confidence = 97.5, currency?: string) {
  return {
    Type: { Text: type, Confidence: 99.1 },
    LabelDetection: { Text: `${type} label`, Geometry: GEOMETRY, Confidence: 90.2 },
    ValueDetection: { Text: text, Geometry: GEOMETRY, Confidence: confidence },
    PageNumber: 1,
    ...(currency === undefined ? {} : { Currency: { Code: currency, Confidence: 96 } }),
    GroupProperties: [{ Types: ['RECEIVER_BILL_TO'], Id: 'b6c1f2a4' }],
  };
}

export function lineItem(item: string, quantity: string, unitPrice: string, price: string) {
  return {
    LineItemExpenseFields: [
      field('ITEM', item),
      field('QUANTITY', quantity),
      field('UNIT_PRICE', unitPrice),
      field('PRICE', price, 88),
      field('EXPENSE_ROW', `${item}\n${quantity} ${unitPrice} ${price}`),
    ],
  };
}

export function page(number: number, lines: readonly string[]) {
  const id = (at: number) => `0000-${number}-${at}`;
  return [
    { BlockType: 'PAGE', Geometry: GEOMETRY, Id: `page-${number}`, Page: number },
    ...lines.flatMap((text, at) => [
      { BlockType: 'LINE', Confidence: 98.25, Text: text, Geometry: GEOMETRY, Id: id(at), Page: number },
      {
        BlockType: 'WORD',
        Confidence: 98,
        Text: text.split(' ')[0],
        TextType: 'PRINTED',
        Id: `${id(at)}w`,
        Page: number,
      },
    ]),
  ];
}

export interface ExpenseDocumentShape {
  fields?: unknown[];
  items?: unknown[];
  blocks?: unknown[];
}

export const expenseDocument = ({ fields = [], items = [], blocks = [] }: ExpenseDocumentShape, index = 1) => ({
  ExpenseIndex: index,
  SummaryFields: fields,
  LineItemGroups: [{ LineItemGroupIndex: 1, LineItems: items }],
  Blocks: blocks,
});

export const INVOICE_LINES = [
  'Harbour Paper Supplies Ltd',
  'INVOICE',
  'Invoice number',
  'HP-2026-0417',
  'Total due',
  'GBP 1,488.00',
];

/** Textract's answer for the scanned invoice. */
export const scannedInvoice = (blocks: unknown[] = page(1, INVOICE_LINES)) =>
  expenseDocument({
    fields: [
      field('VENDOR_NAME', 'Harbour Paper\nSupplies Ltd'),
      field('INVOICE_RECEIPT_ID', 'HP-2026-0417'),
      field('INVOICE_RECEIPT_DATE', '2026-11-02'),
      field('DUE_DATE', '2 Dec 2026'),
      field('SUBTOTAL', 'GBP 1,240.00', 95, 'GBP'),
      field('TAX', 'GBP 248.00', 94.4, 'GBP'),
      field('TOTAL', 'GBP 1,488.00', 96.66, 'GBP'),
      field('TOTAL', 'GBP 1,240.00', 41, 'GBP'),
      field('OTHER', 'Payment within 30 days'),
    ],
    items: [
      lineItem('Copier paper A4, box of 5 reams', '40', '18.50', '740.00'),
      lineItem('Envelopes C5, box of 500', '20', '21.00', '420.00'),
      lineItem('Delivery', '1', '80.00', '80.00'),
    ],
    blocks,
  });

export const analysis = (documents: unknown[], pages = 1) => ({
  DocumentMetadata: { Pages: pages },
  ExpenseDocuments: documents,
});

export const job = (status: string, documents: unknown[] = [], more: Record<string, unknown> = {}) => ({
  JobStatus: status,
  AnalyzeExpenseModelVersion: '5.0',
  ...(status === 'IN_PROGRESS' || status === 'FAILED' ? {} : analysis(documents, 2)),
  ...more,
});
