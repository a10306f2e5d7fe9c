/** What stands beside the fields of an invoice, in English and German. Patterns for lower case. */

/** `\b` knows no umlauts. */
const word = (pattern: string): RegExp => new RegExp(String.raw`(?<![\p{L}\d])(?:${pattern})(?![\p{L}])`, 'u');

/** Somewhere in every invoice and receipt. */
export const INVOICE = word(
  'tax invoice|invoice|receipt|bill to|rechnung|rechnungsnummer|rechnungsdatum|quittung|beleg|gutschrift|credit note',
);

/** From sure to less sure. */
export const TOTAL: readonly RegExp[] = [
  word(
    'total due|amount due|balance due|total payable|amount payable|grand total|invoice total|total amount due|zahlbetrag|rechnungsbetrag|gesamtbetrag|endbetrag|zu zahlen|zu zahlender betrag|bruttobetrag|gesamtsumme|gesamt brutto|summe brutto|brutto gesamt',
  ),
  word('total amount|total incl[\\p{L}.]*|total gross|gross total|gross amount|gross|gesamt|brutto'),
  word('total|summe|betrag|amount paid'),
];

export const NET: readonly RegExp[] = [
  word(
    'net amount|net total|total net|total excl[\\p{L}.]*|amount excl[\\p{L}.]*|nettobetrag|nettosumme|gesamt netto|summe netto|netto gesamt|netto-?summe|warenwert netto',
  ),
  word('sub-?\\s?total|zwischensumme|net|netto'),
];

export const TAX: readonly RegExp[] = [
  word('total vat|total tax|vat amount|tax amount|sales tax|mehrwertsteuer|umsatzsteuer|mwst|ust|vat|gst|steuerbetrag'),
  word('tax|steuer'),
];

/** Lines with the words of a tax that are about something else. */
export const TAX_ID = word(
  'vat (?:no|number|id|reg)[\\p{L}.]*|vat reg|gst (?:no|number)|tax (?:id|no|number)[\\p{L}.]*|ust-?\\s?id[\\p{L}.-]*|umsatzsteuer-?id[\\p{L}.-]*|steuer-?(?:nr|nummer)|tax invoice|tax date',
);

/** A total that is that of something else. */
export const NOT_TOTAL = word(
  'sub-?\\s?total|total net|net total|total excl[\\p{L}.]*|total vat|total tax|total discount|zwischensumme|netto[\\p{L}]*|mwst|ust|vat|tax|umsatzsteuer|mehrwertsteuer|steuer[\\p{L}]*',
);

export const NUMBER: readonly RegExp[] = [
  word(
    '(?:invoice|receipt|rechnungs?|quittungs?|beleg|bill)[\\s-]*(?:number|numbers|num|no|nr|nummer|id|#)\\.?|rechn\\.?-?\\s?nr\\.?|re\\.?-?\\s?nr\\.?|invoice\\s?#|n[º°] facture',
  ),
  word('invoice|rechnung'),
];

export const DUE_DATE: readonly RegExp[] = [
  word(
    'due date|payment due(?: date)?|due on|due by|pay by|payable by|due|fällig(?:keit|keitsdatum)?(?: am| bis)?|zahlbar bis(?: zum)?|zahlungsziel|zahlung bis',
  ),
];

export const INVOICE_DATE: readonly RegExp[] = [
  word(
    '(?:invoice|receipt|rechnungs?|beleg|tax|bill)[\\s-]*(?:date|datum)|date of (?:invoice|issue)|issue date|issued(?: on)?|ausstellungsdatum',
  ),
  word('date|datum|dated'),
];

/** The words over the columns of a table of items. */
export const ITEMS_HEAD = word(
  'description|item|items|article|product|bezeichnung|beschreibung|artikel|leistung|position|pos',
);
export const ITEMS_AMOUNT = word('amount|total|price|betrag|gesamt|gesamtpreis|preis|einzelpreis|summe|unit price');

/** Names of companies end so, in a few countries at least. */
export const LEGAL_FORM =
  /(?<![\p{L}\d])(?:ltd|limited|plc|llp|llc|inc|corp|corporation|gmbh(?: & co\.? kg)?|ag|kg|ohg|gbr|ug|e\.\s?k|e\.\s?v|se|s\.?a\.?r\.?l|s\.?a|s\.?p\.?a|s\.?r\.?l|b\.?v|n\.?v|oy|ab|aps|pty)(?![\p{L}\d])\.?/iu;

/** Lines of a letterhead that name somebody else, or who owns the words of a form. */
export const NOT_VENDOR =
  /^(?:attn|attention|an|to|bill(?:ed)? to|ship(?:ped)? to|sold to|customer|kunde|client|z\.\s?hd)(?![\p{L}\d])|©|\(c\)|copyright|:$/u;
