#ifndef COFFER_LAYOUT_H
#define COFFER_LAYOUT_H

int print_layout(void);

#endif
