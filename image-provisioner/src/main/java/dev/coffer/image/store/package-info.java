/**
 * Images and layers on disk: who owns which path, what is durable when, and how a crash is cleaned up after.
 *
 * <p>Every path is built in {@code StoreLayout}. Where images come from is not known here.
 */
@NullMarked
package dev.coffer.image.store;

import org.jspecify.annotations.NullMarked;
