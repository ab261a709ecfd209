#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# entities.py: writes lib/wire/html_names.c, the named character references of
# HTML (WHATWG HTML 13.5), out of the table that Python has.
import html.entities

HEAD = '''\
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_names.c - the named character references (HTML 13.5), made by
 * tools/entities.py.  For each first letter the rest of the names, each with
 * its code points in hexadecimal; sorted.
 */
#include "wire/html_ref.h"

const char *const html_names[52] = {
'''


def entry(rest, text):
    return rest + '=' + '+'.join('%x' % ord(c) for c in text) + ' '


def main():
    letters = [chr(65 + i) for i in range(26)] + \
        [chr(97 + i) for i in range(26)]
    out = HEAD
    for letter in letters:
        names = sorted(n for n in html.entities.html5 if n[0] == letter)
        text = ''.join(entry(n[1:], html.entities.html5[n]) for n in names)
        out += '\t/* %s */\n' % letter
        while text:
            out += '\t"%s"%s\n' % (text[:69], '' if text[69:] else ',')
            text = text[69:]
    open('lib/wire/html_names.c', 'w').write(out + '};\n')


main()
