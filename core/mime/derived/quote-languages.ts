/** How mailers of one language introduce what they quote. Every entry is an alternative of a regular expression. */
interface QuoteLanguage {
  /** First words of an attribution, `On` of `On 16 Nov 2026, Ann wrote:`. */
  opens?: string;
  wrote: string;
  /** Labels of the block that Outlook puts above a quote: the author, the subject, and all others. */
  from: string;
  subject: string;
  fields: string;
  /** The text between dashes: `-----Original Message-----`. */
  separators?: string;
  /** First words of the line that phones and free mailers append to a text. */
  signatures?: string;
}

export const QUOTE_LANGUAGES: Readonly<Record<string, QuoteLanguage>> = {
  en: {
    opens: 'on|in a message dated',
    wrote: 'wrote|writes',
    from: 'from',
    subject: 'subject',
    fields: 'sent|date|to|cc|bcc|reply-to|importance|attachments',
    separators:
      'original message|original appointment|forwarded message|forwarded by .{1,80}|replied message|reply message|original e-?mail|original',
    signatures:
      'sent from (my |mail for |mail on |outlook|yahoo|proton|samsung|aol|the )|sent with |sent via |sent using |get outlook for |get bluemail |get typeapp ',
  },
  de: {
    opens: 'am|in einer e-?mail vom',
    wrote: 'schrieb|schreibt|geschrieben',
    from: 'von|absender',
    subject: 'betreff',
    fields: 'gesendet|datum|an|kopie|antwort an|wichtigkeit|anlagen',
    separators:
      'ursprüngliche nachricht|originalnachricht|original-nachricht|weitergeleitete nachricht|ursprüngliche e-?mail|original e-?mail',
    signatures:
      'von meinem .{1,40} gesendet|gesendet (von|mit|über|aus) |diese nachricht wurde von meinem |holen sie sich outlook|outlook für .{1,20} (beziehen|herunterladen)|mit der .{1,30} app gesendet',
  },
  fr: {
    opens: 'le|dans un (e-?mail|message) daté du',
    wrote: 'a écrit|a ecrit|écrit',
    from: 'de|expéditeur',
    subject: 'objet',
    fields: 'envoyé|date|à|a|copie|copie à|répondre à|importance|pièces jointes',
    separators:
      "message d['’]origine|message original|message transféré|message initial|mail original|e-?mail original|courriel original|message réacheminé",
    signatures:
      'envoyé (de|par|depuis|à partir de|avec|via) |obtenez outlook |obtenir outlook |télécharger outlook |provenance : ',
  },
  es: {
    opens: 'el|en un mensaje con fecha',
    wrote: 'escribió|escribio|escribe|ha escrito',
    from: 'de|remitente',
    subject: 'asunto',
    fields: 'enviado|enviado el|enviado a las|fecha|para|copia|importancia|datos adjuntos',
    separators: 'mensaje original|mensaje reenviado|mensaje de correo original|correo original',
    signatures:
      'enviado (desde|con|a través de|de) (mi|el|la|outlook|yahoo|correo|iphone|gmail)|obtener outlook |obtenga outlook |descargar outlook ',
  },
  it: {
    opens: 'il|in un messaggio del',
    wrote: 'scritto|scrive|scrisse',
    from: 'da',
    subject: 'oggetto',
    fields: 'inviato|inviata|data|a|rispondi a|per conoscenza|priorità|allegati',
    separators:
      'messaggio originale|messaggio inoltrato|messaggio originario|inizio messaggio inoltrato|mail originale',
    signatures: 'inviato (da|dal|con|tramite) |scarica outlook |ottieni outlook ',
  },
  pt: {
    opens: 'em|no dia',
    wrote: 'escreveu|escreve|escreveram',
    from: 'de|remetente',
    subject: 'assunto',
    fields: 'enviado|enviada|enviado em|enviada em|data|para|anexos|prioridade',
    separators: 'mensagem original|mensagem encaminhada|mensagem reencaminhada|e-?mail original',
    signatures:
      'enviado (do|de|a partir|pelo|via|através) (meu|meu |o|do|outlook|yahoo|iphone|gmail|correio)|obter o outlook |obtenha o outlook |baixar outlook ',
  },
  nl: {
    opens: 'op|in een bericht van',
    wrote: 'schreef|schrijft|geschreven',
    from: 'van|afzender',
    subject: 'onderwerp',
    fields: 'verzonden|datum|aan|kopie|verstuurd|urgentie|bijlagen',
    separators: 'oorspronkelijk bericht|doorgestuurd bericht|origineel bericht|oorspronkelijke e-?mail',
    signatures:
      'verzonden (vanaf|met|via|vanuit) |verstuurd (vanaf|met|via) |outlook voor .{1,20} (downloaden|ophalen)|download outlook voor ',
  },
  sv: {
    opens: 'den',
    wrote: 'skrev|skriver',
    from: 'från|avsändare',
    subject: 'ämne',
    fields: 'skickat|datum|till|kopia|svar till|prioritet|bifogade filer',
    separators: 'ursprungligt meddelande|vidarebefordrat meddelande|originalmeddelande|ursprungsmeddelande',
    signatures: 'skickat (från|med|via) |hämta outlook |skaffa outlook ',
  },
  da: {
    opens: 'den|d\\.',
    wrote: 'skrev|skriver',
    from: 'fra|afsender',
    subject: 'emne',
    fields: 'sendt|dato|til|kopi|svar til|vedhæftede filer',
    separators: 'oprindelig meddelelse|original meddelelse|videresendt (besked|meddelelse)|oprindelig besked',
    signatures: 'sendt (fra|med|via) |hent outlook |få outlook ',
  },
  no: {
    opens: 'den|på',
    wrote: 'skrev|skriver',
    from: 'fra|avsender',
    subject: 'emne',
    fields: 'sendt|dato|til|kopi|vedlegg',
    separators: 'opprinnelig melding|videresendt melding|original melding|opprinnelig e-post',
    signatures: 'skaff deg outlook |last ned outlook ',
  },
  fi: {
    opens: 'ma|ti|ke|to|pe|la|su',
    wrote: 'kirjoitti|kirjoittaa',
    from: 'lähettäjä',
    subject: 'aihe',
    fields: 'lähetetty|vastaanottaja|kopio|päivämäärä|päiväys|pvm',
    separators: 'alkuperäinen viesti|edelleenlähetetty viesti|välitetty viesti',
    signatures: 'lähetetty |hanki outlook ',
  },
  pl: {
    opens: 'w dniu|dnia|wiadomość napisana przez',
    wrote: 'napisał|napisała|napisał\\(a\\)|pisze|napisana',
    from: 'od|nadawca',
    subject: 'temat',
    fields: 'wysłano|wysłane|data|do|dw|kopia|załączniki',
    separators:
      'wiadomość oryginalna|oryginalna wiadomość|wiadomość przekazana|przekazana wiadomość|wiadomość źródłowa',
    signatures: 'wysłan[aeyo] (z|za pomocą|przez) |wysłano (z|za) |pobierz (aplikację )?outlook ',
  },
  cs: {
    opens: 'dne|dňa',
    wrote: 'napsal|napsala|napsal\\(a\\)|napísal|napísala|napísal\\(a\\)|píše',
    from: 'od|odesílatel|odosielateľ',
    subject: 'předmět|predmet',
    fields: 'odesláno|odoslané|datum|dátum|komu|kopie|kópia',
    separators: 'původní zpráva|původní e-?mail|přeposlaná zpráva|pôvodná správa|preposlaná správa',
    signatures: 'odesláno z |odoslané z |získejte outlook |získať outlook ',
  },
  hu: {
    wrote: 'írta|ezt írta',
    from: 'feladó|küldte',
    subject: 'tárgy',
    fields: 'elküldve|küldve|dátum|címzett|másolatot kap|másolat',
    separators: 'eredeti üzenet|továbbított üzenet',
    signatures: 'küldve |elküldve |az outlook .{1,20} letöltése',
  },
  ro: {
    opens: 'în|pe',
    wrote: 'a scris',
    from: 'de la',
    subject: 'subiect',
    fields: 'trimis|data|către|copie',
    separators: 'mesaj original|mesaj redirecționat|mesajul original',
    signatures: 'trimis (de pe|din|cu) |obțineți outlook ',
  },
  tr: {
    wrote: 'yazdı|şunu yazdı|şunları yazdı',
    from: 'kimden|gönderen',
    subject: 'konu',
    fields: 'gönderildi|gönderilen|gönderme tarihi|tarih|kime|alıcı|bilgi',
    separators: 'orijinal mesaj|orjinal mesaj|özgün ileti|iletilen mesaj|yönlendirilen ileti',
    signatures: '.{1,30} gönderildi$|.{1,20} outlook.{1,20} edinin$',
  },
  el: {
    opens: 'στις',
    wrote: 'έγραψε',
    from: 'από',
    subject: 'θέμα',
    fields: 'στάλθηκε|ημερομηνία|προς|κοιν.|κοινοποίηση',
    separators: 'αρχικό μήνυμα|προωθημένο μήνυμα',
    signatures: 'στάλθηκε από |λήψη του outlook',
  },
  ru: {
    opens: 'в',
    wrote: 'написал|написала|написал\\(а\\)|пишет',
    from: 'от|от кого',
    subject: 'тема',
    fields: 'отправлено|дата|кому|копия|вложения',
    separators:
      'исходное сообщение|пересылаемое сообщение|пересланное сообщение|конец пересылаемого сообщения|первоначальное сообщение',
    signatures: 'отправлено (с|из|от) |получить outlook ',
  },
  uk: {
    wrote: 'пише|написав|написала|написав\\(ла\\)',
    from: 'від|від кого',
    subject: 'тема',
    fields: 'надіслано|дата|кому|копія',
    separators: 'вихідне повідомлення|переслане повідомлення|оригінальне повідомлення',
    signatures: 'надіслано (з|із) ',
  },
  he: {
    wrote: 'כתב|כתבה|מאת',
    from: 'מאת',
    subject: 'נושא',
    fields: 'נשלח|תאריך|אל|עותק',
    separators: 'הודעה מקורית|הודעה שהועברה',
  },
  ar: {
    wrote: 'كتب|كتبت',
    from: 'من',
    subject: 'الموضوع',
    fields: 'تم الإرسال|التاريخ|إلى',
    separators: 'الرسالة الأصلية|رسالة أعيد توجيهها',
  },
  ja: {
    wrote: 'のメッセージ|のメール|が書き|は書き|さんが|wrote',
    from: '差出人|送信者|from',
    subject: '件名',
    fields: '送信日時|送信|日付|日時|宛先|cc',
    separators: '元のメッセージ|転送されたメッセージ|転送メッセージ|original message',
    signatures: '.{1,20}(から送信|を入手(する)?)$',
  },
  zh: {
    opens: '在|于|於',
    wrote: '写道|寫道|写|寫到|写到',
    from: '发件人|寄件者|寄件人|發件人',
    subject: '主题|主旨|主題',
    fields: '发送时间|发送日期|寄件日期|傳送時間|日期|时间|收件人|收件者|抄送|副本',
    separators: '原始邮件|原始郵件|原邮件|转发邮件|轉寄郵件|转发的邮件|回复的原邮件|回復的原郵件|原始信件|邮件原件',
    signatures:
      '发自我的|發自我的|從我的 ?.{1,20}傳送|从我的.{1,20}发送|获取 ?.{0,10}outlook|取得 .{1,20} outlook|.{0,12}获取 outlook',
  },
  ko: {
    wrote: '작성|님이 작성|님이 쓴 글',
    from: '보낸 사람|발신',
    subject: '제목',
    fields: '보낸 날짜|날짜|받는 사람|참조|수신',
    separators: '원본 ?메시지|전달된 ?메시지|원본 ?메일',
    signatures: '.{0,20}에서 보냄$|.{0,12}outlook 다운로드',
  },
};

/** All distinct alternatives of one kind, in all languages. */
export function alternatives(kind: keyof QuoteLanguage): string[] {
  const all = Object.values(QUOTE_LANGUAGES).flatMap((language) => language[kind]?.split(/\|(?![^(]*\))/) ?? []);
  return [...new Set(all)];
}

/** All alternatives of one kind as part of a regular expression. */
export const inAllLanguages = (kind: keyof QuoteLanguage): string => alternatives(kind).join('|');
