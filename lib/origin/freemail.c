/* SPDX-License-Identifier: Apache-2.0 */
#include "origin/freemail.h"

#define D(name) SPAN_INIT(name)

/* Whole names. */
static const struct span exact[] = {
	D("126.com"), D("139.com"), D("163.com"), D("abv.bg"), D("aim.com"),
	D("aliyun.com"), D("alice.it"), D("aol.com"), D("arcor.de"),
	D("att.net"), D("bk.ru"), D("bluewin.ch"), D("bol.com.br"),
	D("btinternet.com"), D("centrum.cz"), D("comcast.net"),
	D("daum.net"), D("duck.com"), D("fastmail.com"), D("fastmail.fm"),
	D("foxmail.com"), D("free.fr"), D("freemail.hu"), D("freenet.de"),
	D("gmail.com"), D("gmx.at"), D("gmx.ch"), D("gmx.com"), D("gmx.de"),
	D("gmx.net"), D("googlemail.com"), D("hanmail.net"), D("hey.com"),
	D("hush.com"), D("hushmail.com"), D("icloud.com"), D("inbox.lv"),
	D("inbox.ru"), D("interia.pl"), D("laposte.net"), D("libero.it"),
	D("list.ru"), D("live.com"), D("lycos.com"), D("mac.com"),
	D("mail.com"), D("mail.de"), D("mail.ru"), D("mailbox.org"),
	D("me.com"), D("mindspring.com"), D("msn.com"), D("nate.com"),
	D("naver.com"), D("o2.pl"), D("onet.pl"), D("op.pl"), D("orange.fr"),
	D("passport.com"), D("pm.me"), D("posteo.de"), D("proton.me"),
	D("protonmail.ch"), D("protonmail.com"), D("qq.com"), D("rambler.ru"),
	D("rediffmail.com"), D("rocketmail.com"), D("runbox.com"),
	D("sapo.pt"), D("sbcglobal.net"), D("seznam.cz"), D("sfr.fr"),
	D("sina.cn"), D("sina.com"), D("sohu.com"), D("t-online.de"),
	D("telenet.be"), D("terra.com.br"), D("tin.it"), D("tiscali.it"),
	D("tuta.com"), D("tuta.io"), D("tutamail.com"), D("tutanota.com"),
	D("tutanota.de"), D("uol.com.br"), D("usa.com"), D("verizon.net"),
	D("virgilio.it"), D("vk.com"), D("wanadoo.fr"), D("web.de"),
	D("wp.pl"), D("ya.ru"), D("yandex.com"), D("yandex.ru"), D("yeah.net"),
	D("yepmail.com"), D("ymail.com"), D("zoho.com"), D("zohomail.com"),
};

/* A first label that these have under many endings. */
static const struct span many[] = { D("yahoo"), D("hotmail"), D("outlook"),
	D("live"), D("yandex"), D("gmx") };

bool
is_freemail(struct domain d)
{
	struct span rest = d.name;
	struct span first = span_cut(&rest, '.');

	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++)
		if (span_eq(d.name, exact[i]))
			return true;
	/* yahoo.de, yahoo.co.uk: an ending of a country or .com */
	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++)
		if (span_eq(first, many[i]) && (rest.len == 2 ||
		    span_eq(rest, SPAN("com")) ||
		    ((span_starts(rest, SPAN("co.")) ||
		    span_starts(rest, SPAN("com."))) && rest.len <= 6)))
			return true;
	return false;
}
