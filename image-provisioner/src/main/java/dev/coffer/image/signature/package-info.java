/**
 * Which images must be signed, and whether they are: signatures as cosign makes them, by keys that the operator names.
 *
 * @see <a href="https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md">cosign signature specification</a>
 */
@NullMarked
package dev.coffer.image.signature;

import org.jspecify.annotations.NullMarked;
