/* Texts built without stdio's buffers, which would be allocated. What does not fit is left out. */
#include "shim.h"

#include <string.h>

void add_text(struct text *text, const char *s)
{
    size_t n = strlen(s);
    if (text->length + n < sizeof text->bytes) {
        memcpy(text->bytes + text->length, s, n);
        text->length += n;
    }
}

void add_number(struct text *text, uint64_t number)
{
    char digits[21];
    char *p = digits + sizeof digits - 1;
    *p = '\0';
    do {
        *--p = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    add_text(text, p);
}
