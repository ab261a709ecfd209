/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine.c - whether a text speaks to a program that reads the mail for a
 * person.  Marks are phrases at the beginning of a word: a blank is any white
 * space, "*" up to 48 octets in one paragraph, "~" lets the word go on; the
 * case of letters does not matter.
 */
#include "content/machine.h"

#include "base/ascii.h"
#include "base/limits.h"

struct phrase {
	enum content_machine mark;
	struct span text;
};

#define P(mark, text) { CONTENT_MACHINE_##mark, SPAN_INIT(text) }
/* By first letter. */
static const struct phrase phrases[] = {
	P(PERSONA, "act as a"), P(PERSONA, "act as an"),
	P(ADDRESS, "ai agent~ must"), P(ADDRESS, "ai assistant~ must"),
	P(ADDRESS, "ai assistant~ should"), P(ADDRESS, "ai model~ must"),
	P(ADDRESS, "any ai * reading"), P(ADDRESS, "as a language model"),
	P(ADDRESS, "as an ai"), P(ROLE, "assistant:"),
	P(ADDRESS, "assistants must"), P(ADDRESS, "attention ai"),
	P(ADDRESS, "attention assistant"), P(ADDRESS, "attention llm~"),
	P(TOOL, "call the * api"), P(TOOL, "call the * function"),
	P(TOOL, "call the * tool"), P(TOOL, "call the api"),
	P(TOOL, "call the function"), P(TOOL, "call the tool"),
	P(ADDRESS, "dear ai"), P(ADDRESS, "dear assistant"),
	P(ADDRESS, "dear copilot"), P(OVERRIDE, "disregard * guideline~"),
	P(OVERRIDE, "disregard * instruction~"),
	P(OVERRIDE, "disregard * system prompt"),
	P(SECRECY, "do not alert the user"),
	P(SECRECY, "do not inform the user"),
	P(SECRECY, "do not mention this"), P(SECRECY, "do not reveal this"),
	P(SECRECY, "do not show * the user"),
	P(SECRECY, "do not tell the user"), P(SECRECY, "don't mention this"),
	P(SECRECY, "don't tell the user"), P(TOOL, "execute the * function"),
	P(TOOL, "execute the * tool"),
	P(OVERRIDE, "forget * previous instruction~"),
	P(OVERRIDE, "forget all * instruction~"),
	P(OVERRIDE, "forget everything above"),
	P(OVERRIDE, "forget your instruction~"), P(SEND, "forward all * to"),
	P(SEND, "forward the * to"), P(SEND, "forward this * to"),
	P(PERSONA, "from now on you"), P(PERSONA, "from now on, you"),
	P(TOOL, "function_call"), P(ADDRESS, "hey chatgpt"),
	P(ADDRESS, "hey copilot"), P(ADDRESS, "hey gemini"),
	P(PROMPT, "hidden instructions"),
	P(ADDRESS, "if you are a language model"),
	P(ADDRESS, "if you are an ai"), P(ADDRESS, "if you are an assistant"),
	P(ADDRESS, "if you are an llm"), P(ADDRESS, "if you're an ai"),
	P(OVERRIDE, "ignora * instrucciones"),
	P(OVERRIDE, "ignore * above instruction~"),
	P(OVERRIDE, "ignore * instruction~ above"),
	P(OVERRIDE, "ignore * previous instruction~"),
	P(OVERRIDE, "ignore * previous prompt~"),
	P(OVERRIDE, "ignore * prior instruction~"),
	P(OVERRIDE, "ignore * system prompt"),
	P(OVERRIDE, "ignore all * instruction~"),
	P(OVERRIDE, "ignore any * instruction~"),
	P(OVERRIDE, "ignore previous instruction~"),
	P(OVERRIDE, "ignore prior instruction~"),
	P(OVERRIDE, "ignore the above instruction~"),
	P(OVERRIDE, "ignore the instruction~"),
	P(OVERRIDE, "ignore your instruction~"),
	P(OVERRIDE, "ignorez * instructions"),
	P(OVERRIDE, "ignoriere * anweisungen"), P(ANSWER, "in your answer"),
	P(ANSWER, "in your response"), P(ANSWER, "in your summary"),
	P(ADDRESS, "instructions for ai"),
	P(ADDRESS, "instructions for the ai"),
	P(ADDRESS, "instructions for the assistant"),
	P(ADDRESS, "instructions to the assistant"),
	P(TOOL, "invoke the * function"), P(TOOL, "invoke the * tool"),
	P(SECRECY, "keep this hidden from"),
	P(ADDRESS, "language model~ must"), P(ADDRESS, "llm~ reading this"),
	P(ADDRESS, "message for the assistant"),
	P(ADDRESS, "message to the assistant"),
	P(OVERRIDE, "new instructions:"), P(ADDRESS, "note for ai"),
	P(ADDRESS, "note to ai"), P(ADDRESS, "note to the assistant"),
	P(ANSWER, "output only"), P(OVERRIDE, "override * instruction~"),
	P(OVERRIDE, "override * system prompt"), P(PERSONA, "pretend to be"),
	P(PERSONA, "pretend you are"), P(ANSWER, "reply only with"),
	P(SEND, "reply with the content~"), P(ANSWER, "respond only with"),
	P(ANSWER, "respond with the"), P(SEND, "send * contents to"),
	P(SEND, "send * email to"), P(SEND, "send an e-mail to"),
	P(SEND, "send the * to"), P(TOOL, "send_email"),
	P(ANSWER, "summarise this email as"),
	P(ANSWER, "summarize this email as"), P(PROMPT, "system message"),
	P(PROMPT, "system prompt"), P(ADDRESS, "the ai assistant should"),
	P(ADDRESS, "the ai must"), P(ADDRESS, "the ai should"),
	P(ADDRESS, "the assistant must"), P(ADDRESS, "the assistant should"),
	P(ADDRESS, "to the ai assistant"), P(TOOL, "tool_call"),
	P(TOOL, "tool_calls"), P(TOOL, "use the * tool to"),
	P(ADDRESS, "when summarizing this"),
	P(ADDRESS, "when you summarize this"),
	P(SECRECY, "without informing the user"),
	P(SECRECY, "without telling the user"),
	P(ADDRESS, "you are a language model"), P(ADDRESS, "you are an ai"),
	P(PERSONA, "you are now a"), P(PERSONA, "you are now an"),
	P(PERSONA, "you are now in"), P(PERSONA, "you will now"),
	P(ANSWER, "your answer must"), P(PROMPT, "your initial prompt"),
	P(PROMPT, "your instructions are"), P(PERSONA, "your new role"),
	P(PERSONA, "your new task"), P(ANSWER, "your response must"),
	P(ANSWER, "your summary must"), P(PERSONA, "your task is"),
};

