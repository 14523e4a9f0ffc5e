/**
 * Images in a registry, over HTTP(S).
 *
 * <p>Only this package touches the HTTP library. Redirects, tokens and retries are handled here by hand, because where a
 * credential may go and what may be repeated is a matter of security.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/main/spec.md">OCI distribution</a>
 */
@NullMarked
package dev.coffer.image.registry;

import org.jspecify.annotations.NullMarked;
