/** One line, two sentences and a letter with the same content in each language, by ISO 639-1 code. */
export const MAILS_IN_LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  en: [
    'Thanks, that works for me. See you on Thursday!',
    'Hi Tom, could you send me the signed contract by Friday? We need it before the new supplier can start.',
    'Dear Ms Miller,\n\nthank you for your order of 12 March. Unfortunately two of the items are out of stock at the moment, so we will ship them separately next week. You will not be charged for the second delivery. If you would rather cancel this part of the order, please let us know by return.\n\nKind regards,\nAnna',
  ],
  de: [
    'Danke, das passt mir gut. Bis Donnerstag!',
    'Hallo Tom, kannst du mir bis Freitag den unterschriebenen Vertrag schicken? Wir brauchen ihn, bevor der neue Lieferant anfangen kann.',
    'Sehr geehrte Frau Müller,\n\nvielen Dank für Ihre Bestellung vom 12. März. Leider sind zwei Artikel zurzeit nicht lieferbar, wir schicken sie Ihnen nächste Woche gesondert zu. Kosten entstehen Ihnen dadurch keine. Falls Sie diesen Teil der Bestellung lieber stornieren möchten, geben Sie uns bitte Bescheid.\n\nMit freundlichen Grüßen\nAnna',
  ],
  fr: [
    'Merci, ça me convient. À jeudi !',
    'Bonjour Tom, peux-tu m’envoyer le contrat signé avant vendredi ? Il nous le faut avant que le nouveau fournisseur commence.',
    'Madame,\n\nnous vous remercions de votre commande du 12 mars. Malheureusement, deux articles ne sont pas disponibles pour le moment et vous seront expédiés séparément la semaine prochaine. Cette seconde livraison ne vous sera pas facturée. Si vous préférez annuler cette partie de la commande, merci de nous le faire savoir.\n\nCordialement,\nAnna',
  ],
  es: [
    'Gracias, me viene bien. ¡Hasta el jueves!',
    'Hola Tom, ¿puedes enviarme el contrato firmado antes del viernes? Lo necesitamos antes de que empiece el nuevo proveedor.',
    'Estimada señora:\n\nLe agradecemos su pedido del 12 de marzo. Lamentablemente, dos de los artículos no están disponibles en este momento, por lo que se los enviaremos por separado la próxima semana. La segunda entrega no tendrá ningún coste. Si prefiere cancelar esta parte del pedido, háganoslo saber.\n\nUn saludo cordial,\nAnna',
  ],
  it: [
    'Grazie, per me va bene. A giovedì!',
    'Ciao Tom, puoi mandarmi il contratto firmato entro venerdì? Ci serve prima che il nuovo fornitore inizi.',
    'Gentile signora,\n\nla ringraziamo per il suo ordine del 12 marzo. Purtroppo due articoli non sono al momento disponibili e le saranno spediti separatamente la prossima settimana. Per la seconda consegna non le sarà addebitato alcun costo. Se preferisce annullare questa parte dell’ordine, la preghiamo di comunicarcelo.\n\nCordiali saluti,\nAnna',
  ],
  pt: [
    'Obrigado, para mim está ótimo. Até quinta-feira!',
    'Olá Tom, podes enviar-me o contrato assinado até sexta-feira? Precisamos dele antes que o novo fornecedor comece.',
    'Exma. Senhora,\n\nagradecemos a sua encomenda de 12 de março. Infelizmente, dois dos artigos não estão disponíveis de momento e serão enviados em separado na próxima semana. A segunda entrega não terá qualquer custo. Se preferir cancelar esta parte da encomenda, informe-nos por favor.\n\nCom os melhores cumprimentos,\nAnna',
  ],
  nl: [
    'Bedankt, dat komt goed uit. Tot donderdag!',
    'Hoi Tom, kun je mij voor vrijdag het getekende contract sturen? We hebben het nodig voordat de nieuwe leverancier kan beginnen.',
    'Geachte mevrouw,\n\nhartelijk dank voor uw bestelling van 12 maart. Helaas zijn twee artikelen op dit moment niet leverbaar; wij sturen ze volgende week apart naar u toe. Voor de tweede levering worden geen kosten in rekening gebracht. Als u dit deel van de bestelling liever annuleert, laat het ons dan weten.\n\nMet vriendelijke groet,\nAnna',
  ],
  sv: [
    'Tack, det passar mig bra. Vi ses på torsdag!',
    'Hej Tom, kan du skicka mig det undertecknade avtalet senast på fredag? Vi behöver det innan den nya leverantören börjar.',
    'Hej,\n\ntack för din beställning den 12 mars. Tyvärr är två av varorna slut i lager just nu och de kommer att skickas separat nästa vecka. Du betalar inget för den andra leveransen. Om du hellre vill avbeställa den delen av ordern ber vi dig höra av dig.\n\nMed vänliga hälsningar\nAnna',
  ],
  da: [
    'Tak, det passer mig fint. Vi ses på torsdag!',
    'Hej Tom, kan du sende mig den underskrevne kontrakt inden fredag? Vi skal bruge den, før den nye leverandør kan begynde.',
    'Kære kunde,\n\ntak for din bestilling af 12. marts. Desværre er to af varerne ikke på lager i øjeblikket, så vi sender dem særskilt i næste uge. Du skal ikke betale for den anden levering. Hvis du hellere vil annullere denne del af ordren, bedes du give os besked.\n\nMed venlig hilsen\nAnna',
  ],
  no: [
    'Takk, det passer fint for meg. Vi sees på torsdag!',
    'Hei Tom, kan du sende meg den signerte kontrakten innen fredag? Vi trenger den før den nye leverandøren kan begynne.',
    'Kjære kunde,\n\ntakk for bestillingen din av 12. mars. Dessverre er to av varene ikke på lager akkurat nå, så vi sender dem separat neste uke. Du betaler ikke noe for den andre leveringen. Hvis du heller vil avbestille denne delen av ordren, ber vi deg gi oss beskjed.\n\nMed vennlig hilsen\nAnna',
  ],
  fi: [
    'Kiitos, se sopii minulle hyvin. Nähdään torstaina!',
    'Hei Tom, voitko lähettää minulle allekirjoitetun sopimuksen perjantaihin mennessä? Tarvitsemme sen ennen kuin uusi toimittaja aloittaa.',
    'Hyvä asiakas,\n\nkiitos tilauksestanne 12. maaliskuuta. Valitettavasti kaksi tuotetta on tällä hetkellä loppu, joten lähetämme ne erikseen ensi viikolla. Toisesta toimituksesta ei peritä maksua. Jos haluatte mieluummin peruuttaa tämän osan tilauksesta, pyydämme ilmoittamaan siitä meille.\n\nYstävällisin terveisin\nAnna',
  ],
  pl: [
    'Dzięki, pasuje mi. Do zobaczenia w czwartek!',
    'Cześć Tom, czy możesz mi przesłać podpisaną umowę do piątku? Potrzebujemy jej, zanim nowy dostawca zacznie pracę.',
    'Szanowna Pani,\n\ndziękujemy za zamówienie z 12 marca. Niestety dwa artykuły są obecnie niedostępne, wyślemy je osobno w przyszłym tygodniu. Za drugą przesyłkę nie pobierzemy żadnej opłaty. Jeśli woli Pani anulować tę część zamówienia, prosimy o informację.\n\nZ poważaniem\nAnna',
  ],
  cs: [
    'Děkuji, to mi vyhovuje. Uvidíme se ve čtvrtek!',
    'Ahoj Tome, můžeš mi do pátku poslat podepsanou smlouvu? Potřebujeme ji, než nový dodavatel začne.',
    'Vážená paní,\n\nděkujeme za Vaši objednávku ze dne 12. března. Dvě položky bohužel nejsou momentálně skladem, zašleme Vám je zvlášť příští týden. Za druhou zásilku Vám nebudeme nic účtovat. Pokud si přejete tuto část objednávky zrušit, dejte nám prosím vědět.\n\nS pozdravem\nAnna',
  ],
  hu: [
    'Köszönöm, nekem megfelel. Csütörtökön találkozunk!',
    'Szia Tom, el tudnád küldeni péntekig az aláírt szerződést? Szükségünk van rá, mielőtt az új beszállító elkezdi a munkát.',
    'Tisztelt Asszonyom!\n\nKöszönjük március 12-i megrendelését. Sajnos két termék jelenleg nincs raktáron, ezeket a jövő héten külön küldjük el. A második szállításért nem számítunk fel díjat. Ha inkább lemondaná a megrendelésnek ezt a részét, kérjük, jelezze.\n\nÜdvözlettel\nAnna',
  ],
  ro: [
    'Mulțumesc, îmi convine. Ne vedem joi!',
    'Salut Tom, îmi poți trimite contractul semnat până vineri? Avem nevoie de el înainte ca noul furnizor să înceapă.',
    'Stimată doamnă,\n\nvă mulțumim pentru comanda din 12 martie. Din păcate, două dintre articole nu sunt disponibile momentan și vi le vom trimite separat săptămâna viitoare. A doua livrare nu vă va costa nimic. Dacă preferați să anulați această parte a comenzii, vă rugăm să ne anunțați.\n\nCu stimă,\nAnna',
  ],
  el: [
    'Ευχαριστώ, με βολεύει. Τα λέμε την Πέμπτη!',
    'Γεια σου Τομ, μπορείς να μου στείλεις το υπογεγραμμένο συμβόλαιο μέχρι την Παρασκευή; Το χρειαζόμαστε πριν ξεκινήσει ο νέος προμηθευτής.',
    'Αγαπητή κυρία,\n\nσας ευχαριστούμε για την παραγγελία σας της 12ης Μαρτίου. Δυστυχώς δύο από τα προϊόντα δεν είναι διαθέσιμα αυτή τη στιγμή και θα σας αποσταλούν χωριστά την επόμενη εβδομάδα.\n\nΜε εκτίμηση\nΆννα',
  ],
  tr: [
    'Teşekkürler, bana uyar. Perşembe günü görüşürüz!',
    'Merhaba Tom, imzalanmış sözleşmeyi cuma gününe kadar bana gönderebilir misin? Yeni tedarikçi başlamadan önce ona ihtiyacımız var.',
    'Sayın müşterimiz,\n\n12 Mart tarihli siparişiniz için teşekkür ederiz. Maalesef ürünlerden ikisi şu anda stokta yok, gelecek hafta size ayrıca göndereceğiz. İkinci teslimat için sizden ücret alınmayacaktır. Siparişin bu bölümünü iptal etmek isterseniz lütfen bize bildirin.\n\nSaygılarımızla\nAnna',
  ],
  ru: [
    'Спасибо, мне подходит. Увидимся в четверг!',
    'Привет, Том, можешь прислать мне подписанный договор до пятницы? Он нужен нам до того, как начнёт работать новый поставщик.',
    'Уважаемая госпожа Миллер,\n\nблагодарим вас за заказ от 12 марта. К сожалению, двух товаров сейчас нет на складе, мы отправим их отдельно на следующей неделе. За вторую доставку платить не нужно.\n\nС уважением\nАнна',
  ],
  uk: [
    'Дякую, мені підходить. Побачимося в четвер!',
    'Привіт, Томе, можеш надіслати мені підписаний договір до п’ятниці? Він потрібен нам, перш ніж почне працювати новий постачальник.',
    'Шановна пані,\n\nдякуємо за ваше замовлення від 12 березня. На жаль, двох товарів зараз немає на складі, ми надішлемо їх окремо наступного тижня. За другу доставку платити не потрібно.\n\nЗ повагою\nАнна',
  ],
  ja: [
    'ありがとうございます。木曜日にお会いしましょう。',
    'トムさん、金曜日までに署名済みの契約書を送っていただけますか。新しい業者が始める前に必要です。',
    'いつもお世話になっております。\n\n3月12日にご注文いただき、誠にありがとうございます。申し訳ございませんが、二点の商品が現在在庫切れのため、来週別便にてお送りいたします。送料はかかりません。ご都合が悪い場合はお知らせください。\n\nよろしくお願いいたします。',
  ],
  zh: [
    '谢谢，我没问题。星期四见！',
    '你好，汤姆，你能在星期五之前把签好的合同发给我吗？新供应商开始之前我们需要它。',
    '尊敬的客户：\n\n感谢您3月12日的订单。很抱歉，其中两件商品目前缺货，我们将在下周另行寄出，第二次发货不收取任何费用。如果您想取消这部分订单，请告知我们。\n\n此致敬礼',
  ],
  ar: [
    'شكرا، هذا يناسبني. أراك يوم الخميس!',
    'مرحبا توم، هل يمكنك أن ترسل لي العقد الموقع قبل يوم الجمعة؟ نحتاج إليه قبل أن يبدأ المورد الجديد.',
    'السيدة المحترمة،\n\nنشكركم على طلبكم بتاريخ 12 مارس. للأسف منتجان غير متوفرين حاليا وسنرسلهما إليكم بشكل منفصل الأسبوع المقبل. لن تدفعوا شيئا مقابل الشحنة الثانية.\n\nمع أطيب التحيات',
  ],
  ko: [
    '감사합니다. 목요일에 뵙겠습니다!',
    '안녕하세요, 금요일까지 서명된 계약서를 보내 주시겠어요? 새 공급업체가 시작하기 전에 필요합니다.',
    '고객님께,\n\n3월 12일 주문해 주셔서 감사합니다. 죄송하지만 두 가지 상품이 현재 품절되어 다음 주에 따로 보내 드리겠습니다. 추가 배송비는 없습니다.',
  ],
  he: [
    'תודה, זה מתאים לי. נתראה ביום חמישי!',
    'היי תום, תוכל לשלוח לי את החוזה החתום עד יום שישי? אנחנו צריכים אותו לפני שהספק החדש מתחיל.',
    'לקוח יקר,\n\nתודה על הזמנתך מ-12 במרץ. לצערנו שניים מהפריטים אינם במלאי כרגע, ונשלח אותם בנפרד בשבוע הבא.',
  ],
};