/* Marks that begin with no letter: what separates the turns of a dialogue
 * for the models in use, and calls as JSON. */
static const struct phrase signs[] = {
	P(ROLE, "<|im_start|>"), P(ROLE, "<|im_end|>"), P(ROLE, "<|system|>"),
	P(ROLE, "<|user|>"), P(ROLE, "<|assistant|>"),
	P(ROLE, "<|endoftext|>"), P(ROLE, "<|eot_id|>"),
	P(ROLE, "<|start_header_id|>"), P(ROLE, "<start_of_turn>"),
	P(ROLE, "<end_of_turn>"), P(ROLE, "<<sys>>"), P(ROLE, "[inst]"),
	P(ROLE, "[/inst]"), P(ROLE, "[system]"), P(ROLE, "<system>"),
	P(ROLE, "</system>"), P(ROLE, "<system_prompt>"),
	P(ROLE, "<assistant>"), P(ROLE, "<user_query>"),
	P(ROLE, "### instruction"), P(ROLE, "### system"),
	P(ROLE, "### assistant"), P(ROLE, "### response"),
	P(ROLE, "<<<end of email"), P(ROLE, "<<end_context>>"),
	P(CALL, "\"function\":"), P(CALL, "\"tool\":"),
	P(CALL, "\"tool_name\":"), P(CALL, "\"arguments\":"),
	P(CALL, "\"tool_calls\":"),
};
#undef P
#define N(array) (sizeof(array) / sizeof((array)[0]))

enum { GAP = 48 };		/* octets that "*" stands for */

static bool
is_word(int c)
{
	return is_alnum(c) || c == '_' || c >= 0x80;
}

