package dev.coffer.cli.run;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Receives signals of this process. {@code sun.misc.Signal} is the JDK's only way to; it is reached by reflection because
 * the compiler's warning about it cannot be silenced.
 */
final class ProcessSignals {
    private final Method handle;
    private final Class<?> signalType;
    private final Class<?> handlerType;

    private ProcessSignals(Method handle, Class<?> signalType, Class<?> handlerType) {
        this.handle = handle;
        this.signalType = signalType;
        this.handlerType = handlerType;
    }

    static ProcessSignals open() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            return new ProcessSignals(signal.getMethod("handle", signal, handler), signal, handler);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM lacks module jdk.unsupported", e);
        }
    }

    /**
     * Calls {@code action} with the number of each signal that arrives, on a thread of its own.
     *
     * @param names without SIG; not one that the JVM keeps for itself
     */
    void on(List<String> names, IntConsumer action) {
        Object handler = Proxy.newProxyInstance(
                ProcessSignals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, arguments) -> {
                    if (method.getName().equals("handle")) {
                        action.accept(
                                (Integer) signalType.getMethod("getNumber").invoke(arguments[0]));
                        return null;
                    }
                    return method.getName().equals("hashCode")
                            ? (Object) System.identityHashCode(proxy)
                            : method.getName().equals("equals") ? (Object) (proxy == arguments[0]) : "signal handler";
                });
        try {
            for (String name : names) {
                handle.invoke(null, signalType.getConstructor(String.class).newInstance(name), handler);
            }
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("cannot receive signals " + names, e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot receive signals " + names, e);
        }
    }
}
