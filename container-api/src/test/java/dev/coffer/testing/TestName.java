package dev.coffer.testing;

import java.util.Optional;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * A test method, or a whole class when something happened to all of it ({@link #ALL} as method).
 * The runs of a parameterised or dynamic test share the name of their method.
 */
record TestName(String type, String method) implements Comparable<TestName> {
    static final String ALL = "*";

    static Optional<TestName> of(TestPlan plan, TestIdentifier test) {
        Optional<TestSource> source = test.getSource();
        if (source.isPresent() && source.get() instanceof MethodSource method) {
            return Optional.of(new TestName(method.getClassName(), method.getMethodName()));
        }
        if (source.isPresent() && source.get() instanceof ClassSource type) {
            return Optional.of(new TestName(type.getClassName(), ALL));
        }
        return plan.getParent(test).flatMap(parent -> of(plan, parent));
    }

    TestName wholeClass() {
        return new TestName(type, ALL);
    }

    @Override
    public int compareTo(TestName other) {
        int byType = type.compareTo(other.type);
        return byType != 0 ? byType : method.compareTo(other.method);
    }

    @Override
    public String toString() {
        return type + "." + method;
    }
}
