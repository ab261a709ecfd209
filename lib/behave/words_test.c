/* SPDX-License-Identifier: Apache-2.0 */
/* A word is there when three people use it, and not before; what is of one
 * person never is. */
#define _GNU_SOURCE		/* memmem() */
#include "behave/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "behave/num.h"
#include "test/t.h"

static struct words w;

static bool
has(unsigned row, uint32_t value, const char *text)
{
	struct label l;

	words_find(&l, &w, row, value);
	return span_eq(label_span(&l), assay_cstr(text));
}

static bool
holds(const void *what, size_t n)
{
	return memmem(&w, sizeof(w), what, n) != NULL;
}

static void
three(void)
{
	struct span text = SPAN("zoho \"mail\"; 7");
	uint32_t who = 0x5a5a1234;

	words_hear(&w, ROW_MAILER, 77, who, text, 10);
	words_hear(&w, ROW_MAILER, 77, who, text, 11);
	words_hear(&w, ROW_MAILER, 77, who, text, 12);
	words_hear(&w, ROW_MAILER, 77, 2, text, 12);
	T_OK(has(ROW_MAILER, 77, "") && !holds("zoho", 4),
	    "two people, however often, give no word");
	T_OK(holds(&who, sizeof(who)), "but are counted");
	words_forget(&w, who);
	T_OK(!holds(&who, sizeof(who)), "until one is forgotten");
	words_hear(&w, ROW_MAILER, 77, 3, text, 13);
	T_OK(has(ROW_MAILER, 77, ""), "who was forgotten counts no more");
	words_hear(&w, ROW_MAILER, 77, who, text, 13);
	T_OK(has(ROW_MAILER, 77, "zoho 'mail'' 7"),
	    "the third gives the word, without what fields are made of");
	T_OK(!holds(&who, sizeof(who)), "and nobody is counted any more");
	T_OK(has(ROW_MAILER, 78, "") && has(ROW_TIME_ZONE, 77, ""),
	    "of this value and row alone");
}

static void
personal(void)
{
	static const unsigned row[] = { ROW_DISPLAY_NAME, ROW_GREETING,
		ROW_SIGN_OFF, ROW_RECIPIENTS, ROW_ATTRIBUTION,
		ROW_FIRST_RECIPIENT, ROW_REPLY_TO, ROW_BOUNDARY_SHAPE,
		ROW_ORIGIN_NET, ROW_ORIGIN_HELO, ROW_CLIENT_NET };

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		for (uint32_t who = 1; who < 9; who++)
			words_hear(&w, row[i], 5, who, SPAN("secret"), 10);
	T_OK(!holds("secret", 6), "what is of one person is never a word");
}

/* What has a word stays while what has none is thrown at it. */
static void
flood(void)
{
	for (uint32_t i = 0; i < 200000; i++)
		words_hear(&w, ROW_LINKS, (uint32_t)num_mix(i) & 0xffffff,
		    (uint32_t)num_mix(i) | 1, SPAN("flood"), 100);
	T_OK(has(ROW_MAILER, 77, "zoho 'mail'' 7"),
	    "a flood of new values drives no word out");
	T_OK(!holds("flood", 5), "and makes none");
}

static void
said(void)
{
	struct trait_value link[2] = { { 1001, SPAN("a.example") },
		{ 1002, SPAN("b.example") } };
	static struct traits t;
	static struct view v;
	static uint8_t room[SAID_ALL], small[SAID_NEWS];
	struct sample s = { .sender = 1, .person = 1 };
	struct buf all = BUF_ON(room), news = BUF_ON(small);
	struct said_one o;
	struct span rest;

	t.one[TRAIT_TIME_ZONE] = (struct trait_value){ 9, SPAN("+0100") };
	t.one[TRAIT_DISPLAY_NAME] = (struct trait_value){ 8, SPAN("Anna") };
	t.many[TRAIT_LINKS].value = link;
	t.many[TRAIT_LINKS].n = 2;
	said_put(&all, &t);
	rest = buf_span(&all);
	T_OK(said_next(&rest, &o) && o.row == ROW_TIME_ZONE && o.value == 9 &&
	    span_eq(o.text, SPAN("+0100")), "what a message says");
	T_OK(said_next(&rest, &o) && said_next(&rest, &o) &&
	    o.value == 1002 && !said_next(&rest, &o), "and no names");
	s.one[ROW_TIME_ZONE] = 9;
	s.first[ROW_LINKS] = 0;
	s.n[ROW_LINKS] = 2;
	s.value[0] = 1001;
	s.value[1] = 1002;
	v.one[ROW_TIME_ZONE].everybody = 1;
	v.many[1].everybody = 2;
	v.today = 100;
	said_news(&news, buf_span(&all), &w, &v, &s);
	rest = buf_span(&news);
	T_OK(said_next(&rest, &o) && o.value == 1002 && rest.len == 0,
	    "only what two others use goes on");
	for (uint32_t who = 1; who < 4; who++)
		words_hear_all(&w, buf_span(&news), who, 100);
	T_OK(has(ROW_LINKS, 1002, "b.example"), "and becomes a word");
	news.len = 0;
	said_news(&news, buf_span(&all), &w, &v, &s);
	T_INT(news.len, 0, "which is not told again");
	v.today += WORD_AGAIN;
	said_news(&news, buf_span(&all), &w, &v, &s);
	T_OK(news.len > 0, "until a month is over");
}

int
main(void)
{
	three();
	personal();
	flood();
	said();
	return t_done();
}
