#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
# charsets.py: writes lib/wire/charset_table.c, the upper halves of charsets of
# one octet a character, out of the codecs that Python has.
SETS = [
    ('iso8859-2', ['iso-8859-2', 'latin2']),
    ('iso8859-5', ['iso-8859-5']),
    ('iso8859-7', ['iso-8859-7', 'greek']),
    ('iso8859-9', ['iso-8859-9', 'latin5']),
    ('cp1250', ['windows-1250', 'cp1250']),
    ('cp1251', ['windows-1251', 'cp1251']),
    ('cp1253', ['windows-1253', 'cp1253']),
    ('cp1254', ['windows-1254', 'cp1254']),
    ('cp1255', ['windows-1255', 'iso-8859-8', 'iso-8859-8-i']),
    ('cp1256', ['windows-1256', 'cp1256']),
    ('cp1257', ['windows-1257', 'iso-8859-13']),
    ('koi8-r', ['koi8-r']),
    ('koi8-u', ['koi8-u']),
]

HEAD = '''\
/* SPDX-License-Identifier: Apache-2.0 */
/*
 * charset_table.c - 80 to FF of charsets of one octet a character, made by
 * tools/charsets.py; FFFD: none.
 */
#include "wire/charset_table.h"

const struct charset_table charset_tables[] = {
'''


def of(codec, octet):
    try:
        c = ord(bytes([octet]).decode(codec))
    except UnicodeDecodeError:
        return 0xfffd
    return 0xfffd if 0x80 <= c < 0xa0 else c


def main():
    out = HEAD
    for codec, names in SETS:
        out += '\t{ { %s }, {\n' % ',\n\t    '.join(
            'SPAN_INIT("%s")' % n for n in names)
        values = ['0x%04x' % of(codec, o) for o in range(128, 256)]
        for i in range(0, 128, 8):
            out += '\t' + ', '.join(values[i:i + 8]) + ',\n'
        out += '\t} },\n'
    out += ('};\nconst size_t charset_n_tables =\n'
            '    sizeof(charset_tables) / sizeof(charset_tables[0]);\n')
    open('lib/wire/charset_table.c', 'w').write(out)


main()
