export const SES_MESSAGE_ID = 'q041v1u3p6g5bust1o2se9of7vf685mtivi7ci01';

/** The fields SES prepends to a mail, as in its S3 objects: folded, with the receipt second to last. */
export const SES_TRACE = [
  'Return-Path: <ann@example.net>',
  'Received: from mail-wm1-f50.example.net (mail-wm1-f50.example.net [192.0.2.50])',
  ` by inbound-smtp.eu-west-1.amazonaws.com with SMTP id ${SES_MESSAGE_ID}`,
  ' for orders@example.com;',
  ' Sun, 22 Nov 2026 10:00:02 +0000 (UTC)',
  'X-SES-Spam-Verdict: PASS',
  'X-SES-Virus-Verdict: GRAY',
  'Received-SPF: pass (spfCheck: domain of example.net designates 192.0.2.50 as permitted sender) client-ip=192.0.2.50; envelope-from=ann@example.net; helo=mail-wm1-f50.example.net;',
  'Authentication-Results: amazonses.com;',
  ' spf=pass (spfCheck: domain of example.net designates 192.0.2.50 as permitted sender) client-ip=192.0.2.50; envelope-from=ann@example.net; helo=mail-wm1-f50.example.net;',
  ' dkim=pass header.i=@example.net;',
  ' dmarc=pass header.from=example.net;',
  'X-SES-RECEIPT: AEFBQUFBQUFBQUFHZFR2NW1rRTBwbWk1WGVPMStoT2Z6U0c1YnNZUWkw',
  'X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; b=M2U4; c=relaxed/simple; s=shh3fegwg5fppqsuzphvschd53n6ihuv; d=amazonses.com; t=1795341602; v=1; bh=LpK1; h=From:To:Cc:Bcc:Subject:Date:Message-ID:MIME-Version:Content-Type:X-SES-RECEIPT;',
];

export const SENT_MAIL = [
  'Received: by mail-wm1-f50.example.net with SMTP id 5b1f17b1804b1',
  ' for <orders@example.com>; Sun, 22 Nov 2026 02:00:01 -0800 (PST)',
  'From: Ann <ann@example.net>',
  'To: orders@example.com',
  'Subject: Through the other door',
  'Message-ID: <ses-1@example.net>',
  'Date: Sun, 22 Nov 2026 10:00:00 +0000',
  '',
  'hello',
  '',
];

export const sesMail = (trace: readonly string[] = SES_TRACE, sent: readonly string[] = SENT_MAIL): string =>
  [...trace, ...sent].join('\r\n');
