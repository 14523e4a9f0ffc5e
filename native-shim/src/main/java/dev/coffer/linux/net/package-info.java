/** Network namespaces, kept and told apart by files that stand for them. Interfaces in them are the plugins' business. */
@NullMarked
package dev.coffer.linux.net;

import org.jspecify.annotations.NullMarked;
