package dev.coffer.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/** Marks a story ({@code *IT}) whose outcome depends on the kernel, so that it runs on every one like a {@code *KernelIT}. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@Tag(KernelTest.TAG)
public @interface KernelTest {
    /** The JUnit tag. */
    String TAG = "kernel";
}
