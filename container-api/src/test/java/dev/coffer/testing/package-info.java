/**
 * What the tests of every module share: how deep a run goes, which kernel it runs on, and the account of which kernel
 * test ran where. No fakes live here; a module's fakes are in its own tests.
 */
@NullMarked
package dev.coffer.testing;

import org.jspecify.annotations.NullMarked;
