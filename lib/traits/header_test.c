/* SPDX-License-Identifier: Apache-2.0 */
/* One field, or two, and what a trait makes of them. */
#include "test/traits_fixture.h"

struct header_case {
	enum trait trait;
	const char *header, *want;	/* NULL: there is none */
};

static const struct header_case headers[] = {
	{ TRAIT_MESSAGE_ID_DOMAIN, "Message-ID: <a@mx.Example.CO.UK>\r\n",
	    "example.co.uk" },
	{ TRAIT_MESSAGE_ID_DOMAIN, "Message-ID: <a@laptop>\r\n", "a" },
	{ TRAIT_MESSAGE_ID_DOMAIN, "Message-ID: <a>\r\n", NULL },
	{ TRAIT_MESSAGE_ID_DOMAIN, "Subject: x\r\n", NULL },
	{ TRAIT_MESSAGE_ID_SHAPE,
	    "Message-ID: <f5dac58d-2001-7e38-1cfa-7a2c6936e4d3@x>\r\n",
	    "h8-h4-h4-h4-h12" },
	{ TRAIT_MESSAGE_ID_SHAPE, "Message-ID: <20240102.2.GA17@x>\r\n",
	    "d8.d1.w" },
	{ TRAIT_MESSAGE_ID_SHAPE, "Message-ID: <DB7PR04MB12A.zQ@x>\r\n",
	    "w.m" },
	{ TRAIT_MESSAGE_ID_SHAPE, "Message-ID: <CAA1b2C3d4E5f6G7h8I9j0K1l2M3"
	    "n4o5p6q7R8s9T0u1v2W3x4=y+z_Q@mail.gmail.com>\r\n", "CA+m" },
	{ TRAIT_MESSAGE_ID_SHAPE, "Message-ID: <----....@x>\r\n", "--" },
	{ TRAIT_MAILER, "User-Agent: Mozilla/5.0 (X11; Linux)\r\n"
	    " Gecko/20100101 Thunderbird/60.7.1\r\n", "thunderbird" },
	{ TRAIT_MAILER, "X-Mailer: Apple Mail (2.3445)\r\n", "apple" },
	{ TRAIT_MAILER, "X-Mailer: git-send-email 2.1\r\n",
	    "git-send-email" },
	{ TRAIT_MAILER_VERSION, "X-Mailer: git-send-email 2.1\r\n",
	    "git-send-email 2.1" },
	{ TRAIT_MAILER_VERSION, "X-Mailer: a\xff\tb\r\n", "a\\xff\\x09b" },
	{ TRAIT_MAILER, "X-Mailer:\r\n", NULL },
	{ TRAIT_TIME_ZONE, "Date: Mon, 1 Jan 2024 10:00:00 -0730\r\n",
	    "-0730" },
	{ TRAIT_TIME_ZONE, "Date: Mon, 1 Jan 2024 10:00:00 GMT\r\n", "GMT" },
	{ TRAIT_TIME_ZONE, "Date: Mon, 1 Jan 2024 10:00:00\r\n", NULL },
	{ TRAIT_TIME_ZONE, "Date: yesterday\r\n", NULL },
	{ TRAIT_DATE_SHAPE, "Date: Mon, 1 Jan 2024 10:00:00 +0000 (UTC)\r\n",
	    "paren a, 9 a 9 9:9:9 +9 (a" },
	{ TRAIT_DATE_SHAPE, "Date: 1 Jan 2024 10:00 +0000\r\n",
	    "9 a 9 9:9 +9" },
	{ TRAIT_FIELD_ORDER, "To: a@b\r\nX-Y: z\r\nFROM: a@b\r\nDate: x\r\n",
	    "to from date" },
	{ TRAIT_FIELD_CASE, "Message-Id: <a@b>\r\nMime-Version: 1.0\r\n"
	    "Content-type: text/plain\r\nFrom: a@b\r\n",
	    "Message-Id Mime-Version Content-type" },
	{ TRAIT_HEADER_NAMES, "From: a@b\r\nX-Priority: 3\r\n"
	    "X-Spam-Status: No\r\nx-priority: 1\r\nThread-Index: x\r\n"
	    "X-Google-Smtp-Source: y\r\nLines: 3\r\nLinesman: 3\r\n",
	    "x-priority thread-index linesman" },
	{ TRAIT_CONTENT_TYPE, "Content-Type: TEXT/Plain; charset=X\r\n",
	    "text/plain" },
	{ TRAIT_CONTENT_TYPE, "From: a@b\r\n", NULL },
	{ TRAIT_CHARSET, "Content-Type: text/plain;\r\n charset=\"UTF-8\"\r\n",
	    "utf-8" },
	{ TRAIT_FORMAT, "Content-Type: text/plain; format=Flowed\r\n",
	    "flowed" },
	{ TRAIT_BOUNDARY_SHAPE,
	    "Content-Type: multipart/mixed; boundary=\"--=_P_123.9\"\r\n",
	    "--w_d3.d1" },
	{ TRAIT_TRANSFER_ENCODING, "Content-Transfer-Encoding: 8BIT\r\n",
	    "8bit" },
	{ TRAIT_FROM_SHAPE, "From: Ann Lee <a@b.example>\r\n", "Aa Aa" },
	{ TRAIT_FROM_SHAPE, "From: \"Lee, Ann\" <a@b.example>\r\n",
	    "qAa, Aa" },
	{ TRAIT_FROM_SHAPE, "From: =?UTF-8?q?=C3=84nn?= <a@b.example>\r\n",
	    "UTF-8?q" },
	{ TRAIT_FROM_SHAPE, "From: a@b.example\r\n", NULL },
	{ TRAIT_DISPLAY_NAME, "From: =?UTF-8?q?=C3=84NN?= <a@b.example>\r\n",
	    "\xc3\x84nn" },
	{ TRAIT_DISPLAY_NAME, "From: \"Lee, Ann\" <a@b.example>\r\n",
	    "lee, ann" },
	{ TRAIT_DISPLAY_NAME, "From: <a@b.example>\r\n", NULL },
	{ TRAIT_SUBJECT_PREFIX, "Subject: RE: x\r\n", "re" },
	{ TRAIT_SUBJECT_PREFIX, "Subject: Aw: [list] x\r\n", "aw[]" },
	{ TRAIT_SUBJECT_PREFIX, "Subject: [PATCH 1/2] x\r\n", "[]" },
	{ TRAIT_SUBJECT_PREFIX, "Subject: Report: x\r\n", "new" },
	{ TRAIT_SUBJECT_PREFIX, "To: x\r\n", "none" },
	{ TRAIT_REPLY_TO, "From: a@b.example\r\nReply-To: A@b.example\r\n",
	    "same" },
	{ TRAIT_REPLY_TO, "From: a@b.example\r\nReply-To: a@x.c.test\r\n",
	    "c.test" },
	{ TRAIT_REPLY_TO, "From: a@b.example\r\n", NULL },
	{ TRAIT_RECIPIENTS, "From: a@b.example\r\n"
	    "To: \"x@y.example\" <B@c.example>, a@b.example\r\n"
	    "Cc: b@c.example, g:d@e.example;\r\n",
	    "b@c.example d@e.example" },
	{ TRAIT_RECIPIENTS, "To: <<< junk b@c.example @@ .. (\r\n",
	    "b@c.example" },
	{ TRAIT_RECIPIENT_COUNT, "To: a@b.example, c@d.example\r\n"
	    "Cc: e@f.example\r\n", "2" },
	{ TRAIT_RECIPIENT_COUNT, "To: undisclosed-recipients:;\r\n", "0" },
	{ TRAIT_HOPS, "From: a@b\r\n", "0" },
	{ TRAIT_HOPS, "Received: by a\r\nReceived: by b\r\n", "2" },
	{ TRAIT_FIRST_SERVER, "Received: by a.example\r\n"
	    "Received: from me ([192.0.2.1]) by out.b.example with ESMTPSA\r\n",
	    "b.example" },
	{ TRAIT_FIRST_SERVER, "Received: by 2002:a05:6402:: with SMTP; x\r\n",
	    "[ip6]" },
	{ TRAIT_ORIGIN_NET, "Received: from me ([192.0.2.1]) by b.example\r\n",
	    "192.0.0.0/16" },
	{ TRAIT_ORIGIN_NET, "Received: from me ([10.0.2.1]) by b.example\r\n",
	    "private" },
	{ TRAIT_ORIGIN_NET,
	    "Received: from me ([IPv6:2001:db8:1::2]) by b.example\r\n",
	    "2001:db8::/32" },
	{ TRAIT_ORIGIN_NET, "Received: by b.example\r\n", NULL },
	{ TRAIT_ORIGIN_HELO, "Received: from DESKTOP-12AB (x [192.0.2.1])\r\n"
	    "\tby b.example\r\n", "A-9A" },
	{ TRAIT_ORIGIN_HELO, "Received: from [10.1.2.3] (x [192.0.2.1])\r\n"
	    "\tby b.example\r\n", "[ip4]" },
	{ TRAIT_ORIGIN_HELO, "Received: from pc.lan.example.org by b\r\n",
	    "example.org" },
	{ TRAIT_DKIM_DOMAINS, "DKIM-Signature: v=1; d=b.example; s=k2\r\n"
	    "DKIM-Signature: v=1; d=mail.A.example;\r\n\ts=k1\r\n"
	    "DKIM-Signature: v=1; d=a.example; s=k1\r\n",
	    "a.example,b.example" },
	{ TRAIT_DKIM_SELECTORS, "DKIM-Signature: v=1; d=b.example; s=k2\r\n"
	    "DKIM-Signature: v=1; d=a.example; s=k1\r\n", "k1,k2" },
	{ TRAIT_DKIM_DOMAINS, "DKIM-Signature: garbage\r\n", NULL },
	{ TRAIT_DKIM_FORM, "DKIM-Signature: v=1; a=rsa-sha256;\r\n"
	    "\tc=relaxed/Simple; d=a.example; s=k; h=from; bh=; b=\r\n",
	    "rsa-sha256 relaxed/simple v,a,c,d,s,h,bh,b" },
	{ TRAIT_DKIM_OVERSIGNED, "DKIM-Signature: v=1; d=a.example; s=k;\n"
	    " h=To:From:Subject:from:to: x\n", "from,to" },
	{ TRAIT_DKIM_ALIGNED, "From: a@m.b.example\n"
	    "DKIM-Signature: v=1; d=x.example\n"
	    "DKIM-Signature: v=1; d=b.example\n", "organization" },
	{ TRAIT_DKIM_ALIGNED, "From: a@b.example\n"
	    "DKIM-Signature: v=1; d=B.example\n", "exactly" },
	{ TRAIT_DKIM_ALIGNED, "From: a@b.example\n"
	    "DKIM-Signature: v=1; d=x.example\n", "no" },
	{ TRAIT_DKIM_ALIGNED, "From: a@b.example\n", NULL },
	{ TRAIT_ARC, "ARC-Seal: i=2; cv=pass; d=b.example\n"
	    "ARC-Seal: i=1; cv=none; d=a.example\n",
	    "a.example,b.example cv=pass" },
	{ TRAIT_LIST_ID, "List-Id: Some (x) <X.l.example>\n",
	    "x.l.example" },
	{ TRAIT_FORWARDED, "Resent-From: a@b.example\n", "resent" },
	{ TRAIT_SERVER_FIELDS, "X-Spam-Status: No\nX-Priority: 1\n"
	    "Authentication-Results: x; dkim=pass\nReceived: by x\n"
	    "X-Provags-ID: y\n", "x-spam-status x-provags-id" },
	{ TRAIT_FIRST_SERVER_FORM,
	    "Received: from a ([192.0.2.1] helo=b)\n by c.example with esmtps "
	    "id 1rA2b3-0004Cd-Ef; x\n", "from seen exim id m-m-m" },
	{ TRAIT_FIRST_SERVER_FORM, "Received: from a by b; x\n", "from" },
	{ TRAIT_FIRST_SERVER_FORM, "Received: by b; x\n", "by" },
	{ TRAIT_ORIGIN_PROTOCOL, "Received: by x with HTTP; y\n", "HTTP" },
	{ TRAIT_ORIGIN_PROTOCOL,
	    "Received: from a by x with ESMTP/TLS/DHE-RSA-AES256-GCM; y\n",
	    "ESMTP" },
	{ TRAIT_ORIGIN_TLS, "Received: from a by b with ESMTPS\n"
	    " (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256)\n",
	    "TLS1_3 TLS_AES_256_GCM_SHA384" },
	{ TRAIT_ORIGIN_TLS, "Received: from a (b [192.0.2.1])\n"
	    " (using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384)\n by c\n",
	    "TLSv1.2 ECDHE-RSA-AES256-GCM-SHA384" },
	{ TRAIT_WEBMAIL_NET, "X-Originating-IP: [192.0.2.7]\n",
	    "192.0.0.0/16" },
	{ TRAIT_WEBMAIL_NET, "X-Originating-IP: ::ffff:10.0.0.1\n",
	    "private" },
	{ TRAIT_HEADER_NAMES, "X-Originating-IP: [192.0.2.7]\n",
	    "x-originating-ip" },
	{ TRAIT_MESSAGE_ID_RELATION, "From: a@m.b.example\n"
	    "Message-ID: <x@M.b.example>\n", "same" },
	{ TRAIT_MESSAGE_ID_RELATION, "From: a@m.b.example\n"
	    "Message-ID: <x@pc.b.example>\n", "organization" },
	{ TRAIT_MESSAGE_ID_RELATION, "From: a@m.b.example\n"
	    "Message-ID: <x@pc>\n", "no domain" },
	{ TRAIT_MESSAGE_ID_RELATION, "From: a@m.b.example\n"
	    "Message-ID: <x@c.example>\n", "other" },
	{ TRAIT_MIME_VERSION,
	    "MIME-Version: 1.0 (Mac OS X Mail 12.4 \\(3445.104\\))\n",
	    "1.0 (mac os x mail 9.9 \\(9.9\\))" },
	{ TRAIT_SUBJECT_ENCODING, "Subject: =?utf-8?B?w6Q=?=\n",
	    "utf-8?B" },
	{ TRAIT_SUBJECT_ENCODING, "Subject: \xc3\xa4\n", "raw" },
	{ TRAIT_SUBJECT_ENCODING, "Subject: a\n", NULL },
	{ TRAIT_FOLDING, "To: a@b,\n\tc@d\nContent-Type: x;\n  y=z\n",
	    "content-type 2" },
	{ TRAIT_FOLDING, "To: a@b,\r\n\tc@d\r\n", "to tab 0" },
	{ TRAIT_FOLDING, "To: a@b\n", NULL },
	{ TRAIT_TO_FORM, "To: 'A' <a@b>, \"C\" <c@d>\n",
	    "quoted single <>" },
	{ TRAIT_TO_FORM, "To: <a@b>\n", "bare <>" },
	{ TRAIT_TO_FORM, "To: a@b\n", "bare" },
	{ TRAIT_CONTENT_LANGUAGE, "Content-Language: de-DE\n", "de-de" },
	{ TRAIT_ORGANIZATION, "Organization: ACME\x01 Inc\n",
	    "acme\\x01 inc" },
	{ TRAIT_KEY, "Autocrypt: addr=a@b; keydata=mDMEXampleAAAABBBBCCCC"
	    "DDDDEEEEFFFF\n", "AAAABBBBCCCCDDDDEEEEFFFF" },
	{ TRAIT_SENDER_FIELD, "From: a@b.example\nSender: c@d.example\n",
	    "d.example" },
	{ TRAIT_RECIPIENT_DOMAINS, "To: a@x.b.example, c@b.example\n",
	    "b.example" },
	{ TRAIT_RECIPIENT_SET, "To: a@b.example, c@d.example\n",
	    "2 people" },
	{ TRAIT_RECIPIENT_SET, "To: a@b.example, A@b.example\n", NULL },
	{ TRAIT_SUBJECT_TAGS, "Subject: Re: [PATCH v2 1/3] [list] x [y]\n",
	    "patch v list" },
	{ TRAIT_SUBJECT_SCRIPT, "Subject: Hallo Welt\n", "latin" },
	{ TRAIT_SUBJECT_SCRIPT, "Subject: =?utf-8?q?=D0=9F=D1=80?= a\n",
	    "latin cyrillic" },
	{ TRAIT_SUBJECT_SCRIPT, "Subject: 123 -\n", NULL },
	{ TRAIT_REPLY_FORM, "Subject: Re: x\n", "re without reference" },
	{ TRAIT_REPLY_FORM, "Subject: Re: x\nIn-Reply-To: <a@b>\n",
	    "reply" },
	{ TRAIT_REPLY_FORM, "Subject: x\nReferences: <a@b>\n",
	    "reference without re" },
	{ TRAIT_DATE_HOUR, "Date: Mon, 1 Jan 2024 07:30:00 -0800\n", "7" },
	{ TRAIT_WEEKDAY, "Date: 1 Jan 2024 23:30:00 -0800\n", "Mon" },
	{ TRAIT_WEEKDAY, "Date: 2 Jan 2024 00:30:00 +0800\n", "Tue" },
	{ TRAIT_DATE_HOUR, "Date: 99 Foo 2024 07:30:00\n", NULL },
	/* what another server claims is not read */
	{ TRAIT_AUTH, "Authentication-Results: x; dkim=pass; dmarc=pass\r\n",
	    "dmarc=- dkim=- spf=-" },
};

static void
test_headers(void)
{
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		const struct header_case *c = &headers[i];
		struct traits t = read_one(c->header, "");

		T_SPAN(text_of(&t, c->trait), s(c->want), c->header);
		arena_reset(&arena);
	}
}

int
main(void)
{
	arena_init(&arena, 64u << 20);
	test_headers();
	arena_free(&arena);
	return t_done();
}