/* One word of a phrase at the head of *s, which is passed. */
static bool
take_word(struct span *s, struct span word)
{
	bool open = span_ends(word, SPAN("~"));

	if (open)
		word = span_head(word, word.len - 1);
	if (!span_istarts(*s, word) || (!open && is_word(span_at(word,
	    word.len - 1)) && is_word(span_at(*s, word.len))))
		return false;
	*s = span_skip(*s, word.len);
	while (open && is_word(span_at(*s, 0)))
		*s = span_skip(*s, 1);
	return true;
}

static void
skip_blanks(struct span *s)
{
	while (is_fws(span_at(*s, 0)) || span_at(*s, 0) == '>')
		*s = span_skip(*s, 1);
}

/* As take_word, up to GAP octets further, behind the end of a word. */
static bool
find_word(struct span *s, struct span word)
{
	size_t end = s->len > GAP ? s->len - GAP : 0;

	while (s->len > end) {
		int c = span_at(*s, 0);

		if (take_word(s, word))
			return true;
		if (c == '.' || span_starts(*s, SPAN("\n\n")))
			return false;
		do {
			*s = span_skip(*s, 1);
		} while (is_word(c) && is_word(span_at(*s, 0)));
	}
	return false;
}

static bool
matches(struct span s, struct span phrase)
{
	bool gap = false;

	while (phrase.len > 0) {
		struct span word = span_cut(&phrase, ' ');

		if (span_eq(word, SPAN("*"))) {
			gap = true;
			continue;
		}
		skip_blanks(&s);
		if (gap ? !find_word(&s, word) : !take_word(&s, word))
			return false;
		gap = false;
	}
	return true;
}

/* "![x](http://a.example/?q=...": what shows it, asks for it. */
static bool
is_exfiltration(struct span s)
{
	struct span url;
	size_t n;

	s = span_head(s, 300);
	n = span_search(s, SPAN("]("));
	url = span_skip(s, n + 2);
	url = span_head(url, span_find(url, ')'));
	return n < 200 && span_istarts(url, SPAN("http")) &&
	    span_has(url, '?');
}

/* Where the phrases of each letter begin. */
static void
index_phrases(uint8_t first[27])
{
	size_t i = 0;

	for (int c = 0; c < 27; c++) {
		first[c] = (uint8_t)i;
		while (i < N(phrases) &&
		    span_at(phrases[i].text, 0) - 'a' == c)
			i++;
	}
}

static unsigned
marks_at(struct span s, const uint8_t first[27])
{
	int c = to_lower(span_at(s, 0)), next = to_lower(span_at(s, 1));
	unsigned marks = 0;

	if (is_alpha(c)) {
		for (size_t i = first[c - 'a']; i < first[c - 'a' + 1]; i++)
			if (span_at(phrases[i].text, 1) == next &&
			    matches(s, phrases[i].text))
				marks |= 1u << phrases[i].mark;
		return marks;
	}
	if (c == '!' && span_starts(s, SPAN("![")) && is_exfiltration(s))
		return 1u << CONTENT_MACHINE_EXFILTRATE;
	for (size_t i = 0; i < N(signs) && (c == '<' || c == '[' ||
	    c == '#' || c == '"'); i++)
		if (span_istarts(s, signs[i].text))
			marks |= 1u << signs[i].mark;
	return marks;
}

static unsigned
marks_in(struct span s)
{
	unsigned marks = 0;
	uint8_t first[27];
	bool word = false;

	index_phrases(first);
	while (s.len > 0) {
		int c = span_at(s, 0);

		if (!word || !is_alpha(c))
			marks |= marks_at(s, first);
		word = is_word(c);
		s = span_skip(s, 1);
	}
	return marks;
}

void
machine_read(struct content *out, struct span shown, struct span hidden)
{
#define X(name, json, weight, words) weight,
	static const unsigned weights[] = { CONTENT_MACHINE(X) };
#undef X
	unsigned inside = marks_in(hidden);

	out->machine = marks_in(shown) | inside;
	if (inside != 0)
		out->machine |= 1u << CONTENT_MACHINE_HIDDEN;
	for (unsigned i = 0; i < CONTENT_N_MACHINE; i++)
		if (out->machine >> i & 1)
			out->machine_score += weights[i];
}
